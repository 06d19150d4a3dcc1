//! What is kept, replaced, counted, and shown to experts.

use crate::kit::{Place, ask, click, counts, over_both, query, rating};
use dayi::feedback::experts::CredentialKind;
use dayi::feedback::inbox::{ChangeError, Cursor, InboxFilter, ItemChange, ItemKind};
use dayi::feedback::record::{Rating, SearchOutcome, WorkState};
use dayi::feedback::webhook::Outbox;
use dayi::feedback::{IdempotencyKey, Record, Store, StoreError};

over_both! {
    looking_for_a_text_goes_through_all_items_in_the_end
    a_network_opens_an_answer_once
    a_second_rating_replaces_the_first
    what_is_sent_again_is_kept_once
    what_is_sent_at_once_is_as_if_one_after_the_other
    the_inbox_is_filtered_paged_and_changed
    counts_and_reports_follow_the_records
    experts_sign_in_and_out
    a_record_that_no_database_takes_refuses_no_other
    an_opened_store_is_as_it_was_left
}

fn key(key: &str, fingerprint: &str) -> IdempotencyKey {
    IdempotencyKey {
        key: key.into(),
        fingerprint: fingerprint.into(),
    }
}

async fn a_second_rating_replaces_the_first(place: Place) {
    let store = place.open().await;
    let first = store.keep(rating("a", "q1", true), None).await.unwrap();
    let second = store.keep(rating("a", "q1", false), None).await.unwrap();
    assert_eq!((first.number, first.replaced), (second.number, false));
    assert!(second.replaced);
    assert_eq!(counts(&store, "q1").await, (0, 1));
    store.keep(rating("b", "q1", true), None).await.unwrap();
    store.keep(rating("a", "q2", true), None).await.unwrap();
    assert_eq!(counts(&store, "q1").await, (1, 1));
    assert_eq!(counts(&store, "unknown").await, (0, 0));
}

async fn what_is_sent_again_is_kept_once(place: Place) {
    let store = place.open().await;
    let first = store
        .keep(ask("怎么升级？", ""), Some(key("k1", "a")))
        .await
        .unwrap();
    // At the same time, as a visitor with two tabs does.
    let again = (0..20).map(|_| store.keep(ask("怎么升级？", ""), Some(key("k1", "a"))));
    for receipt in futures_all(again).await {
        let receipt = receipt.unwrap();
        assert_eq!(receipt.number, first.number);
        assert!(receipt.repeated);
    }
    let other = store.keep(ask("别的问题", ""), Some(key("k1", "b"))).await;
    assert!(matches!(other, Err(StoreError::KeyReused)));
    assert_eq!(store.inbox().open_items().await.unwrap(), (0, 1));
}

async fn what_is_sent_at_once_is_as_if_one_after_the_other(place: Place) {
    let store = place.open().await;
    // Written together: three ratings by one visitor, the last under a key that comes twice, and others beside them.
    let sent = [
        (rating("a", "q1", true), None),
        (rating("a", "q1", false), None),
        (rating("b", "q1", false), None),
        (rating("a", "q1", true), Some(key("k", "1"))),
        (rating("a", "q1", true), Some(key("k", "1"))),
        (rating("a", "q1", true), Some(key("k", "2"))),
        (query("c", "怎么升级", SearchOutcome::None, &[]), None),
        (rating("c", "q2", true), None),
    ];
    let kept = sent.map(|(record, key)| store.keep(record, key));
    let kept = futures_all(kept.into_iter()).await;
    let told: Vec<_> = kept
        .iter()
        .map(|outcome| outcome.as_ref().map(|r| (r.replaced, r.repeated)).ok())
        .collect();
    let (new, replaced, again) = (
        Some((false, false)),
        Some((true, false)),
        Some((true, true)),
    );
    assert_eq!(told, [new, replaced, new, replaced, again, None, new, new]);
    let number = |at: usize| kept[at].as_ref().unwrap().number;
    assert!(number(0) == number(1) && number(0) == number(3) && number(0) == number(4));
    assert!(number(2) != number(0) && number(7) != number(2));
    assert_eq!(counts(&store, "q1").await, (1, 1));
    assert_eq!(counts(&store, "q2").await, (1, 0));
}

