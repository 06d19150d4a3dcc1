//! Markdown to safe HTML. Only the sanitizer in this file can create [`Html`].

use super::addresses::{Alone, Surroundings};
use super::anchors::is_anchor;
use super::code::is_highlight;
use super::emphasis::Marked;
use super::escape::escape;
use super::nesting::is_nested_too_deep;
use super::own_paths::is_own_path;
use super::rendering::rendered;
use ammonia::UrlRelative;
use serde::Serialize;
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

static SANITIZER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| sanitizer(is_anchor));
static WITHOUT_IDS: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| sanitizer(|_| false));

/// Languages of code that are frequent in answers.
const COMMON_CODE: [&str; 6] = ["yaml", "java", "bash", "json", "xml", "properties"];

/// Initializes the sanitizer's rules and the grammars of common code, so that the first answers need not wait for
/// them.
pub fn prepare_rendering() {
    for language in COMMON_CODE {
        render_markdown(&format!("```{language}\na: \"b\" # c\n```\n"));
    }
}

/// The HTML of an answer on its own, see [`render_answer`].
pub fn render_markdown(markdown: &str) -> Html {
    render_answer(markdown, &Alone)
}

/// The HTML of an answer: what `rendering` makes of it, then sanitized. One that is nested too deep is
/// shown as it was written.
pub fn render_answer(markdown: &str, around: &dyn Surroundings) -> Html {
    sanitized(markdown, around, &SANITIZER)
}

/// The HTML of text that stands beside an answer or apart from it: without ids, which may be those of the answer.
pub fn render_excerpt(markdown: &str, around: &dyn Surroundings) -> Html {
    sanitized(markdown, around, &WITHOUT_IDS)
}

fn sanitized(markdown: &str, around: &dyn Surroundings, rules: &ammonia::Builder<'_>) -> Html {
    let unsafe_html = rendered(&Marked::new(markdown), around);
    if is_nested_too_deep(&unsafe_html) {
        return Html(format!("<pre>{}</pre>", escape(markdown)));
    }
    Html(rules.clean(&unsafe_html).to_string())
}

/// The rules, by which ids are left that are allowed.
fn sanitizer(is_id: fn(&str) -> bool) -> ammonia::Builder<'static> {
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
        .add_tag_attribute_values("div", "class", ["table-scroll", "footnotes"])
        .add_tag_attribute_values("p", "class", ["callout-title"])
        .add_tag_attribute_values("sup", "class", ["footnote-reference"])
        .add_tag_attributes("sup", ["id"])
        .add_tag_attributes("li", ["id"])
        .add_tag_attribute_values("aside", "class", CALLOUTS)
        .set_tag_attribute_value("img", "loading", "lazy")
        .link_rel(Some("nofollow noopener"))
        .url_relative(UrlRelative::Custom(Box::new(local_only)))
        .attribute_filter(
            move |element, attribute, value| match (element, attribute) {
                // Only classes of the highlighter are allowed: a document must not use the classes of the page.
                ("span", "class") if !is_highlight(value) => None,
                (_, "id") if !is_id(value) => None,
                _ => Some(value.into()),
            },
        );
    for level in ["h1", "h2", "h3", "h4", "h5", "h6"] {
        builder.add_tag_attributes(level, ["id"]);
    }
    for cell in ["th", "td"] {
        let alignments = ["align-left", "align-center", "align-right"];
        builder.add_tag_attribute_values(cell, "class", alignments);
    }
    builder.add_tag_attributes("span", ["class", "id"]);
    builder
}

/// Classes of callouts, each for one of [`Callout`](super::callout::Callout).
const CALLOUTS: [&str; 5] = [
    "callout callout-note",
    "callout callout-tip",
    "callout callout-important",
    "callout callout-warning",
    "callout callout-caution",
];

/// Removes relative URLs except anchors and paths of this site. Others were resolved before.
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
            "<div><!--</div>-->",
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
        for (no_tag, shown_as) in [
            ("<div =\" b=\"></div>\">", "&lt;div ="),
            ("<div></ </div>", "&lt;/ "),
        ] {
            let shown = html(&format!("{}正文", no_tag.repeat(20_000)));
            assert!(
                shown.contains(shown_as) && shown.contains("正文"),
                "{no_tag}"
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
            shown.contains("<h3 id=\"a-步骤-a\">") && shown.contains("<h3 id=\"a-步骤-a-2\">"),
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
            ("<h2 id=\"q\">a</h2>", "<h3 id=\"a-q\">a</h3>"),
            ("<h2 id=\"a-q\">a</h2>", "<h3 id=\"a-q\">a</h3>"),
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
    fn what_stands_beside_an_answer_has_no_ids() {
        let Html(shown) = render_excerpt("## 步骤\n\n```java\nint a;\n```", &Alone);
        assert!(
            shown.contains("<h3>步骤") && shown.contains("hl-java"),
            "{shown}"
        );
        assert!(!shown.contains(" id="), "{shown}");
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
        assert_eq!(html("[y](../x.md)").trim(), "<p>y</p>");
    }
}
