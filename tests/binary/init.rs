//! The first hour: a folder without anything becomes a site, and what is there already stays as it is.

use crate::kit::{Finished, Place, SERVE, Service};
use std::fs;
use std::time::Duration;

const MADE: [&str; 4] = [
    "dayi.toml",
    "content/write-a-document.md",
    "content/search-on-your-website.md",
    "content/feedback-reaches-experts.md",
];

/// A place without a content folder.
fn empty_place() -> Place {
    let place = Place::with(&[]);
    fs::remove_dir(place.path("content")).unwrap();
    place
}

fn lines(finished: &Finished) -> Vec<&str> {
    finished.stdout().lines().collect()
}

#[test]
fn init_makes_a_site_that_passes_its_check_and_says_what_is_next() {
    let place = empty_place();
    let made = place.run(&["init"]);
    let said = lines(made.assert_code(0));
    assert_eq!(said[0], format!("made {}", MADE.join(", ")));
    assert_eq!(said.len(), 5, "{said:#?}");
    for (line, command) in
        said[2..]
            .iter()
            .zip(["dayi serve ", "dayi check ", "dayi expert password "])
    {
        assert!(line.trim_start().starts_with(command), "{line}");
    }
    assert_eq!(made.stderr(), "");
    let checked = place.run(&["check", "--deny", "warnings"]);
    assert_eq!(checked.assert_code(0).stdout(), "3 accepted, 0 rejected\n");
    assert_eq!(checked.stderr(), "");
}

#[test]
fn a_fresh_site_is_found_by_everyday_wordings() {
    let place = empty_place();
    place.run(&["init"]).assert_code(0);
    let service = place.serve();
    for (query, expected) in [
        ("我写好的 md 文件丢到哪里", "write-a-document"),
        ("想在我们官网上挂个搜索", "search-on-your-website"),
        ("有人给了差评，我怎么知道", "feedback-reaches-experts"),
    ] {
        assert_eq!(service.found(query).first().unwrap(), expected, "{query}");
    }
    let announced = |documents: &str, service: &Service| {
        let content = place.path("content");
        let content = content.display();
        let address = service.address;
        format!("dayi serves http://{address}/ and watches {content} ({documents})\n")
    };
    let expected = announced("3 files to read", &service);
    assert!(service.said().contains(&expected), "{}", service.said());
    service.signal("TERM");
    service.end();
    // The next start knows what the index holds.
    let service = place.serve();
    let expected = announced("3 documents", &service);
    assert!(service.said().contains(&expected), "{}", service.said());
    assert_eq!(service.said().matches("dayi serves").count(), 1);
}

#[test]
fn init_overwrites_nothing() {
    let place = empty_place();
    fs::write(place.path("dayi.toml"), "site_name = \"我们的\"\n").unwrap();
    let first = place.run(&["init"]);
    let kept = "dayi.toml is there already, and was left as it is";
    assert_eq!(lines(first.assert_code(0))[0], kept);
    let sample = place.path(MADE[1]);
    fs::write(&sample, "改过").unwrap();
    fs::remove_file(place.path(MADE[2])).unwrap();
    let second = place.run(&["init"]);
    let said = lines(second.assert_code(0));
    assert!(
        said.contains(&format!("made {}", MADE[2]).as_str()),
        "{said:#?}"
    );
    let third = place.run(&["init"]);
    let all = MADE.map(|path| format!("{path} is there already, and was left as it is"));
    assert_eq!(lines(third.assert_code(0)), all);
    assert_eq!(fs::read_to_string(&sample).unwrap(), "改过");
    let settings = fs::read_to_string(place.path("dayi.toml")).unwrap();
    assert_eq!(settings, "site_name = \"我们的\"\n");
}

#[test]
fn init_adds_no_documents_to_those_of_others() {
    let place = Place::with(&[("a.md", "Nacos 注册中心连不上")]);
    let made = place.run(&["init"]);
    assert_eq!(
        lines(made.assert_code(0))[..2],
        [
            "content has documents already: none were added",
            "made dayi.toml"
        ]
    );
    assert_eq!(fs::read_dir(place.path("content")).unwrap().count(), 1);
}

#[test]
fn init_makes_the_folder_of_documents_that_serve_will_look_for() {
    let place = empty_place();
    let made = place.run(&["init", "site/qa", "--content", "文 档"]);
    let said = lines(made.assert_code(0));
    assert!(said[0].starts_with("made site/qa/dayi.toml, site/qa/文 档/"));
    assert_eq!(said[1], "Next, in site/qa:");
    let mut check = place.command(&["check"]);
    check.current_dir(place.path("site/qa"));
    Finished(check.output().unwrap()).assert_code(0);
    // Also where the settings were there first.
    let other = place.path("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("dayi.toml"), "content = \"docs\"\n").unwrap();
    place.run(&["init", "other"]).assert_code(0);
    assert!(other.join("docs/write-a-document.md").exists());
    assert!(!other.join("content").exists());
}

#[test]
fn init_names_what_cannot_be_made() {
    let place = empty_place();
    fs::write(place.path("file"), "").unwrap();
    fs::create_dir(place.path("site")).unwrap();
    fs::write(place.path("site/content"), "").unwrap();
    fs::create_dir(place.path("wrong")).unwrap();
    fs::write(place.path("wrong/dayi.toml"), "listne = 1\n").unwrap();
    for (folder, expected) in [
        ("file", "cannot make the folder `file`: expected a folder"),
        (
            "file/below",
            "cannot make the folder `file/below`: expected",
        ),
        ("site", "cannot make the folder `site/content`: expected"),
        ("wrong", "wrong/dayi.toml:1: unknown key `listne`"),
    ] {
        let refused = place.run(&["init", folder]);
        let said = refused.assert_code(2).stderr();
        assert!(said.contains(expected), "{folder}: {said}");
        assert_eq!(refused.stdout(), "");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let place = empty_place();
    let locked = place.path("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o500)).unwrap();
    if fs::write(locked.join("probe"), "").is_ok() {
        // The superuser may write anywhere but into what is no folder of files.
        let refused = place.run(&["init", "/proc/self"]);
        let said = refused.assert_code(2).stderr();
        assert!(
            said.contains("cannot write `/proc/self/dayi.toml`"),
            "{said}"
        );
        return;
    }
    let refused = place.run(&["init", "locked"]);
    let said = refused.assert_code(2).stderr();
    assert!(said.contains("cannot write `locked/dayi.toml`"), "{said}");
}

#[test]
fn serve_without_content_says_how_to_get_it() {
    let place = empty_place();
    let refused = place.run(SERVE);
    let content = place.path("content");
    assert_eq!(
        refused.assert_code(2).stderr(),
        format!(
            "error: there is no content folder `{}`: run `dayi init` to make one, or name yours with `--content`\n",
            content.display()
        )
    );
    assert!(!place.path("index").exists());
}

/// An index of nothing is there once an empty folder was read, and the home page then says what comes first.
#[test]
fn an_empty_content_folder_is_served_with_the_first_steps() {
    let place = Place::with(&[]);
    let service = place.serve();
    service.wait_until(Duration::from_secs(30), "first steps", |s| {
        s.get("/").1.contains("class=\"steps\"")
    });
    place.write("a.md", "Nacos 注册中心连不上");
    service.wait_until(Duration::from_secs(30), "the document", |s| {
        let home = s.get("/").1;
        home.contains("Nacos") && !home.contains("class=\"steps\"")
    });
}
