//! Invariants of any query over a few documents. The input has lines such as `tag=nacos`, which filter, then the
//! text.

use super::marked::{check_snippet, text_of};
use dayi::analysis::Analyzer;
use dayi::document::{Document, parse};
use dayi::engine::embedded::EmbeddedEngine;
use dayi::engine::{
    AnswerState, Engine, FacetCount, Filter, Hit, SearchQuery, SearchResults, Sort,
    SuggestionTarget,
};
use std::collections::HashSet;
use std::sync::LazyLock;

const DOCUMENTS: [(&str, &str); 8] = [
    (
        "ports.md",
        "---\ntitle: Nacos 2.x 要开放哪些端口？\ndate: 2024-03-05\ncategory: expert\ntags: [nacos, 端口]\n---\n除了 8848，还要开放 9848 和 9849：2.x 的客户端用 gRPC 注册。\n",
    ),
    (
        "same-question.md",
        "---\ntitle: Nacos 2.x 要开放哪些端口？\ndate: 2023-01-01\ntags: [nacos]\n---\n看 [文档](https://nacos.io/docs)，<b>9848</b> & 9849。\n",
    ),
    (
        "registry.md",
        "---\ndate: 2022-12-31\ncategory: expert\ntags: [nacos, dubbo]\n---\n## 问题\n注册中心连不上怎么办？\n\n## 解答\n先检查 `spring.cloud.nacos.discovery.server-addr`，再看 NullPointerException 的堆栈。\n\n## 参考链接\n* [注册中心](https://nacos.io)\n",
    ),
    (
        "sentinel.md",
        "---\ntitle: Sentinel 的限流规则重启后丢失\ndate: 2024-03-05\ncategory: faq\ntags: [sentinel]\n---\n规则默认只在内存里。\n\n```yaml\nspring:\n  cloud:\n    sentinel:\n      datasource: {}\n```\n",
    ),
    (
        "english.md",
        "---\ntitle: How to configure a canary release in Higress?\ntags: [higress, gateway]\n---\nRoute by header: `x-canary: true`. Plugins are loaded from an OCI registry.\n",
    ),
    (
        "undated.md",
        "---\ntitle: 事务回滚失败\ncategory: faq\n---\nSeata 的 AT 模式要在每个业务库里建 undo_log 表。事务，事務，Ｔｒａｎｓａｃｔｉｏｎ。\n",
    ),
    (
        "long.md",
        "---\ntitle: 消息重复消费\ndate: 2021-06-01\ntags: [rocketmq]\n---\n消费者要做到幂等，用消息的键去重，不要用消息的编号，因为重发的消息编号不同，而业务的键是相同的，把键写进数据库的唯一索引，或者写进缓存并设置过期时间，插入失败就说明已经消费过，直接返回成功即可，否则继续处理，处理失败时要把键删掉再让消息重试，这样既不会丢，也不会重复\n",
    ),
    (
        "scripts.md",
        "---\ntitle: 日本語 и русский 한국어 👩‍💻 ﷺ\ndate: 1970-01-01\ntags: ['<script>', 'a&b']\n---\n&lt;script&gt; 不会执行：🇨🇳 e\u{301} Ⅳ ㍿ ﬁ。\n",
    ),
];

static ENGINE: LazyLock<EmbeddedEngine> = LazyLock::new(|| {
    let documents: Vec<Document> = DOCUMENTS
        .iter()
        .map(|(path, text)| parse(path, text).expect("a usable document"))
        .collect();
    let engine = EmbeddedEngine::in_memory(Analyzer::new()).expect("an engine");
    engine.replace_all(&documents).expect("an index");
    engine
});

pub(crate) fn check(input: &str) {
    let query = read(input);
    let found = search(&query);
    let everything = search(&SearchQuery {
        offset: 0,
        limit: DOCUMENTS.len(),
        ..query.clone()
    });
    check_all(&everything, &query);
    check_page(&found, &everything, &query);
    check_ranking(&query.text);
    check_suggestions(&query.text);
}

fn search(query: &SearchQuery) -> SearchResults {
    ENGINE.search(query).expect("no query is an error")
}

fn read(input: &str) -> SearchQuery {
    let mut query = SearchQuery {
        limit: 3,
        ..SearchQuery::default()
    };
    let mut rest = input;
    while let Some((name, value, after)) = option(rest) {
        match name {
            "tag" => query.filter.tags.push(value.to_owned()),
            "category" => query.filter.category = Some(value.to_owned()),
            "from" => query.filter.from = value.parse().ok(),
            "to" => query.filter.to = value.parse().ok(),
            "sort" => query.sort = [Sort::Relevance, Sort::Newest][usize::from(value == "newest")],
            "offset" => query.offset = value.parse().unwrap_or_default(),
            "limit" => query.limit = value.parse().unwrap_or_default(),
            _ => break,
        }
        rest = after;
    }
    rest.clone_into(&mut query.text);
    query
}

