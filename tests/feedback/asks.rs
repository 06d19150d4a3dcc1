//! Asks as visitors see them: followed by their senders, released to all.

use crate::kit::{Place, ask, ask_of, over_both};
use dayi::feedback::asks::FollowedAsk;
use dayi::feedback::inbox::{ChangeError, Item, ItemChange, ItemKind};
use dayi::feedback::record::WorkState;
use dayi::feedback::{IdempotencyKey, MeToo, Record, Store};
use jiff::Timestamp;

over_both! {
    an_ask_is_followed_at_a_secret_address
    what_an_expert_decides_is_told_and_can_be_taken_back
    only_released_asks_are_seen_and_each_visitor_counts_once
    nothing_that_visitors_saw_of_an_erased_ask_is_left
    an_address_leads_to_the_ask_in_another_store_too
}

async fn change(store: &Store, number: i64, change: ItemChange) -> Item {
    let inbox = store.inbox();
    let changed = inbox.change(ItemKind::Ask, number, &change, "li.hua").await;
    changed.unwrap()
}

fn released(wording: &str) -> ItemChange {
    ItemChange {
        released: Some(wording.into()),
        ..ItemChange::default()
    }
}

async fn followed(store: &Store, secret: &str) -> Option<FollowedAsk> {
    store.asks().with_secret(secret).await.unwrap()
}

async fn secret_of(store: &Store, number: i64) -> String {
    store.asks().secret_of(number).await.unwrap().unwrap()
}

/// Whether the visitor counts from now on.
async fn says_me_too(store: &Store, who: &str, ask: i64) -> bool {
    let one = MeToo {
        at: Timestamp::now(),
        visitor: who.to_owned(),
        ask,
    };
    let receipt = store.keep(Record::MeToo(one), None).await.unwrap();
    !receipt.repeated
}

async fn an_ask_is_followed_at_a_secret_address(place: Place) {
    let store = place.open().await;
    let key = || {
        Some(IdempotencyKey {
            key: "sent:k".into(),
            fingerprint: "f".into(),
        })
    };
    let question = "密码是 Abc12345，怎么升级？";
    for _ in 0..2 {
        let kept = store.keep(ask_of("a", question, ""), key()).await.unwrap();
        assert_eq!(kept.number, 1);
    }
    store.keep(ask("怎么卸载？", ""), None).await.unwrap();
    let (secret, other) = (secret_of(&store, 1).await, secret_of(&store, 2).await);
    assert_eq!((secret.len(), secret == other), (32, false));
    let found = followed(&store, &secret).await.unwrap();
    assert_eq!((found.number, found.state), (1, WorkState::New));
    assert_eq!(found.question, "密码是 ••••••，怎么升级？");
    for wrong in ["", "1", &secret[1..], &secret.to_uppercase()] {
        assert_eq!(followed(&store, wrong).await, None, "{wrong}");
    }
    // The secret itself is nowhere in the store.
    let mut rows = Vec::new();
    store.transfer().backup(&mut rows).await.unwrap();
    assert!(!String::from_utf8(rows).unwrap().contains(&secret));
    // Asks of versions before have no address, and none leads to them.
    place.execute("UPDATE asks SET secret_hash = ''").await;
    assert_eq!(store.asks().secret_of(1).await.unwrap(), None);
    assert_eq!(followed(&store, &secret).await, None);
    assert_eq!(followed(&store, "").await, None);
}

async fn what_an_expert_decides_is_told_and_can_be_taken_back(place: Place) {
    let store = place.open().await;
    store.keep(ask("怎么升级？", ""), None).await.unwrap();
    let secret = secret_of(&store, 1).await;
    let answered = ItemChange {
        answered_by: Some("nacos-upgrade".into()),
        ..ItemChange::default()
    };
    let before = change(&store, 1, answered).await;
    assert_eq!(before.state, WorkState::Answered);
    let told = followed(&store, &secret).await.unwrap();
    assert_eq!(told.answered_by, "nacos-upgrade");

    let closed = ItemChange {
        closed_because: Some("不归这里管".into()),
        ..ItemChange::default()
    };
    let after = change(&store, 1, closed).await;
    assert_eq!(after.state, WorkState::Dismissed);
    assert_ne!(after.version, before.version);
    let told = followed(&store, &secret).await.unwrap();
    assert_eq!(
        (told.answered_by.as_str(), &*told.closed_because),
        ("", "不归这里管")
    );

    let back = ItemChange {
        state: Some(WorkState::Answered),
        version: Some(before.version),
        ..ItemChange::default()
    };
    let inbox = store.inbox();
    let late = inbox.change(ItemKind::Ask, 1, &back, "bob").await;
    assert!(matches!(late, Err(ChangeError::Outdated)));
    let back = ItemChange {
        version: None,
        ..back
    };
    change(&store, 1, back).await;
    let told = followed(&store, &secret).await.unwrap();
    assert_eq!(
        (&*told.answered_by, told.closed_because.as_str()),
        ("nacos-upgrade", "")
    );

    let log = store.audit().page(None, 10).await.unwrap();
    let details: Vec<&str> = log.iter().map(|entry| &*entry.detail).collect();
    assert_eq!(
        details,
        [
            "dismissed → answered",
            "answered → dismissed; closed because `` → `不归这里管`",
            "new → answered; answered by `` → `nacos-upgrade`",
        ]
    );
    let endless = ItemChange {
        closed_because: Some("长".repeat(2_001)),
        ..ItemChange::default()
    };
    let refused = inbox.change(ItemKind::Ask, 1, &endless, "bob").await;
    assert!(matches!(refused, Err(ChangeError::Field(bad)) if bad.field == "closed_because"));
    let of_rating = inbox
        .change(ItemKind::Rating, 1, &released("x"), "bob")
        .await;
    assert!(matches!(of_rating, Err(ChangeError::Field(bad)) if bad.field == "kind"));
}

