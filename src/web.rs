//! The only module that knows HTTP: it turns requests into queries, and what the engine and the store give into pages
//! and JSON.

mod admin;
mod answer;
pub mod api;
mod askings;
mod assets;
mod body;
mod cache;
mod client;
mod client_quotas;
mod compressed;
mod draft;
mod error_page;
mod expert;
mod favourites;
mod frame;
mod intake;
mod labels;
mod language;
mod limits;
mod links;
mod lists;
mod machines;
mod markdown;
mod metrics;
mod moved;
mod pages;
mod parameters;
mod passage;
mod path;
mod pictures;
mod problem;
mod refusal;
mod render_refusal;
mod response_cache;
mod router;
mod scripts;
mod search_request;
mod server;
mod state;
mod xml;

pub use api::openapi_document;
pub use router::router;
pub use server::{Listener, Patience, ServeError, bind, serve};
pub use state::AppState;
