//! Changes that experts make to an item of the inbox, the same for the API and for the forms of pages.

use super::lists::inbox::item_of_path;
use super::refusal::Refusal;
use super::state::AppState;
use crate::document::DocumentId;
use crate::feedback::inbox::{Item, ItemChange};
use crate::feedback::record::{BadField, FieldProblem};
use percent_encoding::percent_decode_str;

/// Changes the item that an address names. The document that answers an ask must exist.
pub(super) async fn change(
    state: &AppState,
    (kind, id): (&str, &str),
    mut change: ItemChange,
    expert: &str,
) -> Result<Item, Refusal> {
    let (kind, id) = item_of_path(kind, id).ok_or(Refusal::NotFound)?;
    if let Some(named) = change.answered_by.as_mut().filter(|n| !n.trim().is_empty()) {
        *named = document_named(state, named.trim())?;
    }
    let store = &state.feedback()?.store;
    Ok(store.inbox().change(kind, id, &change, expert).await?)
}

/// The id of the document that an expert named by its id or the address of its page.
fn document_named(state: &AppState, named: &str) -> Result<String, Refusal> {
    let id = DocumentId(named.to_owned());
    let at_address = id_in_address(named).map(DocumentId);
    let found = state.look_up(|engine| match engine.names_of_id(&id)? {
        Some(names) => Ok(Some(names)),
        None => at_address.map_or(Ok(None), |id| engine.names_of_id(&id)),
    })?;
    let unknown = BadField {
        field: "answered_by",
        problem: FieldProblem::NoDocument,
    };
    Ok(found.ok_or(unknown)?.id.0)
}

/// The id in the address of the page of a document.
fn id_in_address(address: &str) -> Option<String> {
    let (_, after) = address.rsplit_once("/questions/")?;
    let segment = after.split(['/', '?', '#']).next()?;
    let segment = segment.strip_suffix(".md").unwrap_or(segment);
    let id = percent_decode_str(segment).decode_utf8().ok()?;
    Some(id.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_page_has_the_id_of_its_document() {
        for (address, id) in [
            ("https://qa.example.org/questions/nacos", Some("nacos")),
            ("/questions/nacos.md?x=1#step", Some("nacos")),
            ("/questions/a%2F%E9%97%AE/", Some("a/问")),
            ("/questions/%ff", None),
            ("nacos", None),
        ] {
            assert_eq!(id_in_address(address).as_deref(), id, "{address}");
        }
    }
}
