//! Out of one database and into the other.

use crate::kit::{Place, ask, click, counts, over_both, query, rating};
use dayi::feedback::inbox::{InboxFilter, ItemChange, ItemKind};
use dayi::feedback::record::{Rating, SearchOutcome, WorkState};
use dayi::feedback::transfer::{EXPORTED, TransferError};
use dayi::feedback::{Record, Retention, Store};
use jiff::SignedDuration;

over_both! {
    a_backup_is_restored_into_another_database
    an_export_is_imported_once
    what_is_to_be_forgotten_is
    an_import_brings_nothing_that_cannot_be_sent
}

async fn filled(place: &Place) -> Store {
    let store = place.open().await;
    for n in 0..40 {
        store
            .keep(rating(&format!("v{n}"), "q1", n % 3 == 0), None)
            .await
            .unwrap();
    }
    store
        .keep(ask("怎么升级？", "a@b.example"), None)
        .await
        .unwrap();
    store
        .keep(ask("怎么卸载？", "c@d.example"), None)
        .await
        .unwrap();
    store
        .keep(
            query("a", "怎么升级", SearchOutcome::None, &["q1", "q2"]),
            None,
        )
        .await
        .unwrap();
    store
        .keep(click("a", "怎么升级", "q2"), None)
        .await
        .unwrap();
    store
        .experts()
        .set_password("li.hua", "correct horse")
        .await
        .unwrap();
    let change = ItemChange {
        state: Some(WorkState::Dismissed),
        note: Some("重复".into()),
        ..ItemChange::default()
    };
    store
        .inbox()
        .change(ItemKind::Ask, 1, &change, "li.hua")
        .await
        .unwrap();
    store
}

async fn backup(store: &Store) -> Vec<u8> {
    let mut file = Vec::new();
    store.transfer().backup(&mut file).await.unwrap();
    file
}

/// The rows of a backup, without its head, which holds the time, and its last line, which hashes the head and the order
/// of rows. Databases sort text in different ways.
fn content(file: &[u8]) -> Vec<&str> {
    let lines = std::str::from_utf8(file).unwrap().lines();
    let mut lines: Vec<&str> = lines.filter(|line| line.contains("\"table\"")).collect();
    lines.sort_unstable();
    lines
}

