//! Notifies other systems of asks and bad ratings. A message is stored in the transaction of its record, signed, and
//! sent again with growing pauses if sending fails. If it fails too often, it is set aside for the experts.
//!
//! [`config`](self) says whom to notify, `outbox` stores messages, `message` writes them in the form of each system, `send`
//! delivers them.

mod config;
mod message;
pub(super) mod outbox;
mod plain;
pub(super) mod send;
mod state;

pub use config::{BadWebhooks, Webhook, read};
pub use message::Form;
pub use outbox::Outbox;
pub use state::DeliveryState;
