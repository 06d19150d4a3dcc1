//! What visitors send: by the API, by forms without JavaScript, by the old link.

use crate::kit::{TestApp, document};
use dayi::feedback::inbox::InboxFilter;
use dayi::feedback::record::Rating;
use dayi::feedback::{Record, Store, Visitor};
use serde_json::json;

async fn app() -> TestApp {
    TestApp::with_documents().with_feedback().await
}

/// The ratings of an answer: helpful and unhelpful ones.
async fn counts(store: &Store, question_id: &str) -> (i64, i64) {
    let counts = store
        .reports()
        .counts(&[question_id.to_owned()])
        .await
        .unwrap();
    (counts.helpful, counts.unhelpful)
}

#[tokio::test]
async fn a_rating_is_kept_and_replaced() {
    let app = app().await;
    let rating = json!({ "question_id": "nacos-connect", "rating": "unhelpful", "reasons": ["outdated", "outdated"], "comment": " 端口变了 " });
    let kept = app.post_json("/api/v1/feedback", &rating).await;
    assert_eq!(kept.status, 201, "{}", kept.text());
    insta::assert_json_snapshot!(kept.json(), @r#"
    {
      "comment": "端口变了",
      "id": 1,
      "question_id": "nacos-connect",
      "rating": "unhelpful",
      "reasons": [
        "outdated"
      ],
      "replaced": false
    }
    "#);
    // The grade id of a document of the kit is 7 and the length of its id.
    let by_grade = json!({ "grade_id": "713", "rating": "helpful", "reasons": ["other"] });
    let again = app.post_json("/api/v1/feedback", &by_grade).await.json();
    assert_eq!(
        (&again["id"], &again["replaced"], &again["reasons"]),
        (&json!(1), &json!(true), &json!([]))
    );
    let question = app.get("/api/v1/questions/nacos-connect").await.json();
    assert_eq!(
        question["feedback"],
        json!({ "helpful": 1, "unhelpful": 0 })
    );
}

#[tokio::test]
async fn ratings_under_a_former_id_count_for_the_answer() {
    let text = document("x", "Nacos 升级", "先备份。", "").replacen("id: \"x\"\n", "", 1);
    let app = TestApp::over(&[("nacos/index.md", text)])
        .with_feedback()
        .await;
    let store = app.store().await;
    // Stored when the document was known by the name of its file.
    let stored = Rating {
        at: jiff::Timestamp::now(),
        visitor: Visitor {
            id: "v".into(),
            network: "n".into(),
        },
        question_id: "index".into(),
        grade_id: None,
        helpful: true,
        reasons: Vec::new(),
        comment: String::new(),
        query: String::new(),
        page: String::new(),
        language: String::new(),
    };
    store.keep(Record::Rating(stored), None).await.unwrap();
    // Sent from a page that was opened before.
    let sent = json!({ "question_id": "index", "rating": "unhelpful" });
    let kept = app.post_json("/api/v1/feedback", &sent).await;
    assert_eq!(kept.status, 201, "{}", kept.text());
    assert_eq!(kept.json()["question_id"], "nacos");
    let question = app.get("/api/v1/questions/nacos").await.json();
    assert_eq!(
        question["feedback"],
        json!({ "helpful": 1, "unhelpful": 1 })
    );
    assert_eq!(
        app.get("/questions/index").await.header("location"),
        "/questions/nacos"
    );
    assert_eq!(app.get("/questions/index/feedback").await.status, 200);
}

#[tokio::test]
async fn a_key_makes_sending_again_safe() {
    let app = app().await;
    let ask = |question: &str| json!({ "question": question }).to_string();
    let key = [("idempotency-key", "a-b-c")];
    let first = app
        .post(
            "/api/v1/asks",
            "application/json",
            &ask("怎么升级集群？"),
            &key,
        )
        .await;
    let again = app
        .post(
            "/api/v1/asks",
            "application/json",
            &ask("怎么升级集群？"),
            &key,
        )
        .await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201));
    assert_eq!(first.json(), again.json());
    assert!(first.json()["receipt_url"].is_string());
    let other = app
        .post(
            "/api/v1/asks",
            "application/json",
            &ask("别的问题怎么办"),
            &key,
        )
        .await;
    other.assert_problem(422, "key_reused");
    assert_eq!(
        app.store().await.inbox().open_items().await.unwrap(),
        (0, 1)
    );
}

