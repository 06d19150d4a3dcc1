//! What a site says of itself, and in which language: `[site]`.

use crate::kit::{TestApp, attribute, document, texts};
use dayi::analysis::Analyzer;
use dayi::config::{Config, Layer};
use dayi::engine::embedded::EmbeddedEngine;
use dayi::texts::SharedTexts;
use dayi::web::AppState;
use std::sync::Arc;

const LOGO: &str = r#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;

fn branded(settings: &str) -> TestApp {
    let documents = [(
        "a.md",
        document("nacos-connect", "Nacos 连不上", "看端口。", "\"nacos\""),
    )];
    TestApp::configured(&documents, &format!("[site]\n{settings}"))
}

#[tokio::test]
async fn pages_carry_the_name_links_and_words_of_the_site() {
    let app = branded(
        "title = \"网关的问题，专家来答\"\nabout = \"先搜一搜。\"\nlinks = [\"官网 https://example.org/?a=1&b=2\"]\nfooter = \"© [我们](https://example.org) <script>alert(1)</script>\"",
    );
    let page = app.get("/").await;
    assert_eq!(texts(page.assert_ok(), "h1"), ["网关的问题，专家来答"]);
    assert_eq!(
        attribute(&page, "header nav a:last-child", "href"),
        "https://example.org/?a=1&b=2"
    );
    assert_eq!(
        attribute(&page, "footer .own a", "href"),
        "https://example.org"
    );
    assert_eq!(texts(&page, "footer .own script").len(), 0);
    let plain = TestApp::with_documents().get("/").await;
    assert_eq!(texts(plain.assert_ok(), "h1"), ["有问题，问专家"]);
}

#[tokio::test]
async fn the_accent_is_made_readable_in_the_stylesheet() {
    let app = branded("accent = \"#ffcc00\"");
    let page = app.get("/").await;
    let path = attribute(page.assert_ok(), "link[rel=stylesheet]", "href");
    let style = app.get(&path).await;
    assert_eq!(
        style.assert_ok().header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    // Yellow is readable on dark as it is, and not on light.
    let (_, rule) = style.text().rsplit_once("--accent:light-dark(").unwrap();
    let (light, dark) = rule.split_once(',').unwrap();
    assert!(light != "#ffcc00" && dark.starts_with("#ffcc00"), "{rule}");
    let plain = TestApp::with_documents().get("/").await;
    assert_ne!(attribute(&plain, "link[rel=stylesheet]", "href"), path);
}

#[tokio::test]
async fn pictures_of_the_site_are_served_and_run_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let logo = folder.path().join("Logo.SVG");
    std::fs::write(&logo, LOGO).unwrap();
    let logo = logo.display();
    let app = branded(&format!(
        "logo = '{logo}'\nicon = '{logo}'\npicture = '{logo}'"
    ));
    let page = app.get("/").await;
    for (selector, name) in [
        (".brand img", "src"),
        ("link[rel=icon]", "href"),
        ("meta[property=\"og:image\"]", "content"),
    ] {
        let path = attribute(page.assert_ok(), selector, name);
        let path = path.trim_start_matches("https://qa.example.org");
        let served = app.get(path).await;
        assert_eq!(served.assert_ok().text(), LOGO, "{selector}");
        assert_eq!(served.header("content-type"), "image/svg+xml");
        assert!(served.header("content-security-policy").contains("sandbox"));
    }
    // A drawing cannot stand on a home screen.
    assert_eq!(texts(&page, "link[rel=apple-touch-icon]").len(), 0);
    let icon = app.get("/favicon.ico").await;
    assert_eq!(icon.status, 307);
    assert_eq!(
        icon.header("location"),
        attribute(&page, "link[rel=icon]", "href")
    );
    let manifest = app.get("/manifest.webmanifest").await;
    let manifest = manifest.assert_ok().json();
    assert_eq!(manifest["icons"][0]["src"], icon.header("location"));
}

