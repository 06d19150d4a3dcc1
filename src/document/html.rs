//! Markdown to safe HTML. Only the sanitizer in this file can create [`Html`].

use super::code::{highlighted, is_highlight};
use super::markdown;
use super::nesting::is_nested_too_deep;
use super::sections::{FEEDBACK_PARAMETER, OLD_FEEDBACK_PATH, is_own_path};
use ammonia::UrlRelative;
use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Tag, TagEnd, html};
use serde::Serialize;
use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

/// HTML that is safe to show unescaped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Html(String);

impl Html {
    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Text escaped for HTML, in elements and in quoted attributes.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Highest heading level in an answer, below the page's own `h1` and `h2`.
const TOP_HEADING: u8 = 3;

static SANITIZER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(sanitizer);

/// Languages of code that are frequent in answers.
const COMMON_CODE: [&str; 6] = ["yaml", "java", "bash", "json", "xml", "properties"];

/// Initializes the sanitizer's rules and the grammars of common code, so that the first answers need not wait for
/// them.
pub fn prepare_rendering() {
    for language in COMMON_CODE {
        render_markdown(&format!("```{language}\na: \"b\" # c\n```\n"));
    }
}

/// The HTML of an answer: highlighted code, scrolling tables, headings with anchors, then sanitized.
pub fn render_markdown(markdown: &str) -> Html {
    let mut anchors = Anchors::default();
    let mut events: Vec<Event<'_>> = Vec::new();
    let mut code: Option<(String, String)> = None;
    let mut heading: Option<(usize, u8, String)> = None;
    for event in markdown::events(markdown) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => code = Some((language(&kind), String::new())),
            Event::Text(text) if code.is_some() => {
                if let Some((_, source)) = &mut code {
                    source.push_str(&text);
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                if let Some((language, source)) = code.take() {
                    events.push(raw(code_block(&language, &source)));
                }
            }
            Event::Start(Tag::Heading { level, .. }) => {
                heading = Some((events.len(), shifted(level), String::new()));
                events.push(raw(String::new()));
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some((at, level, text)) = heading.take() {
                    let id = anchors.id_for(&text);
                    events[at] = raw(format!("<h{level} id=\"{id}\">"));
                    events.push(raw(format!(
                        "<a class=\"anchor\" href=\"#{id}\" aria-label=\"#\"></a></h{level}>\n"
                    )));
                }
            }
            Event::Start(Tag::Table(alignments)) => {
                events.push(raw("<div class=\"table-scroll\" tabindex=\"0\">".into()));
                events.push(Event::Start(Tag::Table(alignments)));
            }
            Event::End(TagEnd::Table) => {
                events.push(Event::End(TagEnd::Table));
                events.push(raw("</div>\n".into()));
            }
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            }) => events.push(Event::Start(Tag::Link {
                link_type,
                dest_url: own_feedback_link(&dest_url).map_or(dest_url, CowStr::from),
                title,
                id,
            })),
            event => {
                if let (Some((_, _, heading)), Event::Text(text) | Event::Code(text)) =
                    (&mut heading, &event)
                {
                    heading.push_str(text);
                }
                events.push(event);
            }
        }
    }
    let mut unsafe_html = String::with_capacity(markdown.len() * 2);
    html::push_html(&mut unsafe_html, events.into_iter());
    if is_nested_too_deep(&unsafe_html) {
        return Html(format!("<pre>{}</pre>", escape(markdown)));
    }
    Html(SANITIZER.clean(&unsafe_html).to_string())
}

/// Rewrites a link to the feedback form of the old service into the path of the form on this one.
fn own_feedback_link(address: &str) -> Option<String> {
    let (path, query) = address.split_once('?')?;
    let grade = query
        .split(['&', '#'])
        .find_map(|pair| pair.strip_prefix(FEEDBACK_PARAMETER))?;
    let is_number = !grade.is_empty() && grade.bytes().all(|b| b.is_ascii_alphanumeric());
    let is_form = path.ends_with(OLD_FEEDBACK_PATH);
    (is_form && is_number).then(|| format!("{OLD_FEEDBACK_PATH}?{FEEDBACK_PARAMETER}{grade}"))
}

fn raw(html: String) -> Event<'static> {
    Event::Html(CowStr::from(html))
}

fn shifted(level: HeadingLevel) -> u8 {
    (level as u8 + TOP_HEADING - 1).min(6)
}

