//! Where links and pictures of an answer lead: to headings of its own, to other documents and pictures of the content folder,
//! to paths of this site, to the web. What leads nowhere has no address and is shown as text.

use super::anchors::{Anchors, slug};
use super::callout::Callout;
use super::own_paths::{FEEDBACK_PARAMETER, OLD_FEEDBACK_PATH, is_own_path};
use super::pictures;
use super::relative_path::file_of;
use percent_encoding::percent_decode_str;

/// Schemes of links, all of which the sanitizer lets through.
const SCHEMES: [&str; 14] = [
    "http", "https", "mailto", "tel", "ftp", "ftps", "sms", "ssh", "geo", "irc", "magnet", "sip",
    "webcal", "xmpp",
];
/// Files that a link without the ending of a document may mean.
const ENDINGS: [&str; 6] = [
    ".md",
    ".mdx",
    "/index.md",
    "/index.mdx",
    "/README.md",
    "/readme.md",
];

/// Where an answer is shown.
pub trait Surroundings {
    /// The file of the answer, by its path below the content folder.
    fn path(&self) -> &str;

    /// The path, on this site, of the page of the document with this file.
    fn page(&self, path: &str) -> Option<String>;

    /// The path, on this site, of a picture of the content folder.
    fn picture(&self, path: &str) -> Option<String>;

    /// What stands before paths of this site: its address where the answer is shown elsewhere.
    fn base(&self) -> &str {
        Default::default()
    }

    /// The address of the answer's page, where a link to one of its headings has to name it.
    fn own_page(&self) -> &str {
        Default::default()
    }

    /// The title of a callout that has none.
    fn callout_title(&self, kind: Callout) -> String;
}

/// An answer on its own, such as one of a judged set: no other documents, no site.
pub struct Alone;

impl Surroundings for Alone {
    fn path(&self) -> &'static str {
        ""
    }

    fn page(&self, _: &str) -> Option<String> {
        None
    }

    fn picture(&self, _: &str) -> Option<String> {
        None
    }

    fn callout_title(&self, kind: Callout) -> String {
        kind.name().to_owned()
    }
}

/// The address of a link, as it is written in the answer with these anchors.
pub(super) fn of_link(
    written: &str,
    anchors: &Anchors,
    around: &dyn Surroundings,
) -> Option<String> {
    if let Some(fragment) = written.trim().strip_prefix('#') {
        let id = anchors.find(fragment)?;
        return Some(format!("{}#{id}", around.own_page()));
    }
    of_reference(written, around)
}

/// The address of a reference or of a link, as it is written, that is no heading of the answer.
pub fn of_reference(written: &str, around: &dyn Surroundings) -> Option<String> {
    let written = as_browsers_read(written);
    let base = around.base();
    if let Some(scheme) = scheme_of(&written) {
        let own = own_feedback_link(&written).map(|path| format!("{base}{path}"));
        return own.or_else(|| is_known(scheme).then(|| written.clone()));
    }
    let (path, rest) = written.split_at(written.find(['?', '#']).unwrap_or(written.len()));
    if let Some(file) = file_of(path, around.path()) {
        let fragment = rest.split_once('#').map(|(_, fragment)| fragment);
        if let Some(page) = page(&file, around) {
            let fragment = fragment
                .filter(|f| !f.is_empty())
                .map_or_else(String::new, fragment_of);
            return Some(format!("{base}{page}{fragment}"));
        }
        if let Some(picture) = pictures::type_of(&file).and_then(|_| around.picture(&file)) {
            return Some(format!("{base}{picture}"));
        }
    }
    is_own_path(&written).then(|| format!("{base}{written}"))
}

/// The address of a picture, as it is written.
pub(super) fn of_picture(written: &str, around: &dyn Surroundings) -> Option<String> {
    let written = as_browsers_read(written);
    if let Some(scheme) = scheme_of(&written) {
        let is_web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
        return is_web.then_some(written);
    }
    let base = around.base();
    let path = written.split(['?', '#']).next().unwrap_or_default();
    let file = file_of(path, around.path());
    let file = file.filter(|file| pictures::type_of(file).is_some());
    if let Some(picture) = file.and_then(|file| around.picture(&file)) {
        return Some(format!("{base}{picture}"));
    }
    is_own_path(&written).then(|| format!("{base}{written}"))
}

/// The name of the file that a picture would be; nothing if its address is odd.
pub(super) fn name_of_picture(written: &str) -> String {
    let written = as_browsers_read(written);
    let path = written.split(['?', '#']).next().unwrap_or_default();
    let file = file_of(path, "").filter(|_| scheme_of(&written).is_none());
    let name = file.as_deref().and_then(|file| file.rsplit('/').next());
    name.unwrap_or_default().to_owned()
}

/// Whether an address may lead somewhere, once it is known where it is shown.
pub(super) fn may_lead_somewhere(written: &str) -> bool {
    let written = as_browsers_read(written);
    match scheme_of(&written) {
        Some(scheme) => is_known(scheme),
        None => {
            !written.is_empty()
                && (!written.starts_with(['/', '\\', '#', '?']) || is_own_path(&written))
        }
    }
}

fn is_known(scheme: &str) -> bool {
    SCHEMES
        .iter()
        .any(|known| known.eq_ignore_ascii_case(scheme))
}

