use crate::kit::{TestApp, document};
use axum::body::Body;
use axum::http::{Method, Request};
use insta::assert_json_snapshot;

#[tokio::test]
async fn search_gives_the_whole_contract() {
    let app = TestApp::with_documents();
    let found = app.get("/api/v1/search?q=注册中心连不上&per_page=1").await;
    assert_json_snapshot!(found.assert_ok().json(), { ".took_ms" => "[ms]", ".hits[].score" => "[score]" });
}

#[tokio::test]
async fn a_question_gives_answer_references_and_grade() {
    let app = TestApp::with_documents();
    assert_json_snapshot!(
        app.get("/api/v1/questions/nacos-connect")
            .await
            .assert_ok()
            .json()
    );
}

#[tokio::test]
async fn a_search_gives_the_answer_along_where_there_is_one() {
    let app = TestApp::with_documents();
    let asked = "/api/v1/search?q=注册中心连不上";
    let found = app.get(&format!("{asked}&answer=true")).await;
    let found = found.assert_ok().json();
    assert_eq!(found["answer_state"], "answered");
    let id = found["hits"][0]["id"].as_str().unwrap();
    let whole = app.get(&format!("/api/v1/questions/{id}")).await;
    let mut whole = whole.assert_ok().json();
    whole["feedback"] = serde_json::Value::Null;
    assert_eq!(found["answer"], whole);
    for without in [
        asked.to_owned(),
        format!("{asked}&answer=true&page=2"),
        "/api/v1/search?q=怎么养一只猫&answer=true".to_owned(),
    ] {
        let found = app.get(&without).await;
        assert!(
            found.assert_ok().json().get("answer").is_none(),
            "{without}"
        );
    }
    let refused = app.get(&format!("{asked}&answer=1")).await;
    refused.assert_problem(400, "bad_parameter");
}

#[tokio::test]
async fn the_first_three_hits_have_passages_where_answers_are_asked_for() {
    let app = TestApp::with_documents();
    let found = app.get("/api/v1/search?q=nacos&answer=true").await;
    let found = found.assert_ok().json();
    let hits = found["hits"].as_array().unwrap();
    assert!(hits.len() > 1, "{found}");
    for (place, hit) in hits.iter().enumerate() {
        let passage = &hit["passage"];
        assert_eq!(passage.is_object(), place < 3, "{hit}");
        if place < 3 {
            for part in ["html", "markdown"] {
                assert!(!passage[part].as_str().unwrap().is_empty(), "{passage}");
            }
            for part in ["heading", "anchor"] {
                assert!(passage[part].is_string(), "{passage}");
            }
        }
    }
    for without in ["q=nacos", "q=nacos&answer=true&page=2"] {
        let found = app.get(&format!("/api/v1/search?{without}")).await.json();
        let mut hits = found["hits"].as_array().unwrap().iter();
        assert!(hits.all(|hit| hit.get("passage").is_none()), "{found}");
    }
}

