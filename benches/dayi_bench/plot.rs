//! Cost against size, as SVG.

use plotters::prelude::*;
use std::path::Path;

const SIZE: (u32, u32) = (720, 420);
const COLOURS: [RGBColor; 3] = [
    RGBColor(31, 94, 255),
    RGBColor(138, 90, 0),
    RGBColor(102, 112, 133),
];

/// Draws lines of (documents, milliseconds) over logarithmic axes.
pub(crate) fn draw(file: &Path, lines: &[(&str, Vec<(f64, f64)>)]) -> anyhow::Result<()> {
    let failed = |error: &dyn std::fmt::Display| anyhow::anyhow!("the plot: {error}");
    let points = || lines.iter().flat_map(|(_, points)| points.iter().copied());
    let range = |of: fn((f64, f64)) -> f64| {
        let values = || points().map(of).filter(|v| *v > 0.0);
        let (least, most) = (
            values().fold(f64::MAX, f64::min),
            values().fold(f64::MIN_POSITIVE, f64::max),
        );
        least * 0.8..most * 1.25
    };
    let root = SVGBackend::new(file, SIZE).into_drawing_area();
    root.fill(&WHITE).map_err(|e| failed(&e))?;
    let mut chart = ChartBuilder::on(&root)
        .caption(
            "Milliseconds a search on one thread, by documents",
            ("sans-serif", 16),
        )
        .margin(12)
        .x_label_area_size(36)
        .y_label_area_size(56)
        .build_cartesian_2d(range(|p| p.0).log_scale(), range(|p| p.1).log_scale())
        .map_err(|e| failed(&e))?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(COLOURS[2].mix(0.25))
        .x_label_formatter(&|documents| format!("{documents:.0}"))
        .y_label_formatter(&|milliseconds| format!("{milliseconds}"))
        .draw()
        .map_err(|e| failed(&e))?;
    for ((name, points), colour) in lines.iter().zip(COLOURS) {
        chart
            .draw_series(LineSeries::new(points.clone(), colour.stroke_width(2)))
            .map_err(|e| failed(&e))?
            .label(*name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.8))
        .draw()
        .map_err(|e| failed(&e))?;
    root.present().map_err(|e| failed(&e))
}
