//! The table of contents of an answer.

use super::anchors::AnchorSurvey;
use super::emphasis::Marked;
use pulldown_cmark::{Event, Tag};

/// A heading of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutlineEntry {
    /// The id of the heading on the page of the answer.
    pub anchor: String,
    /// Its text.
    pub text: String,
    /// How deep it stands, from 0: below the first comes the next, whatever levels the answer skips.
    pub depth: usize,
}

/// The headings of an answer in their order, without those that have no text.
pub fn outline(markdown: &str) -> Vec<OutlineEntry> {
    let mut survey = AnchorSurvey::default();
    let mut entries = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut text = None;
    for event in Marked::new(markdown).events() {
        match &event {
            Event::Start(Tag::Heading { level, .. }) => {
                let level = *level as usize;
                open.retain(|above| *above < level);
                open.push(level);
                text = Some(String::new());
            }
            Event::Text(piece) | Event::Code(piece) => {
                if let Some(text) = &mut text {
                    text.push_str(piece);
                }
            }
            _ => {}
        }
        // An anchor comes with the end of a heading.
        let Some(anchor) = survey.see(&event) else {
            continue;
        };
        let text = text.take().unwrap_or_default().trim().to_owned();
        if !text.is_empty() {
            entries.push(OutlineEntry {
                anchor,
                text,
                depth: open.len().saturating_sub(1),
            });
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_lead_to_where_they_stand() {
        let markdown = "# 一 `a`\n\n正文\n\n### 二\n\n### 二\n\n## 三\n\n##\n\n# 四";
        let entries = outline(markdown);
        let page = super::super::render_markdown(markdown).to_string();
        let read: Vec<(&str, usize)> = entries.iter().map(|e| (e.text.as_str(), e.depth)).collect();
        assert_eq!(
            read,
            [("一 a", 0), ("二", 1), ("二", 1), ("三", 1), ("四", 0)]
        );
        for entry in entries {
            assert!(
                page.contains(&format!("id=\"{}\"", entry.anchor)),
                "{entry:?} {page}"
            );
        }
        assert_eq!(outline("没有标题"), []);
    }
}
