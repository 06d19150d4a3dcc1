//! Invariants of the HTML of any answer, parsed like a browser does.

use dayi::document::render_markdown;
use scraper::node::Element;
use scraper::{Html, Node};
use std::collections::HashSet;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// Elements that are allowed in an answer.
const ELEMENTS: &str = "a abbr acronym area article aside b bdi bdo blockquote br caption center cite code col colgroup \
    data dd del details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup hr i img input ins kbd \
    li map mark nav ol p pre q rp rt rtc ruby s samp small span strike strong sub summary sup table tbody td th thead \
    time tr tt u ul var wbr";
/// Allowed classes of elements other than `span`, in any case.
const CLASSES: [&str; 15] = [
    "anchor",
    "code",
    "table-scroll",
    "align-left",
    "align-center",
    "align-right",
    "callout",
    "callout-title",
    "callout-note",
    "callout-tip",
    "callout-important",
    "callout-warning",
    "callout-caution",
    "footnotes",
    "footnote-reference",
];
/// Schemes that run code, or show content that the service does not vouch for.
const BAD_SCHEMES: [&str; 6] = [
    "javascript",
    "vbscript",
    "data",
    "blob",
    "file",
    "filesystem",
];
/// Texts up to this length are also rendered many times repeated.
const SHORT: usize = 32;
/// Length of a repeated text in bytes.
const REPEATED: usize = 8 * 1024;
/// Longest time to render it; it usually takes some milliseconds.
const LONGEST: Duration = Duration::from_secs(2);

pub(crate) fn check(markdown: &str) {
    check_html(render_markdown(markdown).as_str(), markdown);
    if (1..=SHORT).contains(&markdown.len()) {
        check_time(&markdown.repeat(REPEATED / markdown.len()));
    }
}

fn check_time(markdown: &str) {
    let start = worked();
    render_markdown(markdown);
    let took = worked().saturating_sub(start);
    assert!(
        took < LONGEST,
        "rendering {} bytes takes {took:?}",
        markdown.len()
    );
}

/// CPU time of this thread, if the system reports it, because other programs use the machine too.
fn worked() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|told| told.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

fn check_html(html: &str, markdown: &str) {
    let page = Html::parse_fragment(html);
    let mut ids = HashSet::new();
    for node in page.root_element().descendants() {
        match node.value() {
            // The parser adds these around every fragment.
            Node::Element(element) if ["html", "body"].contains(&element.name()) => {}
            Node::Element(element) => {
                check_element(element, html);
                // HTML in a text may have ids of its own.
                if let Some(id) = element.attr("id").filter(|_| !markdown.contains('<')) {
                    assert!(ids.insert(id), "`{id}` is there twice: {html}");
                }
            }
            Node::Comment(_) | Node::ProcessingInstruction(_) | Node::Doctype(_) => {
                panic!("only elements and text are left: {html}")
            }
            _ => {}
        }
    }
}

fn check_element(element: &Element, html: &str) {
    let name = element.name();
    assert!(
        ELEMENTS.split_ascii_whitespace().any(|known| known == name),
        "<{name}>: {html}"
    );
    for (attribute, value) in element.attrs() {
        assert!(
            !attribute.starts_with("on") && !attribute.contains(':'),
            "{attribute}: {html}"
        );
        match attribute {
            "href" | "src" | "cite" => check_address(value, html),
            "style" | "srcdoc" | "srcset" | "action" | "formaction" | "background" | "name"
            | "target" | "form" | "is" | "slot" => panic!("{attribute}: {html}"),
            _ => {}
        }
    }
    let classes = element.classes().collect::<Vec<_>>();
    match name {
        "input" => {
            assert_eq!(element.attr("type"), Some("checkbox"), "{html}");
            assert!(element.attr("disabled").is_some(), "{html}");
        }
        "span" => assert!(
            classes.iter().all(|class| class.starts_with("hl-")),
            "classes of the page are its own: {html}"
        ),
        _ => assert!(
            classes.iter().all(|class| CLASSES
                .iter()
                .any(|known| class.eq_ignore_ascii_case(known))),
            "{html}"
        ),
    }
    if let Some(id) = element.attr("id") {
        assert!(
            id == "a" || id.starts_with("a-"),
            "ids of the page are its own: {html}"
        );
    }
}

/// An address, as browsers read it, leads to the web, to this site, or to an anchor on the page.
fn check_address(address: &str, html: &str) {
    let is_dropped = |c: char| matches!(c, '\t' | '\n' | '\r');
    let address = address.trim_matches(|c: char| c <= ' ');
    let address = address.replace(is_dropped, "").to_lowercase();
    let scheme = address.split_once(':').map(|(scheme, _)| scheme);
    let has_scheme = scheme.is_some_and(|scheme| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    });
    if has_scheme {
        assert!(
            !BAD_SCHEMES.contains(&scheme.unwrap_or_default()),
            "{address}: {html}"
        );
    } else {
        let is_local =
            address.starts_with('/') && !address.starts_with("//") && !address.starts_with("/\\");
        assert!(
            is_local || address.starts_with('#'),
            "{address} leads to somewhere else: {html}"
        );
    }
}
