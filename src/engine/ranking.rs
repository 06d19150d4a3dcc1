//! Ranking: from what an index says of the candidates of a query to their order, and to how sure that is.
//!
//! ```text
//! plan        which terms retrieve candidates, and how much each counts where
//! evidence    what an index says of one candidate
//! features    numbers from evidence, by the scorer; times `weights` they sum up to a score
//! confidence  signals of the first hits; by the `calibration` they become an answer state
//! quality     what visitors made of answers nudges the order
//! duplicates  near-equal documents become one hit
//! ```
//! Needs no index and knows none. Weights and calibration are data: `weights.toml` and `calibration.toml`.

mod answer_state;
mod calibration;
mod confidence;
mod coverage;
mod duplicates;
mod evidence;
mod features;
mod found;
mod key_filter;
mod nearness;
mod numbers;
mod plan;
mod quality;
mod scorer;
mod simhash;
mod weights;

pub use answer_state::{AnswerState, Reason};
pub(crate) use answer_state::{Circumstances, state};
pub use calibration::{CALIBRATION, Calibration, Logistic};
pub(crate) use confidence::confidence;
pub use confidence::{Confidence, Signal};
pub(crate) use duplicates::groups;
pub(crate) use evidence::{Evidence, HeadlineReader};
pub use features::{Feature, Features, ScoreParts};
pub(crate) use found::{Found, Judged};
pub(crate) use nearness::AskingReader;
pub(crate) use plan::{RetrievalPlan, Term, alike, asked};
pub(crate) use quality::prefer;
pub(crate) use scorer::Scorer;
pub(crate) use simhash::signature;
pub use weights::{DEFAULTS, Weights};
