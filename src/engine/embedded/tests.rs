use super::*;
use crate::engine::in_memory::InMemoryIndex;
use crate::engine::{AnswerState, Filter, Pin};

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
            if !n.is_multiple_of(3) {
                let everyday = ["大家都进不来", "一下子太多人", "改了没动静"][n % 3];
                document.asked_as = vec![format!("{everyday}，是{topic}吗"), ask.to_owned()];
            }
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
            "一下子太多人怎么办",
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

fn document(id: &str, question: &str, tags: &[&str]) -> Document {
    let mut document = Document::plain(id.to_owned(), question.to_owned(), "见文档。".to_owned());
    document.tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
    document
}

#[test]
fn labels_that_differ_in_case_are_one_in_both_indexes() {
    let mut documents = [
        document("a", "端口 a", &["Spring", "nacos"]),
        document("b", "端口 b", &["spring"]),
        document("c", "端口 c", &["spring", "Nacos"]),
    ];
    documents[0].category = Some("Guide".to_owned());
    documents[2].category = Some("guide".to_owned());
    let engine = EmbeddedEngine::in_memory(Analyzer::new()).unwrap();
    engine.replace_all(&documents).unwrap();
    let within = |tag: &str, category: Option<&str>| SearchQuery {
        filter: Filter {
            tags: vec![tag.to_owned()],
            category: category.map(ToOwned::to_owned),
            ..Filter::default()
        },
        limit: 10,
        ..SearchQuery::default()
    };
    for (tag, category, total) in [
        ("SPRING", None, 3),
        ("Spring", None, 3),
        ("NACOS", Some("GUIDE"), 2),
        ("spring", Some("x"), 0),
        ("sprin", None, 0),
    ] {
        let query = within(tag, category);
        let found = engine.search(&query).unwrap();
        assert_eq!(found.total, total, "{tag} {category:?}");
        let in_memory = InMemoryIndex::new(&documents);
        let tuned = Tuned::default();
        let same = Pipeline::new(&in_memory, &tuned).search(&query).unwrap();
        assert_eq!((same.total, same.facets), (total, found.facets), "{tag}");
    }
    let found = engine.search(&within("SPRING", None)).unwrap();
    let tags = found
        .facets
        .tags
        .iter()
        .map(|t| (t.value.as_str(), t.count));
    assert_eq!(tags.collect::<Vec<_>>(), [("spring", 3), ("Nacos", 2)]);
    for hit in &found.hits {
        assert!(hit.document.tags.contains(&"spring".to_owned()), "{hit:?}");
    }
}

#[test]
fn a_former_id_leads_to_the_only_document_that_had_it() {
    let mut documents = [
        document("a", "端口 a", &[]),
        document("b", "端口 b", &[]),
        document("index", "端口 c", &[]),
    ];
    documents[0].aliases = vec!["old".to_owned(), "both".to_owned(), "index".to_owned()];
    documents[1].aliases = vec!["both".to_owned(), "/old/page".to_owned()];
    let engine = EmbeddedEngine::in_memory(Analyzer::new()).unwrap();
    engine.replace_all(&documents).unwrap();
    let named = |id: &str| {
        let names = engine.names_of_id(&DocumentId(id.to_owned())).unwrap();
        names.map(|names| names.id.0)
    };
    for (id, found) in [
        ("old", Some("a")),
        ("both", None),
        ("index", Some("index")),
        ("x", None),
    ] {
        assert_eq!(named(id).as_deref(), found, "{id}");
    }
    let once = |alias: &str| engine.once_at(alias).unwrap().map(|id| id.0);
    assert_eq!(once("/old/page").as_deref(), Some("b"));
    assert_eq!(once("both"), None);
    // What a maintainer hides stays hidden under its new id.
    let hide = vec![DocumentId("old".to_owned())];
    let rule = Pin {
        query: "*端口*".to_owned(),
        hide,
        ..Pin::default()
    };
    engine.set_pins(Pins { rules: vec![rule] });
    let query = SearchQuery {
        text: "端口".to_owned(),
        limit: 10,
        ..SearchQuery::default()
    };
    let hits = engine.search(&query).unwrap().hits;
    assert!(hits.iter().all(|hit| hit.document.id.0 != "a"));
}

