//! Notifies other systems of asks and bad ratings. A message is stored in the transaction of its record, signed, sent
//! again with growing pauses, and set aside for the experts when that does not help.
//!
//! [`config`](self) says whom to notify, `outbox` stores messages, `message` writes them in the form of each system, `send`
//! delivers them.

mod config;
mod message;
pub(super) mod outbox;
pub(super) mod send;
mod state;

pub use config::{BadWebhooks, Webhook, read};
pub use message::Form;
pub use outbox::Outbox;
pub use state::DeliveryState;
