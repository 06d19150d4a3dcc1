//! Front matter as people and programs write it.

use super::*;
use crate::document::left_out::Withheld;
use proptest::prelude::*;

fn now() -> Timestamp {
    "2026-11-30T12:00:00Z".parse().unwrap()
}

/// Front matter with its warnings.
fn whole(text: &str) -> Result<(Meta, Vec<String>), String> {
    let front = read("a.md", text, now()).map_err(|rejection| rejection.to_string())?;
    let warnings = front.source.warnings.iter().map(ToString::to_string);
    Ok((front.meta, warnings.collect()))
}

fn yaml(yaml: &str) -> Result<(Meta, Vec<String>), String> {
    whole(&format!("---\n{yaml}---\nbody"))
}

fn meta(text: &str) -> Result<Meta, String> {
    yaml(text).map(|(meta, _)| meta)
}

#[test]
fn accepts_every_shape_real_documents_use() {
    let read = meta("id: question-1\ntitle: \"a: b\"\ndate: 2024-09-03\ntags: [\"a\",\"b\",]\nkeywords: x，y\nmood: {good: [1]}\n").unwrap();
    assert_eq!(read.id.as_deref(), Some("question-1"));
    assert_eq!(read.title.as_deref(), Some("a: b"));
    assert_eq!(read.date, Some(jiff::civil::date(2024, 9, 3)));
    assert_eq!(read.tags, ["a", "b"]);
    assert_eq!(read.keywords, ["x", "y"]);
    assert_eq!(read.extra["mood"]["good"][0], 1);
}

#[test]
fn unknown_keys_are_kept_whatever_they_are() {
    let read = meta("2021: a\ntrue: [1, 2.5, null]\ntitle: x\nnested: {a: {b: c}}\n").unwrap();
    assert_eq!(read.title.as_deref(), Some("x"));
    assert_eq!(read.extra["2021"], "a");
    assert_eq!(read.extra["true"], serde_json::json!([1, 2.5, null]));
    assert_eq!(read.extra["nested"]["a"]["b"], "c");
    assert_eq!(read.extra.len(), 3);
}

#[test]
fn numbers_and_quoted_dates_are_text() {
    let read = meta("id: 0016702\ndate: \"2024-09-03\"\ntags: [2021, null, k8s, 1.10]\n").unwrap();
    assert_eq!(read.id.as_deref(), Some("0016702"));
    assert_eq!(read.date, Some(jiff::civil::date(2024, 9, 3)));
    assert_eq!(read.tags, ["2021", "k8s", "1.10"]);
    assert_eq!(meta("tags: 2024\n").unwrap().tags, ["2024"]);
    assert_eq!(meta("tags: 1.10\ncategory: 2.0\n").unwrap().tags, ["1.10"]);
}

#[test]
fn a_bad_date_is_refused_where_it_stands() {
    let message = meta("title: a\ndate: \"yesterday\"\n").unwrap_err();
    assert_eq!(
        message,
        "a.md:3:7: `date` is `yesterday`; expected an ISO date such as \"2024-09-03\""
    );
    let message = meta("date: \"a\\nb\"\n").unwrap_err();
    assert!(message.contains("`date` is `a\\nb`"), "{message}");
    for date in ["2024-02-30", "2024", "09/06/2024"] {
        let message = meta(&format!("title: a\ndate: {date}\n")).unwrap_err();
        assert!(message.starts_with("a.md:3:7: `date` is"), "{message}");
    }
}

#[test]
fn a_name_that_cannot_be_read_is_refused_with_its_line_in_the_file() {
    for (text, place) in [
        ("title: [\"a\"\ntags: [x]\n", "a.md:2:"),
        ("tags: [x]\ntitle: Nacos: 升级\n", "a.md:3:"),
        ("tags: [x]\nid: \"a\n", "a.md:3:"),
        ("title: a\ntitle: b\n", "a.md:"),
        ("title：全角\n", "a.md:2:"),
        ("- a\n- b\n", "a.md:2:"),
    ] {
        let message = meta(text).unwrap_err();
        assert!(message.starts_with(place), "{message}");
        assert!(message.contains("not usable YAML"), "{message}");
    }
}

