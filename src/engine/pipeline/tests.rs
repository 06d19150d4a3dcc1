//! The pipeline over the small index in memory: what a search does, whatever index it asks.

use super::*;
use crate::engine::in_memory::InMemoryIndex;
use crate::engine::model::{Hit, Quality, SuggestionTarget};
use crate::engine::query::Origin;
use crate::engine::ranking::{AnswerState, Feature, Reason};
use crate::engine::results::Pins;
use jiff::civil::date;
use std::sync::Arc;

fn document(id: &str, question: &str, answer: &str) -> Document {
    Document::plain(id.to_owned(), question.to_owned(), answer.to_owned())
}

fn documents() -> Vec<Document> {
    let mut documents = vec![
        document("ports", "Nacos 开放哪些端口", "开放 8848 与 9848 端口。"),
        document("again", "Nacos 开放哪些端口", "见端口的文档。"),
        document("gateway", "网关怎样限流", "用插件限流，与端口无关。"),
        document("upgrade", "怎样升级 Nacos", "先备份，再替换安装包。"),
        document("rollback", "怎样回退 Nacos 的版本", "恢复备份。"),
    ];
    let labels: [(&[&str], i16); 5] = [
        (&["nacos", "端口"], 2021),
        (&["nacos"], 2024),
        (&["higress", "端口"], 2022),
        (&["nacos", "升级"], 2023),
        (&["nacos", "升级"], 2020),
    ];
    for (document, (tags, year)) in documents.iter_mut().zip(labels) {
        document.tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        document.date = Some(date(year, 1, 2));
    }
    documents
}

fn query(text: &str) -> SearchQuery {
    SearchQuery {
        text: text.to_owned(),
        limit: 10,
        ..SearchQuery::default()
    }
}

fn search_with(tuned: &Tuned, query: &SearchQuery) -> SearchResults {
    let index = InMemoryIndex::new(&documents());
    Pipeline::new(&index, tuned).search(query).unwrap()
}

fn search(query: &SearchQuery) -> SearchResults {
    search_with(&Tuned::default(), query)
}

fn ids(results: &SearchResults) -> Vec<&str> {
    let hits = results.hits.iter();
    hits.map(|hit| hit.document.id.0.as_str()).collect()
}

#[test]
fn the_document_that_answers_is_first_and_its_duplicate_is_folded_into_it() {
    let results = search(&query("Nacos 开放哪些端口"));
    assert_eq!(results.answer_state, AnswerState::Answered);
    let first = &results.hits[0];
    let similar: Vec<&str> = first.similar.iter().map(|s| s.id.0.as_str()).collect();
    let mut shown = [first.document.id.0.as_str(), similar[0]];
    shown.sort_unstable();
    assert_eq!((shown, similar.len()), (["again", "ports"], 1));
    assert!(first.title_html.contains("<mark>端口</mark>"), "{first:?}");
    // Both have the tag `nacos`, and are shown as one.
    let nacos = results.facets.tags.iter().find(|t| t.value == "nacos");
    let others = ids(&results).len() - 1;
    assert!(nacos.is_some_and(|tag| tag.count as usize <= 1 + others));
}

#[test]
fn a_title_typed_as_it_is_written_is_first_and_the_answer() {
    let mut documents = documents();
    documents.push(document(
        "what",
        "什么是端口",
        "端口是端口，端口有端口的编号，端口。",
    ));
    documents.push(document("port", "端口", "见别处。"));
    let index = InMemoryIndex::new(&documents);
    let tuned = Tuned::default();
    let pipeline = Pipeline::new(&index, &tuned);
    for (typed, id) in [
        ("端口", "port"),
        (" 什么是端口？", "what"),
        ("怎样升级nacos", "upgrade"),
    ] {
        let results = pipeline.search(&query(typed)).unwrap();
        assert_eq!(ids(&results)[0], id, "{typed}");
        assert_eq!(results.answer_state, AnswerState::Answered, "{typed}");
        assert_eq!(
            pipeline.rank(typed, 1).unwrap().documents[0].0.0,
            id,
            "{typed}"
        );
    }
}

#[test]
fn the_reverse_of_what_is_asked_is_lowered_and_no_answer() {
    let index = InMemoryIndex::new(&documents()[3..]);
    let (tuned, mut without) = (Tuned::default(), Tuned::default());
    without.weights = Arc::new(Weights::from_named([("opposite", 0.0)].into_iter()));
    let asked = query("怎样回退 Nacos");
    let score = |tuned: &Tuned| {
        let results = Pipeline::new(&index, tuned).search(&asked).unwrap();
        let mut hits = results.hits.into_iter();
        hits.find(|hit| hit.document.id.0 == "upgrade")
            .map(|hit| hit.score)
    };
    assert!(score(&tuned) < score(&without));
    // Where nothing else is there, the reverse is first, and said to be it.
    let mut few = documents();
    few.truncate(4);
    few[3].answer = "先备份，再替换安装包。升级不成就回退：恢复备份。".to_owned();
    let index = InMemoryIndex::new(&few);
    let results = Pipeline::new(&index, &tuned).search(&asked).unwrap();
    assert_eq!(ids(&results)[0], "upgrade");
    let said = (results.answer_state, results.reason);
    assert_eq!(said, (AnswerState::Related, Some(Reason::Opposite)));
    assert_eq!(search(&query("怎样升级 Nacos")).reason, None);
}

