//! Anchors of one answer: readable ids for its headings, and what links to them were written as.

use super::tags::{Piece, pieces};
use percent_encoding::percent_decode_str;
use pulldown_cmark::{Event, Tag, TagEnd};
use std::collections::HashMap;

/// The ids of an answer: readable, unique, and distinct from those of the page.
#[derive(Default)]
pub(super) struct Anchors {
    /// How often each id was used.
    taken: HashMap<String, usize>,
    /// How often each heading came, by its [`key`].
    headings: HashMap<String, usize>,
    /// Ids by what a fragment may be.
    targets: HashMap<String, String>,
    /// Ids by the name that the answer gives an anchor of its own.
    named: HashMap<String, String>,
}

impl Anchors {
    /// The id of the next heading of this text.
    pub(super) fn heading(&mut self, text: &str) -> String {
        let id = self.id_for(text);
        let key = key(text);
        let count = self.headings.entry(key.clone()).or_default();
        // The second of two equal headings is `-1` on GitHub and in most generators.
        let numbered = if *count == 0 {
            key
        } else {
            format!("{key}{count}")
        };
        *count += 1;
        self.targets.entry(numbered).or_insert_with(|| id.clone());
        self.targets.insert(id.clone(), id.clone());
        id
    }

    /// Gives the answer's own anchor of this name an id.
    pub(super) fn name(&mut self, name: &str) {
        if self.named.contains_key(name) || name.is_empty() {
            return;
        }
        let is_own = is_anchor(name) && !self.taken.contains_key(name);
        let id = if is_own {
            name.to_owned()
        } else {
            self.id_for(name)
        };
        self.taken.entry(id.clone()).or_insert(1);
        self.targets.insert(name.to_owned(), id.clone());
        self.named.insert(name.to_owned(), id);
    }

    /// The id of an anchor of its own, for the first element that has it.
    pub(super) fn take_named(&mut self, name: &str) -> Option<String> {
        self.named.remove(name)
    }

    /// A new id for a text.
    pub(super) fn id_for(&mut self, text: &str) -> String {
        let slug = slug(text);
        let mut id = slug.clone();
        while self.taken.contains_key(&id) {
            let count = self.taken.entry(slug.clone()).or_default();
            *count += 1;
            id = format!("{slug}-{count}");
        }
        self.taken.insert(id.clone(), 1);
        id
    }

    /// The id that a link to `#fragment` means.
    pub(super) fn find(&self, fragment: &str) -> Option<&str> {
        let fragment = percent_decode_str(fragment).decode_utf8().ok()?;
        let found = self.targets.get(&*fragment);
        let found = found.or_else(|| self.targets.get(&key(&fragment)));
        found.map(String::as_str)
    }
}

/// Collects the anchors of an answer from its events.
#[derive(Default)]
pub(super) struct AnchorSurvey {
    pub(super) anchors: Anchors,
    /// The text of the heading that is open.
    heading: Option<String>,
}

impl AnchorSurvey {
    /// Looks at the next event. Returns the id of the heading that ends with it.
    pub(super) fn see(&mut self, event: &Event<'_>) -> Option<String> {
        match event {
            Event::Start(Tag::Heading { .. }) => self.heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                let text = self.heading.take()?;
                return Some(self.anchors.heading(&text));
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut self.heading {
                    heading.push_str(text);
                }
            }
            Event::Html(html) | Event::InlineHtml(html) => self.see_html(html),
            _ => {}
        }
        None
    }

    fn see_html(&mut self, html: &str) {
        for piece in pieces(html) {
            let Piece::Tag(tag) = piece else { continue };
            let names = ["id", "name"].into_iter().filter_map(|name| tag.text(name));
            if tag.is_element() {
                names.for_each(|name| self.anchors.name(&name));
            }
        }
    }
}

/// The id that a heading or a fragment gets where no other has the same.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::from("a");
    let words = text.split(|c: char| !c.is_alphanumeric());
    for word in words.filter(|w| !w.is_empty()) {
        slug.push('-');
        slug.push_str(&word.to_lowercase());
    }
    slug
}

/// Letters and digits only: generators differ in what they make of the rest.
fn key(text: &str) -> String {
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// Whether an id is one of [`Anchors`].
pub(super) fn is_anchor(id: &str) -> bool {
    id.strip_prefix('a')
        .is_some_and(|words| words.is_empty() || words.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_of_generators_find_the_heading() {
        let mut anchors = Anchors::default();
        for (heading, id) in [
            ("第二节", "a-第二节"),
            ("重复 标题", "a-重复-标题"),
            ("重复 标题", "a-重复-标题-2"),
            ("C++ & C#：如何？", "a-c-c-如何"),
        ] {
            assert_eq!(anchors.heading(heading), id);
        }
        anchors.name("old-anchor");
        anchors.name("a-own");
        for (fragment, id) in [
            ("第二节", Some("a-第二节")),
            ("%E7%AC%AC%E4%BA%8C%E8%8A%82", Some("a-第二节")),
            ("重复-标题", Some("a-重复-标题")),
            ("重复-标题-1", Some("a-重复-标题-2")),
            ("c--c如何", Some("a-c-c-如何")),
            ("a-第二节", Some("a-第二节")),
            ("old-anchor", Some("a-old-anchor")),
            ("a-own", Some("a-own")),
            ("没有", None),
        ] {
            assert_eq!(anchors.find(fragment), id, "{fragment}");
        }
    }
}
