//! What visitors like, as the store last said: it is asked rarely, and no list of questions waits long for it.

use crate::document::DocumentId;
use crate::engine::Engine;
use crate::feedback::Store;
use crate::feedback::favourites::Favourites;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// How long what was read is good enough.
const FRESH: Duration = Duration::from_mins(1);
/// How long a store that did not answer is not asked again.
const LEFT_ALONE: Duration = Duration::from_secs(10);

/// What was read last.
#[derive(Default)]
pub(super) struct KnownFavourites(Mutex<Option<Reading>>);

struct Reading {
    until: Instant,
    favourites: Option<Arc<Favourites>>,
}

impl KnownFavourites {
    /// What visitors like. None while the store cannot be read, which stops no page.
    pub(super) async fn read(&self, store: &Store) -> Option<Arc<Favourites>> {
        let mut last = self.0.lock().await;
        if let Some(reading) = last.as_ref().filter(|r| Instant::now() < r.until) {
            return reading.favourites.clone();
        }
        let read = store.reports().favourites().await;
        let favourites = read.inspect_err(|error| {
            tracing::warn!(error = %crate::error_chain(error), "the feedback store could not be read");
        });
        let favourites = favourites.ok().map(Arc::new);
        let good_for = if favourites.is_some() {
            FRESH
        } else {
            LEFT_ALONE
        };
        *last = Some(Reading {
            until: Instant::now() + good_for,
            favourites: favourites.clone(),
        });
        favourites
    }
}

/// Gives the id that an answer has now; none where it is gone. What an index that cannot be read knows no name of is gone.
pub(super) fn current(engine: &dyn Engine) -> impl Fn(&str) -> Option<String> {
    move |id| {
        let names = engine.names_of_id(&DocumentId(id.to_owned()));
        names.ok().flatten().map(|names| names.id.0)
    }
}
