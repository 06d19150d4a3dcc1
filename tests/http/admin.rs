//! What experts see and change, and what nobody else does.

use crate::kit::{Answer, TestApp};
use axum::body::Body;
use axum::http::Request;
use serde_json::json;

const PASSWORD: &str = "correct horse battery";

pub(crate) async fn app() -> TestApp {
    with_expert(TestApp::with_documents().with_feedback().await).await
}

/// The service with an expert who may sign in.
pub(crate) async fn with_expert(app: TestApp) -> TestApp {
    app.store()
        .await
        .experts()
        .set_password("li.hua", PASSWORD)
        .await
        .unwrap();
    app
}

/// The cookie of a session.
pub(crate) async fn sign_in(app: &TestApp) -> String {
    let answer = app
        .post_form(
            "/admin/login",
            &format!("name=li.hua&password={}", PASSWORD.replace(' ', "+")),
        )
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (303, "/admin")
    );
    let cookie = answer.header("set-cookie");
    for part in ["HttpOnly", "SameSite=Strict", "Secure", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    cookie.split(';').next().unwrap().to_owned()
}

pub(crate) async fn see(app: &TestApp, path: &str, cookie: &str) -> Answer {
    app.get_with(path, "cookie", cookie).await
}

const PAGES: [&str; 6] = [
    "/admin",
    "/admin/inbox",
    "/admin/answers",
    "/admin/answers/nacos-connect",
    "/admin/queries",
    "/admin/audit",
];

async fn filled() -> TestApp {
    let app = app().await;
    for (path, body) in [
        (
            "feedback",
            json!({ "question_id": "nacos-connect", "rating": "unhelpful", "reasons": ["outdated"], "comment": "<script>alert(1)</script> 端口变了" }),
        ),
        (
            "asks",
            json!({ "question": "怎么养一只猫？ password=hunter22", "contact": "a@b.example", "tag": "nacos", "secrets_confirmed": true }),
        ),
    ] {
        assert_eq!(
            app.post_json(&format!("/api/v1/{path}"), &body)
                .await
                .status,
            201
        );
    }
    app.get("/search?q=qwertyuiop").await.assert_ok();
    app
}

#[tokio::test]
async fn nobody_sees_anything_without_signing_in() {
    let app = filled().await;
    for path in PAGES {
        for cookie in [
            "",
            "dayi_session=",
            "dayi_session=guess",
            "other=1; dayi_session=dayi_00",
        ] {
            let answer = see(&app, path, cookie).await;
            assert_eq!(
                (answer.status.as_u16(), answer.header("location")),
                (303, "/admin/login"),
                "{path}"
            );
        }
    }
    for path in [
        "overview",
        "inbox",
        "answers",
        "answers/x",
        "queries",
        "audit",
    ] {
        let answer = app
            .get_with(
                &format!("/api/v1/admin/{path}"),
                "authorization",
                "Bearer guess",
            )
            .await;
        answer.assert_problem(401, "sign_in_first");
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
    }
    let wrong = app
        .post_form("/admin/login", "name=li.hua&password=wrong+horse")
        .await;
    assert_eq!(wrong.status, 401);
    assert!(wrong.text().contains("名字或密码不对") && wrong.header("set-cookie").is_empty());
    for _ in 0..9 {
        app.post_form("/admin/login", "name=li.hua&password=wrong+horse")
            .await;
    }
    assert_eq!(
        app.post_form("/admin/login", "name=li.hua&password=wrong+horse")
            .await
            .status,
        429
    );
}

