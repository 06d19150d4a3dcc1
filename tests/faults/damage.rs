//! An index damaged while nothing ran: the next start notices or is not concerned, and serves right answers.

use crate::chance::{rounds, seeded};
use crate::documents::Documents;
use crate::kit::{Place, Service, stamps};
use fastrand::Rng;
use std::fs;
use std::path::{Path, PathBuf};

/// Files with a checksum.
const CHECKED: &[&str] = &["term", "idx", "pos", "store", "fast", "fieldnorm", "del"];

/// What is changed in a list of segments, and how.
type Lie = (&'static str, fn(&str) -> String);

/// The bytes of an index folder by path.
struct Saved(Vec<(PathBuf, Vec<u8>)>);

impl Saved {
    /// An index that has lived: several segments, and documents that were removed from them.
    fn of_lived_in(place: &Place) -> (Documents<'_>, Self) {
        let mut documents = Documents::write_into(place, 20);
        place.run(&["index"]).assert_code(0);
        for number in 0..5 {
            documents.edit(number);
        }
        documents.remove(7);
        place.run(&["index"]).assert_code(0);
        (documents, Self::of(place))
    }

    fn of(place: &Place) -> Self {
        let files = stamps(&place.path("index")).into_iter();
        let bytes = files.map(|(path, _)| (path.clone(), fs::read(path).unwrap()));
        let mut bytes: Vec<_> = bytes.collect();
        // Their names are random: by what they are, a seed damages the same ones again.
        bytes.sort_by_key(|(path, bytes)| (extension(path), bytes.len()));
        Self(bytes)
    }

    fn restore(&self, place: &Place) {
        fs::remove_dir_all(place.path("index")).unwrap();
        for (path, bytes) in &self.0 {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
}

#[test]
fn random_damage_is_mended_or_does_no_harm() {
    let mut random = seeded("damage");
    let place = Place::with(&[]);
    let (documents, saved) = Saved::of_lived_in(&place);
    let mut rebuilt = 0;
    for round in 0..rounds() {
        saved.restore(&place);
        let mut must_be_noticed = false;
        let mut done = Vec::new();
        for _ in 0..random.usize(1..4) {
            let (path, bytes) = random.choice(&saved.0).unwrap();
            let what = damage(path, bytes, &mut random);
            let is_checked = CHECKED.contains(&extension(path).as_str());
            must_be_noticed |= is_checked && what.is_some_and(|(_, is_in_body)| is_in_body);
            done.push(format!(
                "{} of {}",
                what.map_or("nothing", |(what, _)| what),
                path.file_name().unwrap().display()
            ));
        }
        println!("round {round}: {}", done.join(", "));
        // Without the file that names it there is no index that could be damaged.
        must_be_noticed &= place.path("index/current").exists();
        let service = place.serve();
        documents.assert_served(&service);
        let said = service.said();
        assert!(
            said.contains("the index is rebuilt") || !must_be_noticed,
            "not noticed: {said}"
        );
        rebuilt += usize::from(said.contains("the index is rebuilt"));
        let said = service.kill();
        assert!(!said.contains("panicked"), "{said}");
        // What was mended stays so.
        let service = place.serve();
        documents.assert_served(&service);
        assert!(!service.said().contains("rebuilt"), "{}", service.said());
    }
    println!("{rebuilt} of {} were rebuilt", rounds());
}

/// Damages a file in one of several ways: how, and whether a checksum is of what was damaged. `None` when it is as it was.
fn damage(path: &Path, bytes: &[u8], random: &mut Rng) -> Option<(&'static str, bool)> {
    let body = bytes.len() - footer_length(bytes);
    let mut bytes = bytes.to_vec();
    let mut is_in_body = true;
    let what = match random.u8(0..5) {
        0 => {
            // It may be gone already.
            let _ = fs::remove_file(path);
            return Some(("removal", true));
        }
        1 if !bytes.is_empty() => {
            bytes.truncate(random.usize(0..bytes.len()));
            "truncation"
        }
        2 if !bytes.is_empty() => {
            let start = random.usize(0..bytes.len());
            let end = random.usize(start..bytes.len()) + 1;
            is_in_body = start < body;
            random.fill(&mut bytes[start..end]);
            "a random stretch"
        }
        _ if !bytes.is_empty() => {
            let bit = random.usize(0..bytes.len() * 8);
            is_in_body = bit / 8 < body;
            bytes[bit / 8] ^= 1 << (bit % 8);
            "a flipped bit"
        }
        _ => return None,
    };
    fs::write(path, bytes).unwrap();
    Some((what, is_in_body))
}

/// Bytes at the end of a file of tantivy's that hold the checksum of the rest, and a version that nobody reads: text, its
/// length and a number, of four bytes each.
fn footer_length(bytes: &[u8]) -> usize {
    let text = bytes
        .len()
        .checked_sub(8)
        .and_then(|at| bytes.get(at..at + 4));
    let text = text.and_then(|length| length.try_into().ok());
    let length = text.map_or(0, |length| u32::from_le_bytes(length) as usize + 8);
    length.min(bytes.len())
}

#[test]
fn a_list_of_segments_that_lies_is_noticed() {
    let place = Place::with(&[]);
    let (documents, saved) = Saved::of_lived_in(&place);
    let lies: &[Lie] = &[
        ("removed documents come back", |meta| {
            meta.replacen("\"deletes\"", "\"deletez\"", 1)
        }),
        ("more documents than there are", |meta| {
            meta.replacen("\"max_doc\": ", "\"max_doc\": 9", 1)
        }),
        ("fewer documents than there are", |meta| {
            let (before, rest) = meta.split_once("\"max_doc\": ").unwrap();
            let (_, rest) = rest.split_once(',').unwrap();
            format!("{before}\"max_doc\": 1,{rest}")
        }),
    ];
    for (what, lie) in lies {
        saved.restore(&place);
        let folder = current_folder(&place);
        let meta = fs::read_to_string(folder.join("meta.json")).unwrap();
        let changed = lie(&meta);
        assert_ne!(changed, meta, "{what}");
        fs::write(folder.join("meta.json"), changed).unwrap();
        assert_noticed(&documents, &place.serve(), what);
    }
}

#[test]
fn damage_is_noticed_without_the_list_of_files() {
    let place = Place::with(&[]);
    let (documents, saved) = Saved::of_lived_in(&place);
    saved.restore(&place);
    fs::remove_file(current_folder(&place).join(".managed.json")).unwrap();
    for (path, bytes) in saved.0.iter().filter(|(p, _)| extension(p) == "store") {
        let mut bytes = bytes.clone();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(path, bytes).unwrap();
    }
    assert_noticed(&documents, &place.serve(), "a flipped bit");
}

/// As a kill leaves it that comes just before the list of segments is replaced.
#[test]
fn a_commit_that_was_cut_short_is_made_again() {
    let place = Place::with(&[]);
    let mut documents = Documents::write_into(&place, 20);
    place.run(&["index"]).assert_code(0);
    let before = Saved::of(&place);
    for number in 0..5 {
        documents.edit(number);
    }
    documents.remove(7);
    place.run(&["index"]).assert_code(0);
    let listed = |text: &[u8]| serde_json::from_slice::<Vec<String>>(text).unwrap();
    for (path, bytes) in &before.0 {
        if path.ends_with(".managed.json") {
            // Files are listed before they are written, and until after they are removed.
            let both = [listed(bytes), listed(&fs::read(path).unwrap())].concat();
            fs::write(path, serde_json::to_vec(&both).unwrap()).unwrap();
        } else {
            fs::write(path, bytes).unwrap();
        }
    }
    let service = place.serve();
    documents.assert_served(&service);
    assert!(!service.said().contains("rebuilt"), "{}", service.said());
}

#[test]
fn an_index_removed_while_serving_is_built_again() {
    let place = Place::with(&[]);
    let mut documents = Documents::write_into(&place, 20);
    let service = place.serve();
    for round in 0..3 {
        // The service may write a file into a folder that is being removed.
        while place.path("index").exists() {
            let _ = fs::remove_dir_all(place.path("index"));
        }
        // What was answered from is still open.
        documents.assert_served(&service);
        documents.edit(round);
        documents.remove(10 + round);
        let took = documents.wait_until_served(&service);
        println!("served right {took:?} after the index was gone");
    }
    let said = service.kill();
    assert_eq!(
        said.matches("the index is gone; it is rebuilt").count(),
        3,
        "{said}"
    );
    assert!(!said.contains("panicked"), "{said}");
    documents.assert_served(&place.serve());
}

#[track_caller]
fn assert_noticed(documents: &Documents<'_>, service: &Service, what: &str) {
    documents.assert_served(service);
    let said = service.said();
    assert!(said.contains("the index is rebuilt"), "{what}: {said}");
    assert!(!said.contains("panicked"), "{what}: {said}");
}

/// The folder that `current` names.
fn current_folder(place: &Place) -> PathBuf {
    let manifest = fs::read(place.path("index/current")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    place
        .path("index")
        .join(manifest["folder"].as_str().unwrap())
}

fn extension(path: &Path) -> String {
    let extension = path.extension().unwrap_or_default();
    extension.to_string_lossy().into_owned()
}
