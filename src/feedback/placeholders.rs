//! Placeholders of statements over many rows. One statement with ten rows costs about as much as two with one row
//! each.
//!
//! `sqlx::QueryBuilder` writes `?`, which PostgreSQL does not accept; both databases accept `$1`.

/// Rows of one statement, at most, because databases limit the number of its values.
pub(super) const MOST_ROWS: usize = 1_000;

/// The placeholders of `rows` rows of `columns` values: `($1, $2), ($3, $4)`.
pub(super) fn placeholders(rows: usize, columns: usize) -> String {
    let row = |at: usize| {
        let first = at * columns + 1;
        let numbered: Vec<String> = (first..first + columns).map(|n| format!("${n}")).collect();
        format!("({})", numbered.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_numbered_through_all_rows() {
        assert_eq!(placeholders(2, 3), "($1, $2, $3), ($4, $5, $6)");
    }
}
