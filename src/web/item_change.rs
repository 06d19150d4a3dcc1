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
fn document_named(state: &AppState, typed: &str) -> Result<String, Refusal> {
    let candidates = [Some(typed.to_owned()), id_in_address(typed)];
    let found = state.look_up(|engine| {
        for id in candidates.into_iter().flatten() {
            if let Some(names) = engine.names_of_id(&DocumentId(id))? {
                return Ok(Some(names.id.0));
            }
        }
        Ok(None)
    })?;
    let (field, problem) = ("answered_by", FieldProblem::NoDocument);
    found.ok_or_else(|| BadField { field, problem }.into())
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
