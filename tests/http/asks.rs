//! What becomes of asks: receipts for their senders, and the asks that all visitors see.

use crate::admin;
use crate::kit::{Answer, TestApp, attribute, document, texts};
use axum::body::Body;
use axum::http::Request;
use dayi::feedback::inbox::{ItemChange, ItemKind};
use dayi::feedback::record::WorkState;
use serde_json::{Value, json};

async fn app() -> TestApp {
    TestApp::with_documents().with_feedback().await
}

/// A service that takes many asks in a minute.
async fn unlimited() -> TestApp {
    let documents = [("a.md", document("a", "问", "答", ""))];
    TestApp::configured(&documents, "feedback_per_minute = 1000")
        .with_feedback()
        .await
}

/// Asks, and gives the path of the receipt. The service of these tests has an address.
async fn ask(app: &TestApp, question: &str) -> String {
    let kept = app
        .post_json("/api/v1/asks", &json!({ "question": question }))
        .await;
    assert_eq!(kept.status, 201, "{}", kept.text());
    let url = kept.json()["receipt_url"].as_str().unwrap().to_owned();
    let path = url.strip_prefix("https://qa.example.org");
    path.expect("an absolute address").to_owned()
}

async fn change(app: &TestApp, number: i64, change: ItemChange) {
    let store = app.store().await;
    let inbox = store.inbox();
    let changed = inbox.change(ItemKind::Ask, number, &change, "li.hua").await;
    changed.unwrap();
}

/// A change by the API for experts.
async fn patch(app: &TestApp, number: i64, change: Value) -> Answer {
    let store = app.store().await;
    let token = store.experts().new_token("ci", "").await.unwrap();
    let request = Request::patch(format!("/api/v1/admin/inbox/ask/{number}"))
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json");
    app.send(request.body(Body::from(change.to_string())).unwrap())
        .await
}

fn released(wording: &str) -> ItemChange {
    ItemChange {
        released: Some(wording.to_owned()),
        ..ItemChange::default()
    }
}

#[tokio::test]
async fn a_receipt_is_for_its_sender_alone() {
    let app = app().await;
    let path = ask(&app, "怎么 <b>升级</b> 集群？").await;
    let page = app.get(&path).await;
    assert_eq!(
        page.assert_ok().header("cache-control"),
        "private, no-store"
    );
    assert_eq!(page.header("x-robots-tag"), "noindex");
    assert_eq!(page.header("referrer-policy"), "same-origin");
    assert_eq!(attribute(&page, "meta[name=robots]", "content"), "noindex");
    assert_eq!(attribute(&page, "link[rel=canonical]", "href"), "");
    assert_eq!(texts(&page, "[aria-current=step]"), ["已收到"]);
    assert_eq!(texts(&page, ".said"), ["怎么 <b>升级</b> 集群？"]);
    assert_eq!(
        texts(&page, ".address a"),
        [format!("https://qa.example.org{path}")]
    );
    for machine in ["/sitemap.xml", "/feed.xml", "/llms.txt", "/asks"] {
        assert!(
            !app.get(machine).await.text().contains(&path[6..]),
            "{machine}"
        );
    }
    let wrong = app.get("/asks/0123456789abcdef0123456789abcdef").await;
    assert_eq!(
        (wrong.status.as_u16(), wrong.header("cache-control")),
        (404, "no-store")
    );
    app.get("/api/v1/asks/1")
        .await
        .assert_problem(404, "not_found");
}

