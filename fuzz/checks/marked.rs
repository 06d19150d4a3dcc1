//! Text of hits: escaped, with words in `<mark>`.

/// The text of safe HTML without its marks; panics on anything but `<mark>` and escaped text.
pub(crate) fn text_of(html: &str) -> String {
    let mut text = String::new();
    let mut is_marked = false;
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        text.push_str(plain(&rest[..at]));
        rest = &rest[at..];
        let (read, length) = match rest {
            _ if rest.starts_with("&amp;") => ("&", 5),
            _ if rest.starts_with("&lt;") => ("<", 4),
            _ if rest.starts_with("&gt;") => (">", 4),
            _ if rest.starts_with("&quot;") => ("\"", 6),
            _ if rest.starts_with("&#39;") => ("'", 5),
            _ if !is_marked && rest.starts_with("<mark>") => {
                assert!(!rest.starts_with("<mark></mark>"), "an empty mark: {html}");
                is_marked = true;
                ("", 6)
            }
            _ if is_marked && rest.starts_with("</mark>") => {
                is_marked = false;
                ("", 7)
            }
            _ => panic!("markup at {rest:?} of {html}"),
        };
        text.push_str(read);
        rest = &rest[length..];
    }
    assert!(!is_marked, "a mark has no end: {html}");
    text.push_str(plain(rest));
    text
}

fn plain(text: &str) -> &str {
    assert!(!text.contains(['>', '"', '\'']), "not escaped: {text}");
    text
}

/// The snippet is a part of the source, with `…` for omissions.
pub(crate) fn check_snippet(html: &str, source: &str) {
    const LONGEST: usize = 160;
    let text = text_of(html);
    let without_start = text.strip_prefix("… ").unwrap_or(&text);
    let without_end = |text: &str| text.strip_suffix(" …").map(str::to_owned);
    let readings = [
        Some(text.clone()),
        Some(without_start.to_owned()),
        without_end(&text),
        without_end(without_start),
    ];
    let part = readings
        .into_iter()
        .flatten()
        .filter(|part| part.chars().count() <= LONGEST)
        .find(|part| source.contains(part.as_str()));
    assert!(part.is_some(), "{html:?} is no part of {source:?}");
    let is_shown = part.is_some_and(|part| !part.trim().is_empty());
    assert!(
        is_shown || source.trim().is_empty(),
        "nothing is shown of {source:?}"
    );
}
