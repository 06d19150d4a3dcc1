//! The state that all handlers share.

use super::brand::{Brand, BrandError};
use super::client_quotas::{ClientQuotas, SharedQuota, current_client};
use super::favourites::KnownFavourites;
use super::limits::Limits;
use super::metrics::Metrics;
use super::refusal::Refusal;
use super::response_cache::{CacheKey, CachedResponse, LONGEST_REQUEST, ResponseCache};
use super::scripts::{CurrentScripts, Scripts};
use crate::config::Config;
use crate::engine::{Engine, EngineError};
use crate::feedback::{SenderKey, Store, VisitorKey};
use crate::texts::{SharedTexts, Texts};
use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore, oneshot};

/// Searches that run at once, for each core: CPU work gains nothing from more.
const SEARCHES_PER_CORE: usize = 2;
/// Searches that may wait, for each that runs: more would wait longer than a visitor does, and delay all others.
const WAITING_PER_SEARCH: usize = 32;
/// Bytes of bodies that are being read, of all requests together.
const BODY_BYTES: usize = 24 * 1024 * 1024;
/// Kilobytes of Markdown in large answers that are rendered at the same time, at most: each takes some 70 KB of memory.
/// The largest file fits in.
const ROOM_KB: usize = 1_024;
/// How long a search may wait for its turn.
const PATIENCE: Duration = Duration::from_secs(1);

/// Shared by all requests; cheap to clone, which happens several times in each.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

/// What is shared.
pub struct Shared {
    /// Answers queries.
    pub(super) engine: Arc<dyn Engine>,
    /// Checked settings.
    pub(super) config: Config,
    /// Texts in all languages, which may be replaced while serving.
    pub(super) texts: SharedTexts,
    scripts: CurrentScripts,
    /// What makes the site look like its owner's.
    pub(super) brand: Arc<Brand>,
    /// Counted for `/metrics`.
    pub(super) metrics: Metrics,
    /// How much one address may send.
    pub(super) limits: Limits,
    feedback: OnceLock<Feedback>,
    /// What visitors like.
    pub(super) favourites: KnownFavourites,
    /// Threads for searches only, one for each search that may run: each caches the words that it segmented, so other
    /// blocking work must not add threads.
    search_threads: ThreadPool,
    searches: Arc<Semaphore>,
    /// How many of the running searches one client may have.
    searches_of: ClientQuotas,
    waiting: Arc<Semaphore>,
    /// How many of the waiting searches one client may have.
    waiting_of: ClientQuotas,
    /// Bytes that bodies may still take while they are read; one client has half of them at most.
    pub(super) body_bytes: SharedQuota,
    /// Room for large answers that are rendered, in kilobytes.
    room: Arc<Semaphore>,
    /// Cached responses.
    responses: ResponseCache,
}

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// What visitors send, and who they are.
pub(super) struct Feedback {
    pub(super) store: Store,
    pub(super) visitors: VisitorKey,
    pub(super) senders: SenderKey,
    /// Signs the cookies of devices.
    pub(super) device_key: [u8; 32],
}

/// Why work of the engine was not done.
pub(super) enum Unavailable {
    /// The first documents are still being indexed.
    Indexing,
    /// Too many searches are waiting.
    Busy,
    /// The engine failed; the cause is for the log.
    Failed(EngineError),
}

impl From<Unavailable> for Refusal {
    fn from(why: Unavailable) -> Self {
        match why {
            Unavailable::Indexing => Self::Indexing,
            Unavailable::Busy => Self::Busy,
            Unavailable::Failed(error) => {
                tracing::error!(error = %crate::error_chain(&error), "a request failed");
                Self::Internal
            }
        }
    }
}

