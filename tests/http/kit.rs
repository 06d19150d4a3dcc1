//! The builder of all HTTP tests: makes a router from documents, and reads its responses.

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use dayi::analysis::Analyzer;
use dayi::config::{Config, Layer};
use dayi::engine::embedded::EmbeddedEngine;
use dayi::feedback::Store;
use dayi::feedback::webhook::Outbox;
use dayi::texts::SharedTexts;
use dayi::web::{AppState, router};
use http_body_util::BodyExt;
use scraper::{Html, Selector};
use std::sync::{Arc, LazyLock};
use tempfile::TempDir;
use tower::ServiceExt;

static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

/// The service over temporary folders.
pub(crate) struct TestApp {
    state: AppState,
    /// The texts that the service answers with.
    pub(crate) texts: SharedTexts,
    folder: TempDir,
}

/// A complete response.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// The text of a document in the real format.
pub(crate) fn document(id: &str, question: &str, answer: &str, tags: &str) -> String {
    format!(
        "---\nid: \"{id}\"\ntitle: \"{question}\"\ndate: \"2024-09-03\"\ncategory: \"guide\"\ntags: [{tags}]\n---\n\
         ## 用户问题 ：\n {question}\n\n---------------\n## 专家官方解答 ：\n\n{answer}\n\n\
         <font color=\"#949494\">---------------</font>\n\n## 参考链接 ：\n\n* [文档](https://nacos.io/docs)\n\n\
         ## <font color=\"#FF0000\">答疑服务说明：</font>\n\n本内容\n### 反馈\n[差评](https://a.example/user/f?enhancerGradePOJOId=7{})\n",
        id.len()
    )
}

/// The texts of the elements of a page that match.
pub(crate) fn texts(page: &Answer, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    Html::parse_document(page.text())
        .select(&selector)
        .map(|e| e.text().collect::<String>().trim().to_owned())
        .collect()
}

/// An attribute of the first element of a page that matches, empty where there is none.
pub(crate) fn attribute(page: &Answer, selector: &str, name: &str) -> String {
    let selector = Selector::parse(selector).unwrap();
    let parsed = Html::parse_document(page.text());
    parsed
        .select(&selector)
        .next()
        .and_then(|e| e.attr(name))
        .unwrap_or_default()
        .to_owned()
}

impl TestApp {
    /// A service over `documents` (file name, text).
    pub(crate) fn over(documents: &[(&str, String)]) -> Self {
        Self::configured(documents, "")
    }

    /// A service over `documents`, with settings as TOML.
    pub(crate) fn configured(documents: &[(&str, String)], settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let content = folder.path().join("content");
        std::fs::create_dir(&content).unwrap();
        for (name, text) in documents {
            let path = content.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let file = folder.path().join("dayi.toml");
        std::fs::write(
            &file,
            format!(
                "base_url = \"https://qa.example.org\"\ncontent = '{}'\n{settings}",
                content.display()
            ),
        )
        .unwrap();
        let config = Config::load(Layer::default(), Some(&file)).unwrap();
        let engine = EmbeddedEngine::in_memory(ANALYZER.clone()).unwrap();
        engine.sync(&content, &|_, _| {}).unwrap();
        let texts = SharedTexts::default();
        Self {
            state: AppState::new(Arc::new(engine), config, texts.clone()).unwrap(),
            texts,
            folder,
        }
    }

    /// What all requests share.
    pub(crate) fn state(&self) -> AppState {
        self.state.clone()
    }

    /// Adds a feedback store.
    pub(crate) async fn with_feedback(self) -> Self {
        let store = self.store().await;
        self.over_store(store)
    }

    /// The service with this feedback store.
    pub(crate) fn over_store(mut self, store: Store) -> Self {
        self.state = self.state.with_feedback(store);
        self
    }

    /// The store, opened beside the service.
    pub(crate) async fn store(&self) -> Store {
        Store::open(&self.folder.path().join("data"), None, Outbox::default())
            .await
            .unwrap()
    }

    /// Sends a body of this type, with headers.
    pub(crate) async fn post(
        &self,
        path: &str,
        content_type: &str,
        body: &str,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::post(path)
            .header("content-type", content_type)
            .header("host", "qa.test");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body.to_owned())).unwrap())
            .await
    }

    pub(crate) async fn post_json(&self, path: &str, body: &serde_json::Value) -> Answer {
        self.post(path, "application/json", &body.to_string(), &[])
            .await
    }

    pub(crate) async fn post_form(&self, path: &str, body: &str) -> Answer {
        self.post(path, "application/x-www-form-urlencoded", body, &[])
            .await
    }

    /// Three documents that most tests need.
    pub(crate) fn with_documents() -> Self {
        Self::over(&[
            (
                "a.md",
                document(
                    "nacos-connect",
                    "Nacos 注册中心连不上怎么办？",
                    "先检查 8848 和 9848 端口。\n\n```bash\ncurl http://127.0.0.1:8848\n```\n",
                    "\"nacos\",\"注册中心\"",
                ),
            ),
            (
                "b.md",
                document(
                    "nacos-config",
                    "Nacos 配置中心如何动态刷新？",
                    "在类上加 `@RefreshScope` 注解。",
                    "\"nacos\",\"配置中心\"",
                ),
            ),
            (
                "c.md",
                document(
                    "dubbo-provider",
                    "Dubbo 报 No provider available 怎么排查？",
                    "<script>alert(1)</script>检查提供者是否注册。",
                    "\"dubbo\"",
                ),
            ),
        ])
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    pub(crate) async fn get_with(&self, path: &str, name: &str, value: &str) -> Answer {
        self.send(
            Request::get(path)
                .header(name, value)
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    pub(crate) async fn ask(&self, method: Method, path: &str) -> Answer {
        self.send(
            Request::builder()
                .method(method)
                .uri(path)
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = router(self.state.clone()).oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answer {
            status: head.status,
            headers: head.headers,
            body,
        }
    }
}

impl Answer {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn assert_ok(&self) -> &Self {
        assert_eq!(
            self.status,
            StatusCode::OK,
            "{}",
            String::from_utf8_lossy(&self.body)
        );
        self
    }

    /// Asserts that the response is a problem with this status and code.
    #[track_caller]
    pub(crate) fn assert_problem(&self, status: u16, code: &str) -> &Self {
        assert_eq!(self.status, status);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.json()["code"], code);
        assert_eq!(self.header("cache-control"), "no-store");
        self
    }
}
