//! The one task that writes what visitors send: many records in one transaction, so that each pays a part of the flush
//! to disk, and each is answered when it is there.

use super::apply::{Applying, Sent};
use super::counters::Counters;
use super::{Kind, StoreError};
use crate::feedback::webhook::Outbox;
use crate::feedback::{IdempotencyKey, Receipt, Record};
use sqlx::AnyPool;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Records in one transaction, at most.
const LARGEST_BATCH: usize = 512;
/// How long a record waits for company before it is written: several share a transaction and a flush to disk.
const COMPANY: Duration = Duration::from_millis(4);

/// Something for the writer.
pub(super) enum Job {
    /// Keep this, and tell.
    Keep {
        record: Box<Record>,
        key: Option<IdempotencyKey>,
        reply: Option<Reply>,
    },
    /// Tell when all before this is written.
    Flush(oneshot::Sender<()>),
}

type Reply = oneshot::Sender<Result<Receipt, StoreError>>;

/// A record on its way to the disk.
type Waiting = (Box<Record>, Option<IdempotencyKey>, Option<Reply>);

/// What writes.
pub(super) struct Writer {
    pub(super) pool: AnyPool,
    pub(super) kind: Kind,
    pub(super) outbox: Outbox,
}

impl Writer {
    /// Writes until nobody can send any more.
    pub(super) async fn write(self, mut jobs: mpsc::Receiver<Job>) {
        let mut taken = Vec::with_capacity(LARGEST_BATCH);
        while jobs.recv_many(&mut taken, LARGEST_BATCH).await > 0 {
            tokio::time::sleep(COMPANY).await;
            while taken.len() < LARGEST_BATCH
                && let Ok(job) = jobs.try_recv()
            {
                taken.push(job);
            }
            let (mut batch, mut flushes) = (Vec::with_capacity(taken.len()), Vec::new());
            for job in taken.drain(..) {
                match job {
                    Job::Keep { record, key, reply } => batch.push((record, key, reply)),
                    Job::Flush(done) => flushes.push(done),
                }
            }
            // Who sent it was told that it is not kept, or has gone: kept now, it would come a second time.
            batch.retain(|(_, _, reply): &Waiting| reply.as_ref().is_none_or(|r| !r.is_closed()));
            self.keep(batch).await;
            for flush in flushes {
                // Who asked may have gone.
                let _ = flush.send(());
            }
        }
    }

    async fn keep(&self, batch: Vec<Waiting>) {
        match self.commit(&batch).await {
            Ok(receipts) => {
                for ((_, _, reply), receipt) in batch.into_iter().zip(receipts) {
                    answer(reply, receipt);
                }
            }
            // One record that the database does not take must not refuse the others. Nothing of the batch was kept.
            Err(StoreError::Unavailable(sqlx::Error::Database(error)))
                if batch.len() > 1 && self.kind.refuses_the_record(&*error) =>
            {
                for waiting in batch {
                    let alone = [waiting];
                    let receipts = self.commit(&alone).await;
                    let receipt = receipts
                        .and_then(|mut all| all.pop().unwrap_or(Err(StoreError::Overloaded)));
                    let [(_, _, reply)] = alone;
                    answer(reply, receipt);
                }
            }
            Err(error) => {
                tracing::error!(error = %crate::error_chain(&error), records = batch.len(), "feedback could not be kept");
                for (_, _, reply) in batch {
                    let again = StoreError::Unavailable(sqlx::Error::WorkerCrashed);
                    answer(reply, Err(again));
                }
            }
        }
    }

    /// Keeps a batch whole or not at all; what a single record is refused for is its own outcome.
    async fn commit(
        &self,
        batch: &[Waiting],
    ) -> Result<Vec<Result<Receipt, StoreError>>, StoreError> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let mut connection = self.pool.acquire().await?;
        let mut transaction = self.kind.write(&mut connection).await?;
        let mut counters = Counters::default();
        let records: Vec<Sent<'_>> = batch
            .iter()
            .map(|(record, key, _)| (&**record, key.as_ref()))
            .collect();
        let mut applying = Applying {
            connection: &mut transaction,
            counters: &mut counters,
            outbox: &self.outbox,
        };
        let receipts = applying.apply(&records).await?;
        counters.add_to(&mut transaction).await?;
        transaction.commit().await?;
        Ok(receipts)
    }
}

fn answer(reply: Option<Reply>, receipt: Result<Receipt, StoreError>) {
    if let Some(reply) = reply {
        // Who sent it may have gone; it is kept all the same.
        let _ = reply.send(receipt);
    }
}
