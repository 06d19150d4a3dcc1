//! Applies records to the tables, within the transaction of the caller. Records of one kind are written together.
//!
//! What happened is returned as events; nobody is notified here.

mod asks;
mod me_too;
mod ratings;
mod searches;
mod sendings;
mod target;

use super::ask_key::AskKey;
use super::counters::Counters;
use super::database::StoreError;
use super::event::Event;
use super::receipt::{IdempotencyKey, Receipt};
use super::record::Record;
use ratings::Rater;
use sendings::Keyed;
use sqlx::AnyConnection;
use std::collections::HashSet;
use target::Target;

/// A record, with the idempotency key it was sent with.
pub(super) type Sent<'r> = (&'r Record, Option<&'r IdempotencyKey>);

/// The result for one record. An error concerns this record only, not the rest of the batch.
pub(super) type Outcome = Result<Receipt, StoreError>;

/// The result for a batch.
#[derive(Debug, Default)]
pub(super) struct Applied<'r> {
    /// One outcome for each record, in the order of the records.
    pub(super) outcomes: Vec<Outcome>,
    /// What happened, in this order.
    pub(super) events: Vec<Event<'r>>,
}

/// Applies at most [`MOST_ROWS`](super::placeholders::MOST_ROWS) records. A record whose key was applied before
/// changes nothing.
pub(super) async fn apply<'r>(
    connection: &mut AnyConnection,
    counters: &mut Counters,
    ask_key: &AskKey,
    records: &[Sent<'r>],
) -> Result<Applied<'r>, StoreError> {
    let mut target = Target {
        connection,
        counters,
        ask_key,
    };
    let mut outcomes: Vec<Option<Outcome>> = records.iter().map(|_| None).collect();
    let mut events = Vec::new();
    let mut waiting: Vec<usize> = (0..records.len()).collect();
    while !waiting.is_empty() {
        let (independent, rest) = split_independent(records, &waiting);
        target
            .apply_independent(records, &independent, &mut outcomes, &mut events)
            .await?;
        waiting = rest;
    }
    Ok(Applied {
        outcomes: outcomes.into_iter().flatten().collect(),
        events,
    })
}

impl Target<'_> {
    /// Applies the records at these positions, none of which replaces or repeats another.
    async fn apply_independent<'r>(
        &mut self,
        records: &[Sent<'r>],
        positions: &[usize],
        outcomes: &mut [Option<Outcome>],
        events: &mut Vec<Event<'r>>,
    ) -> Result<(), StoreError> {
        let keys: Vec<&IdempotencyKey> = positions.iter().filter_map(|i| records[*i].1).collect();
        let known = sendings::known(self.connection, &keys).await?;
        let (mut ratings, mut queries) = (Vec::new(), Vec::new());
        let (mut asks, mut clicks) = (Vec::new(), Vec::new());
        let mut me_too = Vec::new();
        for i in positions.iter().copied() {
            let (record, key) = records[i];
            if let Some(key) = key
                && let Some(known) = known.get(&key.key)
            {
                outcomes[i] = Some(known.repeated(key));
                continue;
            }
            match record {
                Record::Rating(rating) => ratings.push((i, rating)),
                Record::Query(query) => queries.push((i, query)),
                Record::Ask(ask) => asks.push((i, ask)),
                Record::Click(click) => clicks.push((i, click)),
                Record::MeToo(one) => me_too.push((i, one)),
            }
        }
        let mut applied: Vec<(usize, Receipt)> = self.apply_ratings(&ratings, events).await?;
        applied.extend(self.apply_queries(&queries).await?);
        for (i, ask) in asks {
            let is_imported = records[i].1.is_some_and(IdempotencyKey::is_of_import);
            applied.push((i, self.apply_ask(ask, is_imported, events).await?));
        }
        // Clicks come after searches, because a click marks a search that may be in the same batch.
        for (i, click) in clicks {
            applied.push((i, self.apply_click(click).await?));
        }
        for (i, one) in me_too {
            applied.push((i, self.apply_me_too(one).await?));
        }
        let keyed: Vec<Keyed<'_>> = applied
            .iter()
            .filter_map(|(i, receipt)| Some((records[*i].1?, records[*i].0.kind(), *receipt)))
            .collect();
        sendings::remember(self.connection, &keyed).await?;
        for (i, receipt) in applied {
            outcomes[i] = Some(Ok(receipt));
        }
        Ok(())
    }
}

/// Splits these positions into two lists. The first list has the first record of each key and each visitor's first
/// rating of an answer; the second has the records that repeat or replace those.
fn split_independent(records: &[Sent<'_>], positions: &[usize]) -> (Vec<usize>, Vec<usize>) {
    let (mut keys, mut raters) = (HashSet::new(), HashSet::new());
    positions.iter().partition(|i| {
        let (record, key) = records[**i];
        let is_first_of_key = key.is_none_or(|k| keys.insert(k.key.as_str()));
        let is_first_of_visitor = match record {
            Record::Rating(rating) => raters.insert(Rater::from_rating(rating)),
            _ => true,
        };
        is_first_of_key && is_first_of_visitor
    })
}