#[tokio::test]
async fn who_knows_an_experts_name_does_not_keep_the_expert_out() {
    let document = crate::kit::document("a", "问题？", "解答。", "");
    let settings = "trusted_proxies = [\"0.0.0.0/8\"]\n";
    let app = TestApp::configured(&[("a.md", document)], settings)
        .with_feedback()
        .await;
    let experts = app.store().await;
    experts
        .experts()
        .set_password("rob", PASSWORD)
        .await
        .unwrap();
    let sign_in = async |network: u8, password: &str, cookie: &str| {
        let address = format!("2001:db9:{network:x}::1");
        let headers = [("x-forwarded-for", address.as_str()), ("cookie", cookie)];
        let form = format!("name=rob&password={}", password.replace(' ', "+"));
        let form_type = "application/x-www-form-urlencoded";
        app.post("/admin/login", form_type, &form, &headers).await
    };
    let first = sign_in(1, PASSWORD, "").await;
    assert_eq!(first.status, 303);
    let cookies = first.headers.get_all("set-cookie").iter();
    let cookies: Vec<&str> = cookies.map(|c| c.to_str().unwrap()).collect();
    let device = cookies
        .iter()
        .find(|cookie| cookie.starts_with("dayi_device="))
        .unwrap();
    for part in ["HttpOnly", "SameSite=Strict", "Secure", "Path=/admin/login"] {
        assert!(device.contains(part), "{device}");
    }
    let device = device.split(';').next().unwrap();

    let mut refused = 0;
    for n in 0..60 {
        let status = sign_in(10 + n % 6, "wrong horse", "").await.status;
        refused += usize::from(status == 429);
    }
    assert!(refused > 0, "guessing is limited");
    assert_eq!(sign_in(2, PASSWORD, "").await.status, 429);
    assert_eq!(sign_in(3, PASSWORD, "dayi_device=7f.7f").await.status, 429);
    assert_eq!(sign_in(3, PASSWORD, device).await.status, 303);
    // Whoever has the cookie has few tries as well.
    let mut tries = 0;
    while sign_in(4, "wrong horse", device).await.status == 401 {
        tries += 1;
        assert!(tries < 20);
    }
}

#[tokio::test]
async fn a_text_of_any_length_is_looked_for_in_the_inbox() {
    let app = filled().await;
    let cookie = sign_in(&app).await;
    let long = "猫".repeat(6_000);
    for text in [&*"a".repeat(60_000), &long] {
        let path = format!(
            "/admin/inbox?q={}",
            form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>()
        );
        see(&app, &path, &cookie).await.assert_ok();
    }
}

#[tokio::test]
async fn every_page_is_shown_and_nothing_in_it_is_markup_or_a_secret() {
    let app = filled().await;
    let cookie = sign_in(&app).await;
    for path in PAGES {
        let page = see(&app, path, &cookie).await;
        let html = page.assert_ok().text();
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
        assert!(
            html.contains("noindex") && html.contains("li.hua"),
            "{path}"
        );
        assert!(
            !html.contains("<script>alert") && !html.contains("hunter22"),
            "{path}"
        );
    }
    let inbox = see(&app, "/admin/inbox", &cookie).await;
    assert!(
        inbox.text().contains("怎么养一只猫")
            && inbox.text().contains("a@b.example")
            && inbox.text().contains("内容过时")
    );
    assert!(
        see(&app, "/admin/queries", &cookie)
            .await
            .text()
            .contains("qwertyuiop")
    );
    let overview = see(&app, "/admin", &cookie).await;
    assert_eq!(overview.text().matches("<svg width=\"440\"").count(), 4);
    let bad = see(&app, "/admin/inbox?state=old", &cookie).await;
    assert_eq!(bad.status, 422);
}

