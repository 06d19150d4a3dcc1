//! `kill -9` at any moment of indexing and serving. After each, the next start serves what the folder holds, and what was
//! acknowledged of visitors' ratings is kept.

use crate::chance::{rounds, seeded};
use crate::documents::Documents;
use crate::kit::{Place, SERVE, send};
use fastrand::Rng;
use std::collections::HashSet;
use std::fs;
use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Enough that indexing them takes a while.
const DOCUMENTS: u64 = 60;
/// Visitors who rate at once.
const VISITORS: usize = 2;

/// What is killed.
#[derive(Debug, Clone, Copy)]
enum Victim {
    Index,
    StartOfServe,
    Serve,
}

#[test]
fn a_kill_at_any_moment_loses_no_document_and_no_rating() {
    let mut random = seeded("kills");
    let place = Place::with(&[]);
    fs::write(
        place.path("dayi.toml"),
        "trusted_proxies = [\"127.0.0.0/8\"]\nfeedback_per_minute = 100000\n",
    )
    .unwrap();
    let mut documents = Documents::write_into(&place, DOCUMENTS);
    let ratings = Ratings::default();
    let mut is_rated = false;
    for round in 0..rounds() {
        let victim = *random
            .choice(&[Victim::Index, Victim::StartOfServe, Victim::Serve])
            .unwrap();
        // Some rounds have no index to begin with, so that a build from nothing is killed too.
        let is_from_nothing =
            random.u8(0..4) == 0 && fs::remove_dir_all(place.path("index")).is_ok();
        let moment = Duration::from_millis(random.u64(0..1_200));
        println!("round {round}: {victim:?} after {moment:?}, from nothing: {is_from_nothing}");
        let is_over = AtomicBool::new(false);
        std::thread::scope(|threads| {
            let mut choices = random.fork();
            let (documents, is_over) = (&mut documents, &is_over);
            threads.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    documents.change_any(&mut choices);
                    std::thread::sleep(Duration::from_millis(choices.u64(0..40)));
                }
            });
            match victim {
                Victim::Index => kill_command(&place, &["index"], moment),
                Victim::StartOfServe => kill_command(&place, SERVE, moment),
                Victim::Serve => {
                    let service = place.serve_unready();
                    let address = service.address;
                    for _ in 0..VISITORS {
                        let (ratings, choices) = (&ratings, random.fork());
                        threads.spawn(move || ratings.send_until(address, is_over, choices));
                    }
                    std::thread::sleep(moment);
                    service.kill();
                    is_rated |= round > 0 && !is_from_nothing && moment > Duration::from_secs(1);
                }
            }
            is_over.store(true, Ordering::Relaxed);
        });
        let service = place.serve();
        documents.assert_served(&service);
        drop(service);
        ratings.assert_kept(&place);
    }
    let acknowledged = ratings.acknowledged.lock().unwrap().len();
    println!("{acknowledged} ratings acknowledged, 0 lost");
    // Otherwise nothing was there to be lost.
    assert!(acknowledged > 0 || !is_rated);
}

fn kill_command(place: &Place, arguments: &[&str], moment: Duration) {
    let mut process = place
        .command(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(moment);
    process.kill().unwrap();
    process.wait().unwrap();
}

/// Ratings by number, each with its own visitor, so that none replaces another.
#[derive(Default)]
struct Ratings {
    next: AtomicU64,
    acknowledged: Mutex<Vec<u64>>,
}

impl Ratings {
    /// Sends one after the other; those of documents that are not there just now are refused.
    fn send_until(&self, address: SocketAddr, is_over: &AtomicBool, mut choices: Rng) {
        while !is_over.load(Ordering::Relaxed) {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let body = format!(
                "{{\"question_id\":\"d{}\",\"rating\":\"unhelpful\",\"comment\":\"no {number}\"}}",
                choices.u64(0..DOCUMENTS)
            );
            // Addresses of one network would be one visitor, whose later rating replaces the earlier.
            let visitor = std::net::Ipv6Addr::from(1_u128 << 125 | u128::from(number) << 80);
            let request = format!(
                "POST /api/v1/feedback HTTP/1.1\r\nhost: t\r\nx-forwarded-for: {visitor}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            if send(address, &request).is_some_and(|(status, _)| status == 201) {
                self.acknowledged.lock().unwrap().push(number);
            }
        }
    }

    fn assert_kept(&self, place: &Place) {
        let exported = place.run(&["feedback", "export", "--only", "ratings"]);
        let kept: HashSet<u64> = exported
            .assert_code(0)
            .stdout()
            .lines()
            .map(|line| {
                let row: serde_json::Value = serde_json::from_str(line).unwrap();
                let comment = row["comment"].as_str().unwrap();
                comment.strip_prefix("no ").unwrap().parse().unwrap()
            })
            .collect();
        let acknowledged = self.acknowledged.lock().unwrap();
        let lost: Vec<&u64> = acknowledged.iter().filter(|n| !kept.contains(n)).collect();
        assert!(lost.is_empty(), "acknowledged, but lost: {lost:?}");
    }
}