/// A folder with documents, and an engine over it.
fn folder_with(documents: &[(&str, &str)]) -> (tempfile::TempDir, EmbeddedEngine) {
    let folder = tempfile::tempdir().unwrap();
    for (name, front_matter) in documents {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("---\n{front_matter}\n---\n正文\n")).unwrap();
    }
    (folder, EmbeddedEngine::in_memory(Analyzer::new()).unwrap())
}

#[test]
fn what_is_not_for_readers_is_left_out_and_counted() {
    let (folder, engine) = folder_with(&[
        ("a.md", "title: a"),
        ("draft.md", "title: b\ndraft: true"),
        ("old.md", "title: c\nexpiryDate: 2020-01-01"),
        ("_drafts/d.md", "title: d"),
        ("node_modules/pkg/readme.md", "title: e"),
        ("_posts/2024-01-01-f.md", "title: f"),
    ]);
    let changes = engine.sync(folder.path(), &|_, _| {}).unwrap();
    let left_out: Vec<&str> = changes.left_out.iter().map(|l| l.path.as_str()).collect();
    assert_eq!(left_out, ["_drafts", "draft.md", "node_modules", "old.md"]);
    assert_eq!((changes.added, changes.rejected.len()), (2, 0));
    let checked = check(folder.path()).unwrap();
    assert_eq!(
        (checked.accepted.len(), checked.left_out),
        (2, changes.left_out)
    );
}

#[test]
fn a_document_goes_when_its_time_is_over_and_a_day_to_come_is_no_date() {
    let (folder, engine) = folder_with(&[
        ("a.md", "title: a\ndate: 2024-01-01"),
        ("c.md", "title: c\ndate: 2999-01-01"),
    ]);
    let over = jiff::Timestamp::now() + std::time::Duration::from_secs(5);
    let text = format!("---\ntitle: b\nexpiryDate: {over}\n---\n正文");
    fs::write(folder.path().join("b.md"), text).unwrap();
    // Long enough that the files have stamps.
    std::thread::sleep(std::time::Duration::from_millis(200));
    let sync = || engine.sync(folder.path(), &|_, _| {}).unwrap();
    let newest = || -> Vec<String> {
        let cards = engine.newest(0, 10).unwrap().into_iter();
        cards.map(|card| card.id.0).collect()
    };
    assert_eq!(sync().added, 3);
    assert_eq!(newest()[0], "a");
    assert_eq!(engine.status().newest, Some(jiff::civil::date(2024, 1, 1)));
    assert_eq!((sync().unchanged, newest().len()), (3, 3));
    while jiff::Timestamp::now() <= over + std::time::Duration::from_secs(1) {
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let changes = sync();
    assert_eq!(
        (changes.removed, changes.unchanged, changes.left_out.len()),
        (1, 2, 1)
    );
    assert_eq!(newest(), ["a", "c"]);
    assert_eq!(sync().left_out.len(), 1);
}

#[test]
fn bundles_are_named_after_their_folders_and_found_by_their_former_ids() {
    let (folder, engine) = folder_with(&[
        ("a/index.md", "title: a"),
        ("b/README.md", "title: b"),
        ("如何 升级.md", "title: c"),
        ("c/same.md", "title: d"),
        ("d/same.md", "title: e"),
    ]);
    let changes = engine.sync(folder.path(), &|_, _| {}).unwrap();
    assert_eq!((changes.added, changes.rejected.len()), (4, 1));
    let told = changes.rejected[0].to_string();
    assert!(
        told.starts_with(
            "d/same.md:1:1: the id `same` is already that of `c/same.md`; expected an id of its own"
        ),
        "{told}"
    );
    assert!(
        told.contains("another `id: \"…\"` in the front matter"),
        "{told}"
    );
    let named = |id: &str| {
        let names = engine.names_of_id(&DocumentId(id.to_owned())).unwrap();
        names.map(|names| names.id.0)
    };
    for (id, found) in [
        ("a", "a"),
        ("b", "b"),
        ("如何-升级", "如何-升级"),
        ("index", "a"),
        ("README", "b"),
    ] {
        assert_eq!(named(id).as_deref(), Some(found), "{id}");
    }
    // The former id of two documents is that of none.
    fs::create_dir(folder.path().join("e")).unwrap();
    fs::write(folder.path().join("e/index.md"), "---\ntitle: f\n---\n正文").unwrap();
    engine.sync(folder.path(), &|_, _| {}).unwrap();
    assert_eq!(named("index"), None);
}
