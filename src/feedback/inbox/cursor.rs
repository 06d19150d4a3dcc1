//! Keyset pagination of the inbox.

use super::item::{Item, ItemKind};
use crate::feedback::database::column_of;
use std::cmp::Ordering;

/// The last item of a page. The inbox is ordered by time, then kind, then number, all descending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// Milliseconds since 1970, as columns and addresses hold them.
    pub(super) at: i64,
    pub(super) kind: ItemKind,
    pub(super) id: i64,
}

impl Cursor {
    /// The cursor that [`Cursor::to_text`] wrote.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-');
        Some(Self {
            at: parts.next()?.parse().ok()?,
            kind: ItemKind::from_code(parts.next()?)?,
            id: parts.next()?.parse().ok()?,
        })
    }

    /// The cursor as part of a URL.
    pub fn to_text(self) -> String {
        format!("{}-{}-{}", self.at, self.kind.code(), self.id)
    }

    pub(super) fn at_item(item: &Item) -> Self {
        Self {
            at: column_of(item.at),
            kind: item.kind,
            id: item.id,
        }
    }

    /// Items of `kind` with the cursor's timestamp come after the cursor if their number is below this.
    pub(super) fn id_before(self, kind: ItemKind) -> i64 {
        match kind.cmp(&self.kind) {
            Ordering::Less => i64::MAX,
            Ordering::Equal => self.id,
            Ordering::Greater => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_again() {
        let cursor = Cursor {
            at: 1_700_000_000_000,
            kind: ItemKind::Ask,
            id: 7,
        };
        assert_eq!(Cursor::from_text(&cursor.to_text()), Some(cursor));
        assert_eq!(Cursor::from_text("7-nothing-1"), None);
    }
}
