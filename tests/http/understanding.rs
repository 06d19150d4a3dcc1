use crate::kit::{Answer, TestApp, document};
use serde_json::Value;

fn ids(answer: &Answer) -> Vec<String> {
    let hits = answer.assert_ok().json()["hits"]
        .as_array()
        .unwrap()
        .clone();
    hits.iter()
        .map(|h| h["id"].as_str().unwrap().to_owned())
        .collect()
}

fn asked() -> TestApp {
    let documents = [
        (
            "nacos",
            "Nacos 注册中心连不上怎么办？",
            "先检查 8848 和 9848 端口是否开放，再看客户端日志。",
        ),
        (
            "refresh",
            "Nacos 配置中心如何动态刷新？",
            "在类上加 `@RefreshScope` 注解，或者使用 `@NacosValue`。",
        ),
        (
            "gateway",
            "网关如何做限流？",
            "在 Sentinel 里为路由加限流规则，按每秒请求数。",
        ),
        (
            "dubbo",
            "Dubbo 报 No provider available 怎么排查？",
            "检查提供者是否注册到同一个命名空间。",
        ),
        (
            "image",
            "怎么把应用部署到 Kubernetes？",
            "先构建镜像，再写 Deployment。",
        ),
    ];
    let documents = documents
        .map(|(id, question, answer)| (format!("{id}.md"), document(id, question, answer, "")));
    let documents: Vec<(&str, String)> = documents
        .iter()
        .map(|(n, t)| (n.as_str(), t.clone()))
        .collect();
    TestApp::over(&documents)
}

#[tokio::test]
async fn the_right_answer_comes_first_however_it_is_typed() {
    let app = asked();
    for (typed, expected) in [
        ("natcos 注册中心", "nacos"),
        ("註冊中心 連不上", "nacos"),
        ("zhuce zhongxin", "nacos"),
        ("zhucezhongxin", "nacos"),
        ("ＮＡＣＯＳ　连接失败", "nacos"),
        ("how to do rate limiting in the gateway", "gateway"),
        ("k8s 部署", "image"),
        ("RefreshScope", "refresh"),
        ("配制中心", "refresh"),
        (
            "大佬们好，请问一下 dubbo 一直报 no provider，急急急，谢谢",
            "dubbo",
        ),
    ] {
        let found = app
            .get(&format!("/api/v1/search?q={}", encode(typed)))
            .await;
        assert_eq!(
            ids(&found).first().map(String::as_str),
            Some(expected),
            "{typed}"
        );
    }
}

#[tokio::test]
async fn a_better_wording_is_offered_only_for_what_was_mistyped() {
    let app = asked();
    let suggestion = async |typed: &str| -> Value {
        app.get(&format!("/api/v1/search?q={}", encode(typed)))
            .await
            .json()["suggestion"]
            .clone()
    };
    assert_eq!(suggestion("natcos 注册中心").await, "nacos 注册中心");
    assert_eq!(suggestion("zhuce zhongxin 连不上").await, "注册中心 连不上");
    assert_eq!(suggestion("nacos 注册中心").await, Value::Null);
    assert_eq!(suggestion("完全无关的话").await, Value::Null);
}

#[tokio::test]
async fn a_query_that_nothing_answers_is_told_so() {
    let app = asked();
    for typed in ["MongoDB 分片集群", "公司食堂几点开门", "qwzx", "怎么", "的"] {
        let found = app
            .get(&format!("/api/v1/search?q={}", encode(typed)))
            .await;
        assert_eq!(found.assert_ok().json()["answer_state"], "none", "{typed}");
    }
    let found = app
        .get(&format!(
            "/api/v1/search?q={}",
            encode("Nacos 注册中心连不上")
        ))
        .await;
    assert_eq!(found.json()["answer_state"], "answered");
}

#[tokio::test]
async fn api_and_page_say_why_a_hit_that_fits_is_no_answer() {
    let documents = [
        ("ports", "Nacos 开放哪些端口", "开放 8848 与 9848 端口。"),
        ("gateway", "网关怎样限流", "用插件限流，与端口无关。"),
        (
            "upgrade",
            "怎样升级 Nacos",
            "先备份，再替换安装包。升级不成就回退：恢复备份。",
        ),
    ];
    let files = documents
        .map(|(id, question, answer)| (format!("{id}.md"), document(id, question, answer, "")));
    let files: Vec<(&str, String)> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.clone()))
        .collect();
    let app = TestApp::over(&files);
    for (typed, reason, said) in [
        ("怎样回退 Nacos", "opposite", "第一条讲的是相反的操作"),
        ("nacos", "topic", "这只是一个名称"),
    ] {
        let found = app
            .get(&format!("/api/v1/search?q={}", encode(typed)))
            .await;
        let json = found.assert_ok().json();
        assert_eq!(json["answer_state"], "related", "{typed}");
        assert_eq!(json["reason"], reason, "{typed}");
        let page = app.get(&format!("/search?q={}", encode(typed))).await;
        assert!(page.assert_ok().text().contains(said), "{typed}");
    }
    let found = app
        .get(&format!("/api/v1/search?q={}", encode("怎样升级 Nacos")))
        .await;
    assert_eq!(found.json()["answer_state"], "answered");
    assert_eq!(found.json()["reason"], Value::Null);
}

#[tokio::test]
async fn questions_asked_twice_are_shown_once() {
    let answer = |n: usize| format!("第 {n} 种回答，写法各不相同，见文档。");
    let app = TestApp::over(&[
        (
            "a.md",
            document("a", "Nacos 配置中心如何刷新？", &answer(1), ""),
        ),
        (
            "b.md",
            document("b", "nacos配置中心，如何刷新", &answer(2), ""),
        ),
        (
            "c.md",
            document("c", "Nacos 注册中心如何刷新？", &answer(3), ""),
        ),
    ]);
    let found = app
        .get(&format!(
            "/api/v1/search?q={}",
            encode("Nacos 配置中心刷新")
        ))
        .await;
    let json = found.assert_ok().json();
    assert_eq!(json["hits"].as_array().unwrap().len(), 2, "{json}");
    assert_eq!(json["hits"][0]["similar"].as_array().unwrap().len(), 1);
    assert_eq!(json["total"], 2);
    let page = app
        .get(&format!("/search?q={}", encode("Nacos 配置中心刷新")))
        .await;
    assert!(
        page.assert_ok()
            .text()
            .contains("<summary>另有 1 条相似</summary>")
    );
}

#[tokio::test]
async fn explanations_name_concepts_and_sum_up_to_the_score() {
    let found = asked()
        .get(&format!(
            "/api/v1/search?explain=true&q={}",
            encode("natcos 注册中心")
        ))
        .await;
    let json = found.assert_ok().json();
    assert_eq!(
        json["understanding"]["concepts"][0]["wordings"][0],
        serde_json::json!(["nacos", "correction"])
    );
    let parts = json["hits"][0]["score_parts"].as_object().unwrap();
    let sum: f64 = parts.values().map(|p| p.as_f64().unwrap()).sum();
    assert!((sum - json["hits"][0]["score"].as_f64().unwrap()).abs() < 1e-4);
    assert!(json["confidence"]["missing"].as_f64().unwrap() < 0.1);
}

fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