#[tokio::test]
async fn a_receipt_follows_the_work_of_the_experts() {
    let app = app().await;
    let path = ask(&app, "Nacos 连不上怎么办？").await;
    let status = async || app.get(&format!("/api/v1{path}")).await.assert_ok().json();
    let page = async || app.get(&path).await;
    assert_eq!(status().await["state"], "new");

    patch(&app, 1, json!({ "state": "in_work" }))
        .await
        .assert_ok();
    assert_eq!(texts(&page().await, "[aria-current=step]"), ["处理中"]);

    let address = "https://qa.example.org/questions/nacos-connect#answer";
    patch(&app, 1, json!({ "answered_by": address }))
        .await
        .assert_ok();
    let answered = json!({
        "id": "nacos-connect",
        "url": "/questions/nacos-connect",
        "title": "Nacos 注册中心连不上怎么办？",
    });
    assert_eq!(status().await["answer"], answered);
    let shown = page().await;
    assert_eq!(texts(&shown, "[aria-current=step]"), ["已解答"]);
    assert_eq!(texts(&shown, ".best h2"), ["Nacos 注册中心连不上怎么办？"]);
    assert!(texts(&shown, ".best .prose")[0].contains("8848"));

    let reason = "这里 <只> 回答 Nacos 的问题。";
    patch(&app, 1, json!({ "closed_because": reason }))
        .await
        .assert_ok();
    let told = status().await;
    assert_eq!(
        (&told["state"], &told["reason"], &told["answer"]),
        (&json!("dismissed"), &json!(reason), &Value::Null)
    );
    let shown = page().await;
    assert_eq!(texts(&shown, "[aria-current=step]"), ["已关闭"]);
    assert_eq!(texts(&shown, ".asked p")[0], reason);

    let unknown = patch(&app, 1, json!({ "answered_by": "nothing" })).await;
    unknown.assert_problem(422, "bad_field");
    assert_eq!(unknown.json()["parameter"], "answered_by");
}

#[tokio::test]
async fn an_expert_answers_closes_and_releases_by_forms() {
    let app = admin::app().await;
    let path = ask(&app, "Nacos 连不上，我是张三").await;
    let cookie = admin::sign_in(&app).await;
    let sent = async |form: &str| {
        let headers = [("cookie", cookie.as_str())];
        let kind = "application/x-www-form-urlencoded";
        app.post("/admin/inbox/ask/1", kind, form, &headers).await
    };
    let state = async || texts(&app.get(&path).await, "[aria-current=step]").remove(0);
    let inbox = async || admin::see(&app, "/admin/inbox", &cookie).await;

    sent("state=in_work&assignee=li.hua&note=x").await;
    let version = attribute(&inbox().await, ".tell input[name=version]", "value");
    let answered = sent(&format!(
        "answered_by=/questions/nacos-connect&version={version}"
    ))
    .await;
    assert_eq!(answered.status, 303);
    assert_eq!(state().await, "已解答");
    let shown = inbox().await;
    let named = attribute(&shown, "input[name=answered_by]", "value");
    assert_eq!(named, "nacos-connect");
    let item = app.store().await.inbox().item(ItemKind::Ask, 1).await;
    let item = item.unwrap().unwrap();
    assert_eq!((&*item.assignee, &*item.note), ("li.hua", "x"), "they stay");
    let late = sent(&format!("closed_because=x&version={version}")).await;
    assert_eq!(late.status, 409);
    let unknown = sent("answered_by=nothing").await;
    assert_eq!(unknown.status, 422);
    assert!(unknown.text().contains("应为一篇解答的编号或网址"));

    sent("closed_because=%E9%87%8D%E5%A4%8D").await;
    assert_eq!(state().await, "已关闭");
    sent("state=new&assignee=&note=").await;
    assert_eq!(state().await, "已收到");
    let item = app.store().await.inbox().item(ItemKind::Ask, 1).await;
    assert_eq!(
        item.unwrap().unwrap().assignee,
        "",
        "what is emptied is empty"
    );

    // The wording to release is offered, and is the expert's own.
    let offered = texts(&inbox().await, "textarea[name=released]");
    assert_eq!(offered, ["Nacos 连不上，我是张三"]);
    sent("released=Nacos+%E8%BF%9E%E4%B8%8D%E4%B8%8A").await;
    assert_eq!(
        texts(&app.get("/asks").await, ".asks .title"),
        ["Nacos 连不上"]
    );
    app.post("/api/v1/asks/1/me-too", "", "", &[])
        .await
        .assert_ok();
    assert!(inbox().await.text().contains("还有 1 人遇到"));
    sent("released=").await;
    assert_eq!(texts(&app.get("/asks").await, ".asks .title").len(), 0);
    let log = admin::see(&app, "/admin/audit", &cookie).await;
    assert!(log.text().contains("released `Nacos 连不上` → ``"));
}

