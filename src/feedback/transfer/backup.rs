//! The lines of a backup: a head, the rows, and a last line that counts the rows and has the hash of all lines before it,
//! so that a file in which a single character has changed is not restored. Files of versions before 0.3 have no hash.

use super::{Row, TransferError};
use serde_json::{Value, json};
use std::io::{self, BufRead, Write};

/// Writes lines and hashes them.
pub(super) struct Hashing<W> {
    to: W,
    hasher: blake3::Hasher,
}

impl<W: Write> Hashing<W> {
    pub(super) fn new(to: W) -> Self {
        Self {
            to,
            hasher: blake3::Hasher::new(),
        }
    }

    pub(super) fn line(&mut self, value: &Value) -> io::Result<()> {
        let line = format!("{value}\n");
        self.hasher.update(line.as_bytes());
        self.to.write_all(line.as_bytes())
    }

    /// Writes the last line.
    pub(super) fn end(mut self, rows: u64) -> io::Result<()> {
        let hash = self.hasher.finalize().to_hex();
        let last = json!({ "rows": rows, "blake3": hash.as_str() });
        writeln!(self.to, "{last}")?;
        self.to.flush()
    }
}

/// Reads the rows of a backup, and checks it at its end.
pub(super) struct Checked<R> {
    from: R,
    hasher: blake3::Hasher,
    /// Number of the line that was read last, from 1.
    number: usize,
    rows: u64,
}

impl<R: BufRead> Checked<R> {
    pub(super) fn new(from: R) -> Self {
        Self {
            from,
            hasher: blake3::Hasher::new(),
            number: 0,
            rows: 0,
        }
    }

    /// The next row; `None` at the end of a file that is whole.
    pub(super) fn next(&mut self) -> Result<Option<Row>, TransferError> {
        if self.number == 0 {
            let (head, line) = self.read()?;
            if head.get("dayi_backup") != Some(&json!(1)) {
                return Err(self.bad("is no head of a backup", "a file of `dayi backup`"));
            }
            self.hasher.update(line.as_bytes());
        }
        let (row, line) = self.read()?;
        if row.contains_key("table") {
            self.hasher.update(line.as_bytes());
            self.rows += 1;
            return Ok(Some(row));
        }
        self.check_end(&row)?;
        Ok(None)
    }

    fn read(&mut self) -> Result<(Row, String), TransferError> {
        let mut line = String::new();
        if self.from.read_line(&mut line)? == 0 {
            return Err(self.bad("the file ends too early", "its last line to count the rows"));
        }
        self.number += 1;
        match serde_json::from_str(&line) {
            Ok(Value::Object(row)) => Ok((row, line)),
            _ => Err(self.bad("is no JSON object", "a line of `dayi backup`")),
        }
    }

    /// Compares the last line with what was read.
    fn check_end(&mut self, last: &Row) -> Result<(), TransferError> {
        if last.get("rows").and_then(Value::as_u64) != Some(self.rows) {
            return Err(self.bad("counts other rows than there are", "the whole file"));
        }
        let found = self.hasher.finalize().to_hex();
        match last.get("blake3") {
            Some(hash) if *hash != found.as_str() => Err(self.bad(
                "has the hash of another file",
                "a file that nobody changed after `dayi backup` wrote it",
            )),
            _ => Ok(()),
        }
    }

    /// Why the line that was read last cannot be used.
    pub(super) fn bad(&self, problem: &str, expected: &'static str) -> TransferError {
        TransferError::Line {
            line: self.number,
            problem: problem.to_owned(),
            expected,
        }
    }
}
