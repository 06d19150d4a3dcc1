//! What was found becomes hits: pinned documents first, near-duplicates folded, words highlighted.

use super::find::Found;
use super::snapshot::Snapshot;
use super::snippet::Marker;
use crate::document::DocumentId;
use crate::engine::{EngineError, Filter, Hit, Pin, SearchQuery, Similar, Sort};

impl Snapshot {
    /// Puts what the maintainer wants first before the groups; whether there was anything.
    pub(super) fn pin(
        &self,
        query: &SearchQuery,
        rules: &[&Pin],
        groups: &mut Vec<Vec<Found>>,
    ) -> Result<bool, EngineError> {
        let narrowed = query.filter != Filter::default() || query.sort != Sort::Relevance;
        let mut first: Vec<&DocumentId> = Vec::new();
        if !narrowed {
            // Several rules may name the same.
            for id in rules.iter().flat_map(|rule| &rule.first) {
                if !first.contains(&id) {
                    first.push(id);
                }
            }
        }
        if first.is_empty() {
            return Ok(false);
        }
        for group in groups.iter_mut() {
            let mut kept = Vec::with_capacity(group.len());
            for one in group.drain(..) {
                if !first.contains(&&self.id_at(one.address)?) {
                    kept.push(one);
                }
            }
            *group = kept;
        }
        groups.retain(|group| !group.is_empty());
        let mut pinned = Vec::new();
        for id in first {
            if let Some(address) = self.address_of(self.fields.id, &id.0)? {
                pinned.push(vec![Found::at(address)]);
            }
        }
        let any = !pinned.is_empty();
        groups.splice(0..0, pinned);
        Ok(any)
    }

    /// A hit as it is shown: the best of its group, the others folded into it.
    pub(super) fn hit(&self, group: &[Found], marker: &Marker<'_>) -> Result<Hit, EngineError> {
        let document = self.document_at(group[0].address)?;
        let similar = group[1..].iter().map(|one| {
            Ok(Similar {
                title: self.headline_at(one.address)?.unwrap_or_default(),
                id: self.id_at(one.address)?,
            })
        });
        Ok(Hit {
            similar: similar.collect::<Result<_, EngineError>>()?,
            title_html: marker.highlight(document.headline()),
            snippet_html: marker.best(&document.answer_text()),
            score: group[0].parts.total(),
            parts: group[0].parts,
            document,
        })
    }
}