#[tokio::test]
async fn what_cannot_be_taken_is_named() {
    let app = app().await;
    for (path, body, status, code, field) in [
        (
            "feedback",
            r#"{"question_id":"nacos-connect","rating":"bad"}"#,
            422,
            "bad_field",
            "rating",
        ),
        (
            "feedback",
            r#"{"question_id":"nacos-connect","rating":"unhelpful","reasons":["x"]}"#,
            422,
            "bad_field",
            "reasons",
        ),
        (
            "feedback",
            r#"{"question_id":"none","rating":"helpful"}"#,
            422,
            "unknown_question",
            "question_id",
        ),
        (
            "feedback",
            r#"{"rating":"helpful"}"#,
            422,
            "unknown_question",
            "question_id",
        ),
        ("feedback", r#"{"rating":1}"#, 400, "bad_body", ""),
        (
            "feedback",
            r#"{"question_id":"nacos-connect","rating":"helpful","comments":"x"}"#,
            400,
            "bad_body",
            "",
        ),
        ("feedback", "[", 400, "bad_body", ""),
        (
            "asks",
            r#"{"question":" ？ "}"#,
            422,
            "bad_field",
            "question",
        ),
        (
            "asks",
            r#"{"question":"\u001b[31m\u0000bcd"}"#,
            422,
            "bad_field",
            "question",
        ),
        (
            "asks",
            r#"{"question":"我的 password=hunter22 登录失败"}"#,
            422,
            "looks_secret",
            "",
        ),
    ] {
        let refused = app
            .post(&format!("/api/v1/{path}"), "application/json", body, &[])
            .await;
        refused.assert_problem(status, code);
        assert_eq!(
            refused.json()["parameter"].as_str().unwrap_or_default(),
            field,
            "{body}"
        );
    }
}

#[tokio::test]
async fn what_people_paste_is_cleaned_and_shortened() {
    let app = app().await;
    let pasted = "怎么办？ \u{1b}[31mERROR\u{1b}[0m a\u{202e}b\u{0}";
    let body = json!({ "question": pasted, "contact": "\u{200b}a@b.example\u{202c}" });
    let kept = app.post_json("/api/v1/asks", &body).await;
    assert_eq!(kept.status, 201);
    assert_eq!(kept.json()["left_out"], 0);
    let frames = "\tat org.springframework.web.Servlet.service(Servlet.java:1)\n".repeat(400);
    let log = format!("启动失败怎么办？\n{frames}Caused by: 没有权限");
    let kept = app
        .post_json("/api/v1/asks", &json!({ "question": log }))
        .await;
    assert_eq!(kept.status, 201);
    let left_out = kept.json()["left_out"].as_u64().unwrap();
    assert!(left_out > 1_000, "{left_out}");
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("question", &log.replace('\n', "\r\n"))
        .finish();
    let sent = app.post_form("/ask", &form).await;
    assert_eq!(sent.status, 303);
    let thanks = app.get(sent.header("location")).await;
    assert!(
        thanks
            .text()
            .contains(&format!("中间的 {left_out} 个字符没有保存")),
        "{}",
        thanks.text()
    );

    let store = app.store().await;
    let (items, _) = store
        .inbox()
        .page(&InboxFilter::default(), 10)
        .await
        .unwrap();
    assert_eq!(items.len(), 2, "the form sent the same question");
    let first = items.iter().find(|item| item.id == 1).unwrap();
    assert_eq!(
        (first.text.as_str(), first.contact.as_str()),
        ("怎么办？ ERROR ab", "a@b.example")
    );
    let log = items.iter().find(|item| item.id == 2).unwrap();
    assert!(log.text.len() <= 16 * 1024);
    assert!(log.text.starts_with("启动失败怎么办？") && log.text.ends_with("没有权限"));
}

#[tokio::test]
async fn marks_alone_are_no_question() {
    let app = app().await;
    for text in ["？？？？？？", "😭😭😭😭", "........", "！？！？"] {
        let refused = app
            .post_json("/api/v1/asks", &json!({ "question": text }))
            .await;
        refused.assert_problem(422, "bad_field");
        assert!(
            refused.json()["detail"]
                .as_str()
                .unwrap()
                .contains("没有文字")
        );
    }
}

#[tokio::test]
async fn the_same_question_within_minutes_has_the_same_number() {
    let app = app().await;
    let body = json!({ "question": "怎么升级集群？" });
    let first = app.post_json("/api/v1/asks", &body).await;
    let again = app.post_json("/api/v1/asks", &body).await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201));
    assert_eq!(first.json(), again.json());
    let browser = [("user-agent", "another browser")];
    let other = app
        .post(
            "/api/v1/asks",
            "application/json",
            &body.to_string(),
            &browser,
        )
        .await;
    assert_eq!(other.json()["number"], 2);
}

