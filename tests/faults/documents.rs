//! A content folder that keeps changing, and what must be served of it.

use crate::kit::{Place, Service};
use fastrand::Rng;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Longer than anything takes that may take its time.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// How long what is no longer so may be served, where a folder can be watched.
pub(crate) const LONGEST_STALE: Duration = Duration::from_secs(5);

/// The documents of a place by number, each with the version its file has now.
pub(crate) struct Documents<'a> {
    place: &'a Place,
    versions: BTreeMap<u64, u64>,
    /// Numbers are below it.
    most: u64,
    changes: u64,
}

impl<'a> Documents<'a> {
    /// Writes as many documents into the content folder.
    pub(crate) fn write_into(place: &'a Place, count: u64) -> Self {
        let mut documents = Self {
            place,
            versions: BTreeMap::new(),
            most: count,
            changes: 0,
        };
        for number in 0..count {
            documents.edit(number);
        }
        documents
    }

    /// The file of a document.
    pub(crate) fn path(&self, number: u64) -> PathBuf {
        self.place.path(&format!("content/d{number}.md"))
    }

    /// The next version of a document, for a caller who writes it.
    pub(crate) fn next_text(&mut self, number: u64) -> String {
        self.changes += 1;
        self.versions.insert(number, self.changes);
        text(number, self.changes)
    }

    /// Writes the next version of a document into its file.
    pub(crate) fn edit(&mut self, number: u64) {
        let text = self.next_text(number);
        fs::write(self.path(number), text).unwrap();
    }

    /// Writes the next version beside the file and renames it over, as careful editors do.
    pub(crate) fn replace(&mut self, number: u64) {
        let text = self.next_text(number);
        let beside = self.place.path("content/.next");
        fs::write(&beside, text).unwrap();
        fs::rename(beside, self.path(number)).unwrap();
    }

    pub(crate) fn remove(&mut self, number: u64) {
        if self.versions.remove(&number).is_some() {
            fs::remove_file(self.path(number)).unwrap();
        }
    }

    /// A document whose file is there but must not be served, and one that must be served again.
    pub(crate) fn forget(&mut self, number: u64) -> Option<u64> {
        self.versions.remove(&number)
    }

    pub(crate) fn remember(&mut self, number: u64, version: u64) {
        self.versions.insert(number, version);
    }

    /// Edits, replaces, removes or adds any document.
    pub(crate) fn change_any(&mut self, random: &mut Rng) {
        let number = random.u64(0..self.most);
        match random.u8(0..5) {
            0 => self.remove(number),
            1 => self.replace(number),
            _ => self.edit(number),
        }
    }

    /// Every document is served and found in its present text, and no other.
    #[track_caller]
    pub(crate) fn assert_served(&self, service: &Service) {
        if let Err(wrong) = self.compare(service) {
            panic!("{wrong}\n{}", service.said());
        }
    }

    /// Waits until every document is served in its present text, and no other, which must be soon; how long it took.
    #[track_caller]
    pub(crate) fn wait_until_served(&self, service: &Service) -> Duration {
        let started = Instant::now();
        while let Err(wrong) = self.compare(service) {
            assert!(
                started.elapsed() < LONGEST_STALE,
                "{wrong}\n{}",
                service.said()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        started.elapsed()
    }

    /// Whether every document is served in its present text, and no other.
    pub(crate) fn is_served_whole(&self, service: &Service) -> bool {
        self.compare(service).is_ok()
    }

    /// Whether a document is served in its present text.
    pub(crate) fn is_served(&self, service: &Service, number: u64) -> bool {
        self.compare_one(service, number).is_ok()
    }

    /// Whether the beginning of a document is served in its present text, and its end is not there yet.
    pub(crate) fn is_half_served(&self, service: &Service, number: u64) -> bool {
        let body = service.get(&format!("/api/v1/questions/d{number}")).1;
        let document: serde_json::Value = serde_json::from_str(&body).unwrap();
        let word = word(number, self.versions[&number]);
        let bears = |part: &str| document[part].as_str().is_some_and(|t| t.contains(&word));
        bears("title") && !bears("answer_markdown")
    }

    fn compare(&self, service: &Service) -> Result<(), String> {
        let served = documents_of(service);
        if served != self.versions.len() {
            return Err(format!(
                "{served} documents instead of {}",
                self.versions.len()
            ));
        }
        (0..self.most).try_for_each(|number| self.compare_one(service, number))?;
        // Each has a word that no other has: by it, and in this version only, it is found.
        for (&number, &version) in self.versions.iter().step_by(7) {
            let found = service.found(&word(number, version));
            if found.first() != Some(&format!("d{number}")) {
                return Err(format!("d{number} is not found, but {found:?}"));
            }
        }
        Ok(())
    }

    fn compare_one(&self, service: &Service, number: u64) -> Result<(), String> {
        let (status, body) = service.get(&format!("/api/v1/questions/d{number}"));
        let Some(&version) = self.versions.get(&number) else {
            return match status {
                404 => Ok(()),
                _ => Err(format!("d{number} is gone, but answered {status}: {body}")),
            };
        };
        let document: serde_json::Value = serde_json::from_str(&body).unwrap();
        let word = word(number, version);
        let bears = |part: &str| document[part].as_str().is_some_and(|t| t.contains(&word));
        if bears("title") && bears("answer_markdown") {
            return Ok(());
        }
        Err(format!(
            "d{number} is not in version {version}: {status}: {body}"
        ))
    }
}

/// How many documents the service says can be found.
fn documents_of(service: &Service) -> usize {
    metric(service, "dayi_documents")
}

/// A figure of `/metrics`.
pub(crate) fn metric(service: &Service, name: &str) -> usize {
    let metrics = service.get("/metrics").1;
    let line = metrics
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap().parse().unwrap()
}

/// A document: its word stands in title and answer, and all versions are of one length.
fn text(number: u64, version: u64) -> String {
    let word = word(number, version);
    let about = "先看日志，再按手册调整参数，重启之后观察指标是否恢复。\n\n".repeat(20);
    format!(
        "---\nid: d{number}\ntitle: {word} 的第 {number} 号机组怎么校准？\ndate: 2024-09-03\n---\n{about}最后输入 {word}。\n"
    )
}

/// A word of one version of one document alone.
pub(crate) fn word(number: u64, version: u64) -> String {
    let mut letters = Rng::with_seed(number << 32 | version);
    // Without vowels it is neither pinyin nor English, nor has an ending that is cut off.
    std::iter::repeat_with(|| char::from(*letters.choice(b"bcdfghjkmpqrtvwxz").unwrap()))
        .take(12)
        .collect()
}
