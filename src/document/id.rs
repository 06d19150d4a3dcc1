//! Ids of documents: those that a front matter gives, and those made of the names of files.
//!
//! An id stands in addresses and in keys of the index. Each one leads back to its document: what a browser or the router
//! would read as something else cannot be an id.

use super::front_matter::shown;
use super::model::DocumentId;
use super::rejection::Rejection;

/// Longer ids are refused, because ids are part of addresses and of index keys.
const LONGEST_ID: usize = 200;
/// The end of the address of a document as Markdown.
const MARKDOWN: &str = ".md";
/// Files that stand for their folder (Hugo's bundles, and what code hosts show of a folder), without case.
const OF_FOLDER: [&str; 2] = ["index", "readme"];

/// The id of a document, and the ids that it may once have had.
pub(super) struct Named {
    pub(super) id: DocumentId,
    pub(super) former: Vec<String>,
}

/// The id that a front matter gives, which stands at `place`.
pub(super) fn given(path: &str, id: &str, place: (usize, usize)) -> Result<Named, Rejection> {
    if !is_usable(id) {
        return Err(refused(path, id, place));
    }
    Ok(Named {
        id: DocumentId(id.to_owned()),
        former: Vec::new(),
    })
}

/// The id of a file without one, by its path: the name of the file, or that of its folders where the file stands for its
/// folder. What cannot be in an id becomes a dash. Where an earlier version gave another id, that is a former one.
pub(super) fn of_path(path: &str, place: (usize, usize)) -> Result<Named, Rejection> {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let stands_for_folder = OF_FOLDER.iter().any(|name| stem.eq_ignore_ascii_case(name));
    let (name, last) = if stands_for_folder && !folders.is_empty() {
        let last = folders.rsplit('/').next().unwrap_or(folders);
        (folders.replace('/', "-"), last)
    } else {
        (stem.to_owned(), stem)
    };
    let id = cleaned(&name);
    if !is_usable(&id) {
        return Err(refused(path, &name, place));
    }
    let mut former = vec![stem.to_owned(), last.to_owned()];
    former.dedup();
    former.retain(|former| *former != id && is_name(former));
    Ok(Named {
        id: DocumentId(id),
        former,
    })
}

fn refused(path: &str, id: &str, place: (usize, usize)) -> Rejection {
    Rejection::at(
        path,
        place,
        format!("`{}` cannot be an id", shown(id)),
        format!(
            "a line `id: \"…\"` in the front matter, with 1 to {LONGEST_ID} bytes, without spaces, without any of \
             / \\ ? # % < > \" and without `{MARKDOWN}` at its end"
        ),
    )
}

/// Whether the page of an id is at the address that is made of it.
fn is_usable(id: &str) -> bool {
    is_name(id) && !id.ends_with(MARKDOWN)
}

fn is_name(id: &str) -> bool {
    let is_dots = matches!(id, "." | "..");
    !id.is_empty() && id.len() <= LONGEST_ID && !is_dots && !id.contains(is_forbidden)
}

fn is_forbidden(c: char) -> bool {
    c.is_control() || c.is_whitespace() || "/\\?#%<>\"".contains(c)
}

/// A name as an id: with a dash for what cannot be in one, and without what a router would take off.
fn cleaned(name: &str) -> String {
    let mut id = name.to_owned();
    if name.contains(is_forbidden) {
        let parts = name.split(|c| is_forbidden(c) || c == '-');
        let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        id = parts.join("-");
    }
    let end = (0..=LONGEST_ID.min(id.len())).rev();
    id.truncate(
        end.into_iter()
            .find(|end| id.is_char_boundary(*end))
            .unwrap_or(0),
    );
    while let Some(shorter) = id.strip_suffix(MARKDOWN) {
        id.truncate(shorter.len());
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(path: &str) -> Option<(String, String)> {
        let named = of_path(path, (1, 1)).ok()?;
        Some((named.id.0, named.former.join(" ")))
    }

    #[test]
    fn a_file_is_named_after_itself_or_the_folders_it_stands_for() {
        for (path, id, former) in [
            ("how-to.md", "how-to", ""),
            ("guide/how-to.mdx", "how-to", ""),
            ("nacos/index.md", "nacos", "index"),
            ("nacos/README.md", "nacos", "README"),
            ("zh/nacos/index.md", "zh-nacos", "index nacos"),
            ("index.md", "index", ""),
            ("如何 升级.md", "如何-升级", ""),
            ("C#入门.md", "C-入门", ""),
            ("怎么办? 100%.md", "怎么办-100", ""),
            ("a--b.md", "a--b", ""),
            ("我的 笔记/index.md", "我的-笔记", "index"),
            ("two.md.md", "two", "two.md"),
            ("v1.2.md", "v1.2", ""),
        ] {
            assert_eq!(of(path), Some((id.to_owned(), former.to_owned())), "{path}");
        }
        for path in ["#.md", "...md", "???.md", ".md.md"] {
            assert_eq!(of(path), None, "{path}");
        }
    }

    #[test]
    fn a_refusal_says_what_to_write() {
        for id in ["a b", "readme.md", ".", "..", "a/b", "", &"x".repeat(201)] {
            let refused = given("a.md", id, (2, 1)).err().unwrap().to_string();
            assert!(refused.contains("expected a line `id: \"…\"`"), "{refused}");
        }
    }

    proptest! {
        #[test]
        fn any_path_gives_a_usable_id_or_none(path in "\\PC{0,40}|([a-z .#/-]{0,6}/){0,3}(index|[a-z %.]{0,80}|长{0,120}).md") {
            if let Some((id, _)) = of(&path) {
                prop_assert!(is_usable(&id));
                // A link of the id alone is the same file's id again.
                prop_assert_eq!(of(&format!("{id}.md")).map(|(again, _)| again), Some(id));
            }
        }
    }
}
