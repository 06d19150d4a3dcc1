//! A flood of edits: searches are answered meanwhile, and in the end everything is there. `FAULT_EDITS` sets how many.

use crate::chance::{edits, seeded};
use crate::documents::{Documents, LONGEST_STALE};
use crate::kit::Place;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const DOCUMENTS: u64 = 200;

#[test]
fn a_flood_of_edits_is_answered_through_and_all_of_it_is_found() {
    let mut random = seeded("flood");
    let place = Place::with(&[]);
    let mut documents = Documents::write_into(&place, DOCUMENTS);
    let service = place.serve();
    let is_over = AtomicBool::new(false);
    let started = Instant::now();
    let (flooding, stale, mut waits) = std::thread::scope(|threads| {
        let visitor = threads.spawn(|| {
            let mut waits = Vec::new();
            while !is_over.load(Ordering::Relaxed) {
                let asked = Instant::now();
                assert!(!service.found("机组怎么校准").is_empty());
                waits.push(asked.elapsed());
            }
            waits
        });
        for _ in 0..edits() {
            documents.change_any(&mut random);
        }
        let flooding = started.elapsed();
        let stale = documents.wait_until_served(&service);
        is_over.store(true, Ordering::Relaxed);
        (flooding, stale, visitor.join().unwrap())
    });
    waits.sort_unstable();
    println!(
        "{} edits of {DOCUMENTS} documents in {flooding:?}: all served {stale:?} later, after {} syncs; {} searches meanwhile, the slowest in {:?}",
        edits(),
        service.said().matches("content changed").count(),
        waits.len(),
        waits.last().unwrap_or(&Duration::ZERO)
    );
    assert!(!waits.is_empty(), "nothing was answered meanwhile");
    // What is served is also what the index on disk holds.
    service.kill();
    documents.assert_served(&place.serve());
}

/// Edits without a pause do not put off what came before them.
#[test]
fn a_document_is_served_while_others_never_stop_changing() {
    let mut random = seeded("stream");
    let place = Place::with(&[]);
    let mut documents = Documents::write_into(&place, DOCUMENTS);
    let service = place.serve();
    let other = place.path("content/other.md");
    let is_over = AtomicBool::new(false);
    std::thread::scope(|threads| {
        threads.spawn(|| {
            let mut number = 0;
            while !is_over.load(Ordering::Relaxed) {
                number += 1;
                let text = format!("---\nid: other\ntitle: 第 {number} 次\n---\n改了又改。\n");
                std::fs::write(&other, text).unwrap();
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        for _ in 0..3 {
            let number = random.u64(0..DOCUMENTS);
            documents.edit(number);
            let edited = Instant::now();
            service.wait_until(LONGEST_STALE, "an edit", |s| documents.is_served(s, number));
            println!("an edit amid others: served after {:?}", edited.elapsed());
        }
        is_over.store(true, Ordering::Relaxed);
    });
}
