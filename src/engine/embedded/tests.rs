use super::*;
use crate::engine::{AnswerState, Pin};

#[test]
fn a_label_of_documents_shown_as_one_is_counted_once() {
    let document = |id: &str, question: &str, tags: &[&str]| {
        let (question, answer) = (question.to_owned(), "开放 8848 与 9848 端口。".to_owned());
        let mut document = Document::plain(id.to_owned(), question, answer);
        document.tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        document
    };
    let documents = [
        document("first", "Nacos 开放哪些端口", &["端口", "nacos"]),
        document("again", "Nacos 开放哪些端口", &["端口", "运维"]),
        document("other", "Nacos 换了端口连不上", &["端口"]),
    ];
    let engine = EmbeddedEngine::in_memory(Analyzer::new()).unwrap();
    engine.replace_all(&documents).unwrap();
    let query = SearchQuery {
        text: "Nacos 端口".to_owned(),
        limit: 10,
        ..SearchQuery::default()
    };
    let found = engine.search(&query).unwrap();
    assert_eq!((found.total, found.hits.len()), (2, 2));
    let mut tags: Vec<_> = found
        .facets
        .tags
        .iter()
        .map(|t| (t.value.as_str(), t.count))
        .collect();
    tags.sort_unstable();
    assert_eq!(tags, [("nacos", 1), ("端口", 2), ("运维", 1)]);
}

/// What is found for "开放哪些端口" while a rule hides some documents.
fn found(hide: &[&str]) -> SearchResults {
    let answers = [
        ("ports", "Nacos 开放哪些端口", "开放 8848 与 9848 端口。"),
        ("other", "网关怎样限流", "用插件限流，与端口无关。"),
        ("third", "怎样升级", "先备份。"),
    ];
    let documents = answers.map(|(id, question, answer)| {
        Document::plain(id.to_owned(), question.to_owned(), answer.to_owned())
    });
    let engine = EmbeddedEngine::in_memory(Analyzer::new()).unwrap();
    engine.replace_all(&documents).unwrap();
    let rule = Pin {
        query: "*端口*".to_owned(),
        hide: hide.iter().map(|id| DocumentId((*id).to_owned())).collect(),
        ..Pin::default()
    };
    engine.set_pins(Pins { rules: vec![rule] });
    let query = SearchQuery {
        text: "Nacos 开放哪些端口".to_owned(),
        limit: 10,
        ..SearchQuery::default()
    };
    engine.search(&query).unwrap()
}

#[test]
fn a_document_pinned_twice_is_shown_once() {
    let documents = ["a", "b"]
        .map(|id| Document::plain(id.to_owned(), format!("端口 {id}"), "见文档。".to_owned()));
    let engine = EmbeddedEngine::in_memory(Analyzer::new()).unwrap();
    engine.replace_all(&documents).unwrap();
    let rule = |query: &str| Pin {
        query: query.to_owned(),
        first: vec![DocumentId("b".to_owned())],
        ..Pin::default()
    };
    let rules = vec![rule("*端口*"), rule("端口*")];
    engine.set_pins(Pins { rules });
    let query = SearchQuery {
        text: "端口 a".to_owned(),
        limit: 10,
        ..SearchQuery::default()
    };
    let hits = engine.search(&query).unwrap().hits;
    let ids: Vec<&str> = hits.iter().map(|hit| hit.document.id.0.as_str()).collect();
    assert_eq!(ids, ["b", "a"]);
}

#[test]
fn a_hidden_document_is_no_answer_and_is_not_counted() {
    let all = found(&[]);
    assert_eq!(all.hits[0].document.id.0, "ports");
    assert_eq!(all.answer_state, AnswerState::Answered);
    let others = found(&["ports"]);
    assert!(others.hits.iter().all(|hit| hit.document.id.0 != "ports"));
    assert_ne!(others.answer_state, AnswerState::Answered);
    assert_eq!(others.total, others.hits.len());
    let none = found(&["ports", "other", "third"]);
    assert_eq!((none.total, none.hits.len()), (0, 0));
    assert_eq!(none.answer_state, AnswerState::None);
}

/// Both indexes under one pipeline: what ranks knows nothing of either.
mod beside_the_index_in_memory {
    use super::*;
    use crate::engine::in_memory::InMemoryIndex;
    use crate::engine::{Filter, Sort};

    /// Documents whose fields are short enough for their lengths to be exact in the index, with labels, dates and some
    /// near-duplicates.
    fn documents() -> Vec<Document> {
        let topics = [
            "网关路由",
            "限流",
            "注册中心",
            "配置刷新",
            "nacos 端口",
            "seata 回滚",
        ];
        let asks = [
            "怎么配置",
            "不生效",
            "连不上",
            "报错 NullPointerException",
            "有哪些",
        ];
        let document = |n: usize| {
            let (topic, ask) = (topics[n % 6], asks[n % 5]);
            let question = format!("{topic}{ask}");
            let answer = format!("先看 {topic} 的日志，第 {} 步再改 8848 端口。", n % 7);
            let mut document = Document::plain(format!("d{n}"), question, answer);
            document.tags = vec![topic.to_owned(), ["a", "b"][n % 2].to_owned()];
            document.category = n.is_multiple_of(3).then(|| "c".to_owned());
            document.date = Some(jiff::civil::date(
                2020 + (n % 5) as i16,
                1,
                1 + (n % 28) as i8,
            ));
            document
        };
        (0..60).map(document).collect()
    }

    #[test]
    fn the_embedded_index_answers_as_the_simple_one() {
        let documents = documents();
        let engine = EmbeddedEngine::in_memory(Analyzer::new()).unwrap();
        engine.replace_all(&documents).unwrap();
        let simple = InMemoryIndex::new(&documents);
        let tuned = Tuned::default();
        let simple = Pipeline::new(&simple, &tuned);
        let texts = [
            "网关路由不生效",
            "nacos 8848 端口连不上",
            "zhucezhongxin",
            "限溜有哪些",
            "seata NullPointerException",
            "怎么配置",
            "别的",
            "",
        ];
        let filter = Filter {
            tags: vec!["b".to_owned()],
            from: Some(jiff::civil::date(2021, 1, 1)),
            ..Filter::default()
        };
        for text in texts {
            for (filter, sort) in [
                (Filter::default(), Sort::Relevance),
                (filter.clone(), Sort::Relevance),
                (Filter::default(), Sort::Newest),
            ] {
                let query = SearchQuery {
                    text: text.to_owned(),
                    filter,
                    sort,
                    limit: 20,
                    ..SearchQuery::default()
                };
                let (found, expected) = (
                    engine.search(&query).unwrap(),
                    simple.search(&query).unwrap(),
                );
                assert_eq!(found.total, expected.total, "{query:?}");
                assert_eq!(found.answer_state, expected.answer_state, "{query:?}");
                assert_eq!(found.suggestion, expected.suggestion, "{query:?}");
                assert_eq!(found.facets, expected.facets, "{query:?}");
                assert_eq!(found.understanding, expected.understanding, "{query:?}");
                // Lists by date alone leave the order of a day to the index.
                if !(text.is_empty() || sort == Sort::Newest) {
                    let seen = |results: &SearchResults| -> Vec<(String, String)> {
                        let hits = results.hits.iter();
                        hits.map(|h| (h.document.id.0.clone(), format!("{:.4}", h.score)))
                            .collect()
                    };
                    assert_eq!(seen(&found), seen(&expected), "{query:?}");
                }
            }
        }
    }
}
