//! Changes that experts make to an item.

use super::item::{Item, ItemKind, version};
use super::{Inbox, find};
use crate::feedback::audit;
use crate::feedback::database::{StoreError, WRITE, in_time};
use crate::feedback::record::{BadField, LONGEST_COMMENT, LONGEST_LABEL, WorkState, checked_text};
use serde::Deserialize;
use utoipa::ToSchema;

/// A change to an item; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemChange {
    /// `new`, `in_work`, `answered` or `dismissed`.
    pub state: Option<WorkState>,
    /// Who is at it; empty for nobody.
    pub assignee: Option<String>,
    /// What experts write to each other.
    pub note: Option<String>,
    /// The `version` of the item that is to be changed; without one, whatever it is now.
    pub version: Option<String>,
}

/// Why an item was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// There is no item of this number.
    #[error("there is no such item")]
    Unknown,
    /// Somebody changed the item after the expert had loaded it.
    #[error("somebody else has changed it since")]
    Outdated,
    /// A text cannot be used.
    #[error(transparent)]
    Field(#[from] BadField),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for ChangeError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// A change with texts that may be kept.
struct Checked<'c> {
    state: Option<WorkState>,
    assignee: Option<String>,
    note: Option<String>,
    version: Option<&'c str>,
}

impl Inbox<'_> {
    /// Changes an item and writes an entry to the audit log. Returns the changed item.
    ///
    /// # Errors
    /// When there is no such item, a text cannot be used, somebody else was faster, or the store cannot be written.
    pub async fn change(
        &self,
        kind: ItemKind,
        id: i64,
        change: &ItemChange,
        expert: &str,
    ) -> Result<Item, ChangeError> {
        let checked = |field, text: &Option<String>, most| {
            text.as_ref()
                .map(|text| checked_text(field, text, most))
                .transpose()
        };
        let assignee = checked("assignee", &change.assignee, LONGEST_LABEL)?;
        let note = checked("note", &change.note, LONGEST_COMMENT)?;
        let checked = Checked {
            state: change.state,
            assignee,
            note,
            version: change.version.as_deref(),
        };
        in_time(WRITE, self.apply(kind, id, checked, expert)).await
    }

    async fn apply(
        &self,
        kind: ItemKind,
        id: i64,
        change: Checked<'_>,
        expert: &str,
    ) -> Result<Item, ChangeError> {
        let mut transaction = self.database.begin_write().await?;
        let before = find(&mut *transaction, kind, id)
            .await?
            .ok_or(ChangeError::Unknown)?;
        if change.version.is_some_and(|v| v != before.version) {
            return Err(ChangeError::Outdated);
        }
        let state = change.state.unwrap_or(before.state);
        let assignee = change.assignee.unwrap_or(before.assignee.clone());
        let note = change.note.unwrap_or(before.note.clone());
        let mut changes = Vec::new();
        if state != before.state {
            changes.push(format!("{} → {}", before.state.code(), state.code()));
        }
        if assignee != before.assignee {
            changes.push(format!("assignee `{}` → `{assignee}`", before.assignee));
        }
        if note != before.note {
            changes.push(format!("note `{}` → `{note}`", before.note));
        }
        if changes.is_empty() {
            return Ok(before);
        }
        let statement = match kind {
            ItemKind::Rating => {
                "UPDATE ratings SET state = $2, assignee = $3, note = $4 WHERE id = $1"
            }
            ItemKind::Ask => "UPDATE asks SET state = $2, assignee = $3, note = $4 WHERE id = $1",
        };
        sqlx::query(statement)
            .bind(id)
            .bind(state.code())
            .bind(&assignee)
            .bind(&note)
            .execute(&mut *transaction)
            .await?;
        let target = format!("{} {id}", kind.code());
        audit::record(
            &mut *transaction,
            expert,
            "change",
            &target,
            &changes.join("; "),
        )
        .await?;
        self.database.commit(transaction).await?;
        Ok(Item {
            version: version(state, &assignee, &note),
            state,
            assignee,
            note,
            ..before
        })
    }
}
