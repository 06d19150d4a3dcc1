//! Medians and Markdown tables.

use std::fmt::Write;

/// The median; of two middle values the lower one.
pub(crate) fn median(values: &[f64]) -> f64 {
    dayi::eval::percentile(values, 0.5)
}

/// The median of what `of` reads from each of `runs`.
pub(crate) fn median_of<T>(runs: &[T], of: impl Fn(&T) -> f64) -> f64 {
    median(&runs.iter().map(of).collect::<Vec<_>>())
}

/// A number with a sensible number of digits.
pub(crate) fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => grouped(value.round() as i64),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

fn grouped(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if value < 0 { format!("-{text}") } else { text }
}

/// A Markdown table; the first column is text, the others are numbers.
pub(crate) struct Table {
    text: String,
}

impl Table {
    /// A table with these column names.
    pub(crate) fn new(columns: &[&str]) -> Self {
        let mut table = Self {
            text: String::new(),
        };
        table.add(columns.iter().map(ToString::to_string));
        let rules = (0..columns.len()).map(|i| if i == 0 { "---" } else { "---:" });
        table.add(rules.map(str::to_owned));
        table
    }

    /// Adds a row of a name and numbers.
    pub(crate) fn row(&mut self, name: &str, values: &[f64]) {
        let values = values.iter().map(|v| number(*v));
        self.add(std::iter::once(name.to_owned()).chain(values));
    }

    /// Adds a row of any cells.
    pub(crate) fn add(&mut self, cells: impl Iterator<Item = String>) {
        let cells: Vec<String> = cells.collect();
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "| {} |", cells.join(" | "));
    }

    /// Prints the table under a heading.
    pub(crate) fn print(&self, heading: &str) {
        println!("\n### {heading}\n\n{}", self.text);
    }
}