#[test]
fn one_bad_value_loses_itself_and_is_told_with_its_place() {
    for (text, labels, place) in [
        (
            "title: a\ntags: [\"nacos\",\"\"xxx\"\",\"地址\"]\n",
            "nacos 地址",
            "a.md:3:16: ",
        ),
        ("title: a\ntags: [\"nacos\"\n", "nacos", "a.md:3:6: "),
        (
            "title: a\ntags:\n  - nacos\n  - @x\n  - 地址\n",
            "nacos 地址",
            "a.md:5:5: ",
        ),
        (
            "title: a\ntags: [nacos]\ncategory: \"x\n",
            "nacos",
            "a.md:4:1: ",
        ),
        (
            "title: a\ntags: [nacos]\nauthor: {name: x}\n",
            "nacos",
            "a.md:4:1: ",
        ),
        (
            "title: a\ndescription: a: b: c\ntags: [nacos]\n",
            "nacos",
            "a.md:3:1: ",
        ),
        ("title: a\nmood: *x\ntags: [nacos]\n", "nacos", "a.md:3:1: "),
        (
            "title: a\ntags: nacos, 地址\nkeywords: [\"a\" b, c]\n",
            "nacos 地址",
            "a.md:4:12: ",
        ),
        (
            "title: a\ntags:\n  - [nacos, 地址]\n  - d: e\n",
            "nacos 地址",
            "a.md:5:5: ",
        ),
    ] {
        let (meta, warnings) = yaml(text).unwrap();
        assert_eq!(meta.title.as_deref(), Some("a"), "{text}");
        assert_eq!(meta.tags.join(" "), labels, "{text}");
        assert!(
            warnings.iter().any(|w| w.starts_with(place)),
            "{text}: {warnings:?}"
        );
    }
}

#[test]
fn a_tag_over_several_lines_is_one_line_and_a_paragraph_is_none() {
    let paragraph =
        "从您提供的内容来看，这段文本较短且具有明确的主题，直接提取关键词如下，如果需要扩展";
    let text =
        format!("title: E\ntags: [\"x\",\"Exception\n信息\n\ny\",\"E\n{paragraph}\n\ny\"]\n");
    let (meta, warnings) = yaml(&text).unwrap();
    assert_eq!(meta.tags, ["x", "Exception 信息 y"]);
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].starts_with("a.md:7:1: "), "{warnings:?}");
    assert!(
        warnings[0].contains("is too long for a label"),
        "{warnings:?}"
    );
}

#[test]
fn fences_are_found_or_asked_for() {
    for (text, body, line) in [
        ("---\nid: a\n---\nbody", "body", 4),
        ("\n---  \nid: a\n---", "", 4),
        ("---\nid: a\n...\nbody", "body", 4),
        ("---\n---\nbody", "body", 3),
        ("+++\nid = \"a\"\n+++\nbody", "body", 4),
        ("{\n\"id\": \"a\"\n}\nbody", "\nbody", 3),
    ] {
        let front = read("a.md", text, now()).unwrap();
        assert_eq!((front.body, front.body_line), (body, line), "{text}");
    }
    for (text, start) in [
        ("", "a.md:1:1: the file is empty"),
        ("hello", "a.md:1:1: the file does not start"),
        ("----\nid: a\n----\n", "a.md:1:1: the file does not start"),
        ("\n---\nid: a", "a.md:2:1: the front matter is not closed"),
        (
            "+++\nid = \"a\"\n---\n",
            "a.md:1:1: the front matter is not closed",
        ),
        (
            "+++\nid = a\n+++\n",
            "a.md:2:6: the front matter is not usable TOML",
        ),
        (
            "{\n\"id\": a\n}\n",
            "a.md:2:7: the front matter is not usable JSON",
        ),
        (
            "{\"标\": 题}",
            "a.md:1:7: the front matter is not usable JSON",
        ),
        ("{{< x >}}", "a.md:1:2: the front matter is not usable JSON"),
    ] {
        let message = whole(text).unwrap_err();
        assert!(message.starts_with(start), "{message}");
    }
}