#[tokio::test]
async fn a_key_is_that_of_its_sender() {
    let app = app().await;
    let body = |comment| {
        let rating =
            json!({ "question_id": "nacos-connect", "rating": "unhelpful", "comment": comment });
        rating.to_string()
    };
    let rate = async |browser, comment| {
        let headers = [("idempotency-key", "k-1"), ("user-agent", browser)];
        let (path, body) = ("/api/v1/feedback", body(comment));
        let answer = app.post(path, "application/json", &body, &headers).await;
        (answer.status.as_u16(), answer.json()["id"].as_i64())
    };
    assert_eq!(rate("a", "端口变了").await, (201, Some(1)));
    assert_eq!(rate("b", "端口变了").await, (201, Some(2)));
    assert_eq!(rate("c", "别的原因").await, (201, Some(3)));
    assert_eq!(rate("a", "端口变了").await, (201, Some(1)));
    assert_eq!(rate("a", "别的原因").await.0, 422);
    let store = app.store().await;
    assert_eq!(counts(&store, "nacos-connect").await, (0, 3));
}

#[tokio::test]
async fn too_long_or_secret_text_is_refused_unless_it_is_meant() {
    let app = app().await;
    let long = json!({ "question": "怎么升级？", "contact": "长".repeat(201) });
    app.post_json("/api/v1/asks", &long)
        .await
        .assert_problem(422, "bad_field");
    let huge = json!({ "question": "长".repeat(100_000) });
    app.post_json("/api/v1/asks", &huge)
        .await
        .assert_problem(400, "bad_body");
    app.post(
        "/api/v1/asks",
        "text/plain",
        r#"{"question":"怎么升级？"}"#,
        &[],
    )
    .await
    .assert_problem(400, "bad_body");
    let meant = json!({ "question": "我的 password=hunter22 登录失败", "secrets_confirmed": true });
    assert_eq!(app.post_json("/api/v1/asks", &meant).await.status, 201);
    let (items, _) = app
        .store()
        .await
        .inbox()
        .page(&InboxFilter::default(), 10)
        .await
        .unwrap();
    assert_eq!(items.len(), 1);
    assert!(
        !items[0].text.contains("hunter22"),
        "masked in listings: {}",
        items[0].text
    );
}

#[tokio::test]
async fn pages_of_other_sites_cannot_send() {
    let app = TestApp::configured(
        &[(
            "a.md",
            crate::kit::document("a", "怎么升级？", "按步骤。", ""),
        )],
        "cors_origins = [\"https://nacos.io\"]",
    )
    .with_feedback()
    .await;
    let body = r#"{"question":"怎么升级集群？"}"#;
    for (headers, status) in [
        (vec![("origin", "https://evil.example")], 403),
        (vec![("origin", "null")], 403),
        (vec![("sec-fetch-site", "cross-site")], 403),
        (
            vec![
                ("origin", "https://nacos.io"),
                ("sec-fetch-site", "cross-site"),
            ],
            201,
        ),
        (vec![("origin", "https://qa.example.org")], 201),
        (vec![("origin", "http://qa.test")], 201),
    ] {
        let answer = app
            .post("/api/v1/asks", "application/json", body, &headers)
            .await;
        assert_eq!(answer.status, status, "{headers:?}");
    }
    // A form of an allowed origin is still a form of another site.
    let form = app
        .post(
            "/ask",
            "application/x-www-form-urlencoded",
            "question=abcdef",
            &[("origin", "https://nacos.io")],
        )
        .await;
    assert_eq!(form.status, 403);
    let preflight = app
        .send(
            axum::http::Request::builder()
                .method("OPTIONS")
                .uri("/api/v1/feedback")
                .header("origin", "https://nacos.io")
                .header("access-control-request-method", "POST")
                .header(
                    "access-control-request-headers",
                    "content-type,idempotency-key",
                )
                .body(axum::body::Body::empty())
                .unwrap(),
        )
        .await;
    assert_eq!(
        preflight.header("access-control-allow-origin"),
        "https://nacos.io"
    );
    assert!(
        preflight
            .header("access-control-allow-methods")
            .contains("POST")
    );
    assert!(
        preflight
            .header("access-control-allow-headers")
            .contains("idempotency-key")
    );
}

