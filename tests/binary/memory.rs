//! What clients can make the service keep in memory stays below what the shipped unit allows.

use crate::kit::{Place, Service};
use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

const MEGABYTE: usize = 1_000_000;
/// What `deploy/dayi.service` allows (`MemoryHigh`).
const ALLOWED: usize = 768 * 1024 * 1024;
/// What the service has of its own over 100,000 documents.
const OWN: usize = 320 * MEGABYTE;
/// Connections from one address that is trusted, more than the service takes.
const CONNECTIONS: u64 = 9_000;
/// Files that the test needs beside them.
const OTHER_FILES: u64 = 200;
/// Bytes of the longest head, without its end.
const HEAD: usize = 16 * 1024 - 1;
/// Bytes of the largest body, without its end.
const BODY: usize = 160 * 1024 - 1;
/// Longer than the service takes to read what was sent.
const PATIENCE: Duration = Duration::from_mins(1);

/// Connections over which these bytes went, or as many as the service wanted.
fn send_each(service: &Service, count: u64, bytes: &[u8]) -> Vec<TcpStream> {
    let sent = (0..count).map(|_| {
        let mut stream = TcpStream::connect(service.address).unwrap();
        stream.set_nonblocking(true).unwrap();
        // What has no room in the buffers of the system waits for nothing.
        let _ = stream.write(bytes);
        stream
    });
    sent.collect()
}

/// The most memory until it has not grown for a second.
fn settled(service: &Service) -> usize {
    let started = Instant::now();
    let (mut most, mut since) = (0, Instant::now());
    while since.elapsed() < Duration::from_secs(1) && started.elapsed() < PATIENCE {
        let now = service.most_memory();
        if now > most {
            (most, since) = (now, Instant::now());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    most
}

#[test]
fn the_largest_heads_and_bodies_of_all_connections_have_room() {
    let place = Place::with(&[("nacos.md", "Nacos 连不上怎么办？")]);
    let service = place.serve();
    assert_eq!(service.found("nacos"), ["nacos"]);
    let before = settled(&service);
    // Both processes need a file for each; what the system does not let this one have is left out.
    let files = rlimit::increase_nofile_limit(CONNECTIONS + OTHER_FILES).unwrap_or(1_024);
    let count = CONNECTIONS.min(files.saturating_sub(OTHER_FILES));
    let start = "GET / HTTP/1.1\r\nhost: t\r\nx: ";
    let head = format!("{start}{}", "a".repeat(HEAD - start.len()));
    let heads = send_each(&service, count, head.as_bytes());
    let by_heads = settled(&service) - before;
    for head in &heads {
        let _ = head.shutdown(Shutdown::Both);
    }
    drop(heads);
    service.wait_until(PATIENCE, "a place for others", |s| {
        s.get("/healthz").0 == 200
    });
    let start = "POST /api/v1/search HTTP/1.1\r\nhost: t\r\ncontent-type: application/json\r\n";
    let start = format!("{start}content-length: {}\r\n\r\n", BODY + 1);
    let body = format!("{start}\"{}", "a".repeat(BODY - 1));
    let bodies = send_each(&service, count / 2, body.as_bytes());
    let by_both = settled(&service) - before;
    println!(
        "{count} connections: {} MB by heads, {} MB by bodies as well",
        by_heads / MEGABYTE,
        by_both / MEGABYTE
    );
    assert!(by_both < (ALLOWED - OWN) / 4 * 3, "{by_both} bytes more");
    drop(bodies);
    service.wait_until(PATIENCE, "an answer", |s| s.found("nacos") == ["nacos"]);
}
