//! Statements over many rows at once: a statement costs about as much as ten rows in it.

/// Rows of one statement, at most: databases bound the number of its values.
pub(super) const MOST_ROWS: usize = 1_000;

/// The places of values in a statement, for `rows` rows of `columns` values: `($1, $2), ($3, $4)`.
pub(super) fn places(rows: usize, columns: usize) -> String {
    let row = |at: usize| {
        let first = at * columns + 1;
        let places: Vec<String> = (first..first + columns).map(|n| format!("${n}")).collect();
        format!("({})", places.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_numbered_through_all_rows() {
        assert_eq!(places(2, 3), "($1, $2, $3), ($4, $5, $6)");
    }
}