#[tokio::test]
async fn too_much_from_one_address_is_told_when_to_come_again() {
    let app = app().await;
    let rating = json!({ "question_id": "nacos-connect", "rating": "helpful" });
    let mut refused = None;
    for _ in 0..30 {
        let answer = app.post_json("/api/v1/feedback", &rating).await;
        if answer.status != 201 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.unwrap();
    refused.assert_problem(429, "too_many");
    assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
    app.get("/api/v1/search?q=nacos").await.assert_ok();
}

#[tokio::test]
async fn the_form_works_without_javascript_and_the_old_link_shows_it() {
    let app = app().await;
    let page = app.get("/questions/nacos-connect").await;
    assert!(
        page.assert_ok()
            .text()
            .contains("action=\"/questions/nacos-connect/feedback\"")
    );
    let old = app
        .get("/user/feedbackByEnhancerGradePOJOID?enhancerGradePOJOId=713")
        .await;
    let html = old.assert_ok().text();
    assert!(
        html.contains("Nacos 注册中心连不上怎么办")
            && html.contains("noindex")
            && html.contains("<textarea")
    );
    for unknown in ["", "?enhancerGradePOJOId=1", "?enhancerGradePOJOId=%00"] {
        let missing = app
            .get(&format!("/user/feedbackByEnhancerGradePOJOID{unknown}"))
            .await;
        assert_eq!(missing.status, 404);
        assert!(missing.text().contains("name=\"q\""), "a way on");
        assert!(missing.text().contains("反馈链接不完整") || missing.text().contains("`1`"));
    }
    let store = app.store().await;
    assert_eq!(
        counts(&store, "nacos-connect").await,
        (0, 0),
        "a GET records nothing"
    );

    let sent = app
        .post_form(
            "/questions/nacos-connect/feedback",
            "rating=unhelpful&reasons=unclear&reasons=other&comment=%E7%9C%8B%E4%B8%8D%E6%87%82",
        )
        .await;
    assert_eq!(
        (sent.status.as_u16(), sent.header("location")),
        (303, "/feedback/thanks?id=nacos-connect")
    );
    app.get(sent.header("location")).await.assert_ok();
    let robot = app
        .post_form(
            "/questions/nacos-config/feedback",
            "rating=helpful&website=spam",
        )
        .await;
    assert_eq!(robot.status, 303);
    assert_eq!(counts(&store, "nacos-connect").await, (0, 1));
    assert_eq!(
        counts(&store, "nacos-config").await,
        (0, 0),
        "who fills the hidden field is a program"
    );
}

#[tokio::test]
async fn a_rating_that_cannot_be_taken_keeps_what_was_typed() {
    let app = app().await;
    let comment = "长".repeat(2_001);
    let refused = app
        .post_form(
            "/questions/nacos-connect/feedback",
            &format!("rating=unhelpful&reasons=outdated&query=nacos&comment={comment}"),
        )
        .await;
    assert_eq!(refused.status, 422);
    let html = refused.text();
    assert!(html.contains(&comment) && html.contains("value=\"outdated\" checked"));
    assert!(html.contains("name=\"query\" value=\"nacos\"") && html.contains("role=\"alert\""));
    // Who goes to that address again finds the form, empty.
    let address = "/questions/nacos-connect/feedback";
    let form = app.get(address).await;
    let html = form.assert_ok().text();
    assert!(
        html.contains(&format!("action=\"{address}\"")) && !html.contains("checked"),
        "{html}"
    );
    assert_eq!(app.get("/questions/nothing/feedback").await.status, 404);
}

#[tokio::test]
async fn a_form_of_a_site_may_have_fields_of_its_own() {
    let app = app().await;
    let rating = "/questions/nacos-connect/feedback";
    let sent = app
        .post_form(
            rating,
            "rating=helpful&rating=unhelpful&campaign=7&page=x&grade_id=y",
        )
        .await;
    assert_eq!(sent.status, 303);
    assert_eq!(counts(&app.store().await, "nacos-connect").await, (1, 0));
    let sent = app
        .post_form(
            "/ask",
            "question=How+to+upgrade%3F&campaign=7&secrets_confirmed=on",
        )
        .await;
    assert!(sent.header("location").starts_with("/asks/"));
}

#[tokio::test]
async fn a_form_without_its_main_field_is_refused_by_name() {
    let app = app().await;
    for (path, field) in [
        ("/questions/nacos-connect/feedback", "rating"),
        ("/ask", "question"),
    ] {
        let refused = app.post_form(path, "comment=x&contact=me").await;
        assert_eq!(refused.status, 422);
        let html = refused.text();
        assert!(
            html.contains("role=\"alert\"") && html.contains(field),
            "{html}"
        );
    }
}

#[tokio::test]
async fn the_api_takes_only_the_fields_that_it_knows() {
    let app = app().await;
    for field in ["website", "campaign"] {
        let body = json!({ "question_id": "nacos-connect", "rating": "helpful", field: "" });
        app.post_json("/api/v1/feedback", &body)
            .await
            .assert_problem(400, "bad_body");
    }
    for field in ["website", "key"] {
        let body = json!({ "question": "How to upgrade?", field: "" });
        app.post_json("/api/v1/asks", &body)
            .await
            .assert_problem(400, "bad_body");
    }
    let body = json!({ "question_id": "nacos-connect" });
    app.post_json("/api/v1/feedback", &body)
        .await
        .assert_problem(400, "bad_body");
    app.post_json("/api/v1/asks", &json!({ "contact": "me" }))
        .await
        .assert_problem(400, "bad_body");
}

#[tokio::test]
async fn what_was_searched_comes_along_with_forms() {
    let app = app().await;
    let headers = [
        ("host", "qa.test"),
        (
            "referer",
            "http://qa.test/search?q=%E8%BF%9E%E4%B8%8D%E4%B8%8A",
        ),
    ];
    let mut request = axum::http::Request::get("/questions/nacos-connect");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let page = app
        .send(request.body(axum::body::Body::empty()).unwrap())
        .await;
    assert!(
        page.assert_ok()
            .text()
            .contains("name=\"query\" value=\"连不上\"")
    );
    // It holds what one visitor typed, and the same address shows others another page.
    assert_eq!(page.header("cache-control"), "private, no-store");
    assert_eq!(page.header("etag"), "");
    let for_all = app.get("/questions/nacos-connect").await;
    assert!(for_all.header("cache-control").starts_with("public"));
    let none = app.get("/search?q=%E5%85%BB%E7%8C%AB&tag=nacos").await;
    // The form is there in place, with what was searched and within what.
    let asked = none.assert_ok().text();
    for part in [
        "action=\"/ask\"",
        "required>养猫</textarea>",
        "name=\"tag\" value=\"nacos\"",
    ] {
        assert!(asked.contains(part), "{part} {asked}");
    }
    let form = app.get("/ask?q=x&tag=nacos").await;
    assert!(
        form.assert_ok()
            .text()
            .contains("name=\"tag\" value=\"nacos\"")
    );
}

#[tokio::test]
async fn a_form_sent_twice_is_one_ask() {
    let app = app().await;
    let form = app.get("/ask?q=%E5%8D%87%E7%BA%A7").await;
    let (_, rest) = form.text().split_once("name=\"key\" value=\"").unwrap();
    let key = rest.split('"').next().unwrap();
    assert_eq!(key.len(), 32);
    let body = format!("question=%E6%80%8E%E4%B9%88%E5%8D%87%E7%BA%A7&key={key}");
    let first = app.post_form("/ask", &body).await;
    let again = app.post_form("/ask", &body).await;
    assert_eq!(first.header("location"), again.header("location"));
    let receipt = app.get(first.header("location")).await;
    assert!(receipt.assert_ok().text().contains("#1<"));
}

#[tokio::test]
async fn an_ask_that_cannot_be_taken_keeps_what_was_typed() {
    let app = app().await;
    let form = app.get("/ask?q=%E5%8D%87%E7%BA%A7").await;
    assert!(form.assert_ok().text().contains(">升级</textarea>"));
    let warned = app
        .post_form(
            "/ask",
            "question=token%3Dabcd1234efgh+%E5%A4%B1%E6%95%88&contact=%3Cme%3E",
        )
        .await;
    assert_eq!(warned.status, 422);
    assert!(
        warned.text().contains("token=abcd1234efgh") && warned.text().contains("secrets_confirmed")
    );
    assert!(
        warned.text().contains("&#60;me&#62;"),
        "text is text: {}",
        warned.text()
    );
    let kept = app
        .post_form(
            "/ask",
            "question=token%3Dabcd1234efgh+%E5%A4%B1%E6%95%88&secrets_confirmed=true",
        )
        .await;
    assert_eq!(kept.status, 303);
    let receipt = app.get(kept.header("location")).await;
    assert!(receipt.assert_ok().text().contains("#1<"));
}

#[tokio::test]
async fn searches_and_what_was_opened_are_noted() {
    let app = app().await;
    app.get("/api/v1/search?q=Nacos%20%E6%B3%A8%E5%86%8C%E4%B8%AD%E5%BF%83")
        .await
        .assert_ok();
    app.get("/search?q=qwertyuiop").await.assert_ok();
    // What is still being typed is nobody's question yet.
    app.get("/api/v1/search?q=asdfghjkl&typing=true")
        .await
        .assert_ok();
    let click = json!({ "query": "Nacos 注册中心", "question_id": "nacos-connect", "rank": 1 });
    assert_eq!(app.post_json("/api/v1/clicks", &click).await.status, 204);
    // By the page that was left, without JavaScript; not when a browser only loads ahead.
    app.get("/search?q=Dubbo").await.assert_ok();
    for (id, name, value) in [
        ("dubbo-provider", "x-nothing", ""),
        ("nacos-config", "sec-purpose", "prefetch"),
    ] {
        let request = axum::http::Request::get(format!("/questions/{id}"))
            .header("host", "qa.test")
            .header("referer", "http://qa.test/search?q=Dubbo&page=1")
            .header(name, value);
        app.send(request.body(axum::body::Body::empty()).unwrap())
            .await
            .assert_ok();
    }
    // A kept record is behind all that was to be kept later.
    app.post_json("/api/v1/asks", &json!({ "question": "最后一个问题" }))
        .await;
    let store = app.store().await;
    let report = store
        .reports()
        .answer_report("nacos-connect")
        .await
        .unwrap();
    assert_eq!(report.queries, [("Nacos 注册中心".to_owned(), 1)]);
    assert_eq!(
        store
            .reports()
            .answer_report("dubbo-provider")
            .await
            .unwrap()
            .queries,
        [("Dubbo".to_owned(), 1)]
    );
    assert!(
        store
            .reports()
            .answer_report("nacos-config")
            .await
            .unwrap()
            .figures
            .is_none_or(|f| f.clicks == 0)
    );
    assert_eq!(store.reports().unanswered(1).await.unwrap().len(), 1);
}

#[tokio::test]
async fn without_a_store_feedback_is_refused_and_searching_goes_on() {
    let app = TestApp::with_documents();
    let refused = app
        .post_json("/api/v1/asks", &json!({ "question": "怎么升级集群？" }))
        .await;
    refused.assert_problem(503, "store_unavailable");
    assert_eq!(refused.header("retry-after"), "5");
    app.get("/api/v1/search?q=nacos").await.assert_ok();
    app.get("/questions/nacos-connect").await.assert_ok();
}
