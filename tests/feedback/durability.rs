//! What was acknowledged is there after a kill. `DAYI_KILL_ROUNDS` sets how often (README: 200).

use crate::kit::{Place, over_both};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

over_both! {
    every_acknowledged_record_survives_a_kill
}

/// Longer than the first record of a round takes.
const PATIENCE: Duration = Duration::from_secs(30);
/// Senders at once.
const SENDERS: usize = 8;

async fn every_acknowledged_record_survives_a_kill(place: Place) {
    let rounds = std::env::var("DAYI_KILL_ROUNDS").map_or(3, |n| n.parse().unwrap());
    let work = tokio::task::spawn_blocking(move || kill_again_and_again(&place, rounds));
    work.await.unwrap();
}

fn kill_again_and_again(place: &Place, rounds: u64) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("content")).unwrap();
    std::fs::write(
        folder.path().join("content/q.md"),
        "---\nid: q\ntitle: 怎么升级？\n---\n按步骤来。\n",
    )
    .unwrap();
    let acknowledged = Mutex::new(Vec::new());
    let next = AtomicU64::new(0);
    for round in 0..rounds {
        let (mut service, address) = serve(folder.path(), place);
        let is_over = AtomicBool::new(false);
        let acknowledged_before = acknowledged.lock().unwrap().len();
        std::thread::scope(|scope| {
            for _ in 0..SENDERS {
                scope.spawn(|| {
                    while !is_over.load(Ordering::Relaxed) {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if send(address, number) == Some(201) {
                            acknowledged.lock().unwrap().push(number);
                        }
                    }
                });
            }
            // Another moment each round, from the first acknowledged record on.
            let started = Instant::now();
            while acknowledged.lock().unwrap().len() == acknowledged_before {
                assert!(started.elapsed() < PATIENCE, "no record is acknowledged");
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(Duration::from_millis(round * 37 % 200));
            service.kill().unwrap();
            service.wait().unwrap();
            is_over.store(true, Ordering::Relaxed);
        });
    }
    let exported = command(folder.path(), place)
        .args(["feedback", "export", "--only", "asks"])
        .output()
        .unwrap();
    assert!(
        exported.status.success(),
        "{}",
        String::from_utf8_lossy(&exported.stderr)
    );
    let kept: Vec<u64> = String::from_utf8(exported.stdout)
        .unwrap()
        .lines()
        .map(|line| {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            row["question"]
                .as_str()
                .unwrap()
                .rsplit(' ')
                .next()
                .unwrap()
                .parse()
                .unwrap()
        })
        .collect();
    let acknowledged = acknowledged.into_inner().unwrap();
    assert!(
        acknowledged.len() as u64 >= rounds,
        "only {} records were taken",
        acknowledged.len()
    );
    let kept_once: std::collections::HashSet<u64> = kept.iter().copied().collect();
    assert_eq!(kept_once.len(), kept.len(), "nothing is kept twice");
    let lost: Vec<_> = acknowledged
        .iter()
        .filter(|n| !kept_once.contains(n))
        .collect();
    assert!(
        lost.is_empty(),
        "{} of {} are lost: {lost:?}",
        lost.len(),
        acknowledged.len()
    );
    println!(
        "{rounds} kills, {} acknowledged, {} kept, 0 lost",
        acknowledged.len(),
        kept.len()
    );
}

fn command(folder: &std::path::Path, place: &Place) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dayi"));
    command
        .current_dir(folder)
        .env_clear()
        .env("DAYI_FEEDBACK_PER_MINUTE", "100000");
    if let Some(url) = place.database() {
        command.env("DAYI_DATABASE", url);
    }
    command
}

fn serve(folder: &std::path::Path, place: &Place) -> (Child, SocketAddr) {
    let mut child = command(folder, place)
        .args(["serve", "--listen", "127.0.0.1:0"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    let address = loop {
        let mut line = String::new();
        assert!(log.read_line(&mut line).unwrap() > 0, "ended: {said}");
        if let Some(rest) = line.strip_prefix("dayi serves http://") {
            let (address, _) = rest.split_once('/').unwrap();
            break address.parse().unwrap();
        }
        said.push_str(&line);
    };
    std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
    (child, address)
}

/// Status of an ask; `None` when the connection broke.
fn send(address: SocketAddr, number: u64) -> Option<u16> {
    let body = format!("{{\"question\":\"第几个问题 {number}\"}}");
    let mut stream = TcpStream::connect(address).ok()?;
    write!(
        stream,
        "POST /api/v1/asks HTTP/1.1\r\nhost: t\r\ncontent-type: application/json\r\nidempotency-key: {number}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split(' ').nth(1)?.parse().ok()
}
