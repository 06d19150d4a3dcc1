//! Components of Docusaurus, `VitePress` and MDX. Their labels and titles become headings, callouts those of `:::`; other
//! tags of components go and leave what is between them.

use super::areas::Areas;
use super::source::{Edit, lines};
use crate::document::callout::Callout;
use crate::document::escape::escape;
use crate::document::tags::{HtmlTag, Value};
use std::collections::HashMap;
use std::ops::Range;

/// Components that are known in `.md` too. In MDX every name with a capital letter is one.
const KNOWN: [&str; 12] = [
    "Tabs",
    "TabItem",
    "Tab",
    "Admonition",
    "CodeGroup",
    "CodeGroupItem",
    "CodeTabs",
    "Steps",
    "Step",
    "Cards",
    "Card",
    "BrowserOnly",
];

/// Whether a name is that of a component that is known everywhere.
pub(super) fn is_known(name: &str) -> bool {
    KNOWN.contains(&name)
}

/// A tag of a text, with its place and the number of the tag it closes.
struct Placed<'t> {
    tag: HtmlTag<'t>,
    range: Range<usize>,
    /// The place of the tag that closes it.
    end: Option<Range<usize>>,
}

/// All tags outside of code, each with the one that closes it.
fn tags<'t>(text: &'t str, areas: &Areas) -> Vec<Placed<'t>> {
    let mut placed: Vec<Placed<'t>> = Vec::new();
    let mut open: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut behind = 0;
    for at in memchr::memchr_iter(b'<', text.as_bytes()) {
        if at < behind || areas.is_code(at) || text[..at].ends_with('\\') {
            continue;
        }
        let Some(tag) = HtmlTag::at_start(&text[at..]) else {
            continue;
        };
        let range = at..at + tag.source.len();
        behind = range.end;
        if tag.is_end {
            if let Some(opening) = open.get_mut(tag.name).and_then(Vec::pop) {
                placed[opening].end = Some(range.clone());
            }
        } else if !tag.closes_itself {
            open.entry(tag.name).or_default().push(placed.len());
        }
        placed.push(Placed {
            tag,
            range,
            end: None,
        });
    }
    placed
}

