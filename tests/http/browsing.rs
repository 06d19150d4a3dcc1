//! Lists of all questions, tags and categories, and the ways to them.

use crate::kit::{Answer, TestApp, attribute, texts};
use serde_json::json;

/// A document of the day with this number, of the month that all are from.
fn dated(id: &str, day: usize, tags: &str) -> (String, String) {
    let text = format!(
        "---\nid: \"{id}\"\ntitle: \"问题 {id}\"\ndate: \"2024-09-{day:02}\"\ncategory: \"guide\"\ntags: [{tags}]\n---\n\
         ## 用户问题 ：\n 问题 {id}\n\n---------------\n## 专家官方解答 ：\n\n按步骤。\n"
    );
    (format!("{id}.md"), text)
}

fn over(documents: &[(String, String)]) -> TestApp {
    let documents = documents.iter();
    let named: Vec<_> = documents
        .map(|(name, text)| (name.as_str(), text.clone()))
        .collect();
    TestApp::over(&named)
}

/// Four documents: `d` is the newest, `a` the oldest.
fn four() -> TestApp {
    over(&[
        dated("a", 1, "\"nacos\""),
        dated("b", 2, "\"Nacos\", \"dubbo\""),
        dated("c", 3, "\"nacos\""),
        dated("d", 4, ""),
    ])
}

fn titles(page: &Answer) -> String {
    let titles = texts(page.assert_ok(), ".questions .title");
    let ids: Vec<&str> = titles
        .iter()
        .map(|t| t.trim_start_matches("问题 "))
        .collect();
    ids.join(" ")
}

#[tokio::test]
async fn every_page_leads_to_the_form_and_to_all_questions() {
    let app = four();
    for path in ["/", "/questions", "/search?q=a", "/ask", "/docs", "/nope"] {
        let page = app.get(path).await;
        let ways = texts(&page, "header nav a");
        assert_eq!(ways, ["提问", "全部问题"], "{path}");
        let footer = texts(&page, "footer nav a");
        for label in ["全部问题", "标签", "分类"] {
            assert!(footer.contains(&label.to_owned()), "{path}: {footer:?}");
        }
    }
    let home = app.get("/").await;
    let ways = texts(&home, ".heading a");
    assert_eq!(ways, ["全部问题", "全部标签"]);
}

#[tokio::test]
async fn all_questions_are_listed_the_newest_first_page_after_page() {
    let of_day = |day| dated(&day_id(day), day, "");
    let app = over(&(1..=25).map(of_day).collect::<Vec<_>>());
    let first = app.get("/questions").await;
    let newest: Vec<String> = (6..=25).rev().map(day_id).collect();
    assert_eq!(titles(&first), newest.join(" "));
    assert_eq!(texts(&first, "main .bar p"), ["25 个问题已有解答"]);
    assert_eq!(texts(&first, ".pages span"), ["1 / 2"]);
    assert_eq!(attribute(&first, "[rel=next]", "href"), "/questions?page=2");
    assert_eq!(attribute(&first, "[rel=prev]", "href"), "");
    let second = app.get("/questions?page=2").await;
    let oldest: Vec<String> = (1..=5).rev().map(day_id).collect();
    assert_eq!(titles(&second), oldest.join(" "));
    assert_eq!(attribute(&second, "[rel=prev]", "href"), "/questions");
    assert_eq!(attribute(&second, "[rel=next]", "href"), "");
    assert_eq!(
        attribute(&second, "link[rel=canonical]", "href"),
        "https://qa.example.org/questions?page=2"
    );
    assert!(texts(&second, "title")[0].starts_with("全部问题 · "));
    assert_eq!(app.get("/questions?page=3").await.status, 404);
    let category = app.get("/categories/guide?page=2").await;
    assert_eq!(titles(&category), oldest.join(" "));
    assert_eq!(app.get("/categories/guide?page=3").await.status, 404);
}

fn day_id(day: usize) -> String {
    format!("q{day:02}")
}

#[tokio::test]
async fn what_visitors_like_comes_first_and_the_newest_after_it() {
    let app = four().with_feedback().await;
    app.get("/search?q=dubbo").await.assert_ok();
    let click = json!({ "query": "dubbo", "question_id": "b", "rank": 1 });
    assert_eq!(app.post_json("/api/v1/clicks", &click).await.status, 204);
    for (id, rating) in [("a", "helpful"), ("c", "unhelpful")] {
        let rating = json!({ "question_id": id, "rating": rating });
        assert_eq!(app.post_json("/api/v1/feedback", &rating).await.status, 201);
    }
    for (path, order, selected) in [
        ("/questions", "d c b a", "最新"),
        ("/questions?sort=newest", "d c b a", "最新"),
        ("/questions?sort=helpful", "a d c b", "最有帮助"),
        ("/questions?sort=read", "b d c a", "看得最多"),
        ("/questions?sort=&page=", "d c b a", "最新"),
    ] {
        let page = app.get(path).await;
        assert_eq!(titles(&page), order, "{path}");
        assert_eq!(texts(&page, ".sorts [aria-current]"), [selected], "{path}");
        assert_eq!(texts(&page, ".sorts a").len(), 3, "{path}");
        assert_eq!(
            attribute(&page, "link[rel=canonical]", "href"),
            "https://qa.example.org/questions",
            "{path}"
        );
    }
}

