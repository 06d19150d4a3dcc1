//! The documents of a new site: each is of use to whoever reads it first.

/// Names and texts of the documents.
pub(super) const SAMPLES: [(&str, &str); 3] = [
    (
        "write-a-document.md",
        include_str!("samples/write-a-document.md"),
    ),
    (
        "search-on-your-website.md",
        include_str!("samples/search-on-your-website.md"),
    ),
    (
        "feedback-reaches-experts.md",
        include_str!("samples/feedback-reaches-experts.md"),
    ),
];
