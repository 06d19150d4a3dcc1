//! A store that is locked, full or gone refuses what it cannot keep, and goes on by itself when it is there again.

use crate::kit::{Place, Postgres, ask, counts, rating};
use dayi::feedback::webhook::Outbox;
use dayi::feedback::{Store, StoreError};
use sqlx::{Connection, Executor};
use std::process::Command;
use std::time::{Duration, Instant};

/// Longer than the store waits for a lock or a connection.
const PATIENCE: Duration = Duration::from_secs(20);

async fn refused(store: &Store) -> StoreError {
    let started = Instant::now();
    let refused = store.keep(ask("怎么升级？", ""), None).await.unwrap_err();
    assert!(started.elapsed() < PATIENCE, "it is said soon");
    refused
}

/// Keeps something once the store is there again.
async fn recovers(store: &Store) {
    let started = Instant::now();
    while store.keep(ask("怎么升级？", ""), None).await.is_err() {
        assert!(started.elapsed() < PATIENCE, "the store does not go on");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_file_refuses_all_that_waits_at_once() {
    let place = Place::sqlite();
    let store = place.open().await;
    let url = format!("sqlite://{}", place.folder().join("feedback.db").display());
    let mut other = sqlx::SqliteConnection::connect(&url).await.unwrap();
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let started = Instant::now();
    let mut waiting = tokio::task::JoinSet::new();
    for n in 0..200 {
        let store = store.clone();
        waiting.spawn(async move { store.keep(rating(&format!("v{n}"), "q1", true), None).await });
    }
    let outcomes = waiting.join_all().await;
    assert!(outcomes.iter().all(Result::is_err));
    assert!(
        started.elapsed() < PATIENCE,
        "each does not wait for the lock by itself"
    );
    assert_eq!(counts(&store, "q1").await, (0, 0), "reading goes on");
    other.execute("ROLLBACK").await.unwrap();
    recovers(&store).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: ./test.sh runs it"]
async fn a_server_that_comes_back_is_found_again() {
    let server = tokio::task::spawn_blocking(Postgres::start).await.unwrap();
    let url = server.own_url();
    let store = Store::open("/nonexistent".as_ref(), Some(&url), Outbox::default())
        .await
        .unwrap();
    store.keep(ask("怎么升级？", ""), None).await.unwrap();
    server.stop();
    let error = refused(&store).await;
    assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
    tokio::task::spawn_blocking(move || {
        server.run();
    })
    .await
    .unwrap();
    recovers(&store).await;
    assert_eq!(store.inbox().open_items().await.unwrap(), (0, 2));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs root, to mount a small file system: ./test.sh runs it"]
async fn a_full_disk_refuses_and_loses_nothing() {
    let place = Place::sqlite();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=1m", "dayi-full"])
        .arg(place.folder())
        .status();
    assert!(
        mounted.unwrap().success(),
        "a small file system cannot be mounted"
    );
    let store = place.open().await;
    let mut kept = 0;
    let error = loop {
        match store.keep(ask(&"很长的问题 ".repeat(200), ""), None).await {
            Ok(_) => kept += 1,
            Err(error) => break error,
        }
        assert!(kept < 10_000, "the disk does not fill");
    };
    assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
    assert_eq!(
        store.inbox().open_items().await.unwrap(),
        (0, kept),
        "reading goes on"
    );
    let larger = Command::new("mount")
        .args(["-o", "remount,size=8m"])
        .arg(place.folder())
        .status();
    assert!(larger.unwrap().success());
    recovers(&store).await;
    store.close().await;
    let again = place.open().await;
    assert_eq!(again.inbox().open_items().await.unwrap(), (0, kept + 1));
    again.close().await;
    let unmounted = Command::new("umount")
        .arg("-l")
        .arg(place.folder())
        .status();
    assert!(unmounted.unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_removed_or_replaced_acknowledges_nothing() {
    let place = Place::sqlite();
    let store = place.open().await;
    store.keep(ask("第一问？", ""), None).await.unwrap();
    let (file, log) = (
        place.folder().join("feedback.db"),
        place.folder().join("feedback.db-wal"),
    );
    let away = place.folder().join("away");
    // Removed, replaced by a copy, and put back again; then the log alone.
    std::fs::rename(&file, &away).unwrap();
    assert!(matches!(
        store.keep(ask("第二问？", ""), None).await,
        Err(StoreError::Unavailable(_))
    ));
    std::fs::copy(&away, &file).unwrap();
    store.keep(ask("第三问？", ""), None).await.unwrap_err();
    let gone = store.experts().new_token("ci", "").await.unwrap_err();
    let said = dayi::error_chain(&gone);
    assert!(said.contains(&file.display().to_string()), "{said}");
    assert!(store.unwritten_for() > Duration::ZERO);
    std::fs::rename(&away, &file).unwrap();
    store.keep(ask("第四问？", ""), None).await.unwrap();
    assert_eq!(store.unwritten_for(), Duration::ZERO);
    std::fs::rename(&log, &away).unwrap();
    store.keep(ask("第五问？", ""), None).await.unwrap_err();
    std::fs::rename(&away, &log).unwrap();
    store.close().await;
    let again = place.open().await;
    assert_eq!(again.inbox().open_items().await.unwrap(), (0, 2));
}
