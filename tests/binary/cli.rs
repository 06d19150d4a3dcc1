use crate::kit::Place;
use std::fs;
use std::os::unix::fs::PermissionsExt;

const TWO: &[(&str, &str)] = &[
    ("a.md", "Nacos 注册中心连不上"),
    ("b.md", "Dubbo 超时怎么调"),
];

#[test]
fn index_counts_what_it_did() {
    let place = Place::with(TWO);
    let built = place.run(&["index", "--format", "json"]);
    let counts = built.assert_code(0).json();
    assert_eq!(
        (&counts["added"], &counts["unchanged"]),
        (&2.into(), &0.into())
    );
    place.write("a.md", "Nacos 配置中心连不上");
    fs::remove_file(place.path("content/b.md")).unwrap();
    place.write("c.md", "新的问题");
    let again = place.run(&["index"]);
    let said = again.assert_code(0).stdout();
    assert!(
        said.starts_with("added 1, updated 1, removed 1, unchanged 0, rejected 0 in "),
        "{said}"
    );
}

#[test]
fn check_names_file_line_and_what_was_expected() {
    let place = Place::with(TWO);
    place.write_raw("broken.md", "---\nid: x\ndate: not-a-day\n---\nbody\n");
    place.write_raw("empty.md", "");
    place.write_raw("z.md", "---\nid: a\ntitle: again\n---\nbody\n");
    let checked = place.run(&["check"]);
    let said = checked.assert_code(1).stderr();
    for line in [
        "content/broken.md:3:",
        "content/empty.md:1:1: ",
        "content/z.md:1:1: the id `a` is already that of `a.md`; expected",
    ] {
        assert!(said.contains(line), "{line} not in {said}");
    }
    let as_json = place.run(&["check", "--format", "json"]);
    assert_eq!(
        as_json.assert_code(1).json()["rejected"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    place.run(&["check", "content/a.md"]).assert_code(0);
    assert!(!place.path("index").exists(), "check must not index");
    // An index says the same of the same files.
    let indexed = place.run(&["index"]);
    assert_eq!(indexed.assert_code(1).stderr(), said);
}

#[test]
fn check_names_what_should_be_looked_at_and_counts_what_is_left_out() {
    let place = Place::with(TWO);
    place.write_raw(
        "tags.md",
        "---\nid: t\ntitle: t\ntags: [\"nacos\",\"\"xxx\"\",\"地址\"]\n---\nbody\n",
    );
    place.write_raw("draft.md", "---\ntitle: t\ndraft: true\n---\n");
    place.write_raw(
        "old.md",
        "---\ntitle: t\nexpiryDate: 2020-01-01\n---\nbody\n",
    );
    place.write_raw("_drafts/a.md", "no front matter");
    let checked = place.run(&["check"]);
    assert_eq!(
        checked.assert_code(0).stderr(),
        "content/tags.md:4:16: warning: `\"\"xxx\"\"` cannot be read as a label, and is left out; \
         put it in a single pair of quotes, as in \"a\"\n"
    );
    assert_eq!(
        checked.stdout(),
        "3 accepted, 0 rejected, 3 left out (1 draft, 1 expired, 1 name with `_`), 1 warning\n"
    );
    place.run(&["check", "--deny", "warnings"]).assert_code(1);
    place
        .run(&["check", "--deny", "warnings", "content/a.md"])
        .assert_code(0);
    let json = place.run(&["check", "--format", "json"]);
    let json = json.assert_code(0).json();
    assert_eq!(json["warnings"][0]["line"], 4);
    assert_eq!(json["warnings"][0]["path"], "content/tags.md");
    assert_eq!(json["left_out"][1]["path"], "content/draft.md");
    assert_eq!(json["left_out"][1]["why"], "draft");
    // An index says the same of the same files.
    let indexed = place.run(&["index", "--format", "json"]);
    let indexed = indexed.assert_code(0).json();
    assert_eq!(
        (
            &indexed["added"],
            &indexed["warnings"].as_array().unwrap().len()
        ),
        (&3.into(), &1)
    );
}

#[test]
fn check_names_files_whose_names_are_not_utf8() {
    use std::os::unix::ffi::OsStrExt;
    let place = Place::with(TWO);
    let name = std::ffi::OsStr::from_bytes(b"inv\xff\xfe.md");
    fs::write(place.path("content").join(name), "---\nid: inv\n---\nx").unwrap();
    let checked = place.run(&["check"]);
    let said = checked.assert_code(1).stderr();
    assert!(
        said.contains("content/inv\u{fffd}\u{fffd}.md:1:1: the name is not UTF-8; expected"),
        "{said}"
    );
}

#[test]
fn a_rejected_file_stops_no_other() {
    let place = Place::with(TWO);
    place.write_raw("broken.md", "no front matter");
    let built = place.run(&["index", "--format", "json"]);
    let counts = built.assert_code(1).json();
    assert_eq!(counts["added"], 2);
    assert_eq!(counts["rejected"].as_array().unwrap().len(), 1);
}

#[test]
fn links_that_lead_nowhere_are_named_and_reject_nothing() {
    let place = Place::with(TWO);
    let head = "---\nid: links\ntitle: 链接\n---\n";
    place.write_raw(
        "guide/links.md",
        &format!("{head}[好](../a.md)\n![坏](none.png) ![好](a.png)\n\n[坏](missing.md)\n"),
    );
    place.write_raw("guide/a.png", "picture");
    let checked = place.run(&["check"]);
    let said = checked.assert_code(0).stderr();
    for line in [
        "content/guide/links.md:6:1: warning: the picture `none.png` is not in the content folder; ",
        "content/guide/links.md:8:1: warning: the link `missing.md` leads nowhere and is shown as text; ",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert_eq!(said.matches(": warning: ").count(), 2, "{said}");
}

#[test]
fn search_prints_hits_and_says_when_there_are_none() {
    let place = Place::with(TWO);
    let found = place.run(&["search", "注册中心", "--format", "json"]);
    assert_eq!(found.assert_code(0).json()["hits"][0]["id"], "a");
    assert!(
        place
            .run(&["search", "dubbo", "超时"])
            .assert_code(0)
            .stdout()
            .starts_with("1. Dubbo 超时怎么调\n")
    );
    place.run(&["search", "qwzxqwzx"]).assert_code(1);
    // A pasted log is reduced as the service reduces it, and that is said.
    let log = format!("dubbo 超时{}", "\n\tat a.b.C.call(C.java:1)".repeat(100));
    let found = place.run(&["search", &log]);
    let said = found.assert_code(0).stdout();
    assert!(said.contains("part"), "{said}");
    let found = place.run(&["search", &log, "--format", "json"]).json();
    assert!(found["query_reduced"] == true || found["query_truncated"] == true);
}

#[test]
fn what_cannot_start_says_why_in_one_line() {
    let place = Place::with(TWO);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().to_string();
    let file = place.path("file");
    fs::write(&file, "").unwrap();
    for (arguments, expected) in [
        (
            vec!["serve", "--content", "nowhere"],
            "/nowhere`: run `dayi init` to make one, ",
        ),
        (
            vec!["serve", "--content", "file"],
            "cannot read the content folder `file`: expected",
        ),
        (vec!["serve", "--listen", &port], "expected a free port"),
        (vec!["serve", "--listen", "everywhere"], "everywhere"),
        (
            vec!["index", "--index", "file/index"],
            "expected a folder this user may write",
        ),
        (vec!["index", "--config", "missing.toml"], "missing.toml"),
        (vec!["search"], "QUERY"),
    ] {
        let refused = place.run(&arguments);
        let said = refused.assert_code(2).stderr();
        assert!(said.contains(expected), "{arguments:?}: {said}");
        assert!(refused.stdout().is_empty());
    }
}

#[test]
fn an_unwritable_index_is_refused_before_anything_is_served() {
    let place = Place::with(TWO);
    let folder = place.path("locked");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o500)).unwrap();
    if fs::write(folder.join("probe"), "").is_ok() {
        // The superuser may write anywhere: a file in the folder's place stops it as well.
        fs::remove_dir_all(&folder).unwrap();
        fs::write(&folder, "").unwrap();
    }
    let refused = place.run(&["serve", "--index", "locked", "--listen", "127.0.0.1:0"]);
    assert!(
        refused
            .assert_code(2)
            .stderr()
            .contains("cannot write the index folder `locked`")
    );
}

#[test]
fn settings_come_from_flag_environment_file_and_default_in_this_order() {
    let place = Place::with(TWO);
    fs::write(
        place.path("dayi.toml"),
        "site_name = \"from file\"\nindex = \"from-file\"\n",
    )
    .unwrap();
    let shown = place
        .command(&["config", "--index", "from-flag"])
        .env("DAYI_INDEX", "from-environment")
        .env("DAYI_SITE_NAME", "from environment")
        .output()
        .unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    let line = |key: &str| {
        shown
            .lines()
            .find(|l| l.trim_start().starts_with(key))
            .unwrap_or_default()
            .to_owned()
    };
    assert!(line("index").contains("from-flag"), "{shown}");
    assert!(line("site_name").contains("from environment"), "{shown}");
    assert!(line("content").contains("content"), "{shown}");
}

#[test]
fn completions_and_man_pages_are_generated() {
    let place = Place::with(&[]);
    assert!(
        place
            .run(&["completions", "bash"])
            .assert_code(0)
            .stdout()
            .contains("_dayi")
    );
    assert!(
        place
            .run(&["man"])
            .assert_code(0)
            .stdout()
            .contains(".TH dayi 1")
    );
    let help = place.run(&["serve", "--help"]);
    assert!(
        help.assert_code(0).stdout().contains("Examples:"),
        "{}",
        help.stdout()
    );
}

#[test]
fn check_names_lines_of_the_words_that_cannot_be_used() {
    let place = Place::with(TWO);
    fs::create_dir(place.path("words")).unwrap();
    fs::write(place.path("words/synonyms.txt"), "a, b\nlonely\n").unwrap();
    fs::write(place.path("words/pinned.toml"), "[[rule]]\nquery = 1\n").unwrap();
    let checked = place.run(&["check"]);
    let said = checked.assert_code(1).stderr();
    assert!(
        said.contains("words/synonyms.txt:2: `lonely` stands alone"),
        "{said}"
    );
    assert!(said.contains("words/pinned.toml:2: "), "{said}");
    // What can be used is used.
    place.run(&["search", "dubbo"]).assert_code(0);
}

#[test]
fn check_names_texts_of_the_site_that_cannot_be_used() {
    let place = Place::with(TWO);
    fs::create_dir_all(place.path("words/texts")).unwrap();
    let texts = "nav-home = 主页\nnav-hom = 主页\n这不是 Fluent\n";
    fs::write(place.path("words/texts/zh-CN.ftl"), texts).unwrap();
    let checked = place.run(&["check"]);
    let said = checked.assert_code(1).stderr();
    let unknown =
        "words/texts/zh-CN.ftl:2: no text has the key `nav-hom`; expected a key such as `nav-home`";
    assert!(said.contains(unknown), "{said}");
    assert!(said.contains("words/texts/zh-CN.ftl:3: "), "{said}");
    fs::write(place.path("words/texts/zh-CN.ftl"), "nav-home = 主页\n").unwrap();
    place.run(&["check"]).assert_code(0);
}

#[test]
fn check_names_pinned_documents_that_are_not_there() {
    let place = Place::with(TWO);
    fs::create_dir(place.path("words")).unwrap();
    let rules = "[[rule]]\nquery = \"*超时*\"\nfirst = [\"b\", \"gone\"]\nhide = [\"a\"]\n";
    fs::write(place.path("words/pinned.toml"), rules).unwrap();
    let checked = place.run(&["check"]);
    assert_eq!(
        checked.assert_code(1).stderr(),
        "words/pinned.toml: rule `*超时*`: no document has the id `gone`; expected that of one in the content folder\n"
    );
    place.write("gone.md", "又有了");
    place.run(&["check"]).assert_code(0);
}

#[test]
fn eval_measures_whether_passages_answer() {
    let place = Place::with(&[]);
    let document = "---\ntitle: 端口\n---\n\n先看说明。\n\n## 改端口\n\n把 `port` 改成 8849。\n\n\
                    ## 改内存\n\n把 `Xmx` 改成 1g。\n";
    place.write_raw("a.md", document);
    fs::create_dir(place.path("set")).unwrap();
    let judged = |holds: &str| {
        format!("{{\"query\":\"怎么改内存\",\"id\":\"a\",\"holds\":[\"{holds}\"]}}\n")
    };
    let both = judged("Xmx 改成 1g") + &judged("没有这样的话");
    fs::write(place.path("set/passages.jsonl"), both).unwrap();
    let measured = place.run(&["eval", "set", "--format", "json"]);
    let report = measured.assert_code(0).json()["passages"][0].clone();
    let figures = ["pairs", "passage", "first_block", "of_first_hit"];
    let figures = figures.map(|name| report[name].to_string());
    assert_eq!(figures, ["2", "0.5", "0.0", "0.5"]);
    let table = place.run(&["eval", "set"]);
    let shown = table.assert_code(0).stdout();
    assert!(
        shown.contains("| set | 2 | 0.500 | 0.000 | 0.500 |"),
        "{shown}"
    );
    fs::write(place.path("set/passages.jsonl"), "{\"query\":1}").unwrap();
    let refused = place.run(&["eval", "set"]);
    let said = refused.assert_code(2).stderr();
    assert!(said.contains("passages.jsonl:1: "), "{said}");
}

#[test]
fn eval_measures_a_set_with_its_own_documents() {
    let place = Place::with(TWO);
    let set = place.path("set");
    fs::create_dir(&set).unwrap();
    fs::write(set.join("queries.jsonl"), "{\"id\":\"q\",\"text\":\"红苹果\",\"kind\":\"k\"}\n{\"id\":\"n\",\"text\":\"MongoDB\",\"kind\":\"none\"}\n").unwrap();
    fs::write(set.join("qrels.tsv"), "q\td1\t1\n").unwrap();
    fs::write(
        set.join("corpus.jsonl"),
        "{\"id\":\"d1\",\"title\":\"苹果是红的\"}\n{\"id\":\"d2\",\"title\":\"香蕉是黄的\"}\n",
    )
    .unwrap();
    let measured = place.run(&["eval", "set", "--format", "json", "--run", "out.run"]);
    let report = measured.assert_code(0).json()["sets"][0].clone();
    assert_eq!(
        (&report["set"], &report["queries"], &report["ndcg@10"]),
        (&"set".into(), &2.into(), &1.0.into())
    );
    assert_eq!(
        (&report["none_recall"], &report["kinds"]["k"]["mrr@10"]),
        (&1.0.into(), &1.0.into())
    );
    assert!(
        fs::read_to_string(place.path("out.run"))
            .unwrap()
            .starts_with("q Q0 d1 1 ")
    );
    assert!(!place.path("index").exists(), "eval leaves the index alone");
    let missing = place.run(&["eval", "nowhere"]);
    assert!(
        missing
            .assert_code(2)
            .stderr()
            .contains("nowhere/qrels.tsv"),
        "{}",
        missing.stderr()
    );
}

#[test]
fn search_explains_itself() {
    let place = Place::with(TWO);
    let explained = place.run(&["search", "--explain", "zhuce", "zhongxin"]);
    let said = explained.assert_code(0).stdout();
    assert!(
        said.contains("注册中心 (pinyin)") && said.contains("did you mean: 注册中心"),
        "{said}"
    );
}
