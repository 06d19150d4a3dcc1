//! Background work on the feedback store: ranking learns, old records are erased, other systems are notified.

use super::background::Background;
use crate::asked_as::{Change, Desk};
use crate::config::Config;
use crate::document::DocumentId;
use crate::engine::Engine;
use crate::engine::embedded::{self, EmbeddedEngine};
use crate::feedback::webhook::{self, Outbox, Webhook};
use crate::feedback::words::{ChangedWord, WordChange};
use crate::feedback::{Full, Retention, Store};
use crate::texts::SharedTexts;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How often it is looked for changes of experts.
const LOOK_AT_DESK_EVERY: Duration = Duration::from_secs(2);
/// How often ranking learns.
const LEARN_EVERY: Duration = Duration::from_mins(5);
/// How often old records are erased.
const ERASE_EVERY: Duration = Duration::from_hours(1);
/// How often it is looked for tables that have grown too large.
const BOUND_EVERY: Duration = Duration::from_mins(1);

/// The store and the systems to notify.
pub(super) struct Feedback {
    pub(super) store: Store,
    webhooks: Vec<Webhook>,
}

impl Feedback {
    pub(super) async fn open(config: &Config) -> anyhow::Result<Self> {
        let webhooks = webhook::read(&config.webhooks)?;
        let outbox = Outbox {
            webhooks: webhooks.clone(),
            base_url: config.base_url.clone(),
            ..Outbox::default()
        };
        let database = config.database.as_deref();
        let store = Store::open(&config.data, database, outbox).await?;
        if store.experts().names().await?.is_empty() {
            tracing::info!(
                "nobody can sign in to /admin yet: `dayi expert password NAME` adds an expert"
            );
        }
        Ok(Self { store, webhooks })
    }

    /// Starts the tasks.
    pub(super) fn run(
        &self,
        background: &mut Background,
        engine: &Arc<EmbeddedEngine>,
        config: &Config,
        texts: &SharedTexts,
        desk_revision: (i64, i64),
    ) {
        let (store, desk) = (self.store.clone(), Arc::clone(engine));
        let content = config.content.clone();
        background.run("desk", move || {
            keep_desk(
                store.clone(),
                Arc::clone(&desk),
                content.clone(),
                desk_revision,
            )
        });
        let (store, engine) = (self.store.clone(), Arc::clone(engine));
        let change_daily = config.visitors_change_daily;
        background.run("learning", move || {
            keep_learning(store.clone(), Arc::clone(&engine), change_daily)
        });
        let (store, retention) = (self.store.clone(), config.retention());
        background.run("erasure", move || keep_erasing(store.clone(), retention));
        let (store, queries) = (self.store.clone(), config.keep_queries);
        background.run("bounds", move || keep_bounded(store.clone(), queries));
        let (store, webhooks, texts) = (self.store.clone(), self.webhooks.clone(), texts.clone());
        background.run("webhooks", move || {
            keep_delivering(store.clone(), webhooks.clone(), texts.clone())
        });
    }
}

/// Takes what experts changed of the site's words, and returns its revision.
pub(super) async fn take_desk(
    store: &Store,
    engine: &EmbeddedEngine,
) -> anyhow::Result<(i64, i64)> {
    let revision = store.words().revision().await?;
    engine.set_desk(desk_of(store.words().all().await?));
    Ok(revision)
}

/// The changes of experts as those of documents.
pub(super) fn desk_of(changes: Vec<ChangedWord>) -> Desk {
    Desk::of(changes.into_iter().map(|changed| {
        let change = Change {
            is_added: changed.change == WordChange::Added,
            text: changed.text,
        };
        (changed.subject, change)
    }))
}

/// Makes changes of experts searchable, of whichever process they were sent to.
async fn keep_desk(
    store: Store,
    engine: Arc<EmbeddedEngine>,
    content: PathBuf,
    mut known: (i64, i64),
) {
    loop {
        tokio::time::sleep(LOOK_AT_DESK_EVERY).await;
        if let Err(error) = follow_desk(&store, &engine, &content, &mut known).await {
            tracing::warn!(error = %crate::error_chain(&*error), "what experts changed of the words does not count yet; it is tried again");
        }
    }
}

async fn follow_desk(
    store: &Store,
    engine: &Arc<EmbeddedEngine>,
    content: &Path,
    known: &mut (i64, i64),
) -> anyhow::Result<()> {
    if store.words().revision().await? == *known {
        return Ok(());
    }
    let revision = take_desk(store, engine).await?;
    let (engine, content) = (Arc::clone(engine), content.to_owned());
    tokio::task::spawn_blocking(move || embedded::sync(&engine, &content)).await??;
    *known = revision;
    Ok(())
}

/// The id of the document that is, or once was, known by an id.
pub(super) fn current_id(engine: &dyn Engine, id: &str) -> Option<String> {
    let found = engine.names_of_id(&DocumentId(id.to_owned()));
    Some(found.ok()??.id.0)
}

async fn keep_learning(store: Store, engine: Arc<EmbeddedEngine>, change_daily: bool) {
    loop {
        let current = |id: &str| current_id(&*engine, id);
        match store.learning().quality(change_daily, current).await {
            Ok(quality) => engine.set_quality(quality),
            Err(error) => {
                tracing::warn!(error = %crate::error_chain(&error), "ranking could not learn; it goes on as before");
            }
        }
        tokio::time::sleep(LEARN_EVERY).await;
    }
}

async fn keep_erasing(store: Store, retention: Retention) {
    loop {
        match store.erasure().of_old(retention).await {
            Ok(0) => {}
            Ok(records) => tracing::info!(records, "old records were erased"),
            Err(error) => {
                tracing::warn!(error = %crate::error_chain(&error), "old records could not be erased");
            }
        }
        if let Err(error) = store.rotate_visitor_key().await {
            tracing::warn!(error = %crate::error_chain(&error), "the visitor key could not be rotated");
        }
        tokio::time::sleep(ERASE_EVERY).await;
    }
}

async fn keep_bounded(store: Store, queries: u64) {
    let mut before = Full::default();
    loop {
        match store.erasure().of_surplus(queries).await {
            Ok(full) => {
                if full != before && full != Full::default() {
                    tracing::error!(
                        ratings = full.ratings,
                        asks = full.asks,
                        "there are so many that no more are taken; `keep_ratings_days` and `keep_asks_days` say when they are erased"
                    );
                }
                store.refuse(full);
                before = full;
            }
            Err(error) => {
                tracing::warn!(error = %crate::error_chain(&error), "the tables of feedback could not be kept small");
            }
        }
        tokio::time::sleep(BOUND_EVERY).await;
    }
}

async fn keep_delivering(store: Store, webhooks: Vec<Webhook>, texts: SharedTexts) {
    store.deliveries().deliver(webhooks, texts).await;
}