#[test]
fn every_format_says_the_same() {
    let texts = [
        "---\nid: 16\ntitle: t\ndate: 2024-09-26\ncategory: [后端, b]\ntags: [a, b]\nmood: {good: 1}\n---\n",
        "+++\nid = 16\ntitle = \"t\"\ndate = 2024-09-26\ncategory = [\"后端\", \"b\"]\ntags = [\"a\", \"b\"]\nmood = {good = 1}\n+++\n",
        "{\"id\": 16, \"title\": \"t\", \"date\": \"2024-09-26\", \"category\": [\"后端\", \"b\"],\n\"tags\": [\"a\", \"b\"], \"mood\": {\"good\": 1}}\n",
    ];
    let [yaml, toml, json] = texts.map(|text| whole(text).unwrap());
    assert_eq!(yaml.0, toml.0);
    assert_eq!(yaml.0, json.0);
    assert_eq!(
        (yaml.0.id.as_deref(), yaml.0.category.as_deref()),
        (Some("16"), Some("后端"))
    );
    assert!(
        [yaml, toml, json]
            .iter()
            .all(|(_, warnings)| warnings.len() == 1)
    );
}

#[test]
fn keys_of_other_generators_are_understood_or_told() {
    let (meta, warnings) = yaml(
        "categories: [后端, Java]\ntag: nacos、配置\nlastmod: 2025-01-02\naliases: [/old/path/, 旧问法]\nredirect_from: /questions/was\nslug: my-slug\n",
    )
    .unwrap();
    assert_eq!(meta.category.as_deref(), Some("后端"));
    assert_eq!(meta.tags, ["nacos", "配置"]);
    assert_eq!(meta.updated, Some(jiff::civil::date(2025, 1, 2)));
    assert_eq!(meta.aliases, ["/old/path", "was"]);
    for place in ["a.md:2:1: ", "a.md:5:1: ", "a.md:7:1: "] {
        assert!(
            warnings.iter().any(|w| w.starts_with(place)),
            "{warnings:?}"
        );
    }
    for changed in [
        "updated: 2025/1/2",
        "last_modified_at: 2025-01-02T10:00:00Z",
        "last_update: {date: 2025-01-02, author: x}",
        "lastUpdated: 20250102",
    ] {
        let meta = meta_of(&format!("date: 2024-09-03\n{changed}\n"));
        assert_eq!(
            meta.updated,
            Some(jiff::civil::date(2025, 1, 2)),
            "{changed}"
        );
    }
    assert_eq!(
        meta_of("tags: [Nacos]\ntag: [nacos, b]\n").tags,
        ["Nacos", "b"]
    );
    let nested = meta_of("categories:\n  - [后端, Java]\n");
    assert_eq!(nested.category.as_deref(), Some("后端"));
    assert_eq!(
        meta_of("lastUpdated: true\nupdated: 2099-01-01\n").updated,
        None
    );
    assert_eq!(
        meta_of("categories: 后端\n").category.as_deref(),
        Some("后端")
    );
}

fn meta_of(yaml: &str) -> Meta {
    meta(yaml).unwrap()
}

#[test]
fn what_is_not_for_readers_is_withheld() {
    for (yaml, why) in [
        ("draft: true", Some(Withheld::Draft)),
        ("draft: \"true\"", Some(Withheld::Draft)),
        ("Draft: yes", Some(Withheld::Draft)),
        ("draft: ture", Some(Withheld::Draft)),
        ("draft: false", None),
        ("draft:", None),
        ("published: false", Some(Withheld::Unpublished)),
        ("publish: no", Some(Withheld::Unpublished)),
        ("published: true", None),
        ("published: 2099-01-01", Some(Withheld::NotYet)),
        ("published: 2024-01-01", None),
        ("hidden: true", Some(Withheld::Hidden)),
        ("unlisted: true", Some(Withheld::Hidden)),
        ("status: draft", Some(Withheld::Draft)),
        ("status: Private", Some(Withheld::Unpublished)),
        ("status: 草稿", Some(Withheld::Draft)),
        ("status: published", None),
        ("status: resolved", None),
        ("expiryDate: 2020-01-01", Some(Withheld::Expired)),
        ("expiry_date: 2026-11-30T11:59:59Z", Some(Withheld::Expired)),
        ("expiryDate: 2026-11-30T12:00:01Z", None),
        (
            "expiryDate: 2026-11-30T13:00:00+08:00",
            Some(Withheld::Expired),
        ),
        ("expires: 2027-01-01", None),
        ("publishDate: 2027-01-01", Some(Withheld::NotYet)),
        ("publishDate: 2025-01-01", None),
    ] {
        let (meta, warnings) = super::tests::yaml(&format!("title: a\n{yaml}\n")).unwrap();
        assert_eq!(meta.publication.withheld_at(now()), why, "{yaml}");
        assert_eq!(warnings.len(), 0, "{yaml}");
    }
    let (meta, warnings) = yaml("title: a\nexpiryDate: someday\n").unwrap();
    assert_eq!(meta.publication.withheld_at(now()), None);
    assert!(warnings[0].starts_with("a.md:3:1: "), "{warnings:?}");
}

