//! A clock that moves: what an edit is told by is not the time it bears.

use crate::documents::Documents;
use crate::kit::{Place, SERVE, Service, stamps};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

const DAY: Duration = Duration::from_hours(24);

/// Times a file may bear after an edit: that of before, and such as a clock set wrong gives.
fn times(before: SystemTime) -> Vec<(&'static str, SystemTime)> {
    vec![
        ("the same time", before),
        ("a day earlier", before - DAY),
        ("ten years later", before + 3_650 * DAY),
        ("1970", SystemTime::UNIX_EPOCH),
        ("1960", SystemTime::UNIX_EPOCH - 3_650 * DAY),
        ("1960 again", SystemTime::UNIX_EPOCH - 3_650 * DAY),
    ]
}

fn set_time(file: &Path, time: SystemTime) {
    File::options()
        .write(true)
        .open(file)
        .unwrap()
        .set_modified(time)
        .unwrap();
}

fn time_of(file: &Path) -> SystemTime {
    fs::metadata(file).unwrap().modified().unwrap()
}

/// All versions of a document have one size.
#[test]
fn an_edit_is_served_whatever_time_it_bears() {
    let place = Place::with(&[]);
    let mut documents = Documents::write_into(&place, 10);
    let file = documents.path(2);
    let before = time_of(&file);
    let service = place.serve();
    for (what, time) in times(before) {
        documents.edit(2);
        set_time(&file, time);
        let took = documents.wait_until_served(&service);
        println!("{what}: served after {took:?}");
    }
    for (what, time) in times(before) {
        let text = documents.next_text(2);
        let beside = place.path("content/.next");
        fs::write(&beside, text).unwrap();
        set_time(&beside, time);
        fs::rename(&beside, &file).unwrap();
        let took = documents.wait_until_served(&service);
        println!("{what}, renamed over: served after {took:?}");
    }
}

#[test]
fn an_edit_while_nothing_ran_is_served_whatever_time_it_bears() {
    let place = Place::with(&[]);
    let mut documents = Documents::write_into(&place, 10);
    let file = documents.path(2);
    let before = time_of(&file);
    drop(place.serve());
    for (_, time) in times(before) {
        documents.edit(2);
        set_time(&file, time);
        documents.assert_served(&place.serve());
    }
}

/// As in an image whose files all bear one time.
#[test]
fn files_of_one_time_and_one_size_are_told_apart_when_they_change_places() {
    let place = Place::with(&[]);
    let mut documents = Documents::write_into(&place, 10);
    for number in 0..10 {
        set_time(&documents.path(number), SystemTime::UNIX_EPOCH);
    }
    drop(place.serve());
    for number in 0..10 {
        documents.edit(number);
        set_time(&documents.path(number), SystemTime::UNIX_EPOCH);
    }
    documents.assert_served(&place.serve());
}

/// A change of nothing but the time indexes nothing.
#[test]
fn a_new_time_alone_changes_nothing() {
    let place = Place::with(&[]);
    let documents = Documents::write_into(&place, 10);
    place.run(&["index"]).assert_code(0);
    let before = stamps_of_index(&place);
    for number in 0..10 {
        set_time(&documents.path(number), SystemTime::UNIX_EPOCH);
    }
    let again = place.run(&["index", "--format", "json"]);
    assert_eq!(again.assert_code(0).json()["unchanged"], 10);
    assert_eq!(stamps_of_index(&place), before);
}

/// Every file of the index with the time of its last change, without the list of files that only look changed.
fn stamps_of_index(place: &Place) -> Vec<(PathBuf, SystemTime)> {
    let mut stamps = stamps(&place.path("index"));
    stamps.retain(|(path, _)| !path.ends_with("seen.json"));
    stamps
}

/// A service whose clock is years off, as `libfaketime` (Debian's package of this name) makes it believe.
#[test]
#[ignore = "needs libfaketime: ./test.sh runs it"]
fn a_service_whose_clock_is_wrong_serves_edits_and_the_next_one_too() {
    let library = fake_time().expect("libfaketime is not installed");
    let place = Place::with(&[]);
    let mut documents = Documents::write_into(&place, 10);
    for (offset, number) in [("-3650d", 1), ("+3650d", 2), ("+0d", 3)] {
        let mut command = place.command(SERVE);
        command
            .env("LD_PRELOAD", &library)
            .env("FAKETIME", offset)
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .env("NO_FAKE_STAT", "1");
        let service = Service::start(command);
        documents.wait_until_served(&service);
        for _ in 0..3 {
            documents.edit(number);
            let took = documents.wait_until_served(&service);
            println!("clock at {offset}: served after {took:?}");
        }
    }
    documents.assert_served(&place.serve());
}

fn fake_time() -> Option<PathBuf> {
    let folders = fs::read_dir("/usr/lib").ok()?.flatten();
    folders
        .map(|folder| folder.path().join("faketime/libfaketime.so.1"))
        .find(|library| library.exists())
}