#[test]
fn a_name_alone_is_a_topic() {
    let results = search(&query("nacos"));
    assert_eq!(
        (results.answer_state, results.reason),
        (AnswerState::Related, Some(Reason::Topic))
    );
    // A tag that few documents have names them.
    assert_ne!(search(&query("端口")).reason, Some(Reason::Topic));
}

#[test]
fn a_longer_text_makes_no_state_surer() {
    let surer = |state| match state {
        AnswerState::None => 0,
        AnswerState::Related => 1,
        AnswerState::Answered => 2,
    };
    for asked in [
        "Nacos 开放哪些端口",
        "怎样升级 Nacos",
        "网关怎样限流",
        "红烧肉怎么做",
        "nacos 量子纠缠",
    ] {
        let short = search(&query(asked)).answer_state;
        for more in [
            "量子纠缠",
            "量子纠缠 红烧肉 社保断交 高铁几个小时",
            "你好，急，谢谢",
        ] {
            let long = search(&query(&format!("{asked}，{more}"))).answer_state;
            assert!(
                surer(long) <= surer(short),
                "{asked} {more}: {short:?} {long:?}"
            );
        }
    }
}

#[test]
fn a_score_is_the_sum_of_its_parts_and_scores_fall() {
    let results = search(&query("升级 nacos"));
    assert!(results.hits.len() > 1, "{results:?}");
    for hit in &results.hits {
        assert!((hit.score - hit.parts.total()).abs() < 1e-6);
    }
    let falls = |pair: &[Hit]| pair[0].score >= pair[1].score;
    assert!(results.hits.windows(2).all(falls));
}

#[test]
fn nothing_is_found_for_words_that_no_document_has() {
    let results = search(&query("量子纠缠"));
    assert_eq!((results.total, results.hits.len()), (0, 0));
    assert_eq!(results.answer_state, AnswerState::None);
    assert!(results.confidence.is_none());
}

#[test]
fn an_empty_query_lists_everything_newest_first() {
    let results = search(&query("  "));
    assert_eq!(
        ids(&results),
        ["again", "upgrade", "gateway", "ports", "rollback"]
    );
    assert_eq!(results.total, 5);
    let second = SearchQuery {
        offset: 1,
        limit: 2,
        ..SearchQuery::default()
    };
    assert_eq!(ids(&search(&second)), ["upgrade", "gateway"]);
}

#[test]
fn of_several_tags_a_document_has_all() {
    let mut query = query("");
    query.filter.tags = vec!["nacos".to_owned(), "升级".to_owned()];
    assert_eq!(ids(&search(&query)), ["upgrade", "rollback"]);
    query.filter.from = Some(date(2021, 1, 1));
    assert_eq!(ids(&search(&query)), ["upgrade"]);
}

#[test]
fn sorted_by_date_the_newest_of_the_relevant_documents_is_first() {
    let mut query = query("Nacos 开放哪些端口");
    query.sort = Sort::Newest;
    let results = search(&query);
    // Not folded: a list by date shows each document.
    assert_eq!(&ids(&results)[..2], ["again", "ports"]);
    assert!(results.hits.iter().all(|hit| hit.similar.is_empty()));
}

#[test]
fn pins_come_first_as_the_answer_and_what_is_hidden_is_no_answer() {
    let pinned = |first: &[&str], hide: &[&str]| {
        let ids = |ids: &[&str]| ids.iter().map(|id| DocumentId((*id).to_owned())).collect();
        let rule = Pin {
            query: "*端口*".to_owned(),
            first: ids(first),
            hide: ids(hide),
        };
        Tuned {
            pins: Arc::new(Pins { rules: vec![rule] }),
            ..Tuned::default()
        }
    };
    let first = search_with(&pinned(&["upgrade", "gone"], &[]), &query("Nacos 端口"));
    assert_eq!(ids(&first)[0], "upgrade");
    assert_eq!(first.answer_state, AnswerState::Answered);
    let hidden = search_with(
        &pinned(&[], &["ports", "again"]),
        &query("Nacos 开放哪些端口"),
    );
    assert!(!ids(&hidden).contains(&"ports"), "{hidden:?}");
    assert_ne!(hidden.answer_state, AnswerState::Answered);
    // A narrowed search shows what it was narrowed to.
    let mut narrowed = query("Nacos 端口");
    narrowed.filter.tags = vec!["端口".to_owned()];
    assert_ne!(
        ids(&search_with(&pinned(&["upgrade"], &[]), &narrowed))[0],
        "upgrade"
    );
}

