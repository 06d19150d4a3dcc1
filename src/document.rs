//! A file becomes a [`Document`]: front matter, sections, Markdown to HTML and to text, loading a folder.
//!
//! Knows nothing of search or HTTP. A file that cannot be used gives a [`Rejection`] and does not stop the other
//! files.

mod code;
mod front_matter;
mod html;
mod load;
mod markdown;
mod model;
mod nesting;
mod parse;
mod rejection;
mod sections;
mod separators;
mod warning;

pub use front_matter::Meta;
pub use html::{Html, escape, prepare_rendering, render_markdown};
pub use load::{
    ContentError, ContentFile, ReadDocument, check_folder, content_hash, list_files, read_document,
};
pub use markdown::plain_text;
pub use model::{Document, DocumentId, DocumentNames, GradeId, Reference};
pub use parse::parse;
pub use rejection::Rejection;
pub use sections::OLD_FEEDBACK_PATH;
pub use warning::Warning;
