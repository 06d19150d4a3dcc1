//! Changes that experts make to an item.

use super::item::{Item, ItemKind};
use super::{Inbox, find};
use crate::feedback::audit;
use crate::feedback::database::{StoreError, WRITE, in_time};
use crate::feedback::record::{
    BadField, FieldProblem, LONGEST_COMMENT, LONGEST_LABEL, LONGEST_PAGE, WorkState, checked_text,
};
use serde::Deserialize;
use sqlx::AnyConnection;
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
    /// Of an ask: the document that answers it, by its id or address, as its sender is told; sets the state to `answered`
    /// where no other is given. Empty for none.
    pub answered_by: Option<String>,
    /// Of an ask: why it is closed, as its sender is told; sets the state to `dismissed` where no other is given.
    pub closed_because: Option<String>,
    /// Of an ask: the wording in which all visitors see it from now on; empty to show it no more.
    pub released: Option<String>,
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

impl ItemChange {
    /// The change, with texts that may be kept and the state that it leads to.
    fn checked(&self, kind: ItemKind) -> Result<Self, BadField> {
        let checked = |field, text: &Option<String>, most| {
            text.as_ref()
                .map(|text| checked_text(field, text, most))
                .transpose()
        };
        let of_ask = |field, text: &Option<String>, most| match (kind, text) {
            (ItemKind::Rating, Some(_)) => Err(BadField {
                field: "kind",
                problem: FieldProblem::NotOneOf("`ask`"),
            }),
            _ => checked(field, text, most),
        };
        let answered_by = of_ask("answered_by", &self.answered_by, LONGEST_PAGE)?;
        let closed_because = of_ask("closed_because", &self.closed_because, LONGEST_COMMENT)?;
        let is_said = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
        let implied = if is_said(&answered_by) {
            Some(WorkState::Answered)
        } else if is_said(&closed_because) {
            Some(WorkState::Dismissed)
        } else {
            None
        };
        Ok(Self {
            state: self.state.or(implied),
            assignee: checked("assignee", &self.assignee, LONGEST_LABEL)?,
            note: checked("note", &self.note, LONGEST_COMMENT)?,
            answered_by,
            closed_because,
            released: of_ask("released", &self.released, LONGEST_COMMENT)?,
            version: self.version.clone(),
        })
    }

    /// The item after this change.
    fn applied_to(self, before: &Item) -> Item {
        let changed =
            |text: Option<String>, before: &String| text.unwrap_or_else(|| before.clone());
        let item = Item {
            state: self.state.unwrap_or(before.state),
            assignee: changed(self.assignee, &before.assignee),
            note: changed(self.note, &before.note),
            answered_by: changed(self.answered_by, &before.answered_by),
            closed_because: changed(self.closed_because, &before.closed_because),
            released: changed(self.released, &before.released),
            ..before.clone()
        };
        item.with_version()
    }
}

/// What the audit log says of a change; empty where nothing changed.
fn described(before: &Item, after: &Item) -> String {
    let (old, new) = (before.state.code(), after.state.code());
    let mut changes = Vec::new();
    if old != new {
        changes.push(format!("{old} → {new}"));
    }
    for ((name, old), (_, new)) in before.work().into_iter().zip(after.work()) {
        if old != new {
            changes.push(format!("{name} `{old}` → `{new}`"));
        }
    }
    changes.join("; ")
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
        let checked = change.checked(kind)?;
        in_time(WRITE, self.apply(kind, id, checked, expert)).await
    }

    async fn apply(
        &self,
        kind: ItemKind,
        id: i64,
        change: ItemChange,
        expert: &str,
    ) -> Result<Item, ChangeError> {
        let mut transaction = self.database.begin_write().await?;
        let before = find(&mut *transaction, kind, id)
            .await?
            .ok_or(ChangeError::Unknown)?;
        if change
            .version
            .as_ref()
            .is_some_and(|v| *v != before.version)
        {
            return Err(ChangeError::Outdated);
        }
        let after = change.applied_to(&before);
        let changes = described(&before, &after);
        if changes.is_empty() {
            return Ok(before);
        }
        write(&mut transaction, &after).await?;
        let target = format!("{} {id}", kind.code());
        audit::record(&mut *transaction, expert, "change", &target, &changes).await?;
        self.database.commit(transaction).await?;
        Ok(after)
    }
}

/// Writes what experts can change of an item.
async fn write(connection: &mut AnyConnection, item: &Item) -> Result<(), sqlx::Error> {
    let statement = match item.kind {
        ItemKind::Rating => "UPDATE ratings SET state = $2, assignee = $3, note = $4 WHERE id = $1",
        ItemKind::Ask => {
            "UPDATE asks SET state = $2, assignee = $3, note = $4, answered_by = $5, closed_because = $6, released = $7
             WHERE id = $1"
        }
    };
    let mut query = sqlx::query(statement)
        .bind(item.id)
        .bind(item.state.code())
        .bind(&item.assignee)
        .bind(&item.note);
    if item.kind == ItemKind::Ask {
        query = query
            .bind(&item.answered_by)
            .bind(&item.closed_because)
            .bind(&item.released);
    }
    query.execute(connection).await?;
    Ok(())
}