async fn a_backup_is_restored_into_another_database(place: Place) {
    let store = filled(&place).await;
    let file = backup(&store).await;
    assert_restored(&file, Place::sqlite()).await;
    if let Place::Postgres(_) = place {
        assert_restored(&file, Place::postgres().await).await;
    }
    let empty = Place::sqlite();
    let empty = empty.open().await;
    let half = &file[..file.len() / 2];
    let refused = empty.transfer().restore(half).await.unwrap_err();
    assert!(matches!(refused, TransferError::Line { .. }), "{refused}");
    assert_eq!(counts(&empty, "q1").await, (0, 0), "half a backup is none");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: ./test.sh runs it"]
async fn a_backup_of_sqlite_is_restored_into_postgres() {
    let place = Place::sqlite();
    let store = filled(&place).await;
    assert_restored(&backup(&store).await, Place::postgres().await).await;
}

/// Restores a backup into an empty store.
async fn assert_restored(file: &[u8], other: Place) {
    let restored = other.open().await;
    let rows = restored.transfer().restore(file).await.unwrap();
    assert_eq!(rows as usize, content(file).len());
    let again = backup(&restored).await;
    assert!(content(&again) == content(file), "all is there again");
    // New records get new numbers.
    let new = restored.keep(ask("新的问题", ""), None).await.unwrap();
    assert_eq!(new.number, 3);
    assert!(
        restored
            .experts()
            .sign_in("li.hua", "correct horse")
            .await
            .unwrap()
            .is_some()
    );
    assert!(matches!(
        restored.transfer().restore(file).await,
        Err(TransferError::NotEmpty)
    ));
}

async fn an_export_is_imported_once(place: Place) {
    let store = filled(&place).await;
    let mut lines = Vec::new();
    for table in EXPORTED {
        store
            .transfer()
            .export(table, |row| {
                lines.extend(serde_json::to_vec(row)?);
                lines.push(b'\n');
                Ok(())
            })
            .await
            .unwrap();
    }
    let other = Place::sqlite();
    let other = other.open().await;
    assert_eq!(other.transfer().import(&lines[..]).await.unwrap(), 43);
    assert_eq!(other.transfer().import(&lines[..]).await.unwrap(), 0);
    assert_eq!(counts(&other, "q1").await, counts(&store, "q1").await);
    let dismissed = InboxFilter {
        state: Some(WorkState::Dismissed),
        ..InboxFilter::default()
    };
    let (found, _) = other.inbox().page(&dismissed, 10).await.unwrap();
    assert_eq!(found[0].note, "重复");
    let led_here = other.reports().answer_report("q2").await.unwrap().queries;
    assert_eq!(
        led_here,
        [("怎么升级".to_owned(), 1)],
        "opened hits come along"
    );
    // Exported again after an expert went on with it, and behind a newer rating.
    let worked = String::from_utf8(lines.clone())
        .unwrap()
        .replace("dismissed", "answered");
    assert_eq!(other.transfer().import(worked.as_bytes()).await.unwrap(), 0);
    let refused = other
        .transfer()
        .import(&b"\n{\"table\":\"asks\"}\n"[..])
        .await
        .unwrap_err();
    assert_eq!(
        refused.to_string(),
        "line 2: lacks something; expected a line of `dayi feedback export`"
    );
}

async fn what_is_to_be_forgotten_is(place: Place) {
    let store = filled(&place).await;
    assert_eq!(
        store.erasure().of_contact(" a@b.example ").await.unwrap(),
        1
    );
    assert_eq!(store.erasure().of_contact("a@b.example").await.unwrap(), 0);
    assert_eq!(
        store.erasure().of_contact("C@D.Example").await.unwrap(),
        1,
        "case is the same"
    );
    let log = store.audit().page(None, 10).await.unwrap();
    assert!(
        log.iter().all(|entry| !entry.detail.contains("重复")),
        "{log:?}"
    );
    let keep_all = Retention {
        ratings: 0,
        asks: 0,
        queries: 0,
        audit: 0,
    };
    assert_eq!(store.erasure().of_old(keep_all).await.unwrap(), 0);
    let young = Retention {
        ratings: 1,
        asks: 1,
        queries: 1,
        audit: 0,
    };
    assert_eq!(
        store.erasure().of_old(young).await.unwrap(),
        0,
        "all is younger than a day"
    );
    let Record::Rating(old) = rating("v1", "q9", false) else {
        unreachable!()
    };
    let at = old.at - SignedDuration::from_hours(3 * 24);
    store
        .keep(Record::Rating(Rating { at, ..old }), None)
        .await
        .unwrap();
    assert_eq!(counts(&store, "q9").await, (0, 1));
    assert_eq!(store.erasure().of_old(young).await.unwrap(), 1);
    assert_eq!(
        counts(&store, "q9").await,
        (0, 0),
        "figures forget with their records"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_backup_is_not_restored_and_one_of_an_earlier_version_is() {
    let place = Place::sqlite();
    let store = filled(&place).await;
    let file = String::from_utf8(backup(&store).await).unwrap();
    let other = Place::sqlite();
    let empty = other.open().await;
    for (from, to) in [
        ("怎么卸载？", "怎么卸掉？"),
        ("\"helpful\":1", "\"helpful\":0"),
        ("\"assignee\":\"\"", "\"assignee\":\"x\""),
    ] {
        assert!(file.contains(from));
        let changed = file.replacen(from, to, 1);
        let refused = empty.transfer().restore(changed.as_bytes()).await;
        let said = refused.unwrap_err().to_string();
        assert!(said.contains("has the hash of another file"), "{said}");
    }
    assert_eq!(counts(&empty, "q1").await, (0, 0), "nothing of it is there");

    // As version 0.2 wrote it: without a hash, and without the columns of today.
    let earlier = file.lines().map(|line| {
        let mut line: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(line).unwrap();
        let table = line.get("table").and_then(|t| t.as_str()).unwrap_or("");
        let new: &[&str] = match table {
            "queries" => &["text_hash", "times"],
            "credentials" => &["label", "at", "used_at"],
            "idempotency" => &["kind"],
            _ => &["blake3"],
        };
        line.retain(|name, _| !new.contains(&name.as_str()));
        serde_json::to_string(&line).unwrap() + "\n"
    });
    let earlier: String = earlier.collect();
    empty.transfer().restore(earlier.as_bytes()).await.unwrap();
    assert_eq!(counts(&empty, "q1").await, counts(&store, "q1").await);
}

async fn an_import_brings_nothing_that_cannot_be_sent(place: Place) {
    let store = place.open().await;
    let line = |at: i64, question: &str, contact: &str| {
        let ask = serde_json::json!({
            "table": "asks", "at": at, "visitor": "v", "question": question, "contact": contact, "tag": "", "category": "",
            "page": "", "language": "",
        });
        ask.to_string()
    };
    let now = jiff::Timestamp::now().as_millisecond();
    let import = async |line: String| store.transfer().import(line.as_bytes()).await;
    for (at, contact) in [
        (i64::MAX / 1_000, ""),
        (now + 3 * 86_400_000, ""),
        (0, ""),
        (now, &*"x".repeat(300)),
    ] {
        assert!(
            import(line(at, "怎么升级？", contact)).await.is_err(),
            "{at}"
        );
    }
    let rated = |id: &str, comment: &str| {
        let rating = serde_json::json!({
            "table": "ratings", "at": now, "visitor": "v", "question_id": id, "helpful": 0, "reasons": "", "comment": comment,
            "query": "", "page": "", "language": "",
        });
        rating.to_string()
    };
    assert!(import(rated("q\n1", "")).await.is_err());
    assert!(import(rated("", "")).await.is_err());
    assert!(import(rated("q1", &"很长".repeat(3_000))).await.is_err());
    let hidden = "\u{1b}[31m红\u{202e}的\u{0}";
    assert_eq!(import(line(now, hidden, "")).await.unwrap(), 1);
    let huge = "很长".repeat(100_000);
    assert_eq!(import(line(now, &huge, "")).await.unwrap(), 1);
    let all = store.inbox().page(&InboxFilter::default(), 10).await;
    let (items, _) = all.unwrap();
    let texts: Vec<&str> = items.iter().map(|item| item.text.as_str()).collect();
    assert_eq!(texts.len(), 2);
    assert!(texts.contains(&"红的"), "{texts:?}");
    assert!(texts.iter().all(|text| text.len() <= 16 * 1024));
}
