//! The 344 real documents, which lie beside the project where somebody has them; without them these tests are left out.

use dayi::analysis::Analyzer;
use dayi::document::{list_files, read_document};
use dayi::engine::embedded::EmbeddedEngine;
use dayi::engine::{Engine, SearchQuery};
use std::path::PathBuf;

const BOILERPLATE: [&str; 4] = [
    "答疑服务说明",
    "本内容经由技术专家审阅",
    "给我们反馈",
    "点击访问阿里AI",
];

fn corpus() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    assert!(
        folder.is_dir(),
        "the real documents are not at {}",
        folder.display()
    );
    folder
}

#[test]
#[ignore = "needs the real documents: ./test.sh runs it where they are"]
fn every_one_of_the_real_documents_is_accepted_and_free_of_boilerplate() {
    let folder = corpus();
    let files = list_files(&folder).unwrap().files;
    assert_eq!(files.len(), 344);
    for file in files {
        let read = read_document(&folder, &file.path).unwrap_or_else(|r| panic!("{r}"));
        assert_eq!(read.answer_text, read.document.answer_text());
        let document = read.document;
        assert!(
            document.grade_id.is_some() || file.path.starts_with("user-question"),
            "{} has no grade id",
            file.path
        );
        assert!(!document.answer_text().is_empty());
        let is_grey_separator =
            |line: &str| line.trim().len() > 3 && line.trim().chars().all(|c| c == '-');
        assert!(!document.answer.contains("#949494"), "{}", file.path);
        assert!(
            !document.answer_text().lines().any(is_grey_separator),
            "{}",
            file.path
        );
        assert!(
            !document.question.lines().any(is_grey_separator),
            "{}",
            file.path
        );
        for phrase in BOILERPLATE {
            for (name, text) in [
                ("question", &document.question),
                ("answer", &document.answer),
                ("text", &document.answer_text()),
            ] {
                assert!(
                    !text.contains(phrase),
                    "{}: {name} holds `{phrase}`",
                    file.path
                );
            }
            assert!(
                document.references.iter().all(|r| !r.text.contains(phrase)),
                "{}: references hold `{phrase}`",
                file.path
            );
        }
    }
}

#[test]
#[ignore = "needs the real documents: ./test.sh runs it where they are"]
fn all_real_documents_are_indexed_and_searched() {
    let folder = corpus();
    let index = tempfile::tempdir().unwrap();
    let (engine, _) = EmbeddedEngine::open(index.path(), Analyzer::new()).unwrap();
    let changes = engine.sync(&folder, &|_, _| {}).unwrap();
    assert_eq!((changes.added, changes.rejected.len()), (344, 0));
    let query = |text: &str| SearchQuery {
        text: text.into(),
        limit: 10,
        ..SearchQuery::default()
    };
    let found = engine
        .search(&query("spring cloud alibaba 组件有哪些"))
        .unwrap();
    let first = found.hits[0].document.headline().replace([' ', '-'], "");
    assert!(first.contains("springcloudalibaba组件有哪些"), "{first}");
    for hit in engine.search(&query("答疑服务说明 差评")).unwrap().hits {
        assert!(
            BOILERPLATE
                .iter()
                .all(|phrase| !hit.snippet_html.contains(phrase)),
            "{}",
            hit.snippet_html
        );
    }
}