/// The page of a file, whose ending may be missing or that of the page a generator makes of it.
fn page(file: &str, around: &dyn Surroundings) -> Option<String> {
    if let Some(page) = around.page(file) {
        return Some(page);
    }
    let name = file.strip_suffix(".html").unwrap_or(file);
    let endings = ENDINGS.iter().map(|ending| format!("{name}{ending}"));
    let files = endings.map(|file| file.trim_start_matches('/').to_owned());
    files.into_iter().find_map(|file| around.page(&file))
}

/// The heading of another document that a fragment means. Both get their ids by the same rule.
fn fragment_of(fragment: &str) -> String {
    let fragment = percent_decode_str(fragment).decode_utf8_lossy();
    if super::anchors::is_anchor(&fragment) {
        return format!("#{fragment}");
    }
    format!("#{}", slug(&fragment))
}

/// Browsers ignore white space around an address, and tabs and line breaks in it.
fn as_browsers_read(written: &str) -> String {
    let written = written.trim_matches(|c: char| c <= ' ');
    written.replace(['\t', '\n', '\r'], "")
}

/// The scheme of an absolute address.
fn scheme_of(address: &str) -> Option<&str> {
    let (scheme, _) = address.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    is_scheme.then_some(scheme)
}

/// The path of the form on this site, for a link to the feedback form of the old service.
fn own_feedback_link(address: &str) -> Option<String> {
    let (path, query) = address.split_once('?')?;
    let grade = query
        .split(['&', '#'])
        .find_map(|pair| pair.strip_prefix(FEEDBACK_PARAMETER))?;
    let is_number = !grade.is_empty() && grade.bytes().all(|b| b.is_ascii_alphanumeric());
    let is_form = path.ends_with(OLD_FEEDBACK_PATH);
    (is_form && is_number).then(|| format!("{OLD_FEEDBACK_PATH}?{FEEDBACK_PARAMETER}{grade}"))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A folder with some files.
    pub(in crate::document) struct Folder;

    impl Surroundings for Folder {
        fn path(&self) -> &'static str {
            "guide/a.md"
        }

        fn page(&self, path: &str) -> Option<String> {
            let known = [
                "guide/b.md",
                "guide/c/index.md",
                "README.md",
                "top.mdx",
                "中 文.md",
            ];
            known
                .contains(&path)
                .then(|| format!("/questions/{}", path.replace(['/', '.', ' '], "-")))
        }

        fn picture(&self, path: &str) -> Option<String> {
            Some(format!("/pictures/{path}"))
        }

        fn base(&self) -> &'static str {
            "https://qa.example"
        }

        fn callout_title(&self, _: Callout) -> String {
            "提示".to_owned()
        }
    }

    #[test]
    fn links_lead_to_documents_of_the_folder() {
        for (written, address) in [
            ("./b.md", Some("https://qa.example/questions/guide-b-md")),
            ("b", Some("https://qa.example/questions/guide-b-md")),
            (
                "b.html#步骤",
                Some("https://qa.example/questions/guide-b-md#a-步骤"),
            ),
            (
                "../guide/b.md?x=1#a-%E6%AD%A5",
                Some("https://qa.example/questions/guide-b-md#a-步"),
            ),
            ("c/", Some("https://qa.example/questions/guide-c-index-md")),
            ("../", Some("https://qa.example/questions/README-md")),
            ("/top", Some("https://qa.example/questions/top-mdx")),
            ("..\\top.mdx", Some("https://qa.example/questions/top-mdx")),
            (
                "../%E4%B8%AD%20%E6%96%87.md",
                Some("https://qa.example/questions/中-文-md"),
            ),
            (
                "img/x.png",
                Some("https://qa.example/pictures/guide/img/x.png"),
            ),
            ("/docs/a", Some("https://qa.example/docs/a")),
            ("https://a.example/b.md", Some("https://a.example/b.md")),
            ("mailto:a@b.example", Some("mailto:a@b.example")),
            ("", None),
            ("missing.md", None),
            ("../../b.md", None),
            (".git/b.md", None),
            ("//evil.example", None),
            ("/\\evil.example", None),
            ("java\nscript:alert(1)", None),
            ("aliases:", None),
            ("C:\\b.md", None),
            ("x.pdf", None),
        ] {
            assert_eq!(
                of_reference(written, &Folder).as_deref(),
                address,
                "{written}"
            );
        }
    }

    #[test]
    fn pictures_are_of_the_web_of_this_site_or_of_the_folder() {
        for (written, address) in [
            (
                "./images/a.png",
                Some("https://qa.example/pictures/guide/images/a.png"),
            ),
            ("../a.SVG?x", Some("https://qa.example/pictures/a.SVG")),
            ("/img/a.png", Some("https://qa.example/pictures/img/a.png")),
            ("/img/a", Some("https://qa.example/img/a")),
            ("https://a.example/b.png", Some("https://a.example/b.png")),
            ("data:image/png;base64,x", None),
            ("a.md", None),
            ("../../a.png", None),
            ("//evil.example/a.png", None),
        ] {
            assert_eq!(
                of_picture(written, &Folder).as_deref(),
                address,
                "{written}"
            );
        }
    }
}
