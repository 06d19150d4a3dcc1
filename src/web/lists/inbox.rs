//! Bad ratings and asks.

use super::{Format, List, Page};
use crate::feedback::inbox::{Cursor, InboxFilter, Item, ItemKind};
use crate::feedback::record::WorkState;
use crate::feedback::{Store, StoreError};
use crate::web::parameters::{Parameters, Raw};
use crate::web::refusal::Refusal;
use serde::{Deserialize, Serialize, Serializer};
use utoipa::IntoParams;

/// Items on a page.
pub(in crate::web) const PAGE: usize = 30;

/// Items that pass the filter, newest first.
#[derive(Clone)]
pub(in crate::web) struct Inbox(InboxFilter);

/// Where the next page of the inbox begins, as text in an address.
#[derive(Debug, Clone)]
pub(in crate::web) struct InboxCursor(Cursor);

/// Parameters of the inbox.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(in crate::web) struct InboxParameters {
    /// Only of one kind
    #[param(inline, value_type = Option<ItemKind>)]
    pub(in crate::web) kind: Raw,
    /// Only in one state
    #[param(inline, value_type = Option<WorkState>)]
    pub(in crate::web) state: Raw,
    /// Only of this expert
    #[param(value_type = Option<String>)]
    pub(in crate::web) assignee: Raw,
    /// Only with this in their texts
    #[param(value_type = Option<String>)]
    pub(in crate::web) q: Raw,
    /// `next` of the list before
    #[param(value_type = Option<String>, pattern = "^[0-9]{1,18}-(rating|ask)-[0-9]{1,18}$")]
    pub(in crate::web) after: Raw,
    /// `json` unless given
    #[param(inline, value_type = Option<Format>)]
    pub(in crate::web) format: Raw,
}

impl TryFrom<&Parameters<InboxParameters>> for Inbox {
    type Error = Refusal;

    fn try_from(parameters: &Parameters<InboxParameters>) -> Result<Self, Refusal> {
        let Parameters { sent, source } = parameters;
        let kind = source.one(&sent.kind).map(|code| {
            ItemKind::from_code(code).ok_or(Refusal::not_one_of("kind", "`rating`, `ask`"))
        });
        let state = source.one(&sent.state).map(|code| {
            let allowed = "`new`, `in_work`, `answered`, `dismissed`";
            WorkState::from_code(code).ok_or(Refusal::not_one_of("state", allowed))
        });
        Ok(Self(InboxFilter {
            kind: kind.transpose()?,
            state: state.transpose()?,
            assignee: sent.assignee.text().map(str::to_owned),
            text: sent.q.text().map(str::to_owned),
            after: None,
        }))
    }
}

impl InboxCursor {
    /// The cursor that the parameters hold.
    pub(in crate::web) fn of(
        parameters: &Parameters<InboxParameters>,
    ) -> Result<Option<Self>, Refusal> {
        let after = parameters.source.one(&parameters.sent.after);
        let cursor = after.map(|text| Cursor::from_text(text).ok_or(Refusal::BadCursor));
        Ok(cursor.transpose()?.map(Self))
    }

    /// As it is written in an address.
    pub(in crate::web) fn to_text(&self) -> String {
        self.0.to_text()
    }
}

impl Serialize for InboxCursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_text())
    }
}

impl List for Inbox {
    type Row = Item;
    type Cursor = InboxCursor;
    const COLUMNS: &'static [&'static str] = &[
        "kind",
        "id",
        "at",
        "state",
        "assignee",
        "note",
        "question_id",
        "reasons",
        "text",
        "query",
        "contact",
        "tag",
        "page",
        "language",
        "answered_by",
        "closed_because",
        "released",
        "me_too",
    ];

    async fn page(
        &self,
        store: &Store,
        after: Option<InboxCursor>,
        limit: usize,
    ) -> Result<Page<Item, InboxCursor>, StoreError> {
        let mut filter = self.0.clone();
        filter.after = after.map(|cursor| cursor.0);
        let (rows, next) = store.inbox().page(&filter, limit).await?;
        let next = next.map(InboxCursor);
        Ok(Page { rows, next })
    }
}

/// The item that an address names.
pub(in crate::web) fn item_of_path(kind: &str, id: &str) -> Option<(ItemKind, i64)> {
    Some((ItemKind::from_code(kind)?, id.parse().ok()?))
}
