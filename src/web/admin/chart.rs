//! Charts as SVG. Colours come from the stylesheet by their order, so that they follow light and dark.

use plotters::prelude::*;

const SIZE: (u32, u32) = (720, 220);
/// Written as they are into the drawing; the stylesheet gives them the colours of the page.
const COLOURS: [RGBColor; 3] = [
    RGBColor(31, 94, 255),
    RGBColor(138, 90, 0),
    RGBColor(102, 112, 133),
];

/// Lines over days; each with its values, oldest first. Empty when it cannot be drawn.
pub(super) fn lines(days: &[String], lines: &[Vec<f64>]) -> String {
    let mut svg = String::new();
    match draw(&mut svg, days, lines) {
        Ok(()) => svg,
        Err(error) => {
            tracing::error!(%error, "a chart could not be drawn");
            String::new()
        }
    }
}

fn draw(svg: &mut String, days: &[String], lines: &[Vec<f64>]) -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Display| error.to_string();
    let highest = lines.iter().flatten().copied().fold(1.0, f64::max);
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
        .x_labels(6)
        .y_labels(4)
        .x_label_formatter(&|at| {
            days.get(*at)
                .map_or(String::new(), |day| day[5..].to_owned())
        })
        .y_label_formatter(&|value| {
            // Between 0 and 1 lie no whole numbers.
            if highest > 4.0 {
                format!("{value:.0}")
            } else {
                format!("{value:.1}")
            }
        })
        .draw()
        .map_err(|e| failed(&e))?;
    for (values, colour) in lines.iter().zip(COLOURS) {
        let points = values.iter().copied().enumerate();
        chart
            .draw_series(LineSeries::new(points, colour.stroke_width(2)))
            .map_err(|e| failed(&e))?;
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
            let values: Vec<f64> = (0..days).map(f64::from).collect();
            let svg = lines(&names, &[values.clone(), values]);
            assert!(
                svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"),
                "{svg}"
            );
        }
    }
}
