//! What the widget asks beside searches: popular questions, and follow-ups of a question.

use crate::kit::{TestApp, document};
use serde_json::{Value, json};

fn over(documents: &[(&str, &str, &str)]) -> TestApp {
    let documents = documents.iter();
    let named: Vec<_> = documents
        .map(|(id, question, tags)| {
            let text = document(id, question, "按步骤操作。", tags);
            (format!("{id}.md"), text)
        })
        .collect();
    let named: Vec<_> = named.iter().map(|(n, t)| (n.as_str(), t.clone())).collect();
    TestApp::over(&named)
}

fn shelf() -> TestApp {
    over(&[
        ("a", "怎么给自行车补胎", "\"Bike\""),
        ("b", "怎么调自行车的刹车", "\"bike\", \"brake\""),
        ("c", "怎么给汽车换机油", "\"car\""),
        ("d", "汽车补胎要多久", "\"car\""),
    ])
}

async fn popular(app: &TestApp, query: &str) -> Vec<String> {
    let found = app.get(&format!("/api/v1/popular{query}")).await;
    let found = found.assert_ok().json();
    let questions = found["questions"].as_array().unwrap().iter();
    questions
        .map(|question| question["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn popular_questions_are_those_that_helped_then_those_opened_then_the_newest() {
    let app = shelf().with_feedback().await;
    app.get("/api/v1/search?q=刹车").await.assert_ok();
    let click = json!({"query": "刹车", "question_id": "b", "rank": 1});
    assert_eq!(app.post_json("/api/v1/clicks", &click).await.status, 204);
    // A kept record is behind all that was to be kept later.
    let rating = json!({"question_id": "c", "rating": "helpful"});
    assert_eq!(app.post_json("/api/v1/feedback", &rating).await.status, 201);
    assert_eq!(popular(&app, "").await, ["c", "b", "a", "d"]);
    assert_eq!(popular(&app, "?limit=1").await, ["c"]);
}

#[tokio::test]
async fn popular_questions_are_of_the_tag_and_the_category_in_any_spelling() {
    let app = shelf().with_feedback().await;
    for id in ["b", "c"] {
        let rating = json!({"question_id": id, "rating": "helpful"});
        assert_eq!(app.post_json("/api/v1/feedback", &rating).await.status, 201);
    }
    assert_eq!(popular(&app, "?tag=BIKE").await, ["b", "a"]);
    assert_eq!(popular(&app, "?tag=bike&category=Guide").await, ["b", "a"]);
    assert!(popular(&app, "?tag=boat").await.is_empty());
    assert!(popular(&app, "?category=other").await.is_empty());
}

#[tokio::test]
async fn popular_questions_need_no_store_and_refuse_what_they_cannot_use() {
    let app = shelf();
    assert_eq!(popular(&app, "").await.len(), 4);
    let refused = app.get("/api/v1/popular?limit=0").await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["parameter"], "limit");
}

async fn search(app: &TestApp, q: &str, after: &str) -> Value {
    let parameters = [("q", q), ("after", after)];
    let query = serde_html_form::to_string(parameters).unwrap();
    let found = app.get(&format!("/api/v1/search?{query}")).await;
    found.assert_ok().json()
}

#[tokio::test]
async fn a_follow_up_is_searched_with_the_words_of_the_question_before() {
    let app = shelf();
    let last = "怎么给自行车补胎";
    let found = search(&app, "那汽车呢", last).await;
    assert_eq!(found["carried"], "补胎");
    assert_eq!(found["query"], "补胎 那汽车呢");
    assert_eq!(found["hits"][0]["id"], "d");
    let found = search(&app, "刹车呢", last).await;
    assert_eq!(found["carried"], "自行车");
    assert_eq!(found["hits"][0]["id"], "b");
    let body = json!({"q": "那汽车呢", "after": last});
    let sent = app.post_json("/api/v1/search", &body).await;
    assert_eq!(sent.assert_ok().json()["carried"], "补胎");
}

#[tokio::test]
async fn a_question_of_its_own_is_searched_as_if_there_were_none_before() {
    let app = shelf();
    let mut with = search(&app, "怎么给汽车换机油", "怎么给自行车补胎").await;
    let mut without = app.get("/api/v1/search?q=怎么给汽车换机油").await.json();
    for found in [&mut with, &mut without] {
        found["took_ms"] = Value::Null;
    }
    assert!(with.get("carried").is_none());
    assert_eq!(with, without);
}