fn language(kind: &CodeBlockKind<'_>) -> String {
    match kind {
        CodeBlockKind::Fenced(info) => info
            .split([' ', ',', '{'])
            .next()
            .unwrap_or_default()
            .to_lowercase(),
        CodeBlockKind::Indented => String::new(),
    }
}

fn code_block(language: &str, source: &str) -> String {
    let label = if language.is_empty() {
        String::new()
    } else {
        format!(" data-language=\"{}\"", escape(language))
    };
    let inner = highlighted(language, source).unwrap_or_else(|| escape(source));
    format!("<pre class=\"code\" tabindex=\"0\"{label}><code>{inner}</code></pre>\n")
}

/// Anchors of one answer: readable, unique, and distinct from the ids of the page.
#[derive(Default)]
struct Anchors {
    /// How often each anchor was used.
    taken: HashMap<String, usize>,
}

impl Anchors {
    fn id_for(&mut self, heading: &str) -> String {
        let mut slug = String::from("a");
        for word in heading
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
        {
            slug.push('-');
            slug.push_str(&word.to_lowercase());
        }
        let mut id = slug.clone();
        while self.taken.contains_key(&id) {
            let count = self.taken.entry(slug.clone()).or_default();
            *count += 1;
            id = format!("{slug}-{count}");
        }
        self.taken.insert(id.clone(), 1);
        id
    }
}

fn sanitizer() -> ammonia::Builder<'static> {
    let mut builder = ammonia::Builder::default();
    builder
        .add_tags(["input"])
        .add_tag_attributes("input", ["checked"])
        // Only the checkbox of a task list is allowed, not other form fields.
        .set_tag_attribute_value("input", "type", "checkbox")
        .set_tag_attribute_value("input", "disabled", "")
        .add_tag_attributes("pre", ["tabindex", "data-language"])
        .add_tag_attributes("div", ["tabindex"])
        .add_tag_attributes("a", ["aria-label"])
        .add_tag_attribute_values("a", "class", ["anchor"])
        .add_tag_attribute_values("pre", "class", ["code"])
        .add_tag_attribute_values("div", "class", ["table-scroll"])
        .set_tag_attribute_value("img", "loading", "lazy")
        .link_rel(Some("nofollow noopener"))
        .url_relative(UrlRelative::Custom(Box::new(local_only)))
        .attribute_filter(|element, attribute, value| match (element, attribute) {
            // Only classes of the highlighter are allowed: a document must not use the classes of the page.
            ("span", "class") if !is_highlight(value) => None,
            (_, "id") if !is_anchor(value) => None,
            _ => Some(value.into()),
        });
    for level in ["h1", "h2", "h3", "h4", "h5", "h6"] {
        builder.add_tag_attributes(level, ["id"]);
    }
    builder.add_tag_attributes("span", ["class"]);
    builder
}

/// Whether an id is one of [`Anchors`].
fn is_anchor(id: &str) -> bool {
    id.strip_prefix('a')
        .is_some_and(|words| words.is_empty() || words.starts_with('-'))
}

