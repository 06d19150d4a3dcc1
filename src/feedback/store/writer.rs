//! The one task that writes records. It writes many records in one transaction, so that they share one flush to disk,
//! and replies to each sender once its record is on disk.

use super::health::Health;
use crate::feedback::apply::{Outcome, Sent, apply};
use crate::feedback::ask_key::AskKey;
use crate::feedback::counters::Counters;
use crate::feedback::database::{Database, StoreError, WRITE, in_time};
use crate::feedback::receipt::{IdempotencyKey, Receipt};
use crate::feedback::record::Record;
use crate::feedback::webhook::Outbox;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Records in one transaction, at most.
const LARGEST_BATCH: usize = 512;
/// How long a batch waits for more records before it is written.
const GATHER: Duration = Duration::from_millis(4);

/// Work for the writer.
pub(super) enum Job {
    /// Write this record, then reply.
    Write {
        record: Box<Record>,
        key: Option<IdempotencyKey>,
        reply: Option<Reply>,
    },
    /// Reply once all earlier jobs are done.
    Flush(oneshot::Sender<()>),
}

type Reply = oneshot::Sender<Result<Receipt, StoreError>>;

/// A record in the queue.
type Waiting = (Box<Record>, Option<IdempotencyKey>, Option<Reply>);

/// The state of the task.
pub(super) struct Writer {
    pub(super) database: Database,
    pub(super) outbox: Outbox,
    pub(super) health: Arc<Health>,
    pub(super) ask_key: AskKey,
}

impl Writer {
    /// Writes until the last sender of jobs is dropped.
    pub(super) async fn write(self, mut jobs: mpsc::Receiver<Job>) {
        let mut taken = Vec::with_capacity(LARGEST_BATCH);
        while jobs.recv_many(&mut taken, LARGEST_BATCH).await > 0 {
            tokio::time::sleep(GATHER).await;
            while taken.len() < LARGEST_BATCH
                && let Ok(job) = jobs.try_recv()
            {
                taken.push(job);
            }
            let (mut batch, mut waiting_for_flush) = (Vec::with_capacity(taken.len()), Vec::new());
            for job in taken.drain(..) {
                match job {
                    Job::Write { record, key, reply } => batch.push((record, key, reply)),
                    Job::Flush(flushed) => waiting_for_flush.push(flushed),
                }
            }
            // A sender that has gone, or was told that its record is not stored, will send the record again.
            batch.retain(|(_, _, reply): &Waiting| reply.as_ref().is_none_or(|r| !r.is_closed()));
            self.write_batch(batch).await;
            for flushed in waiting_for_flush {
                // Fails if the sender has gone.
                let _ = flushed.send(());
            }
        }
    }

    async fn write_batch(&self, batch: Vec<Waiting>) {
        if batch.is_empty() {
            return;
        }
        match self.commit_in_time(&batch).await {
            Ok(outcomes) => {
                self.health.wrote();
                for ((_, _, reply), outcome) in batch.into_iter().zip(outcomes) {
                    send(reply, outcome);
                }
            }
            // A record that the database rejects must not fail the others. Nothing of the batch was written yet, so
            // each record is written alone.
            Err(StoreError::Unavailable(sqlx::Error::Database(error)))
                if batch.len() > 1 && self.database.rejects_the_record(&*error) =>
            {
                for waiting in batch {
                    let alone = [waiting];
                    let outcomes = self.commit_in_time(&alone).await;
                    let outcome = outcomes
                        .and_then(|mut all| all.pop().unwrap_or(Err(StoreError::Overloaded)));
                    let [(_, _, reply)] = alone;
                    send(reply, outcome);
                }
            }
            Err(error) => {
                self.health.failed(batch.len(), &error);
                for (_, _, reply) in batch {
                    let again = StoreError::Unavailable(sqlx::Error::WorkerCrashed);
                    send(reply, Err(again));
                }
            }
        }
    }

    async fn commit_in_time(&self, batch: &[Waiting]) -> Result<Vec<Outcome>, StoreError> {
        in_time(WRITE, self.commit(batch)).await
    }

    /// Writes a batch, with the messages about it, as a whole or not at all. An outcome may be an error that concerns
    /// its record only.
    async fn commit(&self, batch: &[Waiting]) -> Result<Vec<Outcome>, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        let mut counters = Counters::default();
        let records: Vec<Sent<'_>> = batch
            .iter()
            .map(|(record, key, _)| (&**record, key.as_ref()))
            .collect();
        let applied = apply(&mut transaction, &mut counters, &self.ask_key, &records).await?;
        self.outbox
            .enqueue(&mut transaction, &applied.events)
            .await?;
        counters.add_to(&mut transaction).await?;
        self.database.commit(transaction).await?;
        Ok(applied.outcomes)
    }
}

fn send(reply: Option<Reply>, outcome: Outcome) {
    if let Some(reply) = reply {
        // Fails if the sender has gone; its record is stored anyway.
        let _ = reply.send(outcome);
    }
}
