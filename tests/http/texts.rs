//! Texts: in the language of the reader, with their plurals, and as a site replaces them while serving.

use crate::kit::TestApp;
use dayi::texts::Catalog;
use scraper::{Html, Selector};

/// The texts with those of a site over them.
fn of_site(files: &[(&str, &str)]) -> Catalog {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("texts")).unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join("texts").join(name), text).unwrap();
    }
    let (catalog, problems) = Catalog::load(folder.path());
    assert_eq!(problems, [""; 0]);
    catalog
}

#[tokio::test]
async fn numbers_take_their_plural() {
    let app = TestApp::with_documents();
    let counted = async |query: &str, language| {
        let path = format!("/search?q={query}");
        let page = app.get_with(&path, "accept-language", language).await;
        let page = Html::parse_document(page.assert_ok().text());
        let status = Selector::parse(".bar [role=status]").unwrap();
        page.select(&status).next().unwrap().inner_html()
    };
    assert_eq!(counted("RefreshScope", "en").await, "1 result");
    assert_eq!(counted("RefreshScope", "zh-CN").await, "1 条结果");
    assert_eq!(counted("", "en-GB, fr;q=0.5").await, "3 results");
}

#[tokio::test]
async fn a_site_replaces_texts_while_serving() {
    let app = TestApp::with_documents();
    let before = app.get("/").await;
    assert!(before.assert_ok().text().contains("有问题，问专家"));
    let script = |page: &str| {
        let at = page.find("/search-box.js?v=").unwrap();
        page[at..].split('"').next().unwrap().to_owned()
    };
    app.texts.replace(of_site(&[
        ("zh-CN.ftl", "home-title = 问 <我们>\nbox-all = 全部\n"),
        (
            "de.ftl",
            "home-title = Frag uns\nproblem-not_found = Nicht gefunden\n",
        ),
    ]));
    let after = app.get("/").await;
    let text = after.assert_ok().text();
    assert!(
        text.contains("问 &#60;我们&#62;") || text.contains("问 &lt;我们&gt;"),
        "{text}"
    );
    assert_ne!(after.header("etag"), before.header("etag"));
    let (old, new) = (script(before.text()), script(text));
    assert_ne!(old, new);
    let served = app.get(&new).await;
    assert!(served.assert_ok().text().contains(r#""all":"全部""#));
    assert!(served.header("cache-control").contains("immutable"));
    // An address of before still works, and is not cached for ever.
    let served = app.get(&old).await;
    assert!(
        !served
            .assert_ok()
            .header("cache-control")
            .contains("immutable")
    );

    let german = app.get_with("/", "accept-language", "de-AT,en;q=0.5").await;
    assert_eq!(german.assert_ok().header("content-language"), "de");
    assert!(german.text().contains("Frag uns") && german.text().contains("Newest answers"));
    let path = "/api/v1/questions/nope";
    let problem = app.get_with(path, "accept-language", "de").await;
    let problem = problem.assert_problem(404, "not_found").json();
    assert_eq!(problem["title"], "Nicht gefunden");
}
