//! What experts change of a site's words.

use crate::kit::{Place, over_both};
use dayi::feedback::words::{WordChange, WordError};

over_both! {
    changes_are_rows_that_are_audited_and_can_be_undone
}

async fn changes_are_rows_that_are_audited_and_can_be_undone(place: Place) {
    let store = place.open().await;
    let words = store.words();
    let first = words.revision().await.unwrap();
    for (subject, text, change) in [
        ("a", "  口子 被占了 ", WordChange::Added),
        ("a", "换端口", WordChange::Removed),
        ("b", "怎么并", WordChange::Added),
    ] {
        words.change(subject, text, change, "li.hua").await.unwrap();
    }
    let of_a = words.of("a").await.unwrap();
    let shown: Vec<_> = of_a
        .iter()
        .map(|c| (c.text.as_str(), c.change, c.expert.as_str()))
        .collect();
    assert_eq!(
        shown,
        [
            ("口子 被占了", WordChange::Added, "li.hua"),
            ("换端口", WordChange::Removed, "li.hua")
        ]
    );
    assert_eq!(words.all().await.unwrap().len(), 3);
    let second = words.revision().await.unwrap();
    assert_ne!(first, second);

    assert!(words.undo("a", of_a[1].id, "wang.lei").await.unwrap());
    // Once, and only of its document.
    assert!(!words.undo("a", of_a[1].id, "wang.lei").await.unwrap());
    assert!(!words.undo("b", of_a[0].id, "wang.lei").await.unwrap());
    assert_eq!(words.of("a").await.unwrap().len(), 1);
    assert_ne!(words.revision().await.unwrap(), second);
    let log = store.audit().page(None, 10).await.unwrap();
    let actions: Vec<_> = log
        .iter()
        .map(|e| (e.action.as_str(), e.expert.as_str(), e.target.as_str()))
        .collect();
    assert_eq!(actions[0], ("question undone", "wang.lei", "a"));
    assert_eq!(actions[3], ("question added", "li.hua", "a"));

    for text in ["", "一", "字\u{202e}", &"长".repeat(201)] {
        let refused = words.change("a", text, WordChange::Added, "li.hua").await;
        assert!(matches!(refused, Err(WordError::Field(_))), "{text}");
    }
    store.close().await;
}