#[tokio::test]
async fn a_page_of_another_site_does_nothing_in_an_experts_name() {
    let app = filled().await;
    let cookie = sign_in(&app).await;
    let form = "application/x-www-form-urlencoded";
    let credentials = format!("name=li.hua&password={}", PASSWORD.replace(' ', "+"));
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "https://other.qa.example.org"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let with = [("cookie", cookie.as_str()), (name, value)];
        for (path, body) in [
            ("/admin/login", credentials.as_str()),
            ("/admin/logout", ""),
            ("/admin/inbox/ask/1", "state=answered"),
            ("/api/v1/admin/deliveries/1", ""),
        ] {
            let answer = app.post(path, form, body, &with).await;
            assert_eq!(answer.status, 403, "{path} {name}: {value}");
            assert_eq!(answer.header("set-cookie"), "", "{path}");
        }
        let change = Request::patch("/api/v1/admin/inbox/ask/1")
            .header("content-type", "application/json")
            .header("cookie", &cookie)
            .header(name, value)
            .body(Body::from(r#"{"state":"answered"}"#))
            .unwrap();
        assert_eq!(app.send(change).await.status, 403, "{name}: {value}");
    }
    // Nothing of it was done: still signed in, and the item is as it was.
    let open = see(&app, "/admin/inbox?state=answered", &cookie).await;
    assert!(!open.assert_ok().text().contains("怎么养一只猫？"));
}

#[tokio::test]
async fn an_item_is_worked_on_and_written_up() {
    let app = filled().await;
    let cookie = sign_in(&app).await;
    let with = [("cookie", cookie.as_str())];
    let form = "application/x-www-form-urlencoded";
    let changed = app
        .post(
            "/admin/inbox/ask/1",
            form,
            "state=in_work&assignee=li.hua&note=%E5%9C%A8%E6%9F%A5&back=https://evil.example",
            &with,
        )
        .await;
    assert_eq!(
        (changed.status.as_u16(), changed.header("location")),
        (303, "/admin/inbox")
    );
    assert!(
        see(&app, "/admin/inbox?state=in_work&assignee=li.hua", &cookie)
            .await
            .text()
            .contains("在查")
    );
    assert!(
        see(&app, "/admin/audit", &cookie)
            .await
            .text()
            .contains("new → in_work")
    );
    assert_eq!(
        app.post("/admin/inbox/ask/99", form, "state=new", &with)
            .await
            .status,
        404
    );
    assert_eq!(
        app.post("/admin/inbox/ask/1", form, "state=new", &[])
            .await
            .header("location"),
        "/admin/login"
    );
    let forged = [
        ("cookie", cookie.as_str()),
        ("origin", "https://evil.example"),
    ];
    assert_eq!(
        app.post("/admin/inbox/ask/1", form, "state=new", &forged)
            .await
            .status,
        403
    );

    let draft = see(&app, "/admin/draft?ask=1", &cookie).await;
    assert!(
        draft
            .assert_ok()
            .header("content-disposition")
            .contains("ask-1-")
    );
    assert!(draft.text().contains("怎么养一只猫？") && !draft.text().contains("hunter22"));

    let out = app.post("/admin/logout", form, "", &with).await;
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(see(&app, "/admin", &cookie).await.status, 303);
}

#[tokio::test]
async fn scripts_read_and_change_with_a_token() {
    let app = filled().await;
    let token = app
        .store()
        .await
        .experts()
        .new_token("ci", "")
        .await
        .unwrap();
    let bearer = format!("Bearer {token}");
    let get = async |path: &str| {
        app.get_with(&format!("/api/v1/admin/{path}"), "authorization", &bearer)
            .await
    };
    let inbox = get("inbox?kind=ask").await.assert_ok().json();
    assert_eq!(inbox["items"][0]["contact"], "a@b.example");
    assert_eq!(
        get("overview").await.assert_ok().json()["items"]
            .as_array()
            .unwrap()
            .len(),
        30
    );
    assert_eq!(
        get("answers").await.assert_ok().json()["items"][0]["question_id"],
        "nacos-connect"
    );
    assert_eq!(
        get("answers/nacos-connect").await.assert_ok().json()["figures"]["unhelpful"],
        1
    );
    assert_eq!(
        get("queries").await.assert_ok().json()["items"][0]["text"],
        "qwertyuiop"
    );
    let csv = get("inbox?format=csv").await;
    assert!(
        csv.assert_ok()
            .header("content-type")
            .starts_with("text/csv")
    );
    assert_eq!(csv.text().lines().next().unwrap().split(',').count(), 18);

    let change = async |path: &str, body: &str| {
        let request = Request::patch(format!("/api/v1/admin/{path}"))
            .header("authorization", &bearer)
            .header("content-type", "application/json");
        app.send(request.body(Body::from(body.to_owned())).unwrap())
            .await
    };
    let changed = change("inbox/rating/1", r#"{"state":"answered"}"#).await;
    assert_eq!(changed.assert_ok().json()["state"], "answered");
    change("inbox/rating/1", r#"{"note":"x","version":"of before"}"#)
        .await
        .assert_problem(409, "outdated");
    change("inbox/rating/x", r#"{"note":"x"}"#)
        .await
        .assert_problem(404, "not_found");
    for path in [
        "inbox",
        "answers",
        "answers/nacos-connect",
        "queries",
        "audit",
        "overview",
        "deliveries",
    ] {
        let csv = get(&format!("{path}?format=csv")).await;
        let head = csv.assert_ok().text().lines().next().unwrap().to_owned();
        assert!(head.contains(',') && !head.contains('"'), "{path}: {head}");
        get(&format!("{path}?format=xml"))
            .await
            .assert_problem(400, "bad_parameter");
    }
    get("audit?before=x")
        .await
        .assert_problem(400, "bad_parameter");
    assert!(
        get("draft?ask=1")
            .await
            .assert_ok()
            .text()
            .contains("怎么养一只猫")
    );
    let nobody = app
        .post("/api/v1/admin/deliveries/1", "application/json", "", &[])
        .await;
    nobody.assert_problem(401, "sign_in_first");
    change("inbox/rating/1", r#"{"state":"old"}"#)
        .await
        .assert_problem(400, "bad_body");
    change("inbox/rating/9", r#"{"state":"new"}"#)
        .await
        .assert_problem(404, "not_found");
    assert_eq!(
        get("audit").await.assert_ok().json()["items"][0]["expert"],
        "ci"
    );
}

#[tokio::test]
async fn an_expert_adds_refuses_and_undoes_how_a_document_is_asked() {
    let app = filled().await;
    let cookie = sign_in(&app).await;
    let page = see(&app, "/admin/answers/nacos-connect", &cookie).await;
    assert!(
        page.assert_ok().text().contains("id=\"asked-as\""),
        "{}",
        page.text()
    );
    let path = "/admin/answers/nacos-connect/asked-as";
    let form = "application/x-www-form-urlencoded";
    let with = [("cookie", cookie.as_str())];
    let sent = app
        .post(path, form, "change=added&text=%3Cb%3E连不上", &with)
        .await;
    assert_eq!(
        (sent.status.as_u16(), sent.header("location")),
        (303, "/admin/answers/nacos-connect#asked-as")
    );
    let page = see(&app, "/admin/answers/nacos-connect", &cookie).await;
    let text = page.text();
    assert!(
        text.contains("&#60;b&#62;连不上") && text.contains("li.hua · "),
        "{text}"
    );
    // Nobody else does, and no other site in an expert's name.
    let foreign = [
        ("cookie", cookie.as_str()),
        ("origin", "https://evil.example"),
    ];
    let refused = app
        .post(path, form, "change=removed&text=连不上", &foreign)
        .await;
    assert_eq!(refused.status, 403);
    assert_eq!(
        app.post(path, form, "change=added&text=连不上", &[])
            .await
            .status,
        303
    );

    let token = app
        .store()
        .await
        .experts()
        .new_token("ci", "")
        .await
        .unwrap();
    let bearer = format!("Bearer {token}");
    let api = "/api/v1/admin/answers/nacos-connect/asked-as";
    let all = app.get_with(api, "authorization", &bearer).await;
    let items = all.assert_ok().json()["items"].clone();
    assert_eq!(
        (items.as_array().unwrap().len(), &items[0]["written_by"]),
        (1, &json!("expert"))
    );
    let number = items[0]["change"]["id"].as_i64().unwrap();
    let json_type = "application/json";
    let authorized = [("authorization", bearer.as_str())];
    let body = json!({"text": "口子不通", "change": "removed"}).to_string();
    let changed = app.post(api, json_type, &body, &authorized).await;
    assert_eq!(changed.assert_ok().json()["items"][1]["removed"], true);
    app.post(
        api,
        json_type,
        "{\"text\":\"x\",\"change\":\"added\"}",
        &authorized,
    )
    .await
    .assert_problem(422, "bad_field");
    app.post(
        "/api/v1/admin/answers/gone/asked-as",
        json_type,
        &body,
        &authorized,
    )
    .await
    .assert_problem(404, "not_found");
    let undo = |number: i64| {
        let request = Request::delete(format!("{api}/{number}")).header("authorization", &bearer);
        app.send(request.body(Body::empty()).unwrap())
    };
    assert_eq!(undo(number).await.status, 204);
    assert_eq!(undo(number).await.status, 404);
    let log = see(&app, "/admin/audit", &cookie).await;
    assert!(log.text().contains("question undone"), "{}", log.text());
}
