//! Clients that take their time take nothing from the others.

use crate::kit::{Place, Service};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Longer than the service waits for a head, or for a body with the settings of these tests.
const PATIENCE: Duration = Duration::from_secs(45);

/// Connections that ask nothing.
const IDLE: u64 = 10_000;
/// Files that the test needs beside them.
const OTHER_FILES: u64 = 200;

/// The settings, served. The folder must outlive the service.
fn serve(settings: &str) -> (Place, Service) {
    let place = Place::with(&[("nacos.md", "Nacos 连不上怎么办？")]);
    std::fs::write(place.path("dayi.toml"), settings).unwrap();
    let service = place.serve();
    (place, service)
}

fn connect(service: &Service) -> TcpStream {
    let stream = TcpStream::connect(service.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

#[test]
fn a_head_that_never_ends_is_given_up() {
    let (_place, service) = serve("");
    let mut slow = connect(&service);
    slow.write_all(b"GET /search?q=nacos HTTP/1.1\r\nhost: t\r\n")
        .unwrap();
    let started = Instant::now();
    let mut rest = String::new();
    // Closed with or without a last word.
    let _ = slow.read_to_string(&mut rest);
    assert!(started.elapsed() < PATIENCE, "it is still open");
    assert!(!rest.contains(" 200 "), "{rest}");
}

#[test]
fn a_body_that_never_comes_is_answered_in_time() {
    let (_place, service) = serve("request_timeout_seconds = 1\n");
    let mut slow = connect(&service);
    slow.write_all(b"POST /api/v1/asks HTTP/1.1\r\nhost: t\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{")
        .unwrap();
    let mut answer = [0; 12];
    slow.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 408");
}

#[test]
fn a_reader_that_never_reads_is_given_up() {
    let place = Place::with(&[]);
    let text = "这一段很长。".repeat(20_000);
    place.write_raw(
        "long.md",
        &format!("---\nid: long\ntitle: 长\n---\n{text}\n"),
    );
    let service = place.serve();
    let mut deaf = connect(&service);
    deaf.set_write_timeout(Some(Duration::from_secs(1)))
        .unwrap();
    // Once there is no room for answers it waits for the reader, and reads no more requests.
    let mut waits_since = None;
    loop {
        let sent = deaf.write_all(b"GET /questions/long HTTP/1.1\r\nhost: t\r\n\r\n");
        match sent.map_err(|error| error.kind()) {
            Ok(()) => {}
            Err(ErrorKind::BrokenPipe | ErrorKind::ConnectionReset) => break,
            Err(_) => {
                let since = *waits_since.get_or_insert_with(Instant::now);
                assert!(since.elapsed() < PATIENCE, "it is still open");
            }
        }
    }
}

#[test]
fn idle_connections_stop_nobody() {
    let (_place, service) = serve("");
    // Both processes need a file for each; what the system does not let this one have is left out.
    let files = rlimit::increase_nofile_limit(IDLE + OTHER_FILES).unwrap_or(1_024);
    let count = IDLE.min(files.saturating_sub(OTHER_FILES));
    println!("{count} idle connections");
    let idle: Vec<TcpStream> = (0..count).map(|_| connect(&service)).collect();
    let mut working = connect(&service);
    working
        .write_all(b"GET /readyz HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    working.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    drop(idle);
}