/// All outcomes of futures that run together.
async fn futures_all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<_> = futures.map(Box::pin).collect();
    let mut done: Vec<Option<F::Output>> = running.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        let mut is_ready = true;
        for (future, done) in running.iter_mut().zip(&mut done) {
            if done.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(output) => *done = Some(output),
                    std::task::Poll::Pending => is_ready = false,
                }
            }
        }
        if is_ready {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    done.into_iter().flatten().collect()
}

async fn the_inbox_is_filtered_paged_and_changed(place: Place) {
    let store = place.open().await;
    for n in 0..5 {
        store
            .keep(rating(&format!("v{n}"), "q1", n == 0), None)
            .await
            .unwrap();
        store
            .keep(ask(&format!("第 {n} 个问题 100%_!"), "a@b.example"), None)
            .await
            .unwrap();
    }
    // A rating that is given again is as new as its last time, whatever its number: no page may pass it over.
    let Record::Rating(again) = rating("v1", "q1", false) else {
        unreachable!()
    };
    let at = again.at + jiff::SignedDuration::from_secs(1);
    let again = Record::Rating(Rating { at, ..again });
    store.keep(again, None).await.unwrap();
    let all = InboxFilter::default();
    let (items, more) = store.inbox().page(&all, 100).await.unwrap();
    assert_eq!(
        (items.len(), more),
        (9, None),
        "four bad ratings and five asks"
    );
    assert!(items.windows(2).all(|w| w[0].at >= w[1].at));
    assert_eq!((items[0].kind, items[0].id), (ItemKind::Rating, 2));

    let mut seen = Vec::new();
    let mut filter = InboxFilter::default();
    loop {
        let (page, more) = store.inbox().page(&filter, 2).await.unwrap();
        seen.extend(page.iter().map(|i| (i.kind.code(), i.id)));
        let Some(next) = more else { break };
        filter.after = Some(Cursor::from_text(&next.to_text()).unwrap());
    }
    assert_eq!(
        seen,
        items
            .iter()
            .map(|i| (i.kind.code(), i.id))
            .collect::<Vec<_>>()
    );

    let asks = InboxFilter {
        kind: Some(ItemKind::Ask),
        text: Some("3 个问题 100%_!".into()),
        ..InboxFilter::default()
    };
    let (found, _) = store.inbox().page(&asks, 10).await.unwrap();
    assert_eq!(found.len(), 1);
    let change = ItemChange {
        state: Some(WorkState::InWork),
        assignee: Some("li.hua".into()),
        version: Some(found[0].version.clone()),
        ..ItemChange::default()
    };
    let id = found[0].id;
    let changed = store
        .inbox()
        .change(ItemKind::Ask, id, &change, "li.hua")
        .await;
    assert_eq!(changed.unwrap().assignee, "li.hua");
    let late = store
        .inbox()
        .change(ItemKind::Ask, id, &change, "wang")
        .await;
    assert!(matches!(late, Err(ChangeError::Outdated)), "{late:?}");
    let none = store
        .inbox()
        .change(ItemKind::Ask, 999, &change, "li.hua")
        .await;
    assert!(matches!(none, Err(ChangeError::Unknown)), "{none:?}");
    let odd = ItemChange {
        note: Some("a\u{0}b".into()),
        ..ItemChange::default()
    };
    let odd = store
        .inbox()
        .change(ItemKind::Ask, id, &odd, "li.hua")
        .await;
    assert!(matches!(odd, Err(ChangeError::Field(_))), "{odd:?}");
    let in_work = InboxFilter {
        state: Some(WorkState::InWork),
        assignee: Some("li.hua".into()),
        ..InboxFilter::default()
    };
    let (found, _) = store.inbox().page(&in_work, 10).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].assignee, "li.hua");
    let log = store.audit().page(None, 10).await.unwrap();
    assert_eq!(log.len(), 1);
    assert_eq!(log[0].detail, "new → in_work; assignee `` → `li.hua`");
    assert_eq!(store.inbox().open_items().await.unwrap(), (4, 4));
}

