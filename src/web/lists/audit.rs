//! What experts did.

use super::{List, Page};
use crate::feedback::audit::AuditEntry;
use crate::feedback::{Store, StoreError};

/// Entries on a page.
pub(in crate::web) const PAGE: usize = 100;

/// Entries of the audit log, newest first. The cursor is the number of an entry.
#[derive(Clone)]
pub(in crate::web) struct AuditLog;

impl List for AuditLog {
    type Row = AuditEntry;
    type Cursor = i64;
    const COLUMNS: &'static [&'static str] = &["id", "at", "expert", "action", "target", "detail"];

    async fn page(
        &self,
        store: &Store,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Page<AuditEntry, i64>, StoreError> {
        let entries = store.audit().page(before, limit as i64).await?;
        Ok(Page::new(entries, limit, |entry| entry.id))
    }
}
