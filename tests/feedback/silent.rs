//! A database that has gone silent: the connection is there, and nothing comes any more. Nothing waits for it for ever,
//! and what comes after goes over new connections.

use crate::kit::{Place, ask};
use dayi::feedback::Store;
use dayi::feedback::webhook::Outbox;
use sqlx::{Connection, Executor};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A proxy to PostgreSQL, as a firewall that forgets connections.
struct Proxy {
    port: u16,
    /// Connections opened before this many are silent.
    silent_before: watch::Sender<usize>,
    opened: Arc<AtomicUsize>,
}

impl Proxy {
    async fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (silent_before, silence) = watch::channel(0);
        let opened = Arc::new(AtomicUsize::new(0));
        let proxy = Self {
            port: listener.local_addr().unwrap().port(),
            silent_before,
            opened: Arc::clone(&opened),
        };
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let number = opened.fetch_add(1, Ordering::SeqCst);
                let server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                tokio::spawn(pass(from_client, to_server, number, silence.clone()));
                tokio::spawn(pass(from_server, to_client, number, silence.clone()));
            }
        });
        proxy
    }

    /// Passes nothing on any more, not even the end, for the connections that are open.
    fn silence(&self) {
        let opened = self.opened.load(Ordering::SeqCst);
        self.silent_before.send(opened).unwrap();
    }
}

async fn pass(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    number: usize,
    silence: watch::Receiver<usize>,
) -> io::Result<()> {
    let mut bytes = vec![0; 16 * 1024];
    loop {
        let read = from.read(&mut bytes).await?;
        if number < *silence.borrow() {
            // Both ends stay open.
            return std::future::pending().await;
        }
        if read == 0 {
            return to.shutdown().await;
        }
        to.write_all(&bytes[..read]).await?;
    }
}

async fn store_through_proxy() -> (Proxy, String, Store) {
    let place = Place::postgres().await;
    let url = place.database().unwrap().to_owned();
    let (before, rest) = url.split_once("127.0.0.1:").unwrap();
    let (port, name) = rest.split_once('/').unwrap();
    let proxy = Proxy::to(port.parse().unwrap()).await;
    let through = format!("{before}127.0.0.1:{}/{name}", proxy.port);
    let store = Store::open("/nonexistent".as_ref(), Some(&through), Outbox::default());
    (proxy, url.clone(), store.await.unwrap())
}

/// Holds the lock of writers from another connection, until the writer waits for it within its transaction.
async fn silence_within_a_transaction(proxy: &Proxy, url: &str, store: &Store) {
    let mut other = sqlx::PgConnection::connect(url).await.unwrap();
    other
        .execute("SELECT pg_advisory_lock(7239201)")
        .await
        .unwrap();
    let keeping = store.clone();
    tokio::spawn(async move { keeping.keep(ask("怎么升级？", ""), None).await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    proxy.silence();
    other.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: ./test.sh runs it"]
async fn a_connection_that_goes_silent_stops_feedback_for_seconds_only() {
    let (proxy, url, store) = store_through_proxy().await;
    silence_within_a_transaction(&proxy, &url, &store).await;
    let started = Instant::now();
    while store.keep(ask("怎么升级？", ""), None).await.is_err() {
        assert!(
            started.elapsed() < Duration::from_secs(40),
            "the store does not go on"
        );
    }
    assert_eq!(store.unwritten_for(), Duration::ZERO);
    // Reading goes on as well, whatever became of the other connections.
    store.inbox().open_items().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: ./test.sh runs it"]
async fn closing_does_not_wait_for_a_silent_database() {
    let (proxy, url, store) = store_through_proxy().await;
    silence_within_a_transaction(&proxy, &url, &store).await;
    let started = Instant::now();
    store.close().await;
    assert!(started.elapsed() < Duration::from_secs(15));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: ./test.sh runs it"]
async fn a_locked_table_ends_reading_in_time() {
    let (_proxy, url, store) = store_through_proxy().await;
    let mut other = sqlx::PgConnection::connect(&url).await.unwrap();
    other
        .execute("BEGIN; LOCK TABLE asks, answers, experts, credentials IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    let started = Instant::now();
    assert!(store.reports().counts(&["q".to_owned()]).await.is_err());
    assert!(started.elapsed() < Duration::from_secs(3));
    assert!(store.inbox().open_items().await.is_err());
    assert!(store.experts().names().await.is_err());
    assert!(started.elapsed() < Duration::from_secs(25));
    other.execute("ROLLBACK").await.unwrap();
    store.inbox().open_items().await.unwrap();
}