/// Why there is no state.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The threads that search cannot be started.
    #[error("cannot start the threads that search")]
    Threads(#[from] ThreadPoolBuildError),
    /// A picture of the site cannot be used.
    #[error(transparent)]
    Brand(#[from] BrandError),
}

/// Work of the engine that ended without a result.
#[derive(Debug, thiserror::Error)]
#[error("the work panicked")]
struct Panicked;

impl AppState {
    /// State over an engine, with the texts to answer in.
    ///
    /// # Errors
    /// When the threads that search cannot be started, or a picture of the site cannot be used.
    pub fn new(
        engine: Arc<dyn Engine>,
        config: Config,
        texts: SharedTexts,
    ) -> Result<Self, StateError> {
        for tag in &config.site_languages {
            if texts.current().language(tag).is_none() {
                tracing::warn!(%tag, "`site.languages` names a language that there are no texts of");
            }
        }
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let searches = cores * SEARCHES_PER_CORE;
        let waiting = searches * WAITING_PER_SEARCH;
        let search_threads = ThreadPoolBuilder::new()
            .num_threads(searches)
            .thread_name(|number| format!("search-{number}"))
            // The panic is printed by then, and its request is answered with an error.
            .panic_handler(|_| {})
            .build()?;
        Ok(Self(Arc::new(Shared {
            engine,
            texts,
            scripts: CurrentScripts::default(),
            search_threads,
            limits: Limits::new(&config),
            feedback: OnceLock::new(),
            favourites: KnownFavourites::default(),
            brand: Arc::new(Brand::load(&config)?),
            config,
            metrics: Metrics::default(),
            searches: Arc::new(Semaphore::new(searches)),
            searches_of: ClientQuotas::new(searches * 3 / 4),
            waiting: Arc::new(Semaphore::new(waiting)),
            waiting_of: ClientQuotas::new(waiting / 2),
            body_bytes: SharedQuota::new(BODY_BYTES, BODY_BYTES / 2),
            room: Arc::new(Semaphore::new(ROOM_KB)),
            responses: ResponseCache::default(),
        })))
    }

    /// Adds the store for feedback; without one, feedback is refused. A second store is ignored.
    #[must_use]
    pub fn with_feedback(self, store: Store) -> Self {
        let visitors = store.visitor_key(self.config.visitors_change_daily);
        let feedback = Feedback {
            visitors,
            senders: store.sender_key(),
            device_key: store.device_key(),
            store,
        };
        // Fails only for a second store.
        let _ = self.feedback.set(feedback);
        self
    }

    /// The scripts with the texts as they are now.
    pub(super) fn scripts(&self) -> Arc<Scripts> {
        let logo = self.brand.logo.as_ref().map_or("", |logo| &logo.path);
        self.scripts.of(&self.texts.current(), logo)
    }

    /// What visitors send.
    pub(super) fn feedback(&self) -> Result<&Feedback, Refusal> {
        self.feedback.get().ok_or(Refusal::StoreUnavailable)
    }

    /// The response to a request, from the cache or else from `build`. `texts` are those that it is written with, if
    /// any; without `request`, which says all that the response depends on, nothing is cached.
    pub(super) async fn cached(
        &self,
        route: &'static str,
        texts: Option<&Texts>,
        request: Option<&str>,
        build: impl Future<Output = Result<CachedResponse, Refusal>>,
    ) -> Result<Arc<CachedResponse>, Refusal> {
        let status = self.engine.status();
        let request = request.filter(|r| r.len() <= LONGEST_REQUEST && status.generation > 0);
        let key = request.map(|request| CacheKey {
            revision: status.revision,
            route,
            texts: texts.map(Into::into),
            request: request.to_owned(),
        });
        if let Some(found) = key.as_ref().and_then(|key| self.responses.get(key)) {
            return Ok(found);
        }
        Ok(self.responses.insert(key, build.await?))
    }

    /// Waits for room to render an answer of so many bytes; it lasts as long as what is returned.
    pub(super) async fn room_for(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Unavailable> {
        let kilobytes = bytes.div_ceil(1_024).clamp(1, ROOM_KB) as u32;
        let room = Arc::clone(&self.room).acquire_many_owned(kilobytes);
        match tokio::time::timeout(PATIENCE, room).await {
            Ok(Ok(room)) => Ok(room),
            _ => Err(Unavailable::Busy),
        }
    }

    /// Runs a look-up that takes microseconds at once, so that it does not wait behind searches.
    pub(super) fn look_up<T>(
        &self,
        look: impl FnOnce(&dyn Engine) -> Result<T, EngineError>,
    ) -> Result<T, Unavailable> {
        if self.engine.status().generation == 0 {
            return Err(Unavailable::Indexing);
        }
        look(&*self.engine).map_err(Unavailable::Failed)
    }

    /// Runs CPU work of the engine on the threads for searches, after waiting for its turn.
    pub(super) async fn with_engine<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Engine) -> Result<T, EngineError> + Send + 'static,
    ) -> Result<T, Unavailable> {
        if self.engine.status().generation == 0 {
            return Err(Unavailable::Indexing);
        }
        let client = current_client();
        let busy = |_| Unavailable::Busy;
        let own_wait = self.waiting_of.permits_of(&client).try_acquire_owned();
        let wait = Arc::clone(&self.waiting).try_acquire_owned();
        let waiting = (own_wait.map_err(busy)?, wait.map_err(busy)?);
        let turn = async {
            let own = self.searches_of.permits_of(&client).acquire_owned().await?;
            let permit = Arc::clone(&self.searches).acquire_owned().await?;
            Ok::<_, AcquireError>((own, permit))
        };
        let Ok(Ok(permits)) = tokio::time::timeout(PATIENCE, turn).await else {
            return Err(Unavailable::Busy);
        };
        drop(waiting);
        let engine = Arc::clone(&self.engine);
        let (sender, outcome) = oneshot::channel();
        self.search_threads.spawn(move || {
            let _until_done = permits;
            // Nobody waits any more when the client has gone away.
            let _ = sender.send(work(&*engine));
        });
        let outcome = outcome
            .await
            .unwrap_or_else(|_| Err(EngineError(Box::new(Panicked))));
        outcome.map_err(Unavailable::Failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Analyzer;
    use crate::config::Layer;
    use crate::document::Document;
    use crate::engine::embedded::EmbeddedEngine;

    #[tokio::test]
    async fn work_that_panics_fails_alone() {
        let engine = EmbeddedEngine::in_memory(Analyzer::new()).unwrap();
        let document = Document::plain("a".into(), "问".into(), "答".into());
        engine.replace_all(&[document]).unwrap();
        let config = Config::load(Layer::default(), None).unwrap();
        let state = AppState::new(Arc::new(engine), config, SharedTexts::default()).unwrap();
        // More often than there are threads.
        for _ in 0..100 {
            let failed = state.with_engine(|_| -> Result<(), _> { panic!("as a test") });
            assert!(matches!(failed.await, Err(Unavailable::Failed(_))));
        }
        let done = state.with_engine(|engine| Ok(engine.status().documents));
        assert!(matches!(done.await, Ok(1)));
    }
}
