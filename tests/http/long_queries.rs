//! Pasted logs and long questions: every input takes 16 KB, what is too long for an address goes as a body, and what is left
//! out is said.

use crate::kit::{Answer, TestApp};
use dayi::engine::reduce;
use serde_json::json;

/// Bytes that every input takes.
const PASTED: usize = 16 * 1024;

/// A question, 16 KB of something else, and what tells.
fn pasted() -> String {
    let (first, last) = ("Nacos 连不上，日志如下：\n", "\nCaused by: 注册中心连不上");
    let line = "\tat org.example.Frame.call(Frame.java:1)\n";
    let room = PASTED - first.len() - last.len();
    let lines = line.repeat(room / line.len());
    format!("{first}{lines}{last}")
}

fn first_hit(answer: &Answer) -> String {
    answer.json()["hits"][0]["id"].as_str().unwrap().to_owned()
}

fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

#[tokio::test]
async fn a_body_searches_as_an_address_does() {
    let app = TestApp::with_documents();
    let by_address = app.get("/api/v1/search?q=nacos&per_page=1&page=2&tag=nacos&answer=true");
    let by_address = by_address.await.assert_ok().json();
    let body = json!({"q": "nacos", "per_page": 1, "page": 2, "tag": "nacos", "answer": true});
    let by_body = app.post_json("/api/v1/search", &body).await;
    assert_eq!(by_body.header("cache-control"), "no-store");
    let mut by_body = by_body.assert_ok().json();
    by_body["took_ms"] = by_address["took_ms"].clone();
    assert_eq!(by_body, by_address);
    assert_eq!(by_body["query_reduced"], false);
    assert_eq!(by_body["query_truncated"], false);
    let all = app.post_json("/api/v1/search", &json!({})).await;
    assert_eq!(all.assert_ok().json()["total"], 3);
}

#[tokio::test]
async fn what_is_left_out_of_a_long_body_is_said() {
    let app = TestApp::with_documents();
    let text = pasted();
    let expected = reduce(&text);
    for padded in [text.clone(), format!("{text}{}", " x".repeat(PASTED))] {
        let found = app
            .post_json("/api/v1/search", &json!({ "q": padded }))
            .await;
        let found = found.assert_ok().json();
        let is_said = [&found["query_reduced"], &found["query_truncated"]];
        assert!(is_said.contains(&&json!(true)), "{found}");
    }
    let found = app.post_json("/api/v1/search", &json!({ "q": text })).await;
    let shown = found.assert_ok().json();
    assert_eq!(shown["query"], expected.text);
    assert_eq!(shown["query_reduced"], expected.reduced);
    assert_eq!(shown["query_truncated"], expected.truncated);
    assert_eq!(first_hit(&found), "nacos-connect");
}

#[tokio::test]
async fn a_body_that_cannot_be_used_is_refused_by_name() {
    let app = TestApp::with_documents();
    for (body, parameter) in [
        (json!({"page": 0}), "page"),
        (json!({"per_page": -1}), "per_page"),
        (json!({"sort": "best"}), "sort"),
        (json!({"from": "yesterday"}), "from"),
        (json!({"to": ""}), "to"),
    ] {
        let refused = app.post_json("/api/v1/search", &body).await;
        refused.assert_problem(400, "bad_parameter");
        assert_eq!(refused.json()["parameter"], parameter);
    }
    for body in [json!({"qq": "a"}), json!({"q": 1}), json!("nacos")] {
        let refused = app.post_json("/api/v1/search", &body).await;
        refused.assert_problem(400, "bad_body");
    }
    let long = json!({ "q": "a".repeat(1_000_000) });
    let refused = app.post_json("/api/v1/search", &long).await;
    refused.assert_problem(400, "bad_body");
}

#[tokio::test]
async fn a_form_leads_to_the_address_of_what_is_searched() {
    let app = TestApp::with_documents();
    let text = pasted();
    let sent = app
        .post_form("/search", &form(&[("q", &text), ("tag", "nacos")]))
        .await;
    assert_eq!(sent.status, 303);
    let address = sent.header("location").to_owned();
    let reduced = form_urlencoded::parse(address.strip_prefix("/search?").unwrap().as_bytes());
    let reduced: Vec<(String, String)> = reduced.into_owned().collect();
    assert_eq!(reduced[0], ("q".to_owned(), reduce(&text).text));
    assert!(reduced.contains(&("tag".to_owned(), "nacos".to_owned())));
    assert!(address.len() < 8 * 1024, "{} bytes", address.len());
    let page = app.get(&address).await;
    let page = page.assert_ok().text();
    assert!(page.contains("nacos-connect"), "{page}");
    assert!(page.contains("class=\"left-out\""), "{page}");
}

