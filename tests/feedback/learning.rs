//! Ranking learns from visitors, and cannot be taught by one alone.

use crate::kit::{Place, over_both, rating};
use dayi::analysis::Analyzer;
use dayi::engine::embedded::EmbeddedEngine;
use dayi::engine::{Engine, SearchQuery};
use dayi::feedback::record::Rating;
use dayi::feedback::{Record, Store, Visitor};
use jiff::SignedDuration;

over_both! {
    the_better_of_two_near_equal_answers_rises
    stuffing_votes_from_one_network_moves_nothing
    one_network_that_comes_again_every_day_moves_nothing
}

/// Two answers to nearly the same question, and one about another matter.
fn engine() -> (EmbeddedEngine, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    for (id, question, answer) in [
        (
            "first",
            "Nacos 集群如何升级到新版本？",
            "逐台停机替换安装包，再按配置启动，观察日志里有没有报错。",
        ),
        (
            "second",
            "升级 Nacos 集群的版本要做什么？",
            "先备份数据库，滚动更新每个节点，最后切换客户端的地址。",
        ),
        (
            "other",
            "Sentinel 限流规则怎么持久化？",
            "把规则写进配置中心，控制台改动时推送。",
        ),
    ] {
        let text = format!("---\nid: {id}\ntitle: {question}\ndate: 2024-09-03\n---\n{answer}\n");
        std::fs::write(folder.path().join(format!("{id}.md")), text).unwrap();
    }
    let engine = EmbeddedEngine::in_memory(Analyzer::new()).unwrap();
    engine.sync(folder.path(), &|_, _| {}).unwrap();
    (engine, folder)
}

fn order(engine: &EmbeddedEngine, text: &str) -> Vec<(String, f32)> {
    let query = SearchQuery {
        text: text.into(),
        limit: 10,
        ..SearchQuery::default()
    };
    let found = engine.search(&query).unwrap();
    let hits = found.hits.into_iter();
    hits.map(|hit| (hit.document.id.0, hit.parts.quality))
        .collect()
}

const ASKED: &str = "Nacos 集群升级版本";

/// First and second by the words alone.
fn by_words(engine: &EmbeddedEngine) -> (String, String) {
    let found = order(engine, ASKED);
    (found[0].0.clone(), found[1].0.clone())
}

async fn teach(engine: &EmbeddedEngine, store: &Store) {
    engine.set_quality(store.learning().quality(true, |_| None).await.unwrap());
}

async fn the_better_of_two_near_equal_answers_rises(place: Place) {
    let ((engine, _folder), store) = (engine(), place.open().await);
    let (first, second) = by_words(&engine);
    for n in 0..30 {
        store
            .keep(rating(&format!("v{n}"), &first, n % 10 == 0), None)
            .await
            .unwrap();
        store
            .keep(rating(&format!("v{n}"), &second, n % 10 != 0), None)
            .await
            .unwrap();
        store
            .keep(rating(&format!("v{n}"), "other", true), None)
            .await
            .unwrap();
    }
    teach(&engine, &store).await;
    let found = order(&engine, ASKED);
    assert_eq!(found[0].0, second, "{found:?}");
    assert!(
        found.iter().all(|(_, quality)| quality.abs() <= 0.1),
        "within the stated bounds: {found:?}"
    );
    // Praise does not make an answer to another question come first.
    assert!(order(&engine, "Sentinel 限流规则持久化")[0].0 == "other");
    assert!(order(&engine, ASKED)[0].0 != "other");
}

async fn stuffing_votes_from_one_network_moves_nothing(place: Place) {
    let ((engine, _folder), store) = (engine(), place.open().await);
    let before = order(&engine, ASKED);
    let target = before[0].0.clone();
    for browser in 0..200 {
        // Another browser each time, as an attacker would: another visitor, the same network.
        let Record::Rating(rating) = rating("attacker", &target, false) else {
            unreachable!()
        };
        let visitor = Visitor {
            id: format!("browser-{browser}"),
            ..rating.visitor
        };
        store
            .keep(Record::Rating(Rating { visitor, ..rating }), None)
            .await
            .unwrap();
    }
    teach(&engine, &store).await;
    assert_eq!(order(&engine, ASKED), before);
}

async fn one_network_that_comes_again_every_day_moves_nothing(place: Place) {
    let ((engine, _folder), store) = (engine(), place.open().await);
    let before = order(&engine, ASKED);
    let target = before[0].0.clone();
    for day in 0..40 {
        // The key of visitors changes every day: the same person is another network each time.
        let Record::Rating(rating) = rating(&format!("day-{day}"), &target, false) else {
            unreachable!()
        };
        let at = rating.at - SignedDuration::from_hours(24 * day);
        store
            .keep(Record::Rating(Rating { at, ..rating }), None)
            .await
            .unwrap();
    }
    teach(&engine, &store).await;
    assert_eq!(order(&engine, ASKED), before);
}
