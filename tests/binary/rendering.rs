//! What showing a document costs the service, whatever its author wrote.

use crate::kit::{Place, get};
use std::path::Path;
use std::time::Duration;

/// Memory that the shipped unit lets the service have before it slows it down (`MemoryHigh` in `deploy/`).
const MEMORY: usize = 768 * 1024 * 1024;
/// The largest file that is taken.
const LARGEST: usize = 1024 * 1024;

#[test]
fn what_documents_hold_is_not_logged() {
    let place = Place::with(&[]);
    let table = format!("<table>text{}</table>", "<b>x</b> y ".repeat(300));
    place.write_raw("table.md", &format!("---\ntitle: 表格\n---\n{table}\n"));
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/markdown");
    let mut ids = vec!["table".to_owned()];
    for (number, seed) in std::fs::read_dir(seeds).unwrap().enumerate() {
        let bytes = std::fs::read(seed.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let id = format!("seed-{number}");
        place.write_raw(
            &format!("{id}.md"),
            &format!("---\ntitle: {id}\n---\n{text}\n正文"),
        );
        ids.push(id);
    }
    let service = place.serve();
    let before = service.said().lines().count();
    for id in &ids {
        for path in [
            format!("/questions/{id}"),
            format!("/api/v1/questions/{id}"),
        ] {
            let (status, _) = service.get(&path);
            assert!([200, 404].contains(&status), "{path}: {status}");
        }
    }
    let said = service.said();
    assert_eq!(said.lines().count(), before, "{said}");
    // Starting, and what is rejected.
    assert!(before < ids.len() + 30, "{said}");
}

#[test]
fn the_largest_document_fits_into_the_memory_of_the_unit() {
    let place = Place::with(&[("small.md", "Nacos 怎么重启？")]);
    let line = "- **a** `b` *c* <u>d</u> 17\n";
    let head = "---\ntitle: 日志很长怎么办\ndate: 2026-01-01\n---\n";
    let text = format!("{head}{}", line.repeat((LARGEST - head.len()) / line.len()));
    place.write_raw("big.md", &text);
    place.write_raw("huge.md", &format!("{head}{}", "a".repeat(LARGEST)));
    let service = place.serve();
    let address = service.address;
    assert_eq!(service.get("/questions/huge").0, 404);
    let pages: Vec<u16> = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..8)
            .map(|_| scope.spawn(move || get(address, "/api/v1/questions/big").0))
            .collect();
        asked.into_iter().map(|page| page.join().unwrap()).collect()
    });
    // Those that found no room were told to come again.
    assert!(
        pages.iter().all(|status| [200, 503].contains(status)),
        "{pages:?}"
    );
    assert!(pages.contains(&200), "{pages:?}");
    let (status, feed) = service.get("/feed.xml");
    assert!(
        status == 200 && feed.len() < 512 * 1024,
        "{status} {}",
        feed.len()
    );
    service.wait_until(Duration::from_secs(10), "others are served", |service| {
        service.get("/questions/small").0 == 200
    });
    let most = service.most_memory();
    assert!(most < MEMORY, "{} MB", most / 1024 / 1024);
}
