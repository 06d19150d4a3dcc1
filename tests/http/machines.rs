use crate::kit::{TestApp, document};
use axum::http::Method;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use std::collections::BTreeSet;

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

/// A document with this front matter.
fn with_front_matter(front_matter: &str) -> String {
    format!("---\n{front_matter}\n---\n## 问题\n怎么升级？\n\n## 解答\n按步骤。\n")
}

#[tokio::test]
async fn feed_and_sitemap_know_edits_and_no_day_to_come() {
    let app = TestApp::over(&[
        (
            "a.md",
            with_front_matter("title: a\ndate: 2024-09-03\nlastmod: 2025-02-03"),
        ),
        (
            "b.md",
            with_front_matter("title: b\ndate: 2025-01-01\nupdated: 2024-01-01"),
        ),
        ("c.md", with_front_matter("title: c\ndate: 2999-01-01")),
    ]);
    let feed = app.get("/feed.xml").await;
    let feed = feed.assert_ok().text();
    let updated: Vec<&str> = feed.split("<updated>").skip(1).map(|u| &u[..10]).collect();
    assert_eq!(updated, ["2025-02-03", "2025-01-01", "2025-02-03"]);
    assert!(
        feed.contains("<published>2024-09-03T00:00:00Z</published>"),
        "{feed}"
    );
    let sitemap = app.get("/sitemap.xml").await;
    let sitemap = sitemap.assert_ok().text();
    for line in [
        "/questions/a</loc><lastmod>2025-02-03</lastmod>",
        "/questions/b</loc><lastmod>2025-01-01</lastmod>",
        "/questions/c</loc></url>",
    ] {
        assert!(sitemap.contains(line), "{line} not in {sitemap}");
    }
}

#[tokio::test]
async fn old_addresses_lead_to_the_document_for_good() {
    let app = TestApp::over(&[
        (
            "a.md",
            with_front_matter("title: a\nid: new-a\naliases: [/old/page/, /旧 页, /questions/was]"),
        ),
        ("b.md", with_front_matter("title: b\naliases: [/both]")),
        (
            "c.md",
            with_front_matter("title: c\naliases: [/both, /search]"),
        ),
    ]);
    for path in [
        "/old/page",
        "/old/page/",
        "/old/page?from=x",
        "/%E6%97%A7%20%E9%A1%B5",
        "/questions/was",
    ] {
        let moved = app.get(path).await;
        assert_eq!(moved.status, 301, "{path}");
        assert_eq!(moved.header("location"), "/questions/new-a", "{path}");
    }
    let markdown = app.get("/questions/was.md").await;
    assert_eq!(
        (markdown.status.as_u16(), markdown.header("location")),
        (301, "/questions/new-a.md")
    );
    for path in [
        "/both",
        "/old",
        "/questions/old/page",
        "/questions/nowhere",
        "/nowhere",
    ] {
        assert_eq!(app.get(path).await.status, 404, "{path}");
    }
    app.get("/search").await.assert_ok();
    app.get("/api/v1/questions/was").await.assert_ok();
}

#[tokio::test]
async fn an_id_comes_back_from_its_own_address() {
    // Names of files as people and tools write them, each in a folder of its own.
    let names = [
        "two.md.md",
        "readme.md.md",
        "how to.md",
        "C#入门.md",
        "50%.md",
        "a?b.md",
        "v1.2.md",
        "a..md",
        "~x.md",
        "x'y\"z.md",
        "中文，标点。.md",
        "+1.md",
        "a&b=c;d.md",
        "(a)[b].md",
        "😀.md",
        "-.md",
        "é.md",
        "README.MD",
    ];
    let documents: Vec<(&str, String)> = names
        .iter()
        .enumerate()
        .map(|(number, name)| (*name, with_front_matter(&format!("title: t{number}"))))
        .collect();
    let app = TestApp::over(&documents);
    let listed = app.get("/api/v1/search?per_page=50").await;
    let listed = listed.assert_ok().json();
    let hits = listed["hits"].as_array().unwrap();
    assert_eq!(hits.len(), names.len());
    for hit in hits {
        let (url, title) = (hit["url"].as_str().unwrap(), hit["title"].as_str().unwrap());
        let page = app.get(url).await;
        assert!(
            page.assert_ok().text().contains(&format!("<title>{title}")),
            "{url}"
        );
        let markdown = app.get(&format!("{url}.md")).await;
        assert!(
            markdown
                .assert_ok()
                .text()
                .starts_with(&format!("# {title}\n")),
            "{url}"
        );
        let question = app.get(&format!("/api/v1{url}")).await;
        assert_eq!(question.assert_ok().json()["id"], hit["id"], "{url}");
    }
}

