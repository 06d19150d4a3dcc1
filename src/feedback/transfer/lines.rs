//! Rows as CSV (RFC 4180), safe to open in a spreadsheet.

use serde_json::Value;
use std::io::{self, Write};

/// Writes rows as CSV.
pub struct Csv<W: Write>(csv::Writer<W>);

impl<W: Write> Csv<W> {
    /// Begins with a line of column names.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new<'n>(to: W, columns: impl Iterator<Item = &'n str>) -> io::Result<Self> {
        let mut writer = csv::Writer::from_writer(to);
        writer.write_record(columns)?;
        Ok(Self(writer))
    }

    /// Appends to CSV that has its line of column names already.
    pub fn continued(to: W) -> Self {
        Self(csv::Writer::from_writer(to))
    }

    /// One row.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn row<'v>(&mut self, values: impl Iterator<Item = &'v Value>) -> io::Result<()> {
        self.0.write_record(values.map(cell))?;
        Ok(())
    }

    /// Writes the rest of the buffer.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A value as text. Text that a spreadsheet would take for a formula gets a quote in front (OWASP, "CSV Injection").
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => return String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(cell).collect();
            items.join(" ")
        }
        other => return other.to_string(),
    };
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        format!("'{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn cells_are_quoted_and_no_formulas() {
        let mut out = Vec::new();
        let mut csv = Csv::new(&mut out, ["a", "b", "c"].into_iter()).unwrap();
        let row = [json!("=1+1"), json!("x,\"y\"\nz"), json!(-3)];
        csv.row(row.iter()).unwrap();
        csv.finish().unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "a,b,c\n'=1+1,\"x,\"\"y\"\"\nz\",-3\n"
        );
    }
}
