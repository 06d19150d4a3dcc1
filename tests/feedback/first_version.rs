//! A store of version 0.1.0 opens and reads right: nothing of its tables, codes and messages may change.

use crate::kit::{Place, counts, rating};
use dayi::feedback::inbox::InboxFilter;
use dayi::feedback::record::{Reason, WorkState};
use dayi::feedback::webhook::DeliveryState;
use sqlx::{Connection, Executor};

/// The whole file as SQL, with what sqlx remembers of the migrations that it ran.
const WRITTEN: &str = include_str!("stores/first_version.sql");

#[tokio::test(flavor = "multi_thread")]
async fn a_store_of_the_first_version_opens_and_reads_right() {
    let place = Place::sqlite();
    let file = place.folder().join("feedback.db");
    let url = format!("sqlite://{}?mode=rwc", file.display());
    let mut written = sqlx::SqliteConnection::connect(&url).await.unwrap();
    written.execute(WRITTEN).await.unwrap();
    written.close().await.unwrap();

    let store = place.open().await;
    assert_eq!(counts(&store, "nacos").await, (1, 1));
    let (items, next) = store
        .inbox()
        .page(&InboxFilter::default(), 10)
        .await
        .unwrap();
    assert_eq!((items.len(), next), (2, None));
    let [ask, rated] = &items[..] else {
        unreachable!()
    };
    assert_eq!(
        (ask.text.as_str(), ask.contact.as_str()),
        ("怎么升级集群？", "a@b.example")
    );
    assert_eq!(ask.state, WorkState::InWork);
    assert_eq!(
        (ask.assignee.as_str(), ask.note.as_str()),
        ("li.hua", "看过了")
    );
    assert_eq!(rated.reasons, [Reason::Outdated, Reason::Unclear]);
    assert_eq!(rated.text, "步骤三找不到");
    assert!(ask.at > rated.at);

    let report = store.reports().answer_report("nacos").await.unwrap();
    assert_eq!(report.ratings.len(), 2);
    let log = store.audit().page(None, 10).await.unwrap();
    assert_eq!(
        (log[0].expert.as_str(), log[0].action.as_str()),
        ("ci", "change")
    );
    let deliveries = store.deliveries().page(None, 10).await.unwrap();
    let states: Vec<_> = deliveries
        .iter()
        .map(|d| (d.event.as_str(), d.state))
        .collect();
    assert_eq!(
        states,
        [
            ("ask", DeliveryState::Dead),
            ("bad_rating", DeliveryState::Waiting)
        ]
    );
    assert_eq!(store.experts().names().await.unwrap(), ["ci", "li.hua"]);

    // And it goes on: the next rating has the next number.
    let kept = store
        .keep(rating("new", "nacos", true), None)
        .await
        .unwrap();
    assert_eq!(kept.number, 3);
    assert_eq!(counts(&store, "nacos").await, (2, 1));
}
