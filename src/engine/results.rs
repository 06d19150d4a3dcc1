//! What is shown of found documents: facets, snippets with highlights, suggestions, and the documents that a maintainer
//! wants first. Needs no index.

mod about_answers;
mod common_tags;
mod facets;
mod passage;
mod pins;
mod snippet;
mod suggestions;

pub use common_tags::CommonTags;
pub(crate) use facets::{all_labels, facets};
pub(crate) use passage::PassageFinder;
pub use pins::{PINNED, Pin, Pins};
pub(crate) use pins::{first, hidden};
pub(crate) use snippet::Marker;
pub(crate) use suggestions::{LONGEST_PREFIX, Typed, prefix_key};
