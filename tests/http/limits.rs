use crate::kit::{TestApp, document};

/// Requests without a socket come from nowhere, which is trusted here so that a header tells their address.
const SETTINGS: &str = "requests_per_minute = 3\ntrusted_proxies = [\"0.0.0.0/8\"]\n\
    cors_origins = [\"https://nacos.io\"]\n";

fn app() -> TestApp {
    let text = document("nacos", "Nacos 连不上怎么办？", "先检查端口。", "\"nacos\"");
    TestApp::configured(&[("a.md", text)], SETTINGS)
}

#[tokio::test]
async fn requests_of_one_address_are_limited_where_that_is_set() {
    let app = app();
    let ask = |path| app.get_with(path, "x-forwarded-for", "192.0.2.1");
    for path in ["/", "/api/v1/search?q=a", "/api/v1/suggest?q=a"] {
        ask(path).await.assert_ok();
    }
    let refused = ask("/api/v1/search?q=b").await;
    refused.assert_problem(429, "too_many");
    let seconds: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=21).contains(&seconds), "{seconds}");
    let page = ask("/search?q=b").await;
    assert_eq!(page.status, 429);
    assert!(page.text().contains("请求得太频繁了"), "{}", page.text());
    // What a page is made of and what operations ask for is not counted.
    for path in ["/healthz", "/readyz", "/metrics", "/widget.js"] {
        ask(path).await.assert_ok();
    }
    let other = app.get_with("/search?q=b", "x-forwarded-for", "192.0.2.2");
    other.await.assert_ok();
}

#[tokio::test]
async fn pages_of_other_sites_can_read_that_it_was_too_much() {
    let app = app();
    for expected in [200, 200, 200, 429] {
        let answer = app
            .get_with("/api/v1/suggest?q=a", "origin", "https://nacos.io")
            .await;
        assert_eq!(answer.status, expected);
        let allowed = answer.header("access-control-allow-origin");
        assert_eq!(allowed, "https://nacos.io");
    }
}

#[tokio::test]
async fn one_network_fills_no_log_and_others_are_logged() {
    let text = document("nacos", "Nacos 连不上怎么办？", "先检查端口。", "\"nacos\"");
    let settings = "trusted_proxies = [\"0.0.0.0/8\"]\n";
    let app = TestApp::configured(&[("a.md", text)], settings)
        .with_feedback()
        .await;
    for n in 0..100 {
        let path = format!("/search?q=nothing{n}");
        let answer = app.get_with(&path, "x-forwarded-for", "192.0.2.1").await;
        answer.assert_ok();
    }
    let other = app.get_with("/search?q=other", "x-forwarded-for", "192.0.2.2");
    other.await.assert_ok();
    // Written behind the searches, so that they are written by then.
    let ask = serde_json::json!({ "question": "怎么升级集群？" });
    assert_eq!(app.post_json("/api/v1/asks", &ask).await.status, 201);
    let mut logged = Vec::new();
    let queries = dayi::feedback::transfer::Table::exported("queries").unwrap();
    let line = |row: &dayi::feedback::transfer::Row| {
        logged.push(row["text"].as_str().unwrap_or_default().to_owned());
        Ok(())
    };
    app.store()
        .await
        .transfer()
        .export(queries, line)
        .await
        .unwrap();
    // Sixty, and one more for each second that the test takes.
    assert!((61..90).contains(&logged.len()), "{logged:?}");
    assert!(logged.contains(&"other".to_owned()));
}