async fn looking_for_a_text_goes_through_all_items_in_the_end(place: Place) {
    let store = place.open().await;
    store
        .keep(ask("最早的 Nacos 问题", ""), None)
        .await
        .unwrap();
    let line = |n: i64| {
        let ask = serde_json::json!({
            "table": "asks", "at": jiff::Timestamp::now().as_millisecond() + n, "visitor": "v", "question": format!("另一个 {n}"),
            "contact": "", "tag": "", "category": "", "page": "", "language": "",
        });
        ask.to_string()
    };
    let lines: Vec<String> = (0..dayi::feedback::inbox::SEARCHED + 5).map(line).collect();
    let lines = lines.join("\n");
    store.transfer().import(lines.as_bytes()).await.unwrap();
    let mut filter = InboxFilter {
        text: Some("nacos".into()),
        ..InboxFilter::default()
    };
    let (found, next) = store.inbox().page(&filter, 10).await.unwrap();
    assert!(found.is_empty(), "the newest are looked at first");
    filter.after = next;
    assert!(filter.after.is_some(), "and it says that there are more");
    let (found, next) = store.inbox().page(&filter, 10).await.unwrap();
    assert_eq!(
        (found.len(), next),
        (1, None),
        "the case of letters does not matter"
    );
}

async fn a_network_opens_an_answer_once(place: Place) {
    let store = place.open().await;
    let shown = ["q1", "q2", "q3"];
    for _ in 0..5 {
        store
            .keep(query("a", "怎么升级", SearchOutcome::Related, &shown), None)
            .await
            .unwrap();
        // There and back again, as somebody would who wants to move an answer.
        for opened in ["q3", "q2", "q3"] {
            store
                .keep(click("a", "怎么升级", opened), None)
                .await
                .unwrap();
        }
    }
    let figures = async |id: &str| {
        let figures = store
            .reports()
            .answer_report(id)
            .await
            .unwrap()
            .figures
            .unwrap();
        (figures.clicks, figures.skips)
    };
    assert_eq!(figures("q3").await, (1, 0));
    assert_eq!(figures("q2").await, (1, 1));
    assert_eq!(figures("q1").await, (0, 1));
}

async fn counts_and_reports_follow_the_records(place: Place) {
    let store = place.open().await;
    store
        .keep(
            query(
                "a",
                "怎么升级",
                SearchOutcome::Answered,
                &["q1", "q2", "q3"],
            ),
            None,
        )
        .await
        .unwrap();
    store
        .keep(click("a", "怎么升级", "q3"), None)
        .await
        .unwrap();
    store
        .keep(click("a", "怎么升级", "q3"), None)
        .await
        .unwrap();
    store
        .keep(click("a", "没搜过的", "q3"), None)
        .await
        .unwrap();
    store
        .keep(query("a", "怎么卸载", SearchOutcome::None, &[]), None)
        .await
        .unwrap();
    store
        .keep(query("b", "卸载怎么", SearchOutcome::None, &[]), None)
        .await
        .unwrap();
    for n in 0..3 {
        store
            .keep(rating(&format!("v{n}"), "q3", false), None)
            .await
            .unwrap();
    }
    store.keep(rating("x", "q2", false), None).await.unwrap();
    store.keep(rating("y", "q2", true), None).await.unwrap();

    let days = store.reports().days(30).await.unwrap();
    assert_eq!(days.len(), 30);
    let today = days.last().unwrap();
    assert_eq!(
        (today.answered, today.none, today.unhelpful, today.helpful),
        (1, 2, 4, 1)
    );
    assert!(
        today.p95_ms.is_some_and(|ms| (1.5..1.9).contains(&ms)),
        "{today:?}"
    );

    let worst = store.reports().worst_answers(0, 10).await.unwrap();
    assert_eq!(
        worst.iter().map(|a| &*a.question_id).collect::<Vec<_>>(),
        ["q3", "q2"]
    );
    assert_eq!(
        (worst[0].clicks, worst[1].skips),
        (1, 1),
        "a visitor counts once"
    );

    let report = store.reports().answer_report("q3").await.unwrap();
    assert_eq!(report.reasons.len(), 2);
    assert_eq!(report.reasons[0].1, 3);
    assert_eq!(report.queries, [("怎么升级".to_owned(), 1)]);
    assert_eq!(report.ratings.len(), 3);

    let unanswered = store.reports().unanswered(7).await.unwrap();
    assert_eq!(unanswered.len(), 1, "{unanswered:?}");
    assert_eq!(unanswered[0].count, 2);
}

