//! A file becomes a [`Document`]: front matter, sections, Markdown to HTML and to text, loading a folder.
//!
//! Knows nothing of search or HTTP. A file that cannot be used gives a [`Rejection`] and does not stop the other
//! files.

mod addresses;
mod alias;
mod anchors;
mod bare_addresses;
mod blocks;
mod callout;
mod closing_references;
mod code;
mod dead_links;
mod dialect;
mod emphasis;
mod escape;
mod front_matter;
mod hash;
mod html;
mod id;
mod left_out;
mod line_breaks;
mod listing;
mod load;
mod markdown;
mod markdown_addresses;
mod model;
mod nesting;
mod one_line;
mod outline;
mod own_paths;
mod parse;
mod pictures;
mod rejection;
mod relative_path;
mod rendering;
mod residue;
mod sections;
mod separators;
mod tags;
mod text_warnings;
mod unusable;
mod warning;

pub use addresses::{Alone, Surroundings, of_reference as reference_address};
pub use alias::alias_key;
pub use blocks::{Block, BlockKind, HeadedBlocks, headed_blocks};
pub use callout::Callout;
pub use escape::escape;
pub use front_matter::{LONGEST_ASKING, MOST_ASKINGS};
pub use hash::content_hash;
pub use html::{Html, prepare_rendering, render_answer, render_excerpt, render_markdown};
pub use left_out::{LeftOut, Withheld};
pub use listing::{ContentError, ContentFile, Listing, check_folder, list_files};
pub use load::{READING_VERSION, ReadDocument, read_document};
pub use markdown::{beginning, plain_text};
pub use model::{Document, DocumentId, DocumentNames, GradeId, Reference};
pub use outline::{OutlineEntry, outline};
pub use own_paths::OLD_FEEDBACK_PATH;
pub use parse::parse;
pub use pictures::{Picture, open_picture, type_of as picture_type};
pub use rejection::Rejection;
pub use text_warnings::text_warnings_in;
pub use unusable::Unusable;
pub use warning::Warning;