/// Removes relative URLs except anchors and paths of this site, because others lead nowhere from here.
fn local_only(url: &str) -> Option<std::borrow::Cow<'_, str>> {
    (is_own_path(url) || url.starts_with('#')).then_some(url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(markdown: &str) -> String {
        render_markdown(markdown).0
    }

    #[test]
    fn links_to_the_old_feedback_form_lead_to_this_one() {
        let link = "https://answer.example.com/user/feedbackByEnhancerGradePOJOID?enhancerGradePOJOId=17047";
        let shown = html(&format!("[差评]({link}) 和 <https://nacos.io/docs?x=1>"));
        assert!(
            shown
                .contains("href=\"/user/feedbackByEnhancerGradePOJOID?enhancerGradePOJOId=17047\""),
            "{shown}"
        );
        assert!(
            !shown.contains("answer.example.com") && shown.contains("nacos.io/docs?x=1"),
            "{shown}"
        );
        assert!(html(&format!("[x]({link}%22)")).contains("answer.example.com"));
    }

    #[test]
    fn what_is_nested_without_end_is_shown_as_it_was_written() {
        for deep in [
            ">",
            "- ",
            "<div>",
            "<div></x>",
            "<DIV a='x' b></DIVE>",
            "<div a=\"></div>\">",
            "<div =\" b=\"></div>\">",
            "<div><!--</div>-->",
            "<div></ </div>",
            "<div></x a=\"</div>\">",
            "<div><title></div></title>",
            "<span><p></span></p>",
            "<div><table><td></div>",
            "<p><font color=1></p>",
        ] {
            let shown = html(&format!("{}正文", deep.repeat(20_000)));
            assert!(
                shown.starts_with("<pre>") && shown.contains("正文"),
                "{deep}"
            );
        }
        for flat in [
            "一段<br>两段 <img src=\"https://a.example/x.png\">\n\n",
            "<p>一段\n\n",
            "<ul><li>一<li><p>二</ul>\n\n",
            "<table><tr><td>一<td>二<tr><td>三</table>\n\n",
            "<!-- 一 --> <font color=red size='1'>**二**</font>\n\n",
            "> <Details open><summary>一</SUMMARY>a < b</details>\n\n",
        ] {
            let shown = html(&flat.repeat(300));
            assert!(!shown.starts_with("<pre>"), "{flat}");
        }
        assert!(html(&format!("{}正文", "> ".repeat(20))).contains("<blockquote>"));
    }

    #[test]
    fn scripts_handlers_and_odd_addresses_are_gone() {
        for (attack, traces) in [
            ("<script>alert(1)</script>", "script"),
            ("<img src=x onerror=alert(1)>", "onerror"),
            ("[a](javascript:alert(1))", "javascript"),
            ("<a href=\"//evil.example\">x</a>", "evil"),
            ("<a href=\"/&#9;/evil.example\">x</a>", "evil"),
            ("<img src=\"/&#10;\\evil.example\">", "evil"),
            ("<svg onload=alert(1)>", "svg"),
            ("<iframe src=https://x.example></iframe>", "iframe"),
            ("<style>*{}</style>", "style"),
            ("<form action=/x><input name=a></form>", "form"),
            ("```\"><script>\nx\n```", "<script"),
        ] {
            assert!(
                !html(attack).contains(traces),
                "{attack} -> {}",
                html(attack)
            );
        }
    }

    #[test]
    fn code_is_highlighted_by_classes() {
        let shown = html("```java\nint a = 1; // <b>\n```");
        assert!(shown.starts_with("<pre class=\"code\" tabindex=\"0\" data-language=\"java\"><code><span class=\"hl-source hl-java\">"), "{shown}");
        assert!(
            shown.contains("&lt;b&gt;") && shown.contains("hl-comment"),
            "{shown}"
        );
    }

    #[test]
    fn unknown_languages_are_plain_code() {
        assert_eq!(
            html("```nolang\na < b\n```"),
            "<pre class=\"code\" tabindex=\"0\" data-language=\"nolang\"><code>a &lt; b\n</code></pre>\n"
        );
    }

    #[test]
    fn headings_have_unique_anchors_below_the_pages_own() {
        let shown = html("## 步骤 A\n## 步骤 A\n");
        assert!(
            shown.contains("<h4 id=\"a-步骤-a\">") && shown.contains("<h4 id=\"a-步骤-a-2\">"),
            "{shown}"
        );
        let shown = html("# x\n# x\n# x 2\n");
        assert!(
            shown.contains("id=\"a-x-2\"") && shown.contains("id=\"a-x-2-2\""),
            "{shown}"
        );
    }

    #[test]
    fn classes_ids_and_fields_of_the_page_are_its_own() {
        for (text, shown) in [
            (
                "<span class=\"hl-comment primary\">a</span>",
                "<p><span>a</span></p>",
            ),
            ("<h2 id=\"q\">a</h2>", "<h2>a</h2>"),
            ("<h2 id=\"a-q\">a</h2>", "<h2 id=\"a-q\">a</h2>"),
        ] {
            assert_eq!(html(text).trim(), shown);
        }
        let fields = html("<input name=a> <input type=text value=b>");
        let disabled = fields
            .split("<input")
            .skip(1)
            .filter(|i| i.contains("type=\"checkbox\"") && i.contains("disabled=\"\""));
        assert_eq!(disabled.count(), 2, "{fields}");
    }

    #[test]
    fn tables_scroll_and_links_are_guarded() {
        let shown = html("| a |\n|---|\n| [x](https://e.example/) |");
        assert!(
            shown.contains("<div class=\"table-scroll\" tabindex=\"0\"><table>"),
            "{shown}"
        );
        assert!(
            shown.contains("<a href=\"https://e.example/\" rel=\"nofollow noopener\">"),
            "{shown}"
        );
        assert!(
            html("[y](../x.md)").contains("<a rel=\"nofollow noopener\">y</a>"),
            "{}",
            html("[y](../x.md)")
        );
    }
}
