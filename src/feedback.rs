//! What visitors send and what experts make of it: ratings, asks, the query log, the store that holds them, the
//! reports over them, and what ranking learns.
//!
//! A record on its way:
//! - [`record`] says what may be in it; [`Store::keep`] queues it, and it is acknowledged only once it is on disk;
//! - `apply` writes it to the tables and returns events, about which `webhook::outbox` stores messages to other systems;
//! - experts see it by [`inbox`] and [`reports`], who asked follows it by [`asks`], ranking learns from it by `learning`,
//!   [`transfer`] exports it, and [`erasure`] erases it.
//!
//! Below all of these lie `database` (SQLite or PostgreSQL) and `schema` (the tables). Nothing here knows HTTP or how
//! documents are searched.

mod apply;
mod ask_key;
pub mod asks;
pub mod audit;
mod counters;
mod database;
pub mod deliveries;
pub mod erasure;
mod event;
pub mod experts;
pub mod favourites;
pub mod inbox;
mod latency;
mod learning;
mod placeholders;
mod receipt;
pub mod record;
pub mod reports;
mod schema;
pub mod secrets;
mod similar;
mod store;
pub mod text;
pub mod transfer;
mod visitor;
pub mod webhook;
pub mod words;

pub use database::StoreError;
pub use erasure::{Full, Retention};
pub use event::EventKind;
pub use learning::{Learning, Quality};
pub use receipt::{IdempotencyKey, Receipt};
pub use record::{Ask, BadField, Click, MeToo, QueryRecord, Rating, Reason, Record};
pub use similar::{Group, group};
pub use store::{OpenError, Store, without_password};
pub(crate) use visitor::network;
pub use visitor::{SenderKey, Visitor, VisitorKey};