#[tokio::test]
async fn a_short_form_leads_to_a_plain_address() {
    let app = TestApp::with_documents();
    let sent = app.post_form("/search", "q=nacos+%E7%AB%AF%E5%8F%A3").await;
    assert_eq!(sent.status, 303);
    assert_eq!(
        sent.header("location"),
        "/search?q=nacos%20%E7%AB%AF%E5%8F%A3"
    );
    let page = app.get(sent.header("location")).await;
    assert!(!page.assert_ok().text().contains("left-out"));
    // It changes nothing, so that the search box works on every site.
    let headers = [("origin", "https://elsewhere.example")];
    let kind = "application/x-www-form-urlencoded";
    let sent = app.post("/search", kind, "q=nacos", &headers).await;
    assert_eq!(sent.status, 303);
    assert_eq!(
        app.post("/search", "text/plain", "q=a", &[]).await.status,
        400
    );
}

#[tokio::test]
async fn what_was_left_out_is_said_on_every_page_of_the_results() {
    let app = TestApp::with_documents();
    let long = encoded(&format!("nacos {}", "配置".repeat(400)));
    let page = app
        .get(&format!("/search?q={long}&per_page=1&all=true"))
        .await;
    let text = page.assert_ok().text();
    assert!(text.contains("left-out"), "{text}");
    for link in ["rel=\"next\" href=\"", "class=\"sorts\""] {
        let (_, after) = text.split_once(link).unwrap();
        let (_, address) = after.split_once("/search?").unwrap();
        let (address, _) = address.split_once('"').unwrap();
        let address = address.replace("&amp;", "&").replace("&#38;", "&");
        let next = app.get(&format!("/search?{address}")).await;
        assert!(next.assert_ok().text().contains("left-out"), "{address}");
    }
    let found = app.get(&format!("/api/v1/search?q={long}")).await;
    let found = found.assert_ok().json();
    assert!(found["query_reduced"] == true || found["query_truncated"] == true);
    // What an address of a page says counts for the page alone.
    let found = app.get("/api/v1/search?q=nacos&left_out=truncated").await;
    assert_eq!(found.assert_ok().json()["query_truncated"], false);
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn lines_do_not_become_one_word_in_the_input() {
    let app = TestApp::with_documents();
    let page = app.get("/search?q=nacos%0D%0Adubbo").await;
    let text = page.assert_ok().text();
    assert!(text.contains("value=\"nacos dubbo\""), "{text}");
}

#[tokio::test]
async fn the_experts_are_asked_with_a_whole_log() {
    let app = TestApp::with_documents().with_feedback().await;
    let text = pasted();
    let asked = app
        .post_json("/api/v1/asks", &json!({ "question": text }))
        .await;
    assert_eq!(asked.status, 201, "{}", asked.text());
    let other = format!("{text} ");
    let sent = app.post_form("/ask", &form(&[("question", &other)])).await;
    assert_eq!(sent.status, 303);
    let item = app
        .store()
        .await
        .inbox()
        .item(dayi::feedback::inbox::ItemKind::Ask, 1)
        .await;
    assert_eq!(item.unwrap().unwrap().text.trim(), text.trim());
    // Of what is longer still the beginning and the end are taken, and the page says so.
    let long = format!("开头{}结尾", "长".repeat(16_385));
    let sent = app.post_form("/ask", &form(&[("question", &long)])).await;
    assert_eq!(sent.status, 303);
    assert!(sent.header("location").contains("left_out="));
}

#[tokio::test]
async fn no_input_cuts_what_is_pasted() {
    let app = TestApp::with_documents();
    for path in [
        "/",
        "/search?q=nacos",
        "/ask?q=nacos",
        "/questions/nacos-connect",
    ] {
        let page = app.get(path).await;
        assert!(!page.assert_ok().text().contains("maxlength"), "{path}");
    }
    let long = "长".repeat(1_000);
    let page = app.get(&format!("/ask?q={}", encoded(&long))).await;
    assert!(page.assert_ok().text().contains(&long));
}

#[tokio::test]
async fn a_long_text_has_no_suggestions() {
    let app = TestApp::with_documents();
    let long = encoded(&format!("Nacos{}", "端".repeat(600)));
    let none = app.get(&format!("/api/v1/suggest?q={long}")).await;
    assert_eq!(none.assert_ok().json()["suggestions"], json!([]));
}

#[tokio::test]
async fn names_of_documents_lead_to_them() {
    let app = TestApp::with_documents();
    for query in [
        "dubbo-provider",
        "https://qa.example.org/questions/dubbo-provider",
        "http://127.0.0.1:8194/questions/dubbo-provider.md",
        "/questions/dubbo-provider#answer",
        // As the documents of these tests have their grade ids.
        "https://qa.example.org/user/feedbackByEnhancerGradePOJOID?enhancerGradePOJOId=714",
    ] {
        let found = app
            .get(&format!("/api/v1/search?q={}", encoded(query)))
            .await;
        let found = found.assert_ok();
        assert_eq!(first_hit(found), "dubbo-provider", "{query}");
        assert_eq!(found.json()["answer_state"], "answered", "{query}");
    }
    let unknown = app
        .get("/api/v1/search?q=/questions/no-such-question")
        .await;
    assert_ne!(unknown.assert_ok().json()["answer_state"], "answered");
}
