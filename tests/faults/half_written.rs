//! Documents that are written slowly or renamed into place: the final text is served soon, and no visitor sees an error.

use crate::documents::{Documents, LONGEST_STALE, metric};
use crate::kit::{Place, Service};
use std::fs::{self, File};
use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

#[test]
fn a_document_written_in_two_halves_is_served_whole_and_errs_for_nobody() {
    let place = Place::with(&[]);
    let mut documents = Documents::write_into(&place, 10);
    let service = place.serve();
    visited(&service, || {
        // Within the front matter, where half a document is none, and within the answer, where it is a shorter one.
        for cut in [20, 400] {
            let text = documents.next_text(1);
            let mut file = File::create(documents.path(1)).unwrap();
            let (first, rest) = text.split_at(text.floor_char_boundary(cut));
            file.write_all(first.as_bytes()).unwrap();
            service.wait_until(LONGEST_STALE, "the half document was read", |s| {
                metric(s, "dayi_rejected_documents") == 1 || documents.is_half_served(s, 1)
            });
            file.write_all(rest.as_bytes()).unwrap();
            drop(file);
            println!("cut at {cut}: {:?}", served_after(&documents, &service));
        }
    });
}

#[test]
fn a_document_renamed_into_place_is_there_all_the_time() {
    let place = Place::with(&[]);
    let mut documents = Documents::write_into(&place, 10);
    let service = place.serve();
    visited(&service, || {
        for _ in 0..3 {
            let half = documents.next_text(1);
            let beside = place.path("content/d1.md.part");
            fs::write(&beside, &half[..20]).unwrap();
            // Another edit is served only by a sync that has met the half file.
            documents.edit(2);
            service.wait_until(LONGEST_STALE, "another edit", |s| documents.is_served(s, 2));
            fs::write(&beside, half).unwrap();
            fs::rename(beside, documents.path(1)).unwrap();
            println!("renamed over: {:?}", served_after(&documents, &service));
            assert_eq!(service.get("/questions/d1").0, 200);
        }
    });
    let gone = service.get("/metrics").1;
    assert!(
        !gone.contains("status=\"404\""),
        "it was not there for a moment: {gone}"
    );
}

/// Does something while visitors search and read; none may be told of an error.
fn visited(service: &Service, work: impl FnOnce()) {
    let (is_over, visits) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|threads| {
        threads.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                assert!(!service.found("机组怎么校准").is_empty());
                for path in ["/questions/d1", "/questions/d1.md", "/api/v1/questions/d1"] {
                    let (status, body) = service.get(path);
                    assert!(status == 200 || status == 404, "{path}: {status}: {body}");
                }
                assert_eq!(service.get("/questions/d2").0, 200);
                visits.fetch_add(1, Ordering::Relaxed);
            }
        });
        work();
        is_over.store(true, Ordering::Relaxed);
    });
    assert!(visits.into_inner() > 0);
}

fn served_after(documents: &Documents<'_>, service: &Service) -> Duration {
    let started = Instant::now();
    service.wait_until(LONGEST_STALE, "the final text", |s| {
        documents.is_served(s, 1)
    });
    started.elapsed()
}