#[tokio::test]
async fn the_document_written_up_from_an_ask_is_offered_as_its_answer() {
    // The id that the draft has, and one of an ask with this number in another store.
    let id = format!(
        "ask-1-{}",
        &blake3::hash("怎么养一只猫？".as_bytes()).to_hex()[..6]
    );
    let documents = [
        ("a.md", document(&id, "怎么养一只猫？", "多陪它。", "")),
        ("b.md", document("ask-2-000000", "怎么养鱼？", "换水。", "")),
    ];
    let app = TestApp::over(&documents).with_feedback().await;
    let app = admin::with_expert(app).await;
    ask(&app, "怎么养一只猫？").await;
    ask(&app, "怎么养两只猫？").await;
    let cookie = admin::sign_in(&app).await;
    let inbox = async || admin::see(&app, "/admin/inbox", &cookie).await;
    let shown = inbox().await;
    let offered = texts(&shown, ".tell[open] > p");
    assert_eq!(offered, ["由这个提问写成的文档已经发布：怎么养一只猫？"]);
    assert_eq!(
        attribute(&shown, ".tell[open] input[name=answered_by]", "value"),
        id
    );
    patch(&app, 1, json!({ "answered_by": id }))
        .await
        .assert_ok();
    assert_eq!(texts(&inbox().await, ".tell[open]").len(), 0);
}

#[tokio::test]
async fn an_answer_that_is_gone_is_no_error() {
    let app = app().await;
    let path = ask(&app, "Nacos 连不上怎么办？").await;
    let gone = ItemChange {
        answered_by: Some("no-longer-there".to_owned()),
        ..released("连不上")
    };
    change(&app, 1, gone).await;
    let page = app.get(&path).await;
    assert_eq!(texts(page.assert_ok(), ".best").len(), 0);
    assert!(page.text().contains("href=\"/search?q=Nacos%20"));
    let status = app.get(&format!("/api/v1{path}")).await;
    assert_eq!(status.assert_ok().json()["answer"], Value::Null);
    assert_eq!(texts(&app.get("/asks").await, ".solved").len(), 0);
}

#[tokio::test]
async fn pages_of_other_sites_read_a_receipt_where_they_may() {
    let documents = [("a.md", document("a", "问", "答", ""))];
    let app = TestApp::configured(&documents, "cors_origins = [\"https://nacos.io\"]")
        .with_feedback()
        .await;
    let path = ask(&app, "怎么升级集群？").await;
    let read = app
        .get_with(&format!("/api/v1{path}"), "origin", "https://nacos.io")
        .await;
    assert_eq!(
        read.header("access-control-allow-origin"),
        "https://nacos.io"
    );
    change(&app, 1, released("怎么升级集群？")).await;
    let me_too = async |origin: &str| {
        app.post("/api/v1/asks/1/me-too", "", "", &[("origin", origin)])
            .await
    };
    assert_eq!(
        me_too("https://nacos.io").await.assert_ok().json()["me_too"],
        1
    );
    me_too("https://evil.example")
        .await
        .assert_problem(403, "cross_site");
}

#[tokio::test]
async fn the_page_after_sending_is_the_receipt() {
    let app = app().await;
    let sent = app.post_form("/ask", "question=How+to+upgrade%3F").await;
    assert_eq!(sent.status, 303);
    let receipt = app.get(sent.header("location")).await;
    let said = texts(receipt.assert_ok(), "[role=status]");
    assert!(said[0].contains("回执"), "{said:?}");
    assert!(receipt.text().contains("data-sent"));
    // A program that fills the hidden field is told of no address.
    let program = app
        .post_form("/ask", "question=How+to+upgrade%3F&website=x")
        .await;
    assert_eq!(program.header("location"), "/ask?number=0");
    let long = format!("question={}", "x+".repeat(20_000));
    let cut = app.post_form("/ask", &long).await;
    let receipt = app.get(cut.header("location")).await;
    assert!(
        receipt.text().contains("没有保存"),
        "{}",
        cut.header("location")
    );
}

