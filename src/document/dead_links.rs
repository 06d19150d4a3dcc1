//! Links and pictures of a file that lead nowhere. Readers see their text; `dayi check` says where they are.

use super::addresses::{self, Surroundings};
use super::anchors::{AnchorSurvey, Anchors};
use super::callout::Callout;
use super::tags::{Piece, pieces};
use super::warning::Warning;
use super::{dialect, markdown};
use pulldown_cmark::{Event, LinkType, Tag};

/// The links and pictures in the text of the file at `path` that lead nowhere. Paths are relative to the content folder;
/// `is_document` tells whether a file has a page, `is_picture` whether there is such a picture.
pub(super) fn dead_links(
    path: &str,
    text: &str,
    is_document: &dyn Fn(&str) -> bool,
    is_picture: &dyn Fn(&str) -> bool,
) -> Vec<Warning> {
    let text = text.replace("\r\n", "\n");
    let plain = dialect::plain(path, &text);
    let folder = Folder {
        path,
        is_document,
        is_picture,
    };
    let (anchors, found) = addresses_of(&plain.text);
    let dead = found.into_iter().filter_map(|(at, written)| {
        let (what, remedy) = written.problem(&anchors, &folder)?;
        let place = (plain.line_at(at) + 1, 1);
        Some(Warning::at(path, place, what, remedy))
    });
    dead.collect()
}

enum Written {
    Link(String),
    Picture(String),
}

impl Written {
    /// What is wrong with it, and how to mend it.
    fn problem(&self, anchors: &Anchors, folder: &Folder<'_>) -> Option<(String, String)> {
        let (what, remedy) = match self {
            Self::Link(link) => {
                if addresses::of_link(link, anchors, folder).is_some() {
                    return None;
                }
                let what = format!("the link `{link}` leads nowhere and is shown as text");
                let remedy = if link.starts_with('#') {
                    "link to a heading of the same answer"
                } else {
                    "link to a document of the content folder by its path from this file, or to a whole address"
                };
                (what, remedy)
            }
            Self::Picture(picture) => {
                if addresses::of_picture(picture, folder).is_some() {
                    return None;
                }
                (
                    format!("the picture `{picture}` is not in the content folder"),
                    "put it there and name it by its path from this file (PNG, JPEG, GIF, WebP, AVIF, SVG), or give a whole address",
                )
            }
        };
        Some((what, remedy.to_owned()))
    }
}

/// The anchors of a text, and its addresses with their places.
fn addresses_of(text: &str) -> (Anchors, Vec<(usize, Written)>) {
    let mut survey = AnchorSurvey::default();
    let mut found = Vec::new();
    for (event, range) in markdown::events(text).into_offset_iter() {
        survey.see(&event);
        match event {
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                ..
            }) if link_type != LinkType::Email => {
                found.push((range.start, Written::Link(dest_url.into_string())));
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                found.push((range.start, Written::Picture(dest_url.into_string())));
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                raw_addresses(&html, range.start, &mut found);
            }
            _ => {}
        }
    }
    (survey.anchors, found)
}

fn raw_addresses(html: &str, at: usize, found: &mut Vec<(usize, Written)>) {
    for piece in pieces(html) {
        let Piece::Tag(tag) = piece else { continue };
        let written = if tag.is("a") {
            tag.text("href").map(Written::Link)
        } else if tag.is("img") {
            tag.text("src").map(Written::Picture)
        } else {
            None
        };
        found.extend(written.map(|written| (at, written)));
    }
}

/// The content folder, as far as its files are known.
struct Folder<'a> {
    path: &'a str,
    is_document: &'a dyn Fn(&str) -> bool,
    is_picture: &'a dyn Fn(&str) -> bool,
}

impl Surroundings for Folder<'_> {
    fn path(&self) -> &str {
        self.path
    }

    fn page(&self, path: &str) -> Option<String> {
        (self.is_document)(path).then(String::new)
    }

    fn picture(&self, path: &str) -> Option<String> {
        (self.is_picture)(path).then(String::new)
    }

    fn callout_title(&self, _: Callout) -> String {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_nowhere_is_named_with_its_line() {
        let text = "---\nid: a\n---\n## 解答\n[好](b.md) [坏](missing.md)\n<!-- [x](y.md)\n-->\n\n![好](a.png)\n![坏](none.png)\n\n## 节 {#own}\n[好](#节) [好](#own) [坏](#没有)\n<img src=\"none.png\"> <a href=\"missing\">x</a>\n`[x](y.md)` [好](/docs) [好](https://a.example) <a@b.example>\n[坏](aliases:)\n";
        let dead = dead_links("guide/a.md", text, &|path| path == "guide/b.md", &|path| {
            path == "guide/a.png"
        });
        let lines: Vec<usize> = dead.iter().map(|dead| dead.line).collect();
        assert_eq!(lines, [5, 10, 13, 14, 14, 16], "{dead:?}");
        assert!(dead[0].what.contains("`missing.md`") && !dead[0].remedy.is_empty());
    }
}
