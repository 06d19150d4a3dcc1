//! Charts as SVG. Colours come from the stylesheet by their order, so that they follow light and dark.

use plotters::prelude::*;

/// About as wide as it is shown, so that its text is as large as that around it.
const SIZE: (u32, u32) = (440, 180);
/// Pixels.
const LABELS: u32 = 14;
/// The axis goes up to at least this number, so that whole numbers can label it.
const LOWEST_TOP: f64 = 4.0;
/// Written as they are into the drawing; the stylesheet gives them the colours of the page.
const COLOURS: [RGBColor; 3] = [
    RGBColor(31, 94, 255),
    RGBColor(138, 90, 0),
    RGBColor(102, 112, 133),
];

/// A chart of lines over days. A line has a value for each day, oldest first; `None` is a gap. Empty when drawing fails.
pub(super) fn lines(days: &[String], lines: &[Vec<Option<f64>>]) -> String {
    let mut svg = String::new();
    match draw(&mut svg, days, lines) {
        Ok(()) => svg,
        Err(error) => {
            tracing::error!(%error, "a chart could not be drawn");
            String::new()
        }
    }
}

fn draw(svg: &mut String, days: &[String], lines: &[Vec<Option<f64>>]) -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Display| error.to_string();
    let values = lines.iter().flatten().flatten().copied();
    let highest = values.fold(LOWEST_TOP, f64::max);
    let last = days.len().saturating_sub(1).max(1);
    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    let mut chart = ChartBuilder::on(&root)
        .margin(8)
        .x_label_area_size(24)
        .y_label_area_size(44)
        .build_cartesian_2d(0..last, 0.0..highest * 1.05)
        .map_err(|e| failed(&e))?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(COLOURS[2].mix(0.25))
        .axis_style(COLOURS[2].mix(0.4))
        .label_style(("sans-serif", LABELS))
        .x_labels(5)
        .y_labels(4)
        .x_label_formatter(&|at| {
            days.get(*at)
                .map_or(String::new(), |day| day[5..].to_owned())
        })
        .y_label_formatter(&|value| format!("{value:.0}"))
        .draw()
        .map_err(|e| failed(&e))?;
    for (values, colour) in lines.iter().zip(COLOURS) {
        let points: Vec<(usize, Option<f64>)> = values.iter().copied().enumerate().collect();
        for stretch in points.split(|(_, value)| value.is_none()) {
            let points = stretch
                .iter()
                .filter_map(|(day, value)| Some((*day, (*value)?)));
            // A single day between two gaps is drawn as a dot, as it makes no line.
            if let [_] = stretch {
                let dots = points.map(|point| Circle::new(point, 2, colour.filled()));
                chart.draw_series(dots).map_err(|e| failed(&e))?;
            } else {
                let line = LineSeries::new(points, colour.stroke_width(2));
                chart.draw_series(line).map_err(|e| failed(&e))?;
            }
        }
    }
    root.present().map_err(|e| failed(&e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_days_is_drawn() {
        for days in [0, 1, 2, 30] {
            let names: Vec<String> = (0..days).map(|d| format!("2026-11-{:02}", d + 1)).collect();
            let values: Vec<Option<f64>> = (0..days).map(|day| Some(day.into())).collect();
            let svg = lines(&names, &[values.clone(), values]);
            assert!(
                svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"),
                "{svg}"
            );
        }
    }

    #[test]
    fn a_day_without_a_value_leaves_a_gap_and_one_between_gaps_is_a_dot() {
        let days = ["2026-11-01"; 5].map(str::to_owned);
        let drawn = |values: [Option<f64>; 5]| {
            let svg = lines(&days, &[values.to_vec()]);
            let count = |what: &str| svg.matches(what).count();
            (count("stroke-width=\"2\""), count("<circle"))
        };
        let some = Some(1.0);
        assert_eq!(drawn([some; 5]), (1, 0));
        assert_eq!(drawn([some, some, None, some, some]), (2, 0));
        assert_eq!(drawn([None, some, None, some, some]), (1, 1));
        assert_eq!(drawn([None; 5]), (0, 0));
    }
}
