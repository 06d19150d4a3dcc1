//! Requests that no browser sends: each is refused or harmless, and the next visitor is served.

use crate::kit::{Place, Service, encode};
use flate2::Compression;
use flate2::read::{GzEncoder, ZlibEncoder};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

/// Longer than an answer takes.
const PATIENCE: Duration = Duration::from_secs(10);
const MEGABYTE: usize = 1_000_000;

fn serve() -> (Place, Service) {
    let place = Place::with(&[("nacos.md", "Nacos 连不上怎么办？")]);
    std::fs::write(
        place.path("dayi.toml"),
        "base_url = \"https://qa.example.org\"\nrequest_timeout_seconds = 1\n",
    )
    .unwrap();
    std::fs::write(place.path("secret.txt"), "root:x:0:0\n").unwrap();
    let service = place.serve();
    (place, service)
}

/// Everything that is answered to these bytes until the connection is closed, or for as long as anything comes.
fn answer(service: &Service, parts: &[&[u8]]) -> String {
    read(sent(service, parts))
}

/// A connection over which these bytes went, or as many as were wanted.
fn sent(service: &Service, parts: &[&[u8]]) -> TcpStream {
    let mut stream = TcpStream::connect(service.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    for part in parts {
        // It may have heard enough.
        if stream.write_all(part).is_err() {
            break;
        }
    }
    stream
}

fn read(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The answer to a GET of a path with more headers.
fn get(service: &Service, path: &str, headers: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\n{headers}connection: close\r\n\r\n");
    answer(service, &[request.as_bytes()])
}

fn head(answer: &str) -> &str {
    answer.split("\r\n\r\n").next().unwrap_or_default()
}

#[track_caller]
fn assert_serves(service: &Service) {
    assert_eq!(service.found("nacos"), ["nacos"]);
}

#[test]
fn a_request_hidden_in_another_is_never_answered() {
    let (_place, service) = serve();
    let hidden = "GET /healthz HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n";
    let length = hidden.len();
    let answered = |framing: &str| {
        let request = format!(
            "POST /api/v1/asks HTTP/1.1\r\nhost: t\r\ncontent-type: application/json\r\n{framing}{hidden}"
        );
        answer(&service, &[request.as_bytes()])
    };
    let two = answered("content-length: 0\r\n\r\n");
    assert_eq!(
        two.matches("HTTP/1.1 ").count(),
        2,
        "it is hidden from nobody: {two}"
    );
    for framing in [
        "content-length: 0\r\ncontent-length: 5\r\n\r\n".to_owned(),
        format!("content-length: 0, {length}\r\n\r\n"),
        "content-length: +0\r\n\r\n".to_owned(),
        "content-length : 0\r\n\r\n".to_owned(),
        format!("content-length: {length}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
        format!("transfer-encoding: chunked\r\ncontent-length: {length}\r\n\r\n0\r\n\r\n"),
        "transfer-encoding: xchunked\r\n\r\n".to_owned(),
        "transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n".to_owned(),
        "transfer-encoding : chunked\r\n\r\n0\r\n\r\n".to_owned(),
        "x: y\r\n transfer-encoding: chunked\r\n\r\n0\r\n\r\n".to_owned(),
        "transfer-encoding: chunked\r\n\r\n-1\r\n\r\n".to_owned(),
        "transfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n\r\n".to_owned(),
        "transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n".to_owned(),
        format!("transfer-encoding: chunked\r\n\r\n{length:x}\n"),
    ] {
        let answered = answered(&framing);
        let count = answered.matches("HTTP/1.1 ").count();
        assert!(count <= 1, "{framing}{answered}");
        assert!(!answered.contains("HTTP/1.1 2"), "{framing}{answered}");
    }
    assert_serves(&service);
}

#[test]
fn what_is_no_http_ends_its_connection_only() {
    let (_place, service) = serve();
    let hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";
    for bytes in [
        hello.as_slice(),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\r\n\r\n\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET  / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: t\r\nx: \0\r\n\r\n",
        b"GET /\0 HTTP/1.1\r\nhost: t\r\n\r\n",
        b"GET / HTTP/9.9\r\nhost: t\r\n\r\n",
        b"GET http:// HTTP/1.1\r\nhost: t\r\n\r\n",
        &[0xff; 4_096],
    ] {
        let stream = sent(&service, &[bytes]);
        // Of some of it, more is waited for.
        stream.shutdown(Shutdown::Write).unwrap();
        let answered = read(stream);
        assert!(
            !answered.contains("HTTP/1.1 2") && !answered.contains("HTTP/1.1 5"),
            "{bytes:?}{answered}"
        );
    }
    assert_serves(&service);
}

#[test]
fn no_path_leads_out_of_the_site() {
    let (_place, service) = serve();
    for start in [
        "/",
        "/questions/",
        "/assets/x/",
        "/tags/",
        "/categories/",
        "/api/v1/questions/",
    ] {
        for way in [
            "../secret.txt",
            "../../secret.txt",
            "..%2fsecret.txt",
            "..%2f..%2fsecret.txt",
            "%2e%2e/%2e%2e/secret.txt",
            "..%5csecret.txt",
            "....//secret.txt",
            "..%252fsecret.txt",
            "%00secret.txt",
            "/etc/passwd",
            "content/nacos.md",
            "..%c0%afsecret.txt",
        ] {
            let answered = get(&service, &format!("{start}{way}"), "host: t\r\n");
            assert!(!answered.contains("root:"), "{start}{way}{answered}");
            assert!(answered.starts_with("HTTP/1.1 4"), "{start}{way}{answered}");
        }
    }
    assert_serves(&service);
}

#[test]
fn no_header_comes_from_what_is_asked() {
    let (_place, service) = serve();
    let line = encode("\r\nx-injected: yes\r\n");
    for path in [
        format!("/{line}"),
        format!("/search?q={line}"),
        format!("/questions/nacos{line}/"),
        format!("/tags/{line}"),
        format!("/feedback/thanks?id={line}"),
        format!("/user/feedbackByEnhancerGradePOJOID?enhancerGradePOJOId={line}"),
        format!("/admin/inbox?state={line}"),
        format!("/api/v1/search?q=a&sort={line}"),
    ] {
        let answered = get(&service, &path, "host: t\r\n");
        let status = answered.strip_prefix("HTTP/1.1 ");
        assert!(
            status.is_some_and(|s| s.starts_with(['2', '3', '4'])),
            "{path}{answered}"
        );
        assert!(
            !head(&answered).contains("\r\nx-injected"),
            "{path}{answered}"
        );
    }
    // One of the request comes back, as the client's own, unless no proxy would take it.
    let answered = get(&service, "/", "host: t\r\nx-request-id: a\tb\r\n");
    assert!(answered.starts_with("HTTP/1.1 200"), "{answered}");
    assert!(
        head(&answered).contains("\r\nx-request-id: a\tb"),
        "{answered}"
    );
    let long = "a".repeat(10_000);
    let answered = get(
        &service,
        "/",
        &format!("host: t\r\nx-request-id: {long}\r\n"),
    );
    assert!(answered.starts_with("HTTP/1.1 200"), "{answered}");
    assert!(head(&answered).len() < 2_000, "{}", head(&answered));
}

#[test]
fn no_address_comes_from_the_host_that_is_asked() {
    let (_place, service) = serve();
    let evil =
        "host: evil.example\r\nx-forwarded-host: evil.example\r\nforwarded: host=evil.example\r\n";
    for path in [
        "/",
        "/search?q=nacos",
        "/questions/nacos",
        "/questions/nacos/",
        "/embed",
        "/feed.xml",
        "/sitemap.xml",
        "/robots.txt",
        "/opensearch.xml",
        "/llms.txt",
        "/openapi.json",
        "/admin",
        "http://evil.example/search?q=nacos",
    ] {
        let answered = get(&service, path, evil);
        assert!(
            answered.starts_with("HTTP/1.1 2") || answered.starts_with("HTTP/1.1 3"),
            "{path}{answered}"
        );
        assert!(!answered.contains("evil.example"), "{path}{answered}");
    }
}

#[test]
fn every_answer_is_in_no_frame_and_guarded_by_its_headers() {
    let (_place, service) = serve();
    for path in [
        "/",
        "/search?q=nacos",
        "/questions/nacos",
        "/ask",
        "/admin",
        "/admin/login",
        "/api/v1/search?q=nacos",
        "/feed.xml",
        "/widget.js",
        "/nothing",
    ] {
        let answered = get(&service, path, "host: t\r\n");
        for header in [
            "frame-ancestors 'none'",
            "\r\nx-content-type-options: nosniff\r\n",
            "\r\nreferrer-policy: strict-origin-when-cross-origin\r\n",
            "\r\npermissions-policy: camera=(), geolocation=(), microphone=()",
            "\r\ncross-origin-opener-policy: same-origin",
        ] {
            assert!(
                head(&answered).contains(header),
                "{path}: no {header}\n{answered}"
            );
        }
    }
}

#[test]
fn other_methods_tell_nothing() {
    let (_place, service) = serve();
    for method in ["TRACE", "CONNECT", "PROPFIND", "DELETE", "nonsense"] {
        let request = format!(
            "{method} /search HTTP/1.1\r\nhost: t\r\ncookie: a=b\r\nconnection: close\r\n\r\n"
        );
        let answered = answer(&service, &[request.as_bytes()]);
        assert!(answered.starts_with("HTTP/1.1 4"), "{method}{answered}");
        assert!(!answered.contains("a=b"), "{method}{answered}");
    }
}

#[test]
fn too_much_is_refused_without_being_kept() {
    let (_place, service) = serve();
    let long = get(
        &service,
        &format!("/search?q={}", "a".repeat(15_000)),
        "host: t\r\n",
    );
    assert!(long.starts_with("HTTP/1.1 200"), "{}", head(&long));
    assert_serves(&service);
    let before = service.most_memory();
    let query = "a".repeat(MEGABYTE);
    let headers = "x: y\r\n".repeat(10_000);
    for (path, headers) in [
        (format!("/search?q={query}"), "host: t\r\n"),
        ("/".to_owned(), &headers),
        ("/".to_owned(), &format!("x: {query}\r\n")),
        (
            "/".to_owned(),
            &format!("cookie: {}\r\n", "a=b; ".repeat(MEGABYTE / 5)),
        ),
    ] {
        let answered = get(&service, &path, headers);
        // What was not read may take the answer with it.
        assert!(
            answered.is_empty() || answered.starts_with("HTTP/1.1 4"),
            "{}",
            head(&answered)
        );
    }
    let megabyte = vec![b'a'; MEGABYTE];
    let hundred = [megabyte.as_slice(); 100];
    for kind in ["application/json", "application/x-www-form-urlencoded"] {
        let path = if kind.ends_with("json") {
            "/api/v1/asks"
        } else {
            "/ask"
        };
        let length = hundred.len() * MEGABYTE;
        let head_of = format!(
            "POST {path} HTTP/1.1\r\nhost: t\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n"
        );
        let known: Vec<&[u8]> = std::iter::once(head_of.as_bytes()).chain(hundred).collect();
        let head_of = format!(
            "POST {path} HTTP/1.1\r\nhost: t\r\ncontent-type: {kind}\r\ntransfer-encoding: chunked\r\n\r\n"
        );
        let chunk = [format!("{MEGABYTE:x}\r\n").as_bytes(), &megabyte, b"\r\n"].concat();
        let unknown: Vec<&[u8]> = std::iter::once(head_of.as_bytes())
            .chain([chunk.as_slice(); 100])
            .collect();
        for parts in [known, unknown] {
            let answered = answer(&service, &parts);
            assert!(
                answered.is_empty() || answered.starts_with("HTTP/1.1 4"),
                "{}",
                head(&answered)
            );
        }
    }
    let grown = service.most_memory() - before;
    assert!(grown < 20 * MEGABYTE, "{grown} bytes more");
    assert_serves(&service);
}

#[test]
fn packed_bodies_are_not_unpacked() {
    let (_place, service) = serve();
    let ask = r#"{"question":"Nacos 怎么升级到新的版本？"}"#.as_bytes();
    assert!(posted(&service, "", ask).starts_with("HTTP/1.1 201"));
    let before = service.most_memory();
    // Some 150 KB, which is no more than a body may have.
    let bomb = vec![b' '; 150 * MEGABYTE];
    for body in [ask, &bomb] {
        for (encoding, packed) in [
            ("gzip", all_of(GzEncoder::new(body, Compression::best()))),
            (
                "deflate",
                all_of(ZlibEncoder::new(body, Compression::best())),
            ),
        ] {
            let header = format!("content-encoding: {encoding}\r\n");
            let answered = posted(&service, &header, &packed);
            assert!(answered.starts_with("HTTP/1.1 400"), "{encoding}{answered}");
        }
    }
    let grown = service.most_memory() - before;
    assert!(grown < 20 * MEGABYTE, "{grown} bytes more");
}

/// The answer to an ask with one more header.
fn posted(service: &Service, header: &str, body: &[u8]) -> String {
    let head = format!(
        "POST /api/v1/asks HTTP/1.1\r\nhost: t\r\ncontent-type: application/json\r\n{header}\
         content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    answer(service, &[head.as_bytes(), body])
}

fn all_of(mut reader: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).unwrap();
    bytes
}