#[test]
fn ratings_nudge_the_order_and_not_the_confidence() {
    let rated = |id: &str| Tuned {
        quality: Arc::new(Quality::from([(id.to_owned(), 1.0)])),
        ..Tuned::default()
    };
    let asked = query("Nacos 版本");
    let before = search(&asked);
    let after = search_with(&rated(ids(&before)[0]), &asked);
    assert_eq!(before.confidence, after.confidence);
    let quality = Tuned::default().weights.quality;
    assert!((after.hits[0].score - before.hits[0].score - quality).abs() < 1e-5);
}

#[test]
fn a_mistyped_query_is_answered_and_a_better_wording_suggested() {
    let results = search(&query("natcos 端口"));
    assert!(
        ["ports", "again"].contains(&ids(&results)[0]),
        "{results:?}"
    );
    assert_eq!(results.suggestion.as_deref(), Some("nacos 端口"));
}

#[test]
fn related_documents_are_others_about_the_same_each_headline_once() {
    let index = InMemoryIndex::new(&documents());
    let tuned = Tuned::default();
    let pipeline = Pipeline::new(&index, &tuned);
    let related = pipeline
        .related(&DocumentId("upgrade".to_owned()), 3)
        .unwrap();
    let ids: Vec<&str> = related.iter().map(|d| d.id.0.as_str()).collect();
    assert!(
        ids.contains(&"rollback") && !ids.contains(&"upgrade"),
        "{ids:?}"
    );
    assert!(
        !(ids.contains(&"ports") && ids.contains(&"again")),
        "{ids:?}"
    );
    let unknown = pipeline.related(&DocumentId("gone".to_owned()), 3).unwrap();
    assert!(unknown.is_empty());
}

#[test]
fn suggestions_start_as_typed_then_have_the_word_then_complete_it() {
    let index = InMemoryIndex::new(&documents());
    let tuned = Tuned::default();
    let suggest = |typed: &str| {
        let suggestions = Pipeline::new(&index, &tuned).suggest(typed, 5).unwrap();
        suggestions.into_iter().map(|s| s.text).collect::<Vec<_>>()
    };
    assert_eq!(suggest("网关")[0], "网关怎样限流");
    assert_eq!(suggest("wangguan")[0], "网关怎样限流");
    // One question of two documents is suggested once.
    let of_nacos = suggest("Nacos 开");
    assert_eq!(
        of_nacos
            .iter()
            .filter(|s| *s == "Nacos 开放哪些端口")
            .count(),
        1
    );
    assert!(suggest("限流").contains(&"网关怎样限流".to_owned()));
    assert!(suggest("").is_empty());
}

#[test]
fn a_list_of_the_newest_skips_and_ends() {
    let index = InMemoryIndex::new(&documents());
    let tuned = Tuned::default();
    let newest = |skip, limit| {
        let cards = Pipeline::new(&index, &tuned).newest(skip, limit).unwrap();
        cards.into_iter().map(|card| card.id.0).collect::<Vec<_>>()
    };
    assert_eq!(newest(1, 2), ["upgrade", "gateway"]);
    assert_eq!(newest(4, 10), ["rollback"]);
    assert!(newest(9, 10).is_empty());
}

/// The documents, all but one asked in other words.
fn asked_documents() -> Vec<Document> {
    let mut documents = documents();
    let asked_as: [&[&str]; 5] = [
        &["防火墙要放行什么", "口子要开几个"],
        &[],
        &["一下子涌进来太多人怎么办"],
        &["换成新的安装包要做什么"],
        &["新的不好用想换回旧的", "换回旧的要做什么"],
    ];
    for (document, asked_as) in documents.iter_mut().zip(asked_as) {
        document.asked_as = asked_as.iter().map(|text| (*text).to_owned()).collect();
    }
    documents
}