fn is_component(tag: &HtmlTag<'_>, is_mdx: bool) -> bool {
    is_known(tag.name) || (is_mdx && tag.name.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// The edits that turn components into Markdown, and attributes of JSX into those of HTML.
pub(super) fn edits(text: &str, is_mdx: bool) -> Vec<Edit> {
    let areas = if is_mdx {
        Areas::of_fences(text)
    } else {
        Areas::of(text)
    };
    let mut edits = Vec::new();
    for Placed { tag, range, end } in tags(text, &areas) {
        let is_matched = tag.closes_itself || end.is_some();
        if !is_component(&tag, is_mdx) {
            let has_expression = tag.attributes.iter().any(|attribute| {
                matches!(attribute.value, Some(Value::Expression(_)))
                    || attribute.name == "className"
            });
            if is_mdx && has_expression {
                edits.push(Edit::new(range, as_html(&tag)));
            }
        } else if is_matched && !tag.is_end {
            let (opening, closing) = around(&tag);
            edits.push(Edit::new(range, opening));
            edits.extend(end.map(|end| Edit::new(end, closing)));
        }
    }
    edits.sort_by_key(|edit| edit.range.start);
    edits
}

/// What comes for the opening and for the closing tag of a component.
fn around(tag: &HtmlTag<'_>) -> (String, &'static str) {
    let attribute = |name: &str| tag.text(name).filter(|text| !text.trim().is_empty());
    let title = attribute("label").or_else(|| attribute("title"));
    if tag.name == "Admonition" {
        let kind = attribute("type").filter(|kind| Callout::of_name(kind).is_some());
        let title = title.map_or_else(String::new, |title| format!("[{title}]"));
        let kind = kind.unwrap_or_else(|| "note".to_owned());
        return (format!("\n\n:::{kind}{title}\n\n"), "\n\n:::\n\n");
    }
    let label = title.or_else(|| attribute("value").filter(|_| tag.name.starts_with("Tab")));
    match label {
        Some(label) => (format!("\n\n#### {}\n\n", label.replace('\n', " ")), "\n\n"),
        None => (String::new(), ""),
    }
}

/// The tag with those attributes that are text.
fn as_html(tag: &HtmlTag<'_>) -> String {
    let texts = tag.attributes.iter().filter(|a| a.name != "className");
    let texts = texts.filter_map(|a| match a.value {
        None => Some(format!(" {}", a.name)),
        Some(_) => Some(format!(" {}=\"{}\"", a.name, escape(&a.text()?))),
    });
    let end = if tag.closes_itself { " /" } else { "" };
    format!("<{}{}{end}>", tag.name, texts.collect::<String>())
}

/// The edits that take off the indent of what stands in components, as MDX ignores it.
pub(super) fn indents(text: &str) -> Vec<Edit> {
    let areas = Areas::of_fences(text);
    let regions = tags(text, &areas)
        .into_iter()
        .filter(|placed| is_component(&placed.tag, true));
    let regions = regions.filter_map(|placed| Some((placed.range.end, placed.end?.start)));
    let regions: Vec<(usize, usize)> = regions.collect();
    // For each line the innermost region that holds it.
    let lines: Vec<(Range<usize>, &str)> = lines(text).collect();
    let mut region_of = vec![None; lines.len()];
    for (nth, (start, end)) in regions.iter().enumerate() {
        let first = lines.partition_point(|(range, _)| range.start < *start);
        let last = lines.partition_point(|(range, _)| range.end <= *end);
        // Regions come in the order of their beginnings, so inner ones come later.
        region_of[first..last.max(first)].fill(Some(nth));
    }
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let mut least = vec![usize::MAX; regions.len()];
    for (region, (_, line)) in region_of.iter().zip(&lines) {
        if let Some(region) = region.filter(|_| !line.trim().is_empty()) {
            least[region] = least[region].min(indent(line));
        }
    }
    let edits = region_of
        .iter()
        .zip(&lines)
        .filter_map(|(region, (range, line))| {
            let columns = least[(*region)?].min(indent(line));
            (columns > 0).then(|| Edit::removal(range.start..range.start + columns))
        });
    edits.collect()
}

#[cfg(test)]
mod tests {
    use super::super::plain;
    use crate::document::render_markdown;

    fn shown(path: &str, text: &str) -> String {
        render_markdown(&plain(path, text).text).as_str().to_owned()
    }

    #[test]
    fn labels_of_tabs_are_headings() {
        let tabs = "<Tabs>\n<TabItem value=\"a\" label=\"Maven\">\n\nmaven **内容**\n\n</TabItem>\n<TabItem value=\"b\">b</TabItem>\n</Tabs>";
        for path in ["a.md", "a.mdx"] {
            let html = shown(path, tabs);
            for part in [">Maven<", "<strong>内容</strong>", ">b<"] {
                assert!(html.contains(part), "{part}: {html}");
            }
            assert!(!html.contains("Tab"), "{html}");
        }
    }

    #[test]
    fn indented_content_of_components_is_no_code() {
        let tabs = "<Tabs>\n  <TabItem label=\"甲\">\n      内容\n\n      ```sh\n      ls\n      ```\n  </TabItem>\n</Tabs>\n";
        let html = shown("a.mdx", tabs);
        assert!(
            html.contains("<p>内容</p>") && html.contains("data-language=\"sh\""),
            "{html}"
        );
    }

    #[test]
    fn admonitions_are_callouts() {
        let html = shown(
            "a.mdx",
            "<Admonition type=\"info\" title=\"注意这个\">提醒内容</Admonition>",
        );
        assert!(
            html.contains("<aside") && html.contains("注意这个") && html.contains("提醒内容"),
            "{html}"
        );
    }

    #[test]
    fn generics_are_no_components() {
        assert!(shown("a.md", "用 List<String> 接收").contains("List&lt;String&gt;"));
        assert!(shown("a.mdx", "用 List<String> 接收").contains("List&lt;String&gt;"));
    }
}
