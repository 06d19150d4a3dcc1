//! The only room that knows HTTP: a request becomes a query, an answer becomes a page or JSON.

mod admin;
pub mod api;
mod assets;
mod body;
mod cache;
mod client;
mod compressed;
mod expert;
mod extract;
mod intake;
mod kept;
mod limits;
mod locale;
mod machines;
mod metrics;
mod pages;
mod path;
mod problem;
mod router;
mod server;
mod shares;
mod state;

pub use api::openapi_document;
pub use router::router;
pub use server::{ServeError, bind, serve};
pub use state::AppState;
