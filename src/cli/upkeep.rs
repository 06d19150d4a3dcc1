//! The feedback store beside a running service: what ranking learns from it, what it forgets, whom it tells.

use crate::config::Config;
use crate::engine::Engine;
use crate::engine::embedded::EmbeddedEngine;
use crate::feedback::webhook::{self, Outbox, Webhook};
use crate::feedback::{Retention, Store, learn};
use std::sync::Arc;
use std::time::Duration;

/// How often ranking learns.
const LEARN_EVERY: Duration = Duration::from_mins(5);
/// How often what is too old is forgotten.
const FORGET_EVERY: Duration = Duration::from_hours(1);

/// The store and the systems it tells.
pub(super) struct Feedback {
    pub(super) store: Store,
    webhooks: Vec<Webhook>,
}

impl Feedback {
    pub(super) async fn open(config: &Config) -> anyhow::Result<Self> {
        let webhooks = webhook::read(&config.webhooks.value)?;
        let outbox = Outbox {
            webhooks: webhooks.clone(),
            base_url: config.base_url.value.clone(),
            ..Outbox::default()
        };
        let database = config.database.value.as_deref();
        let store = Store::open(&config.data.value, database, outbox).await?;
        if store.experts().await?.is_empty() {
            tracing::info!(
                "nobody can sign in to /admin yet: `dayi expert password NAME` adds an expert"
            );
        }
        Ok(Self { store, webhooks })
    }

    /// Starts what goes on beside the service.
    pub(super) fn look_after(&self, engine: &Arc<EmbeddedEngine>, config: &Config) {
        tokio::spawn(learn_again(
            self.store.clone(),
            Arc::clone(engine),
            config.visitors_change_daily.value,
        ));
        tokio::spawn(forget_again(self.store.clone(), config.retention()));
        tokio::spawn(webhook::deliver(self.store.clone(), self.webhooks.clone()));
    }
}

async fn learn_again(store: Store, engine: Arc<EmbeddedEngine>, change_daily: bool) {
    loop {
        match store.opinions(change_daily).await {
            Ok(opinions) => engine.set_quality(learn(&opinions)),
            Err(error) => {
                tracing::warn!(error = %crate::error_chain(&error), "ranking could not learn; it goes on as before");
            }
        }
        tokio::time::sleep(LEARN_EVERY).await;
    }
}

async fn forget_again(store: Store, retention: Retention) {
    loop {
        match store.forget(retention).await {
            Ok(0) => {}
            Ok(records) => tracing::info!(records, "forgot what was kept long enough"),
            Err(error) => {
                tracing::warn!(error = %crate::error_chain(&error), "what is too old could not be forgotten");
            }
        }
        if let Err(error) = store.turn_visitor_key().await {
            tracing::warn!(error = %crate::error_chain(&error), "the visitor key could not be turned");
        }
        tokio::time::sleep(FORGET_EVERY).await;
    }
}
