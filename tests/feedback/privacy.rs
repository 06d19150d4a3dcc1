//! What is erased is gone: from every table, and from every file of the data folder.

use crate::kit::{Place, ask, over_both, query, rating};
use dayi::feedback::inbox::{ItemChange, ItemKind};
use dayi::feedback::record::{Ask, Rating, SearchOutcome};
use dayi::feedback::webhook::{Form, Outbox, Webhook};
use dayi::feedback::{EventKind, IdempotencyKey, Record, Retention, Store};
use jiff::SignedDuration;
use std::path::Path;

over_both! {
    what_refers_to_an_erased_record_is_erased_with_it
    what_failed_and_what_experts_did_is_forgotten_by_age
}

/// In everything that is to be erased, and nowhere else.
const MARK: &str = "zzsecretzz";

const NOTHING: Retention = Retention {
    ratings: 0,
    asks: 0,
    queries: 0,
    audit: 0,
};

fn told() -> Outbox {
    let webhook = Webhook {
        name: "chat".into(),
        url: "http://127.0.0.1:1/".into(),
        form: Form::Json,
        secret: String::new(),
        events: EventKind::ALL.to_vec(),
    };
    Outbox {
        webhooks: vec![webhook],
        ..Outbox::default()
    }
}

fn years_ago(record: Record) -> Record {
    let at = jiff::Timestamp::now() - SignedDuration::from_hours(24 * 1_000);
    match record {
        Record::Ask(ask) => Record::Ask(Ask { at, ..ask }),
        Record::Rating(rating) => Record::Rating(Rating { at, ..rating }),
        other => other,
    }
}

/// Keeps asks and bad ratings of long ago, with messages about them that were set aside, and notes of experts.
async fn fill(store: &Store, place: &Place) {
    let contact = format!("{MARK}@example.org");
    for n in 0..40 {
        let asked = ask(&format!("{n} {MARK} 怎么升级？"), &contact);
        let key = IdempotencyKey {
            key: format!("sent:{n}"),
            fingerprint: format!("{n} {MARK}"),
        };
        let kept = store.keep(years_ago(asked), Some(key)).await.unwrap();
        note(store, ItemKind::Ask, kept.number).await;
        let Record::Rating(bad) = rating(&format!("v{n}"), "q1", false) else {
            unreachable!()
        };
        let comment = format!("{MARK} 步骤三");
        let bad = years_ago(Record::Rating(Rating { comment, ..bad }));
        let kept = store.keep(bad, None).await.unwrap();
        note(store, ItemKind::Rating, kept.number).await;
        // Others in between, on the same pages of the file.
        store
            .keep(ask(&format!("{n} 别的问题"), ""), None)
            .await
            .unwrap();
        let search = query("a", &format!("{n} 搜索"), SearchOutcome::None, &[]);
        store.keep(search, None).await.unwrap();
    }
    place.execute("UPDATE deliveries SET state = 'dead'").await;
}

async fn note(store: &Store, kind: ItemKind, number: i64) {
    let change = ItemChange {
        note: Some(format!("call {MARK} 138000")),
        ..ItemChange::default()
    };
    store
        .inbox()
        .change(kind, number, &change, "li.hua")
        .await
        .unwrap();
}

/// All rows as a backup writes them.
async fn rows(store: &Store) -> String {
    let mut file = Vec::new();
    store.transfer().backup(&mut file).await.unwrap();
    String::from_utf8(file).unwrap()
}

async fn what_refers_to_an_erased_record_is_erased_with_it(place: Place) {
    let store = place.open_telling(told()).await;
    fill(&store, &place).await;
    assert_eq!(rows(&store).await.matches(MARK).count(), 40 * 10);
    let young = Retention {
        ratings: 1,
        asks: 1,
        ..NOTHING
    };
    assert_eq!(store.erasure().of_old(young).await.unwrap(), 80);
    let left = rows(&store).await;
    assert_eq!(left.matches(MARK).count(), 0, "{left}");
    assert_eq!(store.inbox().open_items().await.unwrap(), (0, 40));
    assert_eq!(left.matches("call").count(), 0);
}

async fn what_failed_and_what_experts_did_is_forgotten_by_age(place: Place) {
    let store = place.open_telling(told()).await;
    let kept = store.keep(ask("怎么升级？", ""), None).await.unwrap();
    note(&store, ItemKind::Ask, kept.number).await;
    store.experts().sign_in("bob", "wrong horse").await.unwrap();
    place.execute("UPDATE deliveries SET state = 'dead'").await;
    let figures = async || {
        let log = store.audit().page(None, 10).await.unwrap();
        let messages = store.deliveries().page(None, 10).await.unwrap();
        (log.len(), messages.len())
    };
    let year = Retention {
        audit: 365,
        ..NOTHING
    };
    store.erasure().of_old(year).await.unwrap();
    assert_eq!(figures().await, (2, 1), "all is young");
    // 40 days ago, and 400.
    place
        .execute(
            "UPDATE deliveries SET at = at - 3456000000; UPDATE audit SET at = at - 3456000000",
        )
        .await;
    store.erasure().of_old(year).await.unwrap();
    assert_eq!(figures().await, (1, 0), "what failed is gone");
    place
        .execute("UPDATE audit SET at = at - 31104000000")
        .await;
    store.erasure().of_old(NOTHING).await.unwrap();
    assert_eq!(figures().await, (1, 0), "0 keeps for ever");
    store.erasure().of_old(year).await.unwrap();
    assert_eq!(figures().await, (0, 0));
}

/// The files of the folder that have the mark.
fn files_with_mark(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let marked = files.filter(|file| {
        let bytes = std::fs::read(file.path()).unwrap();
        bytes
            .windows(MARK.len())
            .any(|part| part.eq_ignore_ascii_case(MARK.as_bytes()))
    });
    marked
        .map(|file| file.file_name().into_string().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_byte_of_what_is_erased_by_age_is_left_in_a_file() {
    let place = Place::sqlite();
    let store = place.open_telling(told()).await;
    fill(&store, &place).await;
    assert!(!files_with_mark(place.folder()).is_empty());
    let young = Retention {
        ratings: 1,
        asks: 1,
        ..NOTHING
    };
    store.erasure().of_old(young).await.unwrap();
    assert_eq!(files_with_mark(place.folder()), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_byte_of_what_a_person_asked_to_erase_is_left_in_a_file() {
    let place = Place::sqlite();
    let serving = place.open_telling(told()).await;
    let contact = format!("{MARK}@Example.org");
    for n in 0..60 {
        let question = format!("{n} {MARK} {}", "怎么升级？".repeat(n * 20));
        serving.keep(ask(&question, &contact), None).await.unwrap();
        serving
            .keep(ask(&format!("{n} 别的问题"), ""), None)
            .await
            .unwrap();
    }
    // Another process erases, while visitors go on sending.
    let sending = serving.clone();
    let others = tokio::spawn(async move {
        for n in 0..200 {
            let record = rating(&format!("v{n}"), "q1", true);
            sending.keep(record, None).await.unwrap();
        }
    });
    let erasing = place.open().await;
    let erased = erasing.erasure().of_contact(&contact.to_lowercase()).await;
    assert_eq!(erased.unwrap(), 60);
    others.await.unwrap();
    assert_eq!(files_with_mark(place.folder()), Vec::<String>::new());
    assert_eq!(serving.inbox().open_items().await.unwrap(), (0, 60));
}