#[tokio::test]
async fn every_question_is_on_one_page_of_each_order() {
    let of_day = |day| dated(&day_id(day), day, "");
    let app = over(&(1..=25).map(of_day).collect::<Vec<_>>());
    let app = app.with_feedback().await;
    for day in [1, 9, 23] {
        let rating = json!({ "question_id": day_id(day), "rating": "helpful" });
        assert_eq!(app.post_json("/api/v1/feedback", &rating).await.status, 201);
    }
    let first = app.get("/questions?sort=helpful").await;
    assert!(titles(&first).starts_with("q01 q09 q23 q25 q24 q22 "));
    assert_eq!(
        attribute(&first, "[rel=next]", "href"),
        "/questions?sort=helpful&page=2"
    );
    let second = app.get("/questions?sort=helpful&page=2").await;
    let both = format!("{} {}", titles(&first), titles(&second));
    let mut both: Vec<&str> = both.split(' ').collect();
    assert_eq!(
        (both.len(), titles(&second).as_str()),
        (25, "q06 q05 q04 q03 q02")
    );
    both.sort_unstable();
    both.dedup();
    assert_eq!(both.len(), 25);
    let third = app.get("/questions?sort=helpful&page=3").await;
    assert_eq!(third.status, 404);
}

#[tokio::test]
async fn a_store_that_does_not_answer_leaves_the_newest() {
    let without = four();
    let closed = four();
    let store = closed.store().await;
    let closed = closed.over_store(store.clone());
    store.close().await;
    for app in [without, closed] {
        for path in [
            "/questions",
            "/questions?sort=helpful",
            "/questions?sort=read",
        ] {
            let page = app.get(path).await;
            assert_eq!(titles(&page), "d c b a", "{path}");
            assert_eq!(texts(&page, ".sorts a").len(), 0, "{path}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_used_of_a_list_is_named() {
    let app = four();
    for (path, name) in [
        ("/questions?sort=best", "`sort`"),
        ("/questions?page=0", "`page`"),
        ("/questions?page=x", "`page`"),
        ("/tags?page=-1", "`page`"),
        ("/categories?page=x", "`page`"),
    ] {
        let refused = app.get(path).await;
        assert_eq!(refused.status, 400, "{path}");
        let said = texts(&refused, "main p").join(" ");
        assert!(said.contains(name), "{path}: {said}");
    }
    let deep = format!("page={}", usize::MAX);
    for list in ["/questions", "/tags", "/categories", "/tags/nacos"] {
        assert_eq!(
            app.get(&format!("{list}?{deep}")).await.status,
            404,
            "{list}"
        );
    }
}

#[tokio::test]
async fn a_service_without_documents_says_so() {
    let app = over(&[]);
    for (path, said) in [
        ("/questions", "还没有文档"),
        ("/tags", "还没有标签"),
        ("/categories", "还没有分类"),
    ] {
        let page = app.get(path).await;
        let empty = texts(page.assert_ok(), ".empty");
        assert!(empty[0].starts_with(said), "{path}: {empty:?}");
        assert_eq!(
            texts(&page, ".pages, .sorts, main .tags").len(),
            0,
            "{path}"
        );
    }
    assert_eq!(texts(&app.get("/").await, ".heading a").len(), 0);
}

#[tokio::test]
async fn labels_are_listed_most_frequent_first() {
    let app = four();
    let tags = app.get("/tags").await;
    // Labels that differ in case are one.
    assert_eq!(texts(tags.assert_ok(), "main .tag"), ["nacos 3", "dubbo 1"]);
    assert_eq!(texts(&tags, "h1"), ["标签 2"]);
    assert_eq!(attribute(&tags, "main .tag", "href"), "/tags/nacos");
    assert_eq!(
        attribute(&tags, "link[rel=canonical]", "href"),
        "https://qa.example.org/tags"
    );
    let categories = app.get("/categories").await;
    assert_eq!(texts(categories.assert_ok(), "main .tag"), ["guide 4"]);
    assert_eq!(
        attribute(&categories, "main .tag", "href"),
        "/categories/guide"
    );
    assert!(texts(&categories, "title")[0].starts_with("分类 · "));
}

#[tokio::test]
async fn tags_of_most_questions_are_shown_by_their_own_list_alone() {
    let documents = (1..=12).map(|day| {
        let tags = match day {
            1 => "\"nacos\"".to_owned(),
            _ => format!("\"{}\", \"t{day}\", \"nacos\"", ["sca", "SCA"][day % 2]),
        };
        dated(&day_id(day), day, &tags)
    });
    let mut documents: Vec<_> = documents.collect();
    documents[0].1 = documents[0].1.replace("guide", "faq");
    let app = over(&documents);
    for path in ["/", "/questions", "/tags/sca", "/categories/guide"] {
        let page = app.get(path).await;
        let shown = texts(page.assert_ok(), "main .tag");
        let is_common =
            |tag: &String| tag.starts_with("nacos") || tag.to_lowercase().starts_with("sca");
        assert!(!shown.iter().any(is_common), "{path}: {shown:?}");
        assert!(shown.contains(&"t12".to_owned()), "{path}: {shown:?}");
    }
    let tags = app.get("/tags").await;
    let listed = texts(tags.assert_ok(), "main .tag");
    assert_eq!(listed.len(), 13);
    assert_eq!(texts(&tags, ".common .tag"), ["nacos 12", "sca 11"]);
    assert_eq!(listed[11..], ["nacos 12", "sca 11"]);
    // Of categories none is left out: there is one at most beside a question.
    let categories = app.get("/categories").await;
    assert_eq!(texts(&categories, "main .tag"), ["guide 11", "faq 1"]);
}

#[tokio::test]
async fn several_tags_narrow_to_what_has_all_of_them() {
    let app = four();
    let found = app.get("/api/v1/search?tag=nacos&tag=dubbo").await;
    assert_eq!(found.assert_ok().json()["total"], 1);
    let body = json!({ "tag": ["nacos", "dubbo"] });
    let same = app.post_json("/api/v1/search", &body).await;
    assert_eq!(same.assert_ok().json()["hits"][0]["id"], "b");
    let page = app.get("/search?tag=nacos&tag=dubbo").await;
    let chosen = texts(page.assert_ok(), ".chosen a");
    assert_eq!(chosen.len(), 2, "{chosen:?}");
    // Each is dropped alone, and a further search keeps both.
    assert_eq!(
        attribute(&page, ".chosen a", "href"),
        "/search?q=&tag=dubbo"
    );
    assert_eq!(texts(&page, "form[role=search] [name=tag]").len(), 2);
    assert_eq!(attribute(&page, "dayi-search-box", "data-tag"), "nacos");
    let one = app.get("/search?tag=nacos").await;
    assert_eq!(
        attribute(&one, "aside a:not([aria-current])", "href"),
        "/search?q=&tag=nacos&tag=dubbo"
    );
}

#[tokio::test]
async fn weak_results_are_shown_when_they_are_asked_for() {
    let headlines = [
        "seata 分布式事务回滚失败",
        "分布式事务回滚说明",
        "seata 事务回滚怎么配置",
        "分布式事务升级",
        "seata 事务怎么安装",
    ];
    let named = headlines.iter().enumerate();
    let documents: Vec<_> = named
        .map(|(n, headline)| dated_about(&format!("d{n}"), headline))
        .collect();
    let app = over(&documents);
    let query = "/search?q=seata+%E5%88%86%E5%B8%83%E5%BC%8F%E4%BA%8B%E5%8A%A1%E5%9B%9E%E6%BB%9A%E5%A4%B1%E8%B4%A5";
    let page = app.get(query).await;
    let total = app.get(&query.replace("/search", "/api/v1/search")).await;
    let total = total.assert_ok().json()["total"].as_u64().unwrap();
    assert!(total > 1, "the test needs weak results");
    assert_eq!(texts(page.assert_ok(), ".bar p"), ["1 条结果"]);
    let weaker = format!("查看其余 {} 条较弱的结果", total - 1);
    assert_eq!(texts(&page, ".weaker a"), [weaker]);
    let all = app.get(&attribute(&page, ".weaker a", "href")).await;
    let count = format!("{total} 条结果");
    assert_eq!(texts(all.assert_ok(), ".bar p"), [count]);
    assert_eq!(texts(&all, ".weaker").len(), 0);
    // Nothing ranks what is listed by date.
    let newest = app.get(&format!("{query}&sort=newest")).await;
    assert_eq!(texts(newest.assert_ok(), ".weaker").len(), 0);
}

#[tokio::test]
async fn a_bare_name_leads_to_its_topic() {
    let app = four();
    let page = app.get("/search?q=Nacos").await;
    assert_eq!(
        attribute(page.assert_ok(), ".topic a", "href"),
        "/tags/nacos"
    );
    assert_eq!(texts(&page, ".topic span"), ["这个话题的全部问题"]);
    let other = app.get("/search?q=Nacos+%E6%8C%89%E6%AD%A5%E9%AA%A4").await;
    assert_eq!(texts(other.assert_ok(), ".topic").len(), 0);
}

/// A document with this headline.
fn dated_about(id: &str, headline: &str) -> (String, String) {
    let (name, text) = dated(id, 1, "");
    (name, text.replace(&format!("问题 {id}"), headline))
}