#[test]
fn a_document_is_found_by_another_way_to_ask_and_the_hit_says_so() {
    let index = InMemoryIndex::new(&asked_documents());
    let tuned = Tuned::default();
    let pipeline = Pipeline::new(&index, &tuned);
    let found = pipeline.search(&query("防火墙应该放行哪些")).unwrap();
    let first = &found.hits[0];
    let asked_as = first.asked_as.as_deref();
    assert_eq!(
        (first.document.id.0.as_str(), asked_as),
        ("ports", Some("防火墙要放行什么"))
    );
    assert!(
        first.parts.features.get(Feature::AskedAs) > 0.0,
        "{:?}",
        first.parts
    );
    // The headline alone explains this one.
    let found = pipeline.search(&query("怎样升级 Nacos")).unwrap();
    assert_eq!(
        (ids(&found)[0], &found.hits[0].asked_as),
        ("upgrade", &None)
    );
    // Typed as it is written, it is as good as a headline.
    let found = pipeline.search(&query("换回旧的，要做什么？")).unwrap();
    assert_eq!(
        (ids(&found)[0], found.answer_state),
        ("rollback", AnswerState::Answered)
    );
}

#[test]
fn what_is_typed_is_completed_by_other_ways_to_ask() {
    let index = InMemoryIndex::new(&asked_documents());
    let tuned = Tuned::default();
    let suggested = Pipeline::new(&index, &tuned).suggest("防火墙", 5).unwrap();
    let target = SuggestionTarget::Question(DocumentId("ports".to_owned()));
    assert!(
        suggested.iter().any(|s| s.target == target),
        "{suggested:?}"
    );
}

#[test]
fn ten_ways_to_ask_are_no_better_than_two_that_fit() {
    let mut documents = documents();
    documents.push(document("two", "导出合并", "见文档。"));
    documents.push(document("ten", "导出样式", "见文档。"));
    for document in &mut documents {
        document.asked_as = vec!["别的事情".to_owned()];
    }
    documents[5].asked_as = ["几个格子并成一个", "跨行的格子"]
        .map(str::to_owned)
        .to_vec();
    let parts = [
        "几个字",
        "格子变色",
        "并排放",
        "成一行",
        "一个颜色",
        "格子加粗",
        "几个边框",
        "格子背景",
        "一个字体",
        "并列",
    ];
    documents[6].asked_as = parts.map(str::to_owned).to_vec();
    let index = InMemoryIndex::new(&documents);
    let tuned = Tuned::default();
    let found = Pipeline::new(&index, &tuned)
        .search(&query("把几个格子并成一个"))
        .unwrap();
    assert_eq!(ids(&found)[0], "two", "{:?}", ids(&found));
}

#[test]
fn what_askings_of_some_documents_teach_finds_another_that_has_none() {
    let mut documents = vec![document("bare", "引擎的区别", "见手册。")];
    let asked = |id: String, question: String, asking: String| Document {
        asked_as: vec![asking],
        ..document(&id, &question, "见手册。")
    };
    for matter in ["缓存", "线程", "日志", "网络", "证书"] {
        let (question, asking) = (format!("{matter}的区别"), format!("{matter}哪里不同"));
        documents.push(asked(matter.to_owned(), question, asking));
    }
    for n in 0..60 {
        let question = format!("第 {n} 项设置");
        documents.push(asked(format!("n{n}"), question, "这个怎么调".to_owned()));
    }
    let index = InMemoryIndex::new(&documents);
    let tuned = Tuned::default();
    let results = Pipeline::new(&index, &tuned)
        .search(&query("引擎不同"))
        .unwrap();
    assert_eq!(ids(&results)[0], "bare");
    let concepts = &results.understanding.concepts;
    let wordings = concepts.iter().flat_map(|concept| &concept.wordings);
    let learned: Vec<&str> = wordings
        .filter(|(_, origin)| *origin == Origin::Learned)
        .map(|(wording, _)| wording.as_str())
        .collect();
    assert_eq!(learned, ["区别"]);
    // What is asked anyway is not asked twice.
    let results = Pipeline::new(&index, &tuned)
        .search(&query("不同的区别"))
        .unwrap();
    let mut wordings = results
        .understanding
        .concepts
        .iter()
        .flat_map(|c| &c.wordings);
    assert!(wordings.all(|(_, origin)| *origin != Origin::Learned));
}

#[test]
fn signs_that_are_no_words_find_the_headlines_that_have_them() {
    let mut documents = documents();
    documents.push(document("reference", "Java 的 :: 是什么意思", "方法引用。"));
    documents.push(document("and", "&& 和 & 有什么区别", "前者短路。"));
    let index = InMemoryIndex::new(&documents);
    let tuned = Tuned::default();
    let search = |text: &str| Pipeline::new(&index, &tuned).search(&query(text)).unwrap();
    for (signs, id) in [("::", "reference"), (" && ", "and")] {
        let results = search(signs);
        assert_eq!((ids(&results), results.total), (vec![id], 1), "{signs}");
        assert_eq!(results.answer_state, AnswerState::Related);
    }
    let nothing = search("||");
    assert_eq!(
        (nothing.total, nothing.answer_state),
        (0, AnswerState::None)
    );
    // Beside words they are what they were.
    assert_eq!(ids(&search("方法引用 ::"))[0], "reference");
}
