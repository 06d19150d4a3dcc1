//! A file becomes a [`Document`]: front matter, sections, Markdown to HTML and to text, loading a folder.
//!
//! Knows nothing of search or HTTP. A file that cannot be used gives a [`Rejection`] and does not stop the other
//! files.

mod alias;
mod code;
mod front_matter;
mod hash;
mod html;
mod id;
mod left_out;
mod listing;
mod load;
mod markdown;
mod model;
mod nesting;
mod one_line;
mod parse;
mod rejection;
mod sections;
mod separators;
mod unusable;
mod warning;

pub use alias::alias_key;
pub use hash::content_hash;
pub use html::{Html, escape, prepare_rendering, render_markdown};
pub use left_out::{LeftOut, Withheld};
pub use listing::{ContentError, ContentFile, Listing, check_folder, list_files};
pub use load::{READING_VERSION, ReadDocument, read_document};
pub use markdown::plain_text;
pub use model::{Document, DocumentId, DocumentNames, GradeId, Reference};
pub use parse::parse;
pub use rejection::Rejection;
pub use sections::OLD_FEEDBACK_PATH;
pub use unusable::Unusable;
pub use warning::Warning;