#[test]
fn a_picture_that_cannot_be_used_is_named_with_its_setting() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(at("a.txt"), "x").unwrap();
    std::fs::write(at("empty.png"), "").unwrap();
    std::fs::write(at("large.png"), vec![0; 1024 * 1024 + 1]).unwrap();
    let cases = [
        ("logo", "missing.png", "cannot be read"),
        ("icon", "a.txt", "is no picture"),
        ("icon", "empty.png", "is no picture"),
        ("picture", "large.png", "of at most 1 MB"),
    ];
    for (key, name, why) in cases {
        let file = folder.path().join("dayi.toml");
        std::fs::write(&file, format!("[site]\n{key} = '{}'", at(name))).unwrap();
        let config = Config::load(Layer::default(), Some(&file)).unwrap();
        let engine = EmbeddedEngine::in_memory(Analyzer::new()).unwrap();
        let state = AppState::new(Arc::new(engine), config, SharedTexts::default());
        let said = state.err().unwrap().to_string();
        for part in [format!("`site.{key}`"), at(name), why.to_owned()] {
            assert!(said.contains(&part), "{said}");
        }
    }
}

#[tokio::test]
async fn categories_have_the_names_that_visitors_read() {
    let app = branded("categories = [\"guide = 使用指南\"]");
    for (path, selector) in [
        ("/questions/nacos-connect", ".crumbs a:last-child"),
        ("/categories", "main a.tag"),
        ("/categories/guide", "h1"),
        ("/search?q=nacos&category=guide", ".chosen a"),
        (
            "/search?q=nacos&category=guide",
            "aside [aria-current] span",
        ),
    ] {
        let page = app.get(path).await;
        let shown = texts(page.assert_ok(), selector).concat();
        assert!(shown.contains("使用指南"), "{path}: {shown}");
    }
}

#[tokio::test]
async fn a_source_is_linked_only_where_the_site_wants_it() {
    let settings = "[site]\nedit_links = true\n";
    let url = "source_url = \"https://git.example/edit/{path}#L{line}\"\n";
    let documents = [(
        "a b.md",
        document("x", "Nacos 连不上", "看端口。", "\"nacos\""),
    )];
    let shown = TestApp::configured(&documents, &format!("{url}{settings}"));
    let page = shown.get("/questions/x").await;
    let link = attribute(page.assert_ok(), ".tools a:last-child", "href");
    assert!(
        link.starts_with("https://git.example/edit/a%20b.md#L"),
        "{link}"
    );
    let hidden = TestApp::configured(&documents, url);
    let page = hidden.get("/questions/x").await;
    assert!(!page.assert_ok().text().contains("git.example"));
}

#[tokio::test]
async fn a_language_is_chosen_by_the_address_and_by_the_footer_and_remembered() {
    let app = TestApp::with_documents();
    let page = app.get("/?lang=en").await;
    assert_eq!(attribute(page.assert_ok(), "html", "lang"), "en");
    let cookie = page.header("set-cookie").to_owned();
    assert!(cookie.starts_with("dayi_lang=en; "), "{cookie}");
    let next = app
        .get_with("/questions", "cookie", "a=b; dayi_lang=en")
        .await;
    assert_eq!(attribute(next.assert_ok(), "html", "lang"), "en");
    assert_eq!(next.header("set-cookie"), "");
    let unknown = app.get_with("/?lang=xx", "cookie", "dayi_lang=yy").await;
    assert_eq!(attribute(unknown.assert_ok(), "html", "lang"), "zh-CN");
    assert_eq!(unknown.header("set-cookie"), "");

    let kind = "application/x-www-form-urlencoded";
    let from = [(
        "referer",
        "https://qa.example.org/search?q=nacos&lang=zh-CN",
    )];
    let sent = app.post("/language", kind, "lang=en", &from).await;
    assert_eq!(sent.status, 303);
    assert_eq!(sent.header("location"), "/search?q=nacos");
    assert_eq!(sent.header("set-cookie"), cookie);
    let wrong = app.post("/language", kind, "lang=xx", &from).await;
    assert_eq!(
        (wrong.status.as_u16(), wrong.header("set-cookie")),
        (303, "")
    );
}

#[tokio::test]
async fn only_the_languages_of_the_site_are_offered() {
    let app = branded("languages = [\"en\"]");
    let page = app.get_with("/", "accept-language", "zh-CN").await;
    assert_eq!(attribute(page.assert_ok(), "html", "lang"), "en");
    assert_eq!(texts(&page, "footer button").len(), 0);
    let both = TestApp::with_documents().get("/").await;
    assert_eq!(texts(&both, "footer button"), ["中文", "English"]);
}
