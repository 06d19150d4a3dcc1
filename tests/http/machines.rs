use crate::kit::{TestApp, document};
use axum::http::Method;

#[tokio::test]
async fn documents_are_given_as_markdown() {
    let page = TestApp::with_documents()
        .get("/questions/nacos-config.md")
        .await;
    assert_eq!(
        page.assert_ok().header("content-type"),
        "text/markdown; charset=utf-8"
    );
    insta::assert_snapshot!(page.text());
}

#[tokio::test]
async fn feed_sitemap_and_descriptions_name_every_document_absolutely() {
    let app = TestApp::with_documents();
    for (path, content_type) in [
        ("/feed.xml", "application/atom+xml; charset=utf-8"),
        ("/sitemap.xml", "application/xml; charset=utf-8"),
        ("/llms.txt", "text/markdown; charset=utf-8"),
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.assert_ok().header("content-type"), content_type);
        for id in ["nacos-connect", "nacos-config", "dubbo-provider"] {
            assert!(
                answer
                    .text()
                    .contains(&format!("https://qa.example.org/questions/{id}")),
                "{path}: {id}"
            );
        }
    }
    assert!(
        app.get("/robots.txt")
            .await
            .text()
            .contains("Sitemap: https://qa.example.org/sitemap.xml")
    );
    assert!(
        app.get("/opensearch.xml")
            .await
            .text()
            .contains("https://qa.example.org/search?q={searchTerms}")
    );
}

#[tokio::test]
async fn operations_are_told_what_they_need() {
    let app = TestApp::with_documents();
    app.get("/search?q=nacos").await;
    assert_eq!(app.get("/healthz").await.assert_ok().text(), "ok\n");
    assert_eq!(app.get("/readyz").await.assert_ok().text(), "ready\n");
    let metrics = app.get("/metrics").await;
    for line in [
        "dayi_documents 3",
        "dayi_rejected_documents 0",
        "dayi_http_requests_total{method=\"GET\",route=\"/search\",status=\"200\"} 1",
    ] {
        assert!(
            metrics.assert_ok().text().contains(line),
            "{line} not in\n{}",
            metrics.text()
        );
    }
}

#[tokio::test]
async fn the_stylesheet_is_kept_for_ever_at_an_address_of_its_own() {
    let app = TestApp::with_documents();
    let home = app.get("/").await;
    let from = home.text().find("/assets/").unwrap();
    let path = home.text()[from..].split('"').next().unwrap();
    let styles = app.get(path).await;
    assert!(
        styles
            .assert_ok()
            .header("cache-control")
            .contains("immutable")
    );
    assert_eq!(app.get("/assets/x/nope.css").await.status, 404);
}

#[tokio::test]
async fn scripts_are_for_other_sites_too_and_kept_at_their_version() {
    let app = TestApp::with_documents();
    for name in ["/search-box.js", "/widget.js", "/widget-panel.js"] {
        let plain = app.get(name).await;
        assert_eq!(plain.assert_ok().header("access-control-allow-origin"), "*");
        assert_eq!(plain.header("cross-origin-resource-policy"), "cross-origin");
        assert_eq!(
            plain.header("content-type"),
            "text/javascript; charset=utf-8"
        );
        assert!(plain.header("cache-control").contains("must-revalidate"));
        let other = app.get(&format!("{name}?v=older")).await;
        assert!(other.header("cache-control").contains("must-revalidate"));
    }
    let widget = app.get("/widget.js").await;
    let from = widget.text().find("./dom.js?v=").unwrap() + 1;
    let imported = app
        .get(widget.text()[from..].split('"').next().unwrap())
        .await;
    assert!(
        imported
            .assert_ok()
            .header("cache-control")
            .contains("immutable")
    );
}

#[tokio::test]
async fn the_sitemap_of_many_documents_is_in_parts_that_name_each_once() {
    let ids: Vec<String> = (0..2_500).map(|number| format!("d{number}")).collect();
    let files: Vec<String> = ids.iter().map(|id| format!("{id}.md")).collect();
    let documents: Vec<(&str, String)> = ids
        .iter()
        .zip(&files)
        .map(|(id, file)| (file.as_str(), document(id, id, "答", "")))
        .collect();
    let app = TestApp::over(&documents);
    let address = "https://qa.example.org/sitemap.xml";
    let map = app.get("/sitemap.xml").await;
    assert_eq!(
        locations(map.assert_ok().text()),
        [format!("{address}?page=1"), format!("{address}?page=2")]
    );
    let mut named = Vec::new();
    for part in ["/sitemap.xml?page=1", "/sitemap.xml?page=2"] {
        let part = app.get(part).await;
        let locations = locations(part.assert_ok().text());
        assert!(locations.len() <= 2_001, "{}", locations.len());
        named.extend(locations);
    }
    let mut expected: Vec<String> = ids
        .iter()
        .map(|id| format!("https://qa.example.org/questions/{id}"))
        .chain(["https://qa.example.org/".to_owned()])
        .collect();
    named.sort();
    expected.sort();
    assert_eq!(named, expected);
    app.get("/sitemap.xml?page=3")
        .await
        .assert_problem(404, "not_found");
    app.get("/sitemap.xml?page=0")
        .await
        .assert_problem(400, "bad_parameter");
}

fn locations(map: &str) -> Vec<String> {
    let parts = map.split("<loc>").skip(1);
    parts
        .map(|part| part.split("</loc>").next().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn files_for_programs_are_refused_with_problems_and_wrong_methods_with_pages() {
    let app = TestApp::with_documents();
    let bad = app.get("/sitemap.xml?page=0").await;
    let problem = bad.assert_problem(400, "bad_parameter").json();
    assert_eq!(problem["parameter"], "page");
    let none = app.get("/sitemap.xml?page=99").await;
    none.assert_problem(404, "not_found");
    for path in ["/feed.xml", "/sitemap.xml", "/opensearch.xml", "/llms.txt"] {
        let refused = app.ask(Method::DELETE, path).await;
        assert_eq!(refused.status, 405);
        assert_eq!(refused.header("content-type"), "text/html; charset=utf-8");
    }
    let page = app.get("/questions/nothing.md").await;
    assert_eq!(page.status, 404);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
}
