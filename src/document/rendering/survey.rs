//! What has to be known of an answer before its first line is written.

use crate::document::anchors::{AnchorSurvey, Anchors};
use crate::document::tags::{Piece, pieces};
use pulldown_cmark::Event;
use std::collections::{HashMap, HashSet};

/// Finds the headings and anchors of an answer, and the tags in lines that nothing closes. Returns the
/// anchors, the ids of the headings, and the numbers of those tags.
pub(super) fn survey(events: &[Event<'_>]) -> (Anchors, Vec<String>, HashSet<usize>) {
    let mut survey = AnchorSurvey::default();
    let mut headings = Vec::new();
    let mut open: HashMap<String, Vec<usize>> = HashMap::new();
    let mut texts = HashSet::new();
    for (at, event) in events.iter().enumerate() {
        headings.extend(survey.see(event));
        match event {
            Event::Html(html) | Event::InlineHtml(html) => {
                let is_inline = matches!(event, Event::InlineHtml(_));
                for piece in pieces(html) {
                    let Piece::Tag(tag) = piece else { continue };
                    let name = tag.name.to_ascii_lowercase();
                    if tag.is_end {
                        let opening = open.get_mut(&name).and_then(Vec::pop);
                        if opening.is_none() && is_inline {
                            texts.insert(at);
                        }
                        opening.inspect(|opening| {
                            texts.remove(opening);
                        });
                        continue;
                    }
                    if tag.needs_an_end() {
                        open.entry(name).or_default().push(at);
                    }
                    let before = match at.checked_sub(1).and_then(|at| events.get(at)) {
                        Some(Event::Text(text)) => text,
                        _ => "",
                    };
                    if is_inline && !tag.stands_alone(before) {
                        texts.insert(at);
                    }
                }
            }
            _ => {}
        }
    }
    (survey.anchors, headings, texts)
}