#[tokio::test]
async fn released_asks_are_listed_and_others_say_that_they_have_them_too() {
    let app = app().await;
    for question in ["怎么升级集群？我是张三", "怎么卸载？", "连不上怎么办？"]
    {
        ask(&app, question).await;
    }
    assert!(
        app.get("/asks")
            .await
            .assert_ok()
            .text()
            .contains("没有公开的提问")
    );
    change(&app, 1, released("怎么 <升级> 集群？")).await;
    let answered = ItemChange {
        answered_by: Some("nacos-connect".to_owned()),
        ..released("连不上怎么办？")
    };
    change(&app, 3, answered).await;
    let list = app.get("/asks").await;
    assert_eq!(
        texts(&list, ".asks .title"),
        ["连不上怎么办？", "怎么 <升级> 集群？"]
    );
    assert_eq!(texts(&list, ".solved"), ["Nacos 注册中心连不上怎么办？"]);
    assert_eq!(texts(&list, "form.me-too").len(), 1);
    assert!(!list.text().contains("张三"));

    let button = attribute(&list, "form.me-too", "action");
    let counted = app.post_form(&button, "page=1").await;
    assert_eq!(
        (counted.status.as_u16(), counted.header("location")),
        (303, "/asks?page=1&counted=1#ask-1")
    );
    let list = app.get("/asks?page=1&counted=1").await;
    assert_eq!(
        texts(&list, ".asks [role=status]"),
        ["已记下，专家会看到。"]
    );
    assert_eq!(texts(&list, "#ask-1 .me-too-count"), ["还有 1 人遇到"]);
    let again = app.post("/api/v1/asks/1/me-too", "", "", &[]).await;
    assert_eq!(
        again.assert_ok().json(),
        json!({ "number": 1, "me_too": 1 })
    );
    for hidden in ["2", "9", "x", "99999999999999999999"] {
        let path = format!("/api/v1/asks/{hidden}/me-too");
        app.post(&path, "", "", &[])
            .await
            .assert_problem(404, "not_found");
    }
    let forged = [("origin", "https://evil.example")];
    let form = "application/x-www-form-urlencoded";
    assert_eq!(app.post(&button, form, "page=1", &forged).await.status, 403);
    assert_eq!(app.get("/asks?page=2").await.status, 404);
    assert_eq!(app.get("/asks?page=x").await.status, 400);
}

#[tokio::test]
async fn the_list_of_asks_has_pages() {
    let app = unlimited().await;
    for n in 1..=21 {
        ask(&app, &format!("第 {n} 个问题怎么办？")).await;
        change(&app, n, released(&format!("第 {n} 个"))).await;
    }
    let first = app.get("/asks").await;
    assert_eq!(texts(&first, ".asks .title").len(), 20);
    assert_eq!(attribute(&first, "a[rel=next]", "href"), "/asks?page=2");
    assert_eq!(
        texts(&app.get("/asks?page=2").await, ".asks .title"),
        ["第 1 个"]
    );
}

#[tokio::test]
async fn a_network_cannot_count_without_end() {
    let app = unlimited().await;
    ask(&app, "怎么升级集群？").await;
    change(&app, 1, released("怎么升级集群？")).await;
    for n in 0..30 {
        let browser = format!("browser {n}");
        let headers = [("user-agent", browser.as_str())];
        let counted = app.post("/api/v1/asks/1/me-too", "", "", &headers).await;
        assert_eq!(counted.assert_ok().json()["me_too"], n + 1);
    }
    let headers = [("user-agent", "one more")];
    let refused = app.post("/api/v1/asks/1/me-too", "", "", &headers).await;
    refused.assert_problem(429, "too_many");
}

#[tokio::test]
async fn an_erased_ask_is_gone_for_everybody() {
    let app = app().await;
    let body = json!({ "question": "怎么升级集群？", "contact": "a@b.example" });
    let kept = app.post_json("/api/v1/asks", &body).await.json();
    let url = kept["receipt_url"].as_str().unwrap();
    let path = url.strip_prefix("https://qa.example.org").unwrap();
    change(&app, 1, released("怎么升级集群？")).await;
    let closed = ItemChange {
        state: Some(WorkState::InWork),
        ..ItemChange::default()
    };
    change(&app, 1, closed).await;
    app.get(path).await.assert_ok();
    let store = app.store().await;
    store.erasure().of_contact("a@b.example").await.unwrap();
    assert_eq!(app.get(path).await.status, 404);
    app.get(&format!("/api/v1{path}"))
        .await
        .assert_problem(404, "not_found");
    assert_eq!(texts(&app.get("/asks").await, ".asks li").len(), 0);
}