fn option(text: &str) -> Option<(&str, &str, &str)> {
    let (line, after) = text.split_once('\n')?;
    let (name, value) = line.split_once('=')?;
    Some((name, value, after))
}

/// Checks the complete results.
fn check_all(found: &SearchResults, query: &SearchQuery) {
    let folded = found.hits.iter().flat_map(|hit| &hit.similar);
    let ids: Vec<_> = found
        .hits
        .iter()
        .map(|hit| &hit.document.id)
        .chain(folded.map(|similar| &similar.id))
        .collect();
    assert_eq!(
        ids.iter().collect::<HashSet<_>>().len(),
        ids.len(),
        "a document is found once"
    );
    assert!(ids.len() <= DOCUMENTS.len());
    assert_eq!(found.total, found.hits.len());
    for hit in &found.hits {
        check_hit(hit, &query.filter);
    }
    let is_listing = query.text.trim().is_empty();
    match found.answer_state {
        AnswerState::Answered => assert!(!found.hits.is_empty()),
        AnswerState::Related => assert!(is_listing || !found.hits.is_empty()),
        AnswerState::None => assert!(!is_listing),
    }
    let in_order = |a: &Hit, b: &Hit| match query.sort {
        Sort::Newest => a.document.date >= b.document.date,
        Sort::Relevance if is_listing => a.document.date >= b.document.date,
        Sort::Relevance => a.score >= b.score,
    };
    assert!(
        found
            .hits
            .windows(2)
            .all(|pair| in_order(&pair[0], &pair[1])),
        "hits come in order"
    );
    let facets = [
        &found.facets.tags,
        &found.facets.categories,
        &found.facets.years,
    ];
    for FacetCount { value, count } in facets.into_iter().flatten() {
        assert!(
            !value.is_empty() && (1..=ids.len() as u64).contains(count),
            "{count} of {value}"
        );
    }
    assert!(
        found
            .suggestion
            .as_ref()
            .is_none_or(|text| *text != query.text)
    );
    for concept in &found.understanding.concepts {
        assert!(!concept.typed.is_empty());
        assert!(concept.weight.is_finite() && concept.weight >= 0.0);
    }
}

fn check_hit(hit: &Hit, filter: &Filter) {
    let Filter {
        tags,
        category,
        from,
        to,
        hidden,
    } = filter;
    let document = &hit.document;
    assert!(tags.iter().all(|tag| document.tags.contains(tag)));
    assert!(!hidden.contains(&document.id));
    assert!(category.is_none() || document.category == *category);
    assert!(from.is_none_or(|from| document.date.is_some_and(|date| date >= from)));
    assert!(to.is_none_or(|to| document.date.is_some_and(|date| date <= to)));
    assert!(hit.score.is_finite());
    assert_eq!(text_of(&hit.title_html), document.headline());
    check_snippet(&hit.snippet_html, &document.answer_text());
}

/// A page has exactly the hits of the complete results that lie within its bounds.
fn check_page(page: &SearchResults, everything: &SearchResults, query: &SearchQuery) {
    let ids = |hits: &[Hit]| -> Vec<_> { hits.iter().map(|hit| hit.document.id.clone()).collect() };
    let all = ids(&everything.hits);
    let start = query.offset.min(all.len());
    let end = query.offset.saturating_add(query.limit).min(all.len());
    assert_eq!(ids(&page.hits), all[start..end]);
    assert_eq!(page.total, everything.total);
    assert_eq!(page.facets, everything.facets);
    assert_eq!(page.answer_state, everything.answer_state);
    assert_eq!(page.suggestion, everything.suggestion);
}

fn check_ranking(text: &str) {
    let ranked = ENGINE.rank(text, 4).expect("no text is an error").documents;
    assert!(ranked.len() <= 4);
    let scores: Vec<f32> = ranked.iter().map(|(_, parts)| parts.total()).collect();
    assert!(scores.iter().all(|score| score.is_finite()));
    assert!(scores.windows(2).all(|pair| pair[0] >= pair[1]));
}

fn check_suggestions(typed: &str) {
    let suggested = ENGINE.suggest(typed, 4).expect("no text is an error");
    assert!(suggested.len() <= 4);
    for suggestion in &suggested {
        match &suggestion.target {
            SuggestionTarget::Question(id) => {
                let document = ENGINE.document(id).expect("an index that can be read");
                assert!(document.is_some_and(|document| document.headline() == suggestion.text));
            }
            SuggestionTarget::Search => {
                assert!(!suggestion.text.trim().is_empty() && suggestion.text != typed);
            }
        }
    }
}
