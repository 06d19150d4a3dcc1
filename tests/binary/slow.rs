//! Clients that take their time take nothing from the others.

use crate::kit::{Place, Service, send_over};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Longer than the service waits for a body with the settings of these tests.
const PATIENCE: Duration = Duration::from_secs(10);

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

/// Goes on sending a little until the connection is closed; what was answered.
fn drip(mut slow: TcpStream, pause: Duration, drop: &[u8]) -> String {
    slow.set_read_timeout(Some(pause)).unwrap();
    let started = Instant::now();
    let mut answered = Vec::new();
    loop {
        assert!(started.elapsed() < PATIENCE, "it is still open");
        match slow.read_to_end(&mut answered).map_err(|e| e.kind()) {
            Err(ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                // It may have been closed just now; the next reading tells.
                let _ = slow.write_all(drop);
            }
            _ => return String::from_utf8(answered).unwrap(),
        }
    }
}

#[test]
fn a_body_that_never_comes_is_answered_in_time() {
    let (_place, service) = serve("request_timeout_seconds = 1\n");
    for drop in [b"".as_slice(), b" "] {
        let mut slow = connect(&service);
        slow.write_all(b"POST /api/v1/asks HTTP/1.1\r\nhost: t\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{")
            .unwrap();
        let answered = drip(slow, Duration::from_millis(100), drop);
        assert!(answered.starts_with("HTTP/1.1 408"), "{answered}");
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
    // They are closed after half a minute; nobody may have to wait for that.
    let soon = Duration::from_secs(10);
    for path in ["/readyz", "/search?q=nacos", "/api/v1/search?q=nacos"] {
        let working = connect(&service);
        working.set_read_timeout(Some(soon)).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n");
        let status = send_over(working, &request).map(|(status, _)| status);
        assert_eq!(status, Some(200), "{path}");
    }
    drop(idle);
}