async fn only_released_asks_are_seen_and_each_visitor_counts_once(place: Place) {
    let store = place.open().await;
    for n in 1..=3 {
        let asked = ask(&format!("{n} 怎么升级？我叫张三"), "a@b.example");
        store.keep(asked, None).await.unwrap();
    }
    change(&store, 1, released("怎么升级？token=abcd1234efgh")).await;
    change(&store, 2, released("怎么升级到 2.4？")).await;
    let (seen, total) = store.asks().released(0, 1).await.unwrap();
    assert_eq!((seen.len(), seen[0].number, total), (1, 2, 2));
    let (rest, _) = store.asks().released(1, 1).await.unwrap();
    assert_eq!(rest[0].wording, "怎么升级？token=••••••");

    assert!(says_me_too(&store, "a", 2).await);
    assert!(!says_me_too(&store, "a", 2).await);
    assert!(says_me_too(&store, "b", 2).await);
    assert!(says_me_too(&store, "a", 1).await);
    assert!(!says_me_too(&store, "a", 3).await, "it is not released");
    assert!(!says_me_too(&store, "a", 9).await);
    let one = store.asks().released_one(2).await.unwrap().unwrap();
    assert_eq!(one.me_too, 2);
    let item = store.inbox().item(ItemKind::Ask, 2).await.unwrap().unwrap();
    assert_eq!(item.me_too, 2);

    let closed = ItemChange {
        state: Some(WorkState::Dismissed),
        ..ItemChange::default()
    };
    change(&store, 1, closed).await;
    change(&store, 2, released("")).await;
    assert_eq!(store.asks().released(0, 9).await.unwrap(), (Vec::new(), 0));
    assert_eq!(store.asks().released_one(2).await.unwrap(), None);
    assert!(!says_me_too(&store, "c", 2).await);
}

async fn nothing_that_visitors_saw_of_an_erased_ask_is_left(place: Place) {
    let store = place.open().await;
    store
        .keep(ask("怎么升级？", "a@b.example"), None)
        .await
        .unwrap();
    store.keep(ask("怎么卸载？", ""), None).await.unwrap();
    let (secret, other) = (secret_of(&store, 1).await, secret_of(&store, 2).await);
    change(&store, 1, released("zzsecretzz 怎么升级？")).await;
    let closed = ItemChange {
        closed_because: Some("zzsecretzz 不归这里管".into()),
        state: Some(WorkState::InWork),
        ..ItemChange::default()
    };
    change(&store, 1, closed).await;
    change(&store, 2, released("怎么卸载？")).await;
    assert!(says_me_too(&store, "a", 1).await && says_me_too(&store, "a", 2).await);

    assert_eq!(store.erasure().of_contact("A@b.example").await.unwrap(), 1);
    let mut rows = Vec::new();
    store.transfer().backup(&mut rows).await.unwrap();
    let rows = String::from_utf8(rows).unwrap();
    assert!(!rows.contains("zzsecretzz"), "{rows}");
    assert_eq!(rows.matches("\"table\":\"me_too\"").count(), 1);
    assert_eq!(followed(&store, &secret).await, None);
    assert_eq!(followed(&store, &other).await.unwrap().number, 2);
    let (seen, total) = store.asks().released(0, 9).await.unwrap();
    assert_eq!((seen[0].number, seen[0].me_too, total), (2, 1, 1));
}

async fn an_address_leads_to_the_ask_in_another_store_too(place: Place) {
    let store = place.open().await;
    store.keep(ask("怎么升级？", ""), None).await.unwrap();
    let secret = secret_of(&store, 1).await;
    let answered = ItemChange {
        answered_by: Some("nacos-upgrade".into()),
        ..released("怎么升级？")
    };
    change(&store, 1, answered).await;
    assert!(says_me_too(&store, "a", 1).await);

    let mut file = Vec::new();
    store.transfer().backup(&mut file).await.unwrap();
    let restored = Place::sqlite();
    let restored = restored.open().await;
    restored.transfer().restore(&file[..]).await.unwrap();
    assert_eq!(
        followed(&restored, &secret).await,
        followed(&store, &secret).await
    );
    assert!(
        !says_me_too(&restored, "a", 1).await,
        "it is known who counted"
    );
    // The key is the store's own: there the address can be used, and not be told again.
    assert_eq!(restored.asks().secret_of(1).await.unwrap(), None);

    let mut lines = Vec::new();
    let asks = dayi::feedback::transfer::Table::exported("asks").unwrap();
    let line = |row: &dayi::feedback::transfer::Row| {
        serde_json::to_writer(&mut lines, row)?;
        lines.push(b'\n');
        Ok(())
    };
    store.transfer().export(asks, line).await.unwrap();
    let other = Place::sqlite();
    let other = other.open().await;
    other.keep(ask("别的问题", ""), None).await.unwrap();
    assert_eq!(other.transfer().import(&lines[..]).await.unwrap(), 1);
    let told = followed(&other, &secret).await.unwrap();
    assert_eq!(
        (told.number, told.answered_by.as_str()),
        (2, "nacos-upgrade")
    );
    let (seen, _) = other.asks().released(0, 9).await.unwrap();
    assert_eq!(
        (seen[0].wording.as_str(), seen[0].me_too),
        ("怎么升级？", 1)
    );
}
