//! Visitors who have the same question as a released ask, the same for the API and for the forms of pages.

use super::client::{Client, Sender};
use super::intake::store;
use super::refusal::Refusal;
use super::state::AppState;
use crate::feedback::{MeToo, Record};
use jiff::Timestamp;

/// Counts the sender once, and returns how many there are. An ask that visitors do not see is not found.
pub(super) async fn count(state: &AppState, ask: i64, sender: &Sender) -> Result<i64, Refusal> {
    let feedback = state.feedback()?;
    let visitor = feedback.visitor(&sender.client);
    state.limits.me_too(&visitor.network, ask)?;
    let seen = feedback.store.asks().released_one(ask).await?;
    let before = seen.ok_or(Refusal::NotFound)?.me_too;
    // The hash is the same on other days, and tells nothing about other asks.
    let Client { address, browser } = &sender.client;
    let own = feedback
        .senders
        .own(*address, browser, &format!("me-too {ask}"));
    let one = MeToo {
        at: Timestamp::now(),
        visitor: own,
        ask,
    };
    let receipt = store(state, Record::MeToo(one), None).await?;
    Ok(before + i64::from(!receipt.repeated))
}