async fn experts_sign_in_and_out(place: Place) {
    let store = place.open().await;
    store
        .experts()
        .set_password("li.hua", "correct horse")
        .await
        .unwrap();
    assert!(
        store
            .experts()
            .set_password("li.hua", "short")
            .await
            .is_err()
    );
    assert!(
        store
            .experts()
            .set_password("<li>", "correct horse")
            .await
            .is_err()
    );
    assert_eq!(
        store
            .experts()
            .sign_in("li.hua", "wrong horse")
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        store
            .experts()
            .sign_in("nobody", "correct horse")
            .await
            .unwrap(),
        None
    );
    let session = store
        .experts()
        .sign_in("li.hua", "correct horse")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        store
            .experts()
            .with_secret(&session, CredentialKind::Session)
            .await
            .unwrap()
            .unwrap()
            .name,
        "li.hua"
    );
    assert_eq!(
        store
            .experts()
            .with_secret(&session, CredentialKind::Token)
            .await
            .unwrap(),
        None,
        "a session is no token"
    );
    store.experts().sign_out(&session).await.unwrap();
    assert_eq!(
        store
            .experts()
            .with_secret(&session, CredentialKind::Session)
            .await
            .unwrap(),
        None
    );
    let token = store.experts().new_token("ci", "").await.unwrap();
    assert!(
        store
            .experts()
            .with_secret(&token, CredentialKind::Token)
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!(
        store.experts().sign_in("ci", "").await.unwrap(),
        None,
        "a token has no password"
    );
    store.experts().remove("ci").await.unwrap();
    assert_eq!(
        store
            .experts()
            .with_secret(&token, CredentialKind::Token)
            .await
            .unwrap(),
        None
    );
    assert_eq!(store.experts().names().await.unwrap(), ["li.hua"]);
}

async fn a_record_that_no_database_takes_refuses_no_other(place: Place) {
    let store = place.open().await;
    // PostgreSQL has no text with a zero byte; nothing of the web lets one through.
    let keeps = (0..10).map(|n| {
        let text = if n == 5 {
            "a\0b".to_owned()
        } else {
            format!("问题 {n}")
        };
        let store = store.clone();
        async move { store.keep(ask(&text, ""), None).await }
    });
    let outcomes = futures_all(keeps).await;
    let kept = outcomes.iter().filter(|o| o.is_ok()).count();
    let all = if place.database().is_some() { 9 } else { 10 };
    assert_eq!(kept, all);
    assert_eq!(store.inbox().open_items().await.unwrap().1, all as i64);
}

async fn an_opened_store_is_as_it_was_left(place: Place) {
    let store = place.open().await;
    store.keep(rating("a", "q1", true), None).await.unwrap();
    store.keep_later(query("a", "怎么升级", SearchOutcome::Answered, &["q1"]));
    store.close().await;
    let store = place.open().await;
    assert_eq!(counts(&store, "q1").await, (1, 0));
    assert_eq!(
        store.reports().days(1).await.unwrap()[0].answered,
        1,
        "closing writes what waits"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_another_version_or_no_store_is_refused_and_left_as_it_was() {
    let place = Place::sqlite();
    let file = place.folder().join("feedback.db");
    std::fs::write(
        &file,
        "this is no database, but somebody's file".repeat(100),
    )
    .unwrap();
    let before = std::fs::read(&file).unwrap();
    let refused = Store::open(place.folder(), None, Outbox::default()).await;
    let said = dayi::error_chain(&refused.err().unwrap());
    assert!(
        said.contains("feedback.db; expected a SQLite file"),
        "{said}"
    );
    assert_eq!(std::fs::read(&file).unwrap(), before);

    let place = Place::sqlite();
    let store = place.open().await;
    store.keep(rating("a", "q1", true), None).await.unwrap();
    store.close().await;
    let url = format!("sqlite://{}", place.folder().join("feedback.db").display());
    let mut direct = <sqlx::SqliteConnection as sqlx::Connection>::connect(&url)
        .await
        .unwrap();
    sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (99, 'later', TRUE, X'00', 0)")
        .execute(&mut direct)
        .await
        .unwrap();
    sqlx::Connection::close(direct).await.unwrap();
    let refused = Store::open(place.folder(), None, Outbox::default()).await;
    let said = dayi::error_chain(&refused.err().unwrap());
    assert!(
        said.contains("it is left as it was") && said.contains("99"),
        "{said}"
    );
}