#[tokio::test]
async fn no_field_of_one_document_fails_a_list_of_others() {
    const FIELDS: [&str; 9] = [
        "title",
        "category",
        "description",
        "author",
        "tags",
        "keywords",
        "aliases",
        "mood",
        "question",
    ];
    for bytes in [10_000, 70_000, 1_000_000] {
        let long = "标题".repeat(bytes / 6);
        let large = |field: &str| match field {
            "question" => format!(
                "---\nid: question\ndate: 2024-01-02\n---\n## 问题\n{long}\n\n## 解答\n见端口。\n"
            ),
            _ => with_front_matter(&format!("id: {field}\ndate: 2024-01-02\n{field}: {long}")),
        };
        let small = with_front_matter("id: a\ntitle: 端口\ndate: 2024-01-01\ntags: [nacos]");
        let names = FIELDS.map(|field| format!("{field}.md"));
        let large = names.iter().zip(FIELDS.map(large));
        let mut documents: Vec<(&str, String)> =
            large.map(|(n, text)| (n.as_str(), text)).collect();
        documents.push(("a.md", small));
        let app = TestApp::over(&documents);
        for path in [
            "/",
            "/search?q=标题",
            "/search?q=端口",
            "/tags/nacos",
            "/llms.txt",
            "/sitemap.xml",
            "/feed.xml",
            "/api/v1/search",
            "/api/v1/search?q=端口",
            "/api/v1/suggest?q=标题",
        ] {
            let answer = app.get(path).await;
            assert_eq!(answer.status, 200, "{bytes} bytes: {path}");
        }
        for id in FIELDS.into_iter().chain(["a"]) {
            for path in [
                format!("/questions/{id}"),
                format!("/questions/{id}.md"),
                format!("/questions/{id}/feedback"),
                format!("/api/v1/questions/{id}"),
                format!("/api/v1/questions/{id}/related"),
            ] {
                let answer = app.get(&path).await;
                assert_eq!(answer.status, 200, "{bytes} bytes: {path}");
                let is_whole_question = id == "question" || path.ends_with("related");
                assert!(
                    is_whole_question || answer.body.len() < 60_000,
                    "{bytes} bytes: {path}"
                );
            }
        }
    }
}

/// Ids of any characters that may be in one, and of many that may not.
const ANY_ID: &str =
    "[a-zA-Z0-9._~!$&'()*+,;=:@\\-]{1,8}(\\.md)?|\\PC{1,6}|[.#%?/<>]{1,3}|长{1,70}";

#[tokio::test]
async fn every_id_that_is_accepted_comes_back_from_its_own_address() {
    let mut runner = TestRunner::deterministic();
    let ids: BTreeSet<String> = (0..300)
        .map(|_| ANY_ID.new_tree(&mut runner).unwrap().current())
        .collect();
    let documents: Vec<(String, String)> = ids
        .iter()
        .enumerate()
        .map(|(number, id)| {
            let id = serde_json::to_string(id).unwrap();
            (
                format!("{number}.md"),
                format!("{{\"id\": {id}, \"title\": \"t\"}}\n正文 {number}。"),
            )
        })
        .collect();
    let documents: Vec<(&str, String)> = documents
        .iter()
        .map(|(name, text)| (name.as_str(), text.clone()))
        .collect();
    let app = TestApp::over(&documents);
    let mut seen = 0;
    for page in 1..=10 {
        let listed = app
            .get(&format!("/api/v1/search?per_page=50&page={page}"))
            .await;
        let listed = listed.assert_ok().json();
        for hit in listed["hits"].as_array().unwrap() {
            let url = hit["url"].as_str().unwrap();
            let question = app.get(&format!("/api/v1{url}")).await;
            assert_eq!(question.assert_ok().json()["id"], hit["id"], "{url}");
            let page = app.get(url).await;
            assert!(
                page.assert_ok()
                    .header("content-type")
                    .starts_with("text/html"),
                "{url}"
            );
            let path = format!("href=\"https://qa.example.org{url}\"");
            assert!(page.text().contains(&path), "{url}");
            seen += 1;
        }
    }
    assert!(seen > 100, "{seen} of {} ids were accepted", ids.len());
}
