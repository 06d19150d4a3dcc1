//! A document that cannot be read is reported, the others are served, and it comes back when it can be read again.

use crate::documents::{Documents, PATIENCE, metric};
use crate::kit::{Place, SERVE, Service};
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

/// What a document becomes, and how.
type Break = (&'static str, fn(&Path));

/// The document that is made unreadable.
const BROKEN: u64 = 3;

#[test]
fn a_document_that_becomes_something_else_is_reported_and_comes_back() {
    let place = Place::with(&[]);
    let mut documents = Documents::write_into(&place, 10);
    let service = place.serve();
    let breaks: &[Break] = &[
        ("a link that leads nowhere", |file| {
            symlink("nowhere.md", file).unwrap();
        }),
        ("a link to itself", |file| {
            symlink(file.file_name().unwrap(), file).unwrap();
        }),
        ("a link out of the folder", |file| {
            symlink("/etc/hostname", file).unwrap();
        }),
        ("a pipe", |file| {
            assert!(Command::new("mkfifo").arg(file).status().unwrap().success());
        }),
        ("not UTF-8", |file| {
            fs::write(file, b"---\nid: d3\ntitle: \xd6\xd0\n---\n\xff\n").unwrap();
        }),
        ("empty", |file| fs::write(file, "").unwrap()),
    ];
    for (what, make) in breaks {
        let file = documents.path(BROKEN);
        documents.remove(BROKEN);
        make(&file);
        assert_reported(&place, &service, &documents, what);
        fs::remove_file(&file).unwrap();
        documents.edit(BROKEN);
        let took = documents.wait_until_served(&service);
        println!("after {what}: served again {took:?} later");
    }
}

#[test]
fn a_folder_in_place_of_a_document_hides_nothing_but_it() {
    let place = Place::with(&[]);
    let mut documents = Documents::write_into(&place, 10);
    let service = place.serve();
    documents.remove(BROKEN);
    fs::create_dir(documents.path(BROKEN)).unwrap();
    documents.wait_until_served(&service);
    fs::remove_dir(documents.path(BROKEN)).unwrap();
    documents.edit(BROKEN);
    documents.wait_until_served(&service);
}

#[test]
fn a_document_nobody_may_read_is_reported_and_comes_back() {
    let place = Place::with(&[]);
    let mut documents = Documents::write_into(&place, 10);
    let file = documents.path(BROKEN);
    let permit = |mode| fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
    permit(0o000);
    let reads = bound_by_modes(Command::new("cat").arg(&file)).output();
    permit(0o644);
    assert!(
        !reads.unwrap().status.success(),
        "a file without rights can be read all the same"
    );
    let serve = || Service::start(bound_by_modes(&place.command(SERVE)));
    let service = serve();
    documents.wait_until_served(&service);

    permit(0o000);
    let version = documents.forget(BROKEN).unwrap();
    documents.wait_until_served(&service);
    assert_eq!(metric(&service, "dayi_rejected_documents"), 1);
    // The next start neither serves it from the index nor stops at it, and names it.
    drop(service);
    let service = serve();
    documents.wait_until_served(&service);
    let said = service.said();
    assert!(
        said.contains("d3.md:1:1: the file cannot be read: Permission denied"),
        "{said}"
    );
    permit(0o644);
    documents.remember(BROKEN, version);
    let took = documents.wait_until_served(&service);
    println!("served again {took:?} after it may be read");
    assert_eq!(metric(&service, "dayi_rejected_documents"), 0);
}

#[test]
fn documents_of_a_folder_nobody_may_read_stay_and_the_folder_is_told_once() {
    let place = Place::with(&[]);
    place.write("sub/inner.md", "Nacos 注册中心连不上");
    place.write("outer.md", "Dubbo 超时怎么调");
    let folder = place.path("content/sub");
    let permit = |mode| fs::set_permissions(&folder, Permissions::from_mode(mode)).unwrap();
    let serve = || {
        let service = Service::start(bound_by_modes(&place.command(SERVE)));
        service.wait_until(PATIENCE, "ready", |s| s.get("/readyz").0 == 200);
        service
    };
    let service = serve();
    assert_eq!(service.found("nacos"), ["inner"]);

    permit(0o000);
    let rejected = |wanted| move |s: &Service| metric(s, "dayi_rejected_documents") == wanted;
    service.wait_until(PATIENCE, "the folder is told", rejected(1));
    assert_eq!(service.found("nacos"), ["inner"]);
    assert_eq!(service.get("/questions/inner").0, 200);
    // Another look at the folder, because something changed beside it.
    place.write("more.md", "网关怎样限流");
    service.wait_until(PATIENCE, "the new document", |s| {
        s.found("网关") == ["more"]
    });
    assert_eq!(metric(&service, "dayi_documents"), 3);
    let said = service.said();
    assert_eq!(
        said.matches("sub:1:1: the folder cannot be read").count(),
        1,
        "{said}"
    );
    permit(0o755);
    service.wait_until(PATIENCE, "the folder is back", rejected(0));
    // A start keeps them, too.
    permit(0o000);
    drop(service);
    let service = serve();
    assert_eq!(service.found("nacos"), ["inner"]);
    let mut check = bound_by_modes(&place.command(&["check"]));
    let checked = check.output().unwrap();
    permit(0o755);
    assert_eq!(checked.status.code(), Some(1));
}

/// The others are served, the file counts as left out, and `dayi check` and the log name it.
#[track_caller]
fn assert_reported(place: &Place, service: &Service, documents: &Documents<'_>, what: &str) {
    service.wait_until(PATIENCE, what, |s| {
        metric(s, "dayi_rejected_documents") == 1
    });
    documents.wait_until_served(service);
    let checked = place.run(&["check"]);
    let said = checked.assert_code(1).stderr();
    assert!(
        said.lines().any(|line| line.starts_with("content/d3.md:")),
        "{what}: {said}"
    );
    let logged = service.said();
    assert!(
        logged.contains("left out") && logged.contains("d3.md:"),
        "{what} is not in the log: {logged}"
    );
}

/// The same command, for root without the right to read everything; for others the rights of files count anyway.
fn bound_by_modes(command: &Command) -> Command {
    let mut bound = if is_root() {
        let mut bound = Command::new("setpriv");
        bound
            .args([
                "--bounding-set=-dac_override,-dac_read_search",
                "--inh-caps=-dac_override,-dac_read_search",
            ])
            .arg(command.get_program());
        bound
    } else {
        Command::new(command.get_program())
    };
    bound.args(command.get_args()).env_clear();
    if let Some(folder) = command.get_current_dir() {
        bound.current_dir(folder);
    }
    bound
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().unwrap().stdout == b"0\n"
}
