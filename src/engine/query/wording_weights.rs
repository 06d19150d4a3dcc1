//! How much wordings and kinds of concepts count.

/// The constants that parsing needs. Their reasons and defaults are in `ranking/weights.toml`, under the same names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct WordingWeights {
    pub(crate) synonym: f32,
    pub(crate) meaning: f32,
    pub(crate) meaning_from: f32,
    pub(crate) learned: f32,
    pub(crate) correction: f32,
    pub(crate) homophone: f32,
    pub(crate) pinyin: f32,
    pub(crate) part: f32,
    pub(crate) product: f32,
    pub(crate) name: f32,
    pub(crate) everyday: f32,
    pub(crate) filler: f32,
    pub(crate) filler_share: f32,
}
