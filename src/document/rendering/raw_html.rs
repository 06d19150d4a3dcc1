//! HTML that authors write in their Markdown.

use super::Renderer;
use super::levels::heading_level;
use crate::document::addresses;
use crate::document::escape::escape;
use crate::document::tags::{HtmlTag, Piece, pieces};
use std::fmt::Write;

/// Elements that a `span` cannot stand before.
const IN_TABLES: [&str; 9] = [
    "caption", "col", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr",
];

impl Renderer<'_> {
    /// Raw HTML with its links and pictures resolved; what is no element is text.
    pub(super) fn raw_html(&mut self, html: &str) -> String {
        let mut written = String::with_capacity(html.len());
        for piece in pieces(html) {
            match piece {
                Piece::Text(text) => written.push_str(&text.replace('<', "&lt;")),
                Piece::Tag(tag) if !tag.is_element() => written.push_str(&escape(tag.source)),
                Piece::Tag(tag) if tag.is_end => self.raw_end(&tag, &mut written),
                Piece::Tag(tag) => self.raw_start(&tag, &mut written),
            }
        }
        written
    }

    fn raw_start(&mut self, tag: &HtmlTag<'_>, written: &mut String) {
        let name = tag.name.to_ascii_lowercase();
        let named = ["id", "name"]
            .into_iter()
            .find_map(|attribute| tag.text(attribute));
        let id = named.and_then(|name| self.anchors.take_named(&name));
        let address = match name.as_str() {
            "a" => {
                let address = tag
                    .text("href")
                    .and_then(|href| addresses::of_link(&href, &self.anchors, self.around));
                self.links.push(address.is_some());
                address.map(|address| ("href", address))
            }
            "img" => {
                let source = tag.text("src");
                let address = source
                    .as_deref()
                    .and_then(|source| addresses::of_picture(source, self.around));
                let Some(address) = address else {
                    let alt = tag.text("alt").filter(|alt| !alt.trim().is_empty());
                    let name = || addresses::name_of_picture(source.as_deref().unwrap_or_default());
                    written.push_str(&escape(&alt.unwrap_or_else(name)));
                    return;
                };
                Some(("src", address))
            }
            _ => None,
        };
        let level = heading_level(&name).map(|level| self.levels.of_raw(level));
        let id = id.map(|id| format!(" id=\"{id}\""));
        match (level, &id) {
            (Some(level), _) => {
                let id = id.unwrap_or_default();
                let _ = write!(written, "<h{level}{id}");
            }
            (None, Some(id)) if !IN_TABLES.contains(&name.as_str()) => {
                let _ = write!(written, "<span{id}></span>");
                if name == "a" && address.is_none() {
                    return;
                }
                let _ = write!(written, "<{name}");
            }
            _ if name == "a" && address.is_none() => return,
            _ => {
                let _ = write!(written, "<{name}");
            }
        }
        for attribute in &tag.attributes {
            let is_own = ["id", "name", "class", "style", "href", "src"]
                .iter()
                .any(|own| own.eq_ignore_ascii_case(attribute.name));
            if is_own
                || !attribute
                    .name
                    .starts_with(|c: char| c.is_ascii_alphabetic())
            {
                continue;
            }
            let _ = write!(written, " {}", attribute.name.to_ascii_lowercase());
            if let Some(value) = attribute.text() {
                let _ = write!(written, "=\"{}\"", escape(&value));
            }
        }
        if let Some((attribute, address)) = address {
            let _ = write!(written, " {attribute}=\"{}\"", escape(&address));
        }
        written.push('>');
    }

    fn raw_end(&mut self, tag: &HtmlTag<'_>, written: &mut String) {
        let name = tag.name.to_ascii_lowercase();
        if name == "a" && self.links.pop() == Some(false) {
            return;
        }
        let level = heading_level(&name).and_then(|_| self.levels.end_raw());
        let name = level.map_or(name, |level| format!("h{level}"));
        let _ = write!(written, "</{name}>");
    }
}
