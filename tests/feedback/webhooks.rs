//! Other systems are told, also when they were away.

use crate::kit::{Place, ask, over_both, rating};
use dayi::feedback::record::Rating;
use dayi::feedback::webhook::{Form, Outbox, Webhook};
use dayi::feedback::{EventKind, Record, Store};
use dayi::texts::SharedTexts;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

over_both! {
    a_webhook_is_told_until_it_has_heard
    a_bad_rating_is_told_once_and_with_its_reasons
    two_processes_on_one_store_tell_once
}

/// A system that answers each request with the next of `statuses`, and what it heard.
fn system(statuses: &'static [u16]) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (told, hears) = channel();
    std::thread::spawn(move || {
        for status in statuses {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream);
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                if line == "\r\n" {
                    break;
                }
                head.push_str(&line);
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            write!(
                reader.get_mut(),
                "HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            )
            .unwrap();
            told.send(format!("{head}\n{}", String::from_utf8(body).unwrap()))
                .unwrap();
        }
    });
    (url, hears)
}

/// Delivers to one system, for as long as the runtime of the test is there.
async fn deliver(store: Store, webhook: Webhook) {
    store
        .deliveries()
        .deliver(vec![webhook], SharedTexts::default())
        .await;
}

async fn a_webhook_is_told_until_it_has_heard(place: Place) {
    let (url, hears) = system(&[500, 200]);
    let webhook = Webhook {
        name: "chat".into(),
        url,
        form: Form::Json,
        secret: "s3cret".into(),
        events: vec![EventKind::Ask],
    };
    let outbox = Outbox {
        webhooks: vec![webhook.clone()],
        base_url: "https://qa.example.org".into(),
        ..Outbox::default()
    };
    let store = place.open_telling(outbox).await;
    store.keep(rating("a", "q1", false), None).await.unwrap();
    store
        .keep(ask("token=abcd1234efgh 怎么升级？", ""), None)
        .await
        .unwrap();
    let waiting = store.deliveries().page(None, 10).await.unwrap();
    assert_eq!(
        waiting.len(),
        1,
        "only of what it wants to hear: {waiting:?}"
    );
    tokio::spawn(deliver(store.clone(), webhook));
    let hear = tokio::task::spawn_blocking(move || {
        let first = hears.recv_timeout(Duration::from_secs(20)).unwrap();
        let second = hears.recv_timeout(Duration::from_secs(30)).unwrap();
        (first, second)
    });
    let (first, second) = hear.await.unwrap();
    for heard in [first, second] {
        let lower = heard.to_ascii_lowercase();
        assert!(
            lower.contains("webhook-signature: v1,") && lower.contains("webhook-id: msg_1"),
            "{heard}"
        );
        assert!(
            heard.contains("怎么升级") && !heard.contains("abcd1234"),
            "told without the secret: {heard}"
        );
    }
    for _ in 0..100 {
        if store.deliveries().page(None, 10).await.unwrap().is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!(
        "it still waits: {:?}",
        store.deliveries().page(None, 10).await
    );
}

async fn a_bad_rating_is_told_once_and_with_its_reasons(place: Place) {
    let (url, hears) = system(&[200]);
    let webhook = Webhook {
        name: "chat".into(),
        url,
        form: Form::Slack,
        secret: String::new(),
        events: vec![EventKind::BadRating],
    };
    let outbox = Outbox {
        webhooks: vec![webhook.clone()],
        hold_ratings: Duration::from_secs(1),
        ..Outbox::default()
    };
    let store = place.open_telling(outbox).await;
    // At first the bare rating, then why, as the widget sends them; another visitor thinks better of it.
    let Record::Rating(why) = rating("a", "q1", false) else {
        unreachable!()
    };
    let bare = Rating {
        reasons: vec![],
        comment: String::new(),
        ..why.clone()
    };
    store.keep(Record::Rating(bare), None).await.unwrap();
    store.keep(Record::Rating(why), None).await.unwrap();
    store.keep(rating("b", "q1", false), None).await.unwrap();
    store.keep(rating("b", "q1", true), None).await.unwrap();
    assert_eq!(store.deliveries().page(None, 10).await.unwrap().len(), 1);
    tokio::spawn(deliver(store.clone(), webhook));
    let hear = tokio::task::spawn_blocking(move || hears.recv_timeout(Duration::from_secs(20)));
    let said = hear.await.unwrap().unwrap();
    assert!(
        said.contains("outdated,unclear") && said.contains("步骤三"),
        "{said}"
    );
}

async fn two_processes_on_one_store_tell_once(place: Place) {
    // Takes its time, so that both processes find the same messages waiting.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let webhook = Webhook {
        name: "slow".into(),
        url: format!("http://{}/hook", listener.local_addr().unwrap()),
        form: Form::Json,
        secret: String::new(),
        events: vec![EventKind::Ask],
    };
    let (told, hears) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let told = told.clone();
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream.unwrap());
                let mut id = String::new();
                let mut line = String::new();
                while reader.read_line(&mut line).unwrap() > 2 {
                    if line.starts_with("webhook-id") {
                        line.trim().clone_into(&mut id);
                    }
                    line.clear();
                }
                std::thread::sleep(Duration::from_millis(500));
                let reply = "HTTP/1.1 200 x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                reader.get_mut().write_all(reply.as_bytes()).unwrap();
                told.send(id).unwrap();
            });
        }
    });
    let outbox = Outbox {
        webhooks: vec![webhook.clone()],
        ..Outbox::default()
    };
    let (one, other) = (place.open_telling(outbox).await, place.open().await);
    for n in 0..6 {
        one.keep(ask(&format!("第 {n} 问？"), ""), None)
            .await
            .unwrap();
    }
    let delivering = [one, other].map(|store| tokio::spawn(deliver(store, webhook.clone())));
    let mut ids = tokio::task::spawn_blocking(move || {
        let mut ids = Vec::new();
        while let Ok(id) = hears.recv_timeout(Duration::from_secs(7)) {
            ids.push(id);
        }
        ids
    })
    .await
    .unwrap();
    for task in delivering {
        task.abort();
    }
    ids.sort();
    let all = ids.len();
    ids.dedup();
    assert_eq!((all, ids.len()), (6, 6), "each arrives, and once");
}
