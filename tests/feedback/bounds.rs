//! What visitors can make grow has a bound, and what is the same is kept once.

use crate::kit::{Place, ask_of, click, over_both, query, rating};
use dayi::feedback::record::{QueryRecord, SearchOutcome};
use dayi::feedback::{Full, Record, StoreError};
use jiff::SignedDuration;

over_both! {
    the_same_search_within_a_minute_is_one_row
    the_log_keeps_the_newest_searches
    the_same_question_of_the_same_visitor_is_one_ask
    a_full_store_refuses_what_it_is_full_of
}

fn later(record: Record, seconds: i64) -> Record {
    let Record::Query(query) = record else {
        unreachable!()
    };
    let at = query.at + SignedDuration::from_secs(seconds);
    Record::Query(QueryRecord { at, ..query })
}

async fn the_same_search_within_a_minute_is_one_row(place: Place) {
    let store = place.open().await;
    let search = |who, seconds| {
        let search = query(who, "怎么升级", SearchOutcome::None, &["q1", "q2"]);
        later(search, seconds)
    };
    let mut numbers = Vec::new();
    for (who, seconds) in [
        ("a", 0),
        ("a", 10),
        ("b", 10),
        ("a", 59),
        ("a", 61),
        ("a", 70),
    ] {
        let kept = store.keep(search(who, seconds), None).await.unwrap();
        numbers.push(kept.number);
    }
    assert_eq!(numbers, [1, 1, 2, 1, 3, 3]);
    // Those of one batch as well.
    for _ in 0..50 {
        store.keep_later(search("c", 100));
    }
    let kept = store.keep(search("c", 110), None).await.unwrap();
    assert_eq!(kept.number, 4);
    let unanswered = store.reports().unanswered(7).await.unwrap();
    assert_eq!(unanswered[0].count, 57, "each search counts");
    assert_eq!(store.reports().days(1).await.unwrap()[0].none, 57);

    store
        .keep(click("c", "怎么升级", "q2"), None)
        .await
        .unwrap();
    let report = store.reports().answer_report("q2").await.unwrap();
    assert_eq!(report.queries, [("怎么升级".to_owned(), 51)]);
    assert_eq!(report.figures.unwrap().clicks, 1);

    let exported = exported(&store).await;
    let empty = Place::sqlite();
    let other = empty.open().await;
    let imported = other.transfer().import(exported.as_bytes()).await.unwrap();
    assert_eq!(imported, 4);
    assert_eq!(other.reports().days(1).await.unwrap()[0].none, 57);
}

async fn exported(store: &dayi::feedback::Store) -> String {
    let mut lines = String::new();
    for table in dayi::feedback::transfer::EXPORTED {
        let line = |row: &dayi::feedback::transfer::Row| {
            lines += &serde_json::to_string(row)?;
            lines.push('\n');
            Ok(())
        };
        store.transfer().export(table, line).await.unwrap();
    }
    lines
}

async fn the_log_keeps_the_newest_searches(place: Place) {
    let store = place.open().await;
    for n in 0..30 {
        let search = query("a", &format!("第 {n} 次"), SearchOutcome::None, &[]);
        store.keep(search, None).await.unwrap();
    }
    let full = store.erasure().of_surplus(10).await.unwrap();
    assert_eq!(full, Full::default());
    let unanswered = store.reports().unanswered(7).await.unwrap();
    let wordings: Vec<&str> = unanswered
        .iter()
        .flat_map(|group| group.others.iter().chain([&group.text]))
        .map(String::as_str)
        .collect();
    assert_eq!(wordings.len(), 10, "{wordings:?}");
    assert!(wordings.contains(&"第 29 次") && !wordings.contains(&"第 19 次"));
    store.erasure().of_surplus(0).await.unwrap();
    assert_eq!(store.reports().days(1).await.unwrap()[0].none, 30);
}

async fn the_same_question_of_the_same_visitor_is_one_ask(place: Place) {
    let store = place.open().await;
    let keep = async |who, question, contact| {
        let kept = store.keep(ask_of(who, question, contact), None).await;
        let kept = kept.unwrap();
        (kept.number, kept.repeated)
    };
    assert_eq!(keep("a", "怎么升级？", "").await, (1, false));
    assert_eq!(keep("a", "怎么升级？", "").await, (1, true));
    assert_eq!(keep("b", "怎么升级？", "").await, (2, false));
    assert_eq!(keep("a", "怎么卸载？", "").await, (3, false));
    // With a contact, some moments later; without it again; and the same question of somebody else beside.
    assert_eq!(keep("a", "怎么升级？", "a@b.example").await, (1, true));
    assert_eq!(keep("a", "怎么升级？", "").await, (1, true));
    assert_eq!(keep("a", "怎么升级？", "c@d.example").await, (4, false));
    let kind = dayi::feedback::inbox::ItemKind::Ask;
    let item = store.inbox().item(kind, 1).await.unwrap().unwrap();
    assert_eq!(item.contact, "a@b.example");
    assert_eq!(store.reports().days(1).await.unwrap()[0].asks, 4);

    // Two at once, as a double click sends them.
    let (first, second) = tokio::join!(
        store.keep(ask_of("d", "两次？", ""), None),
        store.keep(ask_of("d", "两次？", ""), None)
    );
    assert_eq!(first.unwrap().number, second.unwrap().number);
}

async fn a_full_store_refuses_what_it_is_full_of(place: Place) {
    let store = place.open().await;
    store.refuse(Full {
        ratings: false,
        asks: true,
    });
    let refused = store.keep(ask_of("a", "怎么升级？", ""), None).await;
    assert!(
        matches!(refused, Err(StoreError::Full("asks"))),
        "{refused:?}"
    );
    store.keep(rating("a", "q1", true), None).await.unwrap();
    store.refuse(Full::default());
    store
        .keep(ask_of("a", "怎么升级？", ""), None)
        .await
        .unwrap();
}