#[tokio::test]
async fn filters_narrow_and_pages_join() {
    let app = TestApp::with_documents();
    let ids = |answer: &crate::kit::Answer| -> Vec<String> {
        answer.json()["hits"]
            .as_array()
            .unwrap()
            .iter()
            .map(|h| h["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let by_tag = app.get("/api/v1/search?q=nacos&tag=配置中心").await;
    assert_eq!(ids(by_tag.assert_ok()), ["nacos-config"]);
    let none = app.get("/api/v1/search?q=nacos&from=2025-01-01").await;
    assert_eq!(none.assert_ok().json()["total"], 0);
    let whole = ids(&app.get("/api/v1/search?q=nacos%20dubbo&per_page=2").await);
    let first = ids(&app
        .get("/api/v1/search?q=nacos%20dubbo&per_page=1&page=1")
        .await);
    let second = ids(&app
        .get("/api/v1/search?q=nacos%20dubbo&per_page=1&page=2")
        .await);
    assert_eq!(whole, [first, second].concat());
}

#[tokio::test]
async fn an_empty_query_lists_everything() {
    let listed = TestApp::with_documents().get("/api/v1/search").await;
    assert_eq!(listed.assert_ok().json()["total"], 3);
}

#[tokio::test]
async fn whatever_is_typed_is_text() {
    let app = TestApp::with_documents();
    for typed in [
        "C%2B%2B%20%5BERROR%5D%20a%3Ab",
        "foo%3A%20bar",
        "(%E6%9C%AA%E9%97%AD%E5%90%88",
        "a%20AND",
        "%22",
        "%2A",
        "%00",
        "%FF",
        "..%2F..",
        "%F0%9F%98%80",
    ] {
        app.get(&format!("/api/v1/search?q={typed}"))
            .await
            .assert_ok();
        app.get(&format!("/search?q={typed}")).await.assert_ok();
        app.get(&format!("/api/v1/suggest?q={typed}"))
            .await
            .assert_ok();
    }
}

#[tokio::test]
async fn bad_parameters_are_refused_by_name_in_the_readers_language() {
    let app = TestApp::with_documents();
    for (query, parameter) in [
        ("page=0", "page"),
        ("page=x", "page"),
        ("per_page=-1", "per_page"),
        ("sort=best", "sort"),
        ("from=yesterday", "from"),
        ("to=2024-02-30", "to"),
    ] {
        let refused = app.get(&format!("/api/v1/search?{query}")).await;
        assert_eq!(
            refused.assert_problem(400, "bad_parameter").json()["parameter"],
            parameter
        );
    }
    let english = app
        .get_with("/api/v1/search?page=x", "accept-language", "en")
        .await;
    assert_eq!(
        english.json()["detail"],
        "Invalid value in parameter `page`: `x` is not a positive integer."
    );
    let chinese = app.get("/api/v1/search?page=x").await;
    assert_eq!(
        chinese.json()["detail"],
        "参数 `page` 的值 `x` 无效：应为正整数。"
    );
}

#[tokio::test]
async fn what_is_not_there_is_a_problem() {
    let app = TestApp::with_documents();
    app.get("/api/v1/questions/nope")
        .await
        .assert_problem(404, "not_found");
    app.get("/api/v1/questions/nope/related")
        .await
        .assert_problem(404, "not_found");
    app.get("/api/v1/nope")
        .await
        .assert_problem(404, "not_found");
    app.ask(Method::DELETE, "/api/v1/search")
        .await
        .assert_problem(405, "method_not_allowed");
}

#[tokio::test]
async fn suggestions_come_by_prefix_pinyin_and_initials() {
    let app = TestApp::over(&[
        ("a.md", document("x", "注册中心连不上", "a", "")),
        ("b.md", document("y", "注销账号", "b", "")),
    ]);
    for typed in ["注册", "zhuce", "zczx", "中心"] {
        let found = app.get(&format!("/api/v1/suggest?q={typed}")).await;
        assert_eq!(
            found.assert_ok().json()["suggestions"][0]["id"],
            "x",
            "{typed}"
        );
    }
    assert_eq!(
        app.get("/api/v1/suggest?q=").await.json()["suggestions"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
}

#[tokio::test]
async fn a_suggested_question_tells_its_first_tag() {
    let app = TestApp::over(&[
        (
            "a.md",
            document(
                "x",
                "注册中心连不上",
                "a",
                "\"zookeeper\",\"dubbo\",\"nacos\"",
            ),
        ),
        ("b.md", document("y", "注册中心迁移", "b", "")),
    ]);
    let found = app.get("/api/v1/suggest?q=注册中").await.json();
    let tags: Vec<_> = found["suggestions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| (s["id"].as_str(), s["tag"].as_str()))
        .collect();
    assert!(tags.contains(&(Some("x"), Some("zookeeper"))), "{tags:?}");
    assert!(tags.contains(&(Some("y"), None)), "{tags:?}");
    assert!(tags.contains(&(None, None)), "{tags:?}");
}

#[tokio::test]
async fn the_word_being_typed_is_completed_in_the_middle_of_a_question() {
    let app = TestApp::over(&[
        ("a.md", document("x", "Nacos 注册中心连不上", "a", "")),
        ("b.md", document("y", "Nacos 配置中心刷新", "b", "")),
    ]);
    let suggested = async |typed: &str| {
        let found = app.get(&format!("/api/v1/suggest?q={typed}")).await;
        let suggestions = found.assert_ok().json()["suggestions"]
            .as_array()
            .unwrap()
            .clone();
        let texts = suggestions
            .iter()
            .map(|s| s["text"].as_str().unwrap().to_owned());
        texts.collect::<Vec<_>>()
    };
    assert_eq!(suggested("nacos%20peizhi").await[0], "Nacos 配置中心刷新");
    let completed = suggested("注册中").await;
    assert_eq!(completed, ["Nacos 注册中心连不上", "注册中心"]);
}

#[tokio::test]
async fn related_questions_leave_out_the_question_itself() {
    let question =
        |id: &str, asked: &str| (format!("{id}.md"), document(id, asked, "见文档。", ""));
    let asked = [
        question("here", "Nacos 注册中心连不上怎么办？"),
        question("near", "Nacos 注册中心连接超时怎么排查？"),
        question("far", "Seata 的 undo_log 表没有清理"),
        question("other", "Dubbo 的序列化协议怎么选？"),
    ];
    let documents: Vec<(&str, String)> =
        asked.iter().map(|(n, t)| (n.as_str(), t.clone())).collect();
    let found = TestApp::over(&documents)
        .get("/api/v1/questions/here/related")
        .await;
    let related = found.assert_ok().json()["related"]
        .as_array()
        .unwrap()
        .clone();
    assert_eq!(related[0]["id"], "near");
    assert!(
        related
            .iter()
            .all(|r| r["id"] != "here" && r["id"] != "far")
    );
}

#[tokio::test]
async fn unchanged_answers_are_304() {
    let app = TestApp::with_documents();
    for path in [
        "/api/v1/questions/nacos-connect",
        "/questions/nacos-connect",
        "/",
        "/sitemap.xml",
        "/openapi.json",
    ] {
        let first = app.get(path).await;
        let tag = first.assert_ok().header("etag").to_owned();
        assert!(
            !tag.is_empty() && first.header("cache-control").contains("must-revalidate"),
            "{path}"
        );
        let again = app.get_with(path, "if-none-match", &tag).await;
        assert_eq!(
            (again.status.as_u16(), again.body.len()),
            (304, 0),
            "{path}"
        );
        assert_eq!(again.header("etag"), tag);
    }
}

#[tokio::test]
async fn only_allowed_origins_may_call() {
    let app = TestApp::configured(&[], "cors_origins = [\"https://nacos.io\"]\n");
    let allowed = app
        .get_with("/api/v1/search?q=a", "origin", "https://nacos.io")
        .await;
    assert_eq!(
        allowed.header("access-control-allow-origin"),
        "https://nacos.io"
    );
    let other = app
        .get_with("/api/v1/search?q=a", "origin", "https://evil.example")
        .await;
    assert_eq!(other.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn answers_are_compressed_and_carry_a_request_id() {
    let app = TestApp::with_documents();
    for encoding in ["gzip", "br"] {
        let answer = app
            .get_with("/questions/nacos-connect", "accept-encoding", encoding)
            .await;
        assert_eq!(answer.assert_ok().header("content-encoding"), encoding);
        assert!(!answer.header("x-request-id").is_empty());
    }
}

#[tokio::test]
async fn what_was_compressed_before_is_sent_again_to_those_who_take_it() {
    let app = TestApp::with_documents();
    for path in [
        "/",
        "/questions/nacos-connect",
        "/api/v1/search?q=nacos",
        "/search-box.js",
    ] {
        let plain = app.get(path).await;
        let mut sizes = vec![plain.assert_ok().body.len()];
        for encoding in ["gzip", "br"] {
            // What has no body leaves none behind.
            let head = Request::head(path).header("accept-encoding", encoding);
            let head = app.send(head.body(Body::empty()).unwrap()).await;
            assert_eq!(head.assert_ok().body.len(), 0, "{path}");
            let [first, again] = [
                app.get_with(path, "accept-encoding", encoding).await,
                app.get_with(path, "accept-encoding", encoding).await,
            ];
            for answer in [&first, &again] {
                assert_eq!(answer.assert_ok().header("content-encoding"), encoding);
                let mut vary = answer.headers.get_all("vary").iter();
                assert!(vary.any(|v| v == "accept-encoding"), "{path}");
                assert_eq!(answer.header("etag"), plain.header("etag"));
            }
            assert_eq!(first.body, again.body, "{path} {encoding}");
            sizes.push(first.body.len());
        }
        assert!(
            sizes.is_sorted_by(|larger, smaller| larger > smaller),
            "{path}: {sizes:?}"
        );
        let plain_again = app.get(path).await;
        assert_eq!(plain_again.header("content-encoding"), "");
        assert_eq!(plain_again.body, plain.body);
    }
}

#[tokio::test]
async fn the_openapi_document_names_every_route() {
    let described = TestApp::with_documents().get("/openapi.json").await;
    let document = described.assert_ok().json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    assert_eq!(
        paths,
        [
            "/api/v1/admin/answers",
            "/api/v1/admin/answers/{id}",
            "/api/v1/admin/answers/{id}/asked-as",
            "/api/v1/admin/answers/{id}/asked-as/{change}",
            "/api/v1/admin/audit",
            "/api/v1/admin/deliveries",
            "/api/v1/admin/deliveries/{id}",
            "/api/v1/admin/draft",
            "/api/v1/admin/inbox",
            "/api/v1/admin/inbox/{kind}/{id}",
            "/api/v1/admin/overview",
            "/api/v1/admin/queries",
            "/api/v1/asks",
            "/api/v1/asks/{number}/me-too",
            "/api/v1/asks/{secret}",
            "/api/v1/clicks",
            "/api/v1/feedback",
            "/api/v1/popular",
            "/api/v1/questions/{id}",
            "/api/v1/questions/{id}/related",
            "/api/v1/search",
            "/api/v1/suggest"
        ]
    );
    let parameters = document["paths"]["/api/v1/search"]["get"]["parameters"]
        .as_array()
        .unwrap();
    let names: Vec<&str> = parameters
        .iter()
        .map(|p| p["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "q", "after", "page", "per_page", "tag", "category", "from", "to", "sort", "explain",
            "answer", "typing"
        ]
    );
}
