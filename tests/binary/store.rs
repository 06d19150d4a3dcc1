//! Commands over the feedback store, and a store that is taken away from a running service.

use crate::kit::{Place, exchange};
use std::fs::{self, Permissions};
use std::io::Write;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::Duration;

fn place() -> Place {
    Place::with(&[("nacos.md", "Nacos 连不上怎么办？")])
}

fn mode(path: &std::path::Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_backup_is_a_new_file_for_its_owner_alone() {
    let place = place();
    place.run(&["expert", "token", "ci"]).assert_code(0);
    assert_eq!(mode(&place.path("data")), 0o700);
    assert_eq!(mode(&place.path("data/feedback.db")), 0o600);
    fs::create_dir(place.path("bk")).unwrap();
    // What somebody else has put there is neither written through nor kept.
    let other = place.path("bk/other");
    fs::write(&other, "another file").unwrap();
    for name in ["b.unfinished", "b.json"] {
        std::os::unix::fs::symlink(&other, place.path("bk").join(name)).unwrap();
    }
    place.run(&["backup", "bk/b.json"]).assert_code(0);
    let backup = place.path("bk/b.json");
    assert_eq!(mode(&backup), 0o600);
    assert!(fs::symlink_metadata(&backup).unwrap().is_file());
    assert_eq!(fs::read_to_string(&other).unwrap(), "another file");
    fs::set_permissions(&backup, Permissions::from_mode(0o666)).unwrap();
    place.run(&["backup", "bk/b.json"]).assert_code(0);
    assert_eq!(mode(&backup), 0o600);

    // Two at a time, of names that differ by their ends alone.
    let running: Vec<_> = (0..12)
        .map(|n| {
            let name = ["bk/feedback.mon", "bk/feedback.tue"][n % 2];
            place.command(&["backup", name]).spawn().unwrap()
        })
        .collect();
    for mut backup in running {
        assert!(backup.wait().unwrap().success());
    }
    let mut names: Vec<String> = fs::read_dir(place.path("bk"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "b.json",
            "b.unfinished",
            "feedback.mon",
            "feedback.tue",
            "other"
        ]
    );
    let restored = place.run(&["restore", "bk/feedback.tue", "--data", "new"]);
    restored.assert_code(0);
}

#[test]
fn tokens_are_listed_and_revoked_and_named_with_a_new_password() {
    let place = place();
    let token = |arguments: &[&str]| place.run(arguments).assert_code(0).stdout().to_owned();
    token(&["expert", "token", "ci", "--label", "nightly report"]);
    token(&["expert", "token", "ci"]);
    let listed = token(&["expert", "tokens", "ci"]);
    assert_eq!(listed.lines().count(), 2);
    let line = listed
        .lines()
        .find(|l| l.ends_with("nightly report"))
        .unwrap();
    assert!(
        line.contains("made 20") && line.contains("used -"),
        "{line}"
    );
    let id = line.split(' ').next().unwrap();
    assert!(token(&["expert", "revoke", "ci", id]).contains(id));
    assert_eq!(token(&["expert", "tokens", "ci"]).lines().count(), 1);
    place.run(&["expert", "revoke", "ci", id]).assert_code(2);

    for (variable, value, address) in [
        (
            "DAYI_LISTEN",
            "127.0.0.1:9999",
            "http://127.0.0.1:9999/admin",
        ),
        (
            "DAYI_BASE_URL",
            "https://qa.example.org",
            "https://qa.example.org/admin",
        ),
    ] {
        let mut command = place.command(&["expert", "password", "ci"]);
        command.env(variable, value).stdin(Stdio::piped());
        let mut running = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut input = running.stdin.take().unwrap();
        writeln!(input, "correct horse battery").unwrap();
        drop(input);
        let said = running.wait_with_output().unwrap();
        let said = String::from_utf8(said.stdout).unwrap();
        assert!(said.contains(address), "{said}");
        assert!(said.contains("1 of the tokens of ci still work"), "{said}");
    }
}

#[test]
fn a_store_that_is_removed_refuses_and_says_which_file() {
    let place = place();
    let service = place.serve();
    let ask = |question: &str| {
        let body = format!("{{\"question\":\"{question}\"}}");
        let request = format!(
            "POST /api/v1/asks HTTP/1.1\r\nhost: t\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let stream = TcpStream::connect(service.address).unwrap();
        exchange(stream, &request).unwrap().0
    };
    assert!(ask("怎么升级？").starts_with("HTTP/1.1 201"));
    assert!(
        service
            .get("/metrics")
            .1
            .contains("dayi_feedback_unwritten_seconds 0")
    );
    for file in ["feedback.db", "feedback.db-wal", "feedback.db-shm"] {
        fs::remove_file(place.path("data").join(file)).unwrap();
    }
    for _ in 0..3 {
        assert!(ask("怎么卸载？").starts_with("HTTP/1.1 503"));
    }
    service.wait_until(Duration::from_secs(10), "an error", |s| {
        let said = s.said();
        said.contains("ERROR") && said.contains("data/feedback.db was removed or replaced")
    });
    let metrics = service.get("/metrics").1;
    assert!(
        !metrics.contains("dayi_feedback_unwritten_seconds 0"),
        "{metrics}"
    );
    assert_eq!(service.get("/search?q=nacos").0, 200);
}
