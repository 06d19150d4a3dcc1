//! What must be in no log, however much is logged.

use crate::kit::{Place, SERVE, Service, exchange};
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

const PASSWORD: &str = "correct-horse-battery";
const WRONG_PASSWORD: &str = "wrong-horse-battery";
const WEBHOOK_TOKEN: &str = "hook-t0ken";
const WEBHOOK_SECRET: &str = "hook-s3cret";
const CONTACT: &str = "zhang.san@example.org";
const QUERY: &str = "sou-suo-ci";
const COMMENT: &str = "mei-yong-de";
const QUESTION: &str = "zen-me-sheng-ji-ji-qun";

#[test]
fn no_secret_and_nothing_of_a_visitor_is_in_the_log() {
    let place = Place::with(&[("nacos.md", "Nacos 连不上怎么办？")]);
    let (webhook, was_told) = webhook();
    fs::write(
        place.path("webhooks.toml"),
        format!(
            "[[webhook]]\nname = \"team\"\nurl = \"{webhook}?access_token={WEBHOOK_TOKEN}\"\nsecret = \"{WEBHOOK_SECRET}\"\n"
        ),
    )
    .unwrap();
    set_password(&place);
    let token = place.run(&["expert", "token", "ci"]);
    let token = token.assert_code(0).stdout().trim().to_owned();

    let mut command = place.command(SERVE);
    command.env("DAYI_LOG", "trace");
    let service = Service::start(command);
    let patience = Duration::from_secs(30);
    service.wait_until(patience, "ready", |s| s.get("/readyz").0 == 200);
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    let login = |password: &str| {
        let body = format!("name=li.hua&password={password}");
        request(&service, "POST", "/admin/login", form, &body)
    };
    assert!(login(WRONG_PASSWORD).starts_with("HTTP/1.1 401"));
    let signed_in = login(PASSWORD);
    assert!(signed_in.starts_with("HTTP/1.1 303"), "{signed_in}");
    let (_, cookie) = signed_in.split_once("set-cookie: ").unwrap();
    let cookie = cookie.split(';').next().unwrap();
    let (_, session) = cookie.split_once('=').unwrap();
    for (path, header) in [
        ("/admin".to_owned(), format!("cookie: {cookie}\r\n")),
        (
            "/api/v1/admin/inbox".to_owned(),
            format!("authorization: Bearer {token}\r\n"),
        ),
        (format!("/search?q={QUERY}"), String::new()),
        (format!("/api/v1/suggest?q={QUERY}"), String::new()),
    ] {
        let answered = request(&service, "GET", &path, &header, "");
        assert!(answered.starts_with("HTTP/1.1 200"), "{path}: {answered}");
    }
    let json = "content-type: application/json\r\n";
    for (path, body) in [
        (
            "/api/v1/asks",
            format!("{{\"question\":\"{QUESTION}\",\"contact\":\"{CONTACT}\"}}"),
        ),
        (
            "/api/v1/feedback",
            format!(
                "{{\"question_id\":\"nacos\",\"rating\":\"unhelpful\",\"comment\":\"{COMMENT}\"}}"
            ),
        ),
    ] {
        let answered = request(&service, "POST", path, json, &body);
        assert!(answered.starts_with("HTTP/1.1 201"), "{path}: {answered}");
    }
    let body = format!("question={QUESTION}-ma");
    let sent = request(&service, "POST", "/ask", form, &body);
    let (_, receipt) = sent.split_once("location: /asks/").unwrap();
    let (receipt, _) = receipt.split_once('?').unwrap();
    for path in [
        format!("/asks/{receipt}"),
        format!("/asks/{receipt}/"),
        format!("/api/v1/asks/{receipt}"),
    ] {
        request(&service, "GET", &path, "", "");
    }
    let (_, metrics) = service.get("/metrics");
    assert!(metrics.contains("/asks/{secret}") && !metrics.contains(receipt));
    was_told
        .recv_timeout(patience)
        .expect("the webhook is told of the ask");
    service.signal("TERM");
    let (_, said) = service.end();
    assert!(
        said.contains("\"route\":\"/search\""),
        "requests are not logged: {said}"
    );
    for secret in [
        PASSWORD,
        WRONG_PASSWORD,
        WEBHOOK_TOKEN,
        WEBHOOK_SECRET,
        CONTACT,
        QUERY,
        COMMENT,
        QUESTION,
        session,
        &token,
        receipt,
    ] {
        let line = said.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} is in the log");
    }
}

#[test]
fn no_password_of_a_database_is_printed() {
    let place = Place::with(&[]);
    for arguments in [["config"].as_slice(), &["feedback", "export"]] {
        let mut command = place.command(arguments);
        // Nothing listens there.
        command.env(
            "DAYI_DATABASE",
            format!("postgres://dayi:{PASSWORD}@127.0.0.1:1/dayi"),
        );
        let finished = command.env("DAYI_LOG", "trace").output().unwrap();
        let printed = [finished.stdout, finished.stderr].concat();
        let printed = String::from_utf8(printed).unwrap();
        assert!(printed.contains("127.0.0.1:1"), "{printed}");
        assert!(!printed.contains(PASSWORD), "{printed}");
    }
}

fn set_password(place: &Place) {
    let mut command = place.command(&["expert", "password", "li.hua"]);
    let mut process = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut input = process.stdin.take().unwrap();
    writeln!(input, "{PASSWORD}").unwrap();
    drop(input);
    assert!(process.wait().unwrap().success());
}

/// A system that refuses what it is told, and says when it was told something.
fn webhook() -> (String, Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (told, was_told) = channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            // What comes at once is enough; the rest is not wanted.
            let _ = stream.read(&mut [0; 4_096]);
            let _ = stream
                .write_all(b"HTTP/1.1 500 x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            let _ = told.send(());
        }
    });
    (url, was_told)
}

/// Head of the answer to a request.
fn request(service: &Service, method: &str, path: &str, headers: &str, body: &str) -> String {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: t\r\n{headers}connection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let stream = TcpStream::connect(service.address).unwrap();
    exchange(stream, &request).unwrap().0
}
