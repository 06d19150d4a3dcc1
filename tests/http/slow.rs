//! Clients that take their time take nothing from the others: the server with a short patience.

use crate::kit::TestApp;
use dayi::web::{self, Patience};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

/// What the server of these tests waits.
const SHORT: Duration = Duration::from_millis(500);
/// Much longer than that.
const LONG: Duration = Duration::from_secs(20);

async fn serve(app: TestApp) -> SocketAddr {
    let listener = web::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let patience = Patience {
        head: SHORT,
        reader: SHORT,
        drain: SHORT,
    };
    let state = app.state();
    tokio::spawn(async move {
        // The folder of the documents must outlive the service.
        let _app = app;
        web::serve(listener, state, patience, std::future::pending()).await;
    });
    address
}

/// Everything that is answered to these bytes until the connection is closed, while `drop` is sent again and again.
async fn answer(server: SocketAddr, bytes: &[u8], drop: &[u8]) -> String {
    let mut stream = TcpStream::connect(server).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let (mut reader, mut writer) = stream.into_split();
    let drop = drop.to_vec();
    let dripping = tokio::spawn(async move {
        while writer.write_all(&drop).await.is_ok() {
            sleep(SHORT / 5).await;
        }
    });
    let mut answered = Vec::new();
    let reading = timeout(LONG, reader.read_to_end(&mut answered));
    // Closed with or without a last word.
    let _ = reading.await.expect("it is still open");
    dripping.abort();
    String::from_utf8(answered).unwrap()
}

#[tokio::test]
async fn a_head_that_never_ends_is_given_up() {
    let server = serve(TestApp::with_documents()).await;
    for drop in [b"".as_slice(), b"x: y\r\n"] {
        let head = b"GET /search?q=nacos HTTP/1.1\r\nhost: t\r\n";
        let answered = answer(server, head, drop).await;
        assert!(!answered.contains(" 200 "), "{answered}");
    }
}

#[tokio::test]
async fn a_reader_that_never_reads_is_given_up() {
    let text = "这一段很长。".repeat(20_000);
    let long = format!("---\nid: long\ntitle: 长\n---\n{text}\n");
    let server = serve(TestApp::over(&[("long.md", long)])).await;
    let mut deaf = TcpStream::connect(server).await.unwrap();
    let request = b"GET /questions/long HTTP/1.1\r\nhost: t\r\n\r\n";
    // Once there is no room for answers it waits for the reader, and reads no more requests.
    let asking = async { while deaf.write_all(request).await.is_ok() {} };
    timeout(LONG, asking).await.expect("it is still open");
}

#[tokio::test]
async fn a_request_names_its_host_once() {
    let server = serve(TestApp::with_documents()).await;
    for (head, status) in [
        ("GET /healthz HTTP/1.1\r\nhost: t\r\n", "200"),
        ("GET /healthz HTTP/1.0\r\n", "200"),
        ("GET /healthz HTTP/1.1\r\n", "400"),
        ("GET /healthz HTTP/1.1\r\nhost: t\r\nhost: u\r\n", "400"),
        ("GET /healthz HTTP/1.0\r\nhost: t\r\nhost: t\r\n", "400"),
        ("POST /search HTTP/1.1\r\ncontent-length: 0\r\n", "400"),
    ] {
        let request = format!("{head}connection: close\r\n\r\n");
        let answered = answer(server, request.as_bytes(), b"").await;
        assert_eq!(answered.split(' ').nth(1), Some(status), "{head}{answered}");
    }
}