#[test]
fn what_a_day_will_change_holds_until_then() {
    let at = |text: &str| text.parse::<Timestamp>().ok();
    let (meta, warnings) = yaml("title: a\ndate: 2099-01-01\n").unwrap();
    assert_eq!(
        (meta.date, meta.holds_until),
        (None, at("2098-12-31T00:00:00Z"))
    );
    assert!(
        warnings[0].starts_with("a.md:3:1: warning: `date` is in the future"),
        "{warnings:?}"
    );
    let tomorrow = meta_of("date: 2026-12-01\n");
    assert_eq!(
        (tomorrow.date.is_some(), tomorrow.holds_until),
        (true, None)
    );
    let ends = meta_of("date: 2099-01-01\nexpiryDate: 2027-01-01\n");
    assert_eq!(ends.holds_until, at("2027-01-01T00:00:00Z"));
}

#[test]
fn every_value_has_bounds() {
    for bytes in [10_000, 70_000, 1_000_000] {
        let long = "长".repeat(bytes / 3);
        for key in [
            "title",
            "category",
            "description",
            "author",
            "tags",
            "keywords",
            "mood",
            "aliases",
        ] {
            let (meta, warnings) = yaml(&format!("{key}: {long}\n")).unwrap();
            // The title is cut where it is chosen, with those that come from elsewhere.
            if key == "title" {
                continue;
            }
            // Keys of other generators are kept as unknown ones, as far as those are kept.
            let too_large = usize::from(bytes > LARGEST_EXTRA);
            let (most, told) = match key {
                "mood" => (LARGEST_EXTRA, too_large),
                "aliases" => (LARGEST_EXTRA, 1 + too_large),
                _ => (4_000, 1),
            };
            let kept = format!("{meta:?}").len();
            assert!(kept < most + 1_000, "{key} {bytes}: {kept}");
            assert_eq!(warnings.len(), told, "{key} {bytes}: {warnings:?}");
            assert!(warnings.iter().all(|w| w.len() < 600), "{key} {bytes}");
        }
        let message = meta(&format!("date: {long}\n")).unwrap_err();
        assert!(message.len() < 600, "{}", message.len());
        let message = meta(&format!("title: [{long}\n")).unwrap_err();
        assert!(message.len() < 1_200, "{}", message.len());
        let many = "a,".repeat(bytes / 2);
        // The parser refuses what is too much for it.
        let kept = meta(&format!(
            "tags: [{many}]
"
        ))
        .map_or(0, |meta| meta.tags.len());
        assert!(kept <= 50, "{kept}");
    }
}

proptest! {
    #[test]
    fn a_broken_line_never_loses_the_others(broken in "[a-z\"'\\[\\]{},:&*@%|>-]{0,30}", key in "tags|keywords|category|mood") {
        let text = format!("title: a\n{key}: {broken}\nauthor: b\n");
        // A quote without an end may take the next lines with it, but not those before.
        if let Ok((meta, _)) = yaml(&text) {
            prop_assert_eq!(meta.title.as_deref(), Some("a"));
        }
    }

    #[test]
    fn a_broken_list_of_plain_tags_keeps_them(tags in prop::collection::vec("[a-z]{1,6}", 1..5), broken in "\"[a-z]{1,3}\"[a-z]{1,3}\"") {
        let mut unique = tags.clone();
        unique.sort();
        unique.dedup();
        let text = format!("title: a\ntags: [{}, {broken}]\n", tags.join(", "));
        let (meta, warnings) = yaml(&text).unwrap();
        let mut read = meta.tags;
        read.sort();
        // Words such as `null` are no labels.
        unique.retain(|tag| !matches!(tag.as_str(), "null"));
        prop_assert_eq!(read, unique);
        prop_assert_eq!(warnings.len(), 1);
    }
}
