//! The embedded engine over whatever a visitor may type: it answers, and what it shows is whole and safe.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use dayi::analysis::Analyzer;
use dayi::document::Document;
use dayi::engine::embedded::EmbeddedEngine;
use dayi::engine::{AnswerState, Engine, SearchQuery, SearchResults, Sort};
use proptest::prelude::*;
use std::path::Path;
use std::sync::LazyLock;

static ENGINE: LazyLock<EmbeddedEngine> = LazyLock::new(|| {
    let engine = EmbeddedEngine::in_memory(Analyzer::new()).unwrap();
    let documents = [
        (
            "nacos",
            "Nacos 注册中心连不上怎么办？",
            "先检查 8848 端口：\n\n```\ncurl http://a:8848 && echo \"<ok>\"\n```\n",
        ),
        (
            "config",
            "spring.config.import 怎么配置？",
            "在 application.yml 里写 `spring.config.import=nacos:`。",
        ),
        (
            "plugin",
            "How to download the WasmPlugin?",
            "From oci://registry/x:1.0.0, see the docs. 也可以离线安装。",
        ),
        (
            "tx",
            "事务回滚失败",
            "检查 @Transactional 注解；事务不会跨线程。",
        ),
    ];
    let documents = documents.map(|(id, q, a)| Document::plain(id.into(), q.into(), a.into()));
    engine.replace_all(&documents).unwrap();
    engine
});

fn search(text: &str) -> SearchResults {
    search_in(&ENGINE, text)
}

fn search_in(engine: &EmbeddedEngine, text: &str) -> SearchResults {
    let query = SearchQuery {
        text: text.into(),
        limit: 10,
        ..SearchQuery::default()
    };
    engine.search(&query).unwrap()
}

fn write(folder: &Path, number: usize, title: &str, text: &str) {
    let text = format!("---\nid: a{number}\ntitle: {title}\n---\n{text}");
    std::fs::write(folder.join(format!("{number}.md")), text).unwrap();
}

/// Words of the field, mistyped ones, marks, other scripts, and what has broken parsers before.
fn typed() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("注册中心".to_owned()),
        Just("註冊中心".to_owned()),
        Just("natcos".to_owned()),
        Just("配制".to_owned()),
        Just("zhuce".to_owned()),
        Just("zhongxin".to_owned()),
        Just("spring.config.import".to_owned()),
        Just("ＷａｓｍＰｌｕｇｉｎ".to_owned()),
        Just("ﬁ½㎏İ".to_owned()),
        Just("怎么".to_owned()),
        Just("👩‍💻".to_owned()),
        Just("<b>&\"'".to_owned()),
        "[a-zA-Z0-9.@/:_\\- ]{1,12}",
        "[\u{4e00}-\u{9fff}]{1,6}",
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_text_is_answered_with_whole_and_safe_hits(text in typed()) {
        let found = search(&text);
        prop_assert!(found.hits.len() <= found.total.max(4));
        for hit in &found.hits {
            for html in [&hit.title_html, &hit.snippet_html] {
                let plain = html.replace("<mark>", "").replace("</mark>", "");
                prop_assert!(!plain.contains('<') && !plain.contains('>'), "{html}");
                prop_assert_eq!(html.matches("<mark>").count(), html.matches("</mark>").count());
            }
            prop_assert!(hit.score.is_finite());
        }
        prop_assert!(found.hits.windows(2).all(|w| w[0].score >= w[1].score));
        if let Some(confidence) = found.confidence {
            prop_assert!((0.0..=1.0).contains(&confidence.none()) && (0.0..=1.0).contains(&confidence.answered()));
        }
        if let Some(suggestion) = found.suggestion {
            prop_assert_ne!(suggestion, text);
        }
    }

    #[test]
    fn every_beginning_is_completed_without_doubles(text in typed(), limit in 1_usize..9) {
        let suggestions = ENGINE.suggest(&text, limit).unwrap();
        prop_assert!(suggestions.len() <= limit);
        let mut texts: Vec<&str> = suggestions.iter().map(|s| s.text.as_str()).collect();
        texts.sort_unstable();
        texts.dedup();
        prop_assert_eq!(texts.len(), suggestions.len());
    }

    #[test]
    fn a_documents_own_words_always_find_it(words in prop::sample::subsequence(vec!["Nacos", "注册中心", "连不上", "8848", "端口"], 1..=5)) {
        let found = search(&words.join(" "));
        prop_assert_eq!(found.hits[0].document.id.0.as_str(), "nacos");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Each step says of each file which version it has, 0 for none; where all are gone, the next step begins anew.
    #[test]
    fn documents_that_come_change_and_go_are_found_as_they_are(
        steps in prop::collection::vec(prop_oneof![
            4 => prop::collection::vec(0..3_u8, 6),
            1 => Just(vec![0; 6]),
        ], 1..8),
    ) {
        let (content, index) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (engine, _) = EmbeddedEngine::open(index.path(), Analyzer::new()).unwrap();
        for versions in steps {
            let mut expected = Vec::new();
            for (number, version) in versions.into_iter().enumerate() {
                let title = format!("第 {number} 篇，第 {version} 版");
                if version == 0 {
                    let _ = std::fs::remove_file(content.path().join(format!("{number}.md")));
                    continue;
                }
                write(content.path(), number, &title, "正文");
                expected.push(title);
            }
            engine.sync(content.path(), &|_, _| {}).unwrap();
            let hits = search_in(&engine, "").hits;
            let mut found: Vec<String> = hits.iter().map(|h| h.document.title.clone()).collect();
            found.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}

#[test]
fn many_documents_fill_several_segments_and_each_is_found_once() {
    let (content, index) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let write = |number, text| write(content.path(), number, &format!("t{number}"), text);
    (0..1_100).for_each(|number| write(number, "正文"));
    let (engine, _) = EmbeddedEngine::open(index.path(), Analyzer::new()).unwrap();
    let sync = || engine.sync(content.path(), &|_, _| {}).unwrap();
    let total = |text| search_in(&engine, text).total;
    assert_eq!((sync().added, total("")), (1_100, 1_100));
    assert_eq!((total("t7"), total("t1099")), (1, 1));
    write(7, "事务");
    std::fs::remove_file(content.path().join("1099.md")).unwrap();
    let changes = sync();
    assert_eq!((changes.updated, changes.removed), (1, 1));
    assert_eq!((total(""), total("事务"), total("t1099")), (1_099, 1, 0));
}

#[test]
fn the_same_search_gives_the_same_order() {
    let ids = |text: &str| {
        search(text)
            .hits
            .iter()
            .map(|h| h.document.id.0.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids("检查 端口 事务"), ids("检查 端口 事务"));
}

#[test]
fn an_empty_text_lists_everything_and_nothing_is_none() {
    assert_eq!(search("  ").total, 4);
    let nothing = search("qwzxqwzx");
    assert_eq!(
        (nothing.total, nothing.answer_state),
        (0, AnswerState::None)
    );
}

#[test]
fn no_page_and_no_order_is_an_error() {
    for sort in [Sort::Relevance, Sort::Newest] {
        for text in ["检查", ""] {
            for (offset, limit) in [(0, 10), (3, 10), (990, 10), (usize::MAX, usize::MAX)] {
                let query = SearchQuery {
                    text: text.into(),
                    sort,
                    offset,
                    limit,
                    ..SearchQuery::default()
                };
                let found = ENGINE.search(&query).unwrap();
                assert!(found.hits.len() <= 4, "{sort:?} {offset}");
            }
        }
    }
}
