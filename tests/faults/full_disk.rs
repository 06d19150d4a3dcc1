//! An index folder without room: one clear error, answers from what is there, and everything once there is room again.

use crate::chance::{rounds, seeded};
use crate::documents::{Documents, PATIENCE};
use crate::kit::Place;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

/// What the system says of a full disk.
const FULL: &str = "No space left on device";

/// A small file system; unmounted when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts one at a new folder.
    fn mounted_at(folder: PathBuf) -> Self {
        fs::create_dir(&folder).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=8m", "dayi-full"])
            .arg(&folder)
            .status();
        assert!(
            mounted.unwrap().success(),
            "a small file system cannot be mounted"
        );
        Self(folder)
    }

    /// Leaves this many bytes free.
    fn fill_except(&self, free: usize) {
        let mut ballast = fs::File::create(self.ballast()).unwrap();
        let page = [1; 4096];
        while ballast.write_all(&page).is_ok() {}
        let length = ballast.metadata().unwrap().len();
        ballast.set_len(length.saturating_sub(free as u64)).unwrap();
    }

    fn make_room(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: what the killed process had open may still be there for a moment.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
#[ignore = "needs root, to mount a small file system: ./test.sh runs it"]
fn a_full_disk_stops_a_build_with_one_error_and_the_next_one_is_whole() {
    let place = Place::with(&[]);
    let documents = Documents::write_into(&place, 30);
    let disk = SmallDisk::mounted_at(place.path("index"));
    for free in [0, 16 * 1024] {
        disk.fill_except(free);
        for arguments in [&["index"][..], crate::kit::SERVE] {
            let failed = place.run(arguments);
            let said = failed.assert_code(2).stderr();
            assert_eq!(said.matches(FULL).count(), 1, "{said}");
            assert!(!said.contains("panicked"), "{said}");
        }
        disk.make_room();
    }
    place.run(&["index"]).assert_code(0);
    documents.assert_served(&place.serve());
}

#[test]
#[ignore = "needs root, to mount a small file system: ./test.sh runs it"]
fn a_full_disk_leaves_answers_as_they_were_until_there_is_room() {
    let mut random = seeded("full disk");
    let place = Place::with(&[]);
    let mut documents = Documents::write_into(&place, 30);
    let disk = SmallDisk::mounted_at(place.path("index"));
    let service = place.serve();
    let mut failures = 0;
    for round in 0..rounds().div_ceil(2) {
        // Anything between nothing and nearly enough, so that each step of a commit meets its end.
        let free = random.usize(0..if round % 2 == 0 { 16 } else { 128 } * 1024);
        disk.fill_except(free);
        if round % 3 == 2 {
            // Another analysis: everything is built anew beside the old index.
            fs::create_dir_all(place.path("words")).unwrap();
            let name = format!("[terms]\n第 {round} 个名字\n");
            fs::write(place.path("words/dictionary.txt"), name).unwrap();
        }
        documents.remove(random.u64(0..30));
        for _ in 0..10 {
            documents.change_any(&mut random);
        }
        let failed_before = errors(&service.said());
        service.wait_until(PATIENCE, "the end of the indexing", |s| {
            errors(&s.said()) > failed_before || documents.is_served_whole(s)
        });
        failures += errors(&service.said()) - failed_before;
        for number in 0..30 {
            let (status, body) = service.get(&format!("/api/v1/questions/d{number}"));
            assert!(status == 200 || status == 404, "{status} {body}");
        }
        assert!(!service.found("机组怎么校准").is_empty());
        disk.make_room();
        // Also without another edit: what failed is tried again.
        if round % 2 == 1 {
            documents.edit(random.u64(0..30));
        }
        let took = documents.wait_until_served(&service);
        println!("round {round}: {free} bytes were free; right again after {took:?}");
    }
    assert!(failures > 0, "the disk was never full");
    let said = service.kill();
    assert!(!said.contains("panicked"), "{said}");
    for line in said.lines().filter(|line| is_error(line)) {
        assert!(line.contains(FULL), "{line}");
    }
    documents.assert_served(&place.serve());
}

fn errors(said: &str) -> usize {
    said.lines().filter(|line| is_error(line)).count()
}

fn is_error(line: &str) -> bool {
    line.contains("\"ERROR\"")
}
