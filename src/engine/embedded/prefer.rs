//! What visitors made of answers nudges their order, within the bounds of `ranking.quality`.

use super::find::Found;
use super::snapshot::Snapshot;
use crate::engine::{EngineError, Quality, Ranking};

impl Snapshot {
    /// Adds what is known of each answer to its score, and puts those that were looked at closely in order again. How sure
    /// the answer is was judged before, by its text alone.
    pub(super) fn prefer(
        &self,
        found: &mut [Found],
        quality: &Quality,
        ranking: &Ranking,
    ) -> Result<(), EngineError> {
        if quality.is_empty() || ranking.quality == 0.0 {
            return Ok(());
        }
        let close = found.iter().take_while(|f| f.features.is_some()).count();
        let found = &mut found[..close];
        for one in found.iter_mut() {
            let known = quality.get(&self.id_at(one.address)?.0);
            one.parts.quality = known.map_or(0.0, |q| q.clamp(-1.0, 1.0) * ranking.quality);
        }
        // Stable: what scores the same keeps its order.
        found.sort_by(|a, b| b.parts.total().total_cmp(&a.parts.total()));
        Ok(())
    }
}
