//! The store that keeps what visitors send, over SQLite or PostgreSQL. Writing goes through one task; everything else
//! is done through a handle for each concern, such as [`Store::inbox`].

mod open;
mod secrets;
mod writer;

pub use open::{OpenError, private_file, without_password};

use super::audit::AuditLog;
use super::database::{Database, StoreError};
use super::deliveries::Deliveries;
use super::erasure::Erasure;
use super::experts::Experts;
use super::inbox::Inbox;
use super::learning::Learning;
use super::receipt::{IdempotencyKey, Receipt};
use super::record::Record;
use super::reports::Reports;
use super::transfer::Transfer;
use super::visitor::VisitorKey;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::{Semaphore, mpsc, oneshot};

/// Records waiting to be written, at most; more are rejected at once.
const LONGEST_QUEUE: usize = 4_096;
/// Part of the queue that is left free by records that may be lost.
const RESERVED: usize = LONGEST_QUEUE / 2;

/// Passwords checked at once: each check takes a core and 19 MiB.
const SIGN_INS: usize = 2;

/// Keeps what visitors send. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    database: Database,
    /// To the task that writes.
    queue: mpsc::Sender<writer::Job>,
    sign_ins: Arc<Semaphore>,
    secrets: secrets::Secrets,
    lost: Arc<AtomicU64>,
}

impl Store {
    /// Keeps a record. When this returns, the record survives a crash and a power cut.
    ///
    /// # Errors
    /// When the store cannot be written, too much is waiting, or the key was used for something else.
    pub async fn keep(
        &self,
        record: Record,
        key: Option<IdempotencyKey>,
    ) -> Result<Receipt, StoreError> {
        let (reply, kept) = oneshot::channel();
        let job = writer::Job::Keep {
            record: Box::new(record),
            key,
            reply: Some(reply),
        };
        self.queue
            .try_send(job)
            .map_err(|_| StoreError::Overloaded)?;
        kept.await.unwrap_or(Err(StoreError::Overloaded))
    }

    /// Keeps a record some time soon, unless too much is waiting: for records that may be lost.
    pub fn keep_later(&self, record: Record) {
        let job = writer::Job::Keep {
            record: Box::new(record),
            key: None,
            reply: None,
        };
        if self.queue.capacity() <= RESERVED || self.queue.try_send(job).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Records for [`Store::keep_later`] that found the queue too long.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Bad ratings and asks, for experts to work on.
    pub fn inbox(&self) -> Inbox<'_> {
        Inbox {
            database: &self.database,
        }
    }

    /// Figures over the records.
    pub fn reports(&self) -> Reports<'_> {
        Reports {
            database: &self.database,
        }
    }

    /// Who may sign in.
    pub fn experts(&self) -> Experts<'_> {
        Experts {
            database: &self.database,
            sign_ins: &self.sign_ins,
        }
    }

    /// What experts did.
    pub fn audit(&self) -> AuditLog<'_> {
        AuditLog {
            database: &self.database,
        }
    }

    /// Messages to other systems.
    pub fn deliveries(&self) -> Deliveries<'_> {
        Deliveries {
            database: &self.database,
        }
    }

    /// What ranking learns.
    pub fn learning(&self) -> Learning<'_> {
        Learning {
            database: &self.database,
        }
    }

    /// Exports, imports and backups.
    pub fn transfer(&self) -> Transfer<'_> {
        Transfer {
            database: &self.database,
        }
    }

    /// Erases records.
    pub fn erasure(&self) -> Erasure<'_> {
        Erasure {
            database: &self.database,
        }
    }

    /// The key that turns addresses into visitors.
    pub fn visitor_key(&self, changes_daily: bool) -> VisitorKey {
        if changes_daily {
            VisitorKey::Daily(Arc::new(Mutex::new(self.secrets.daily)))
        } else {
            VisitorKey::Fixed(self.secrets.fixed)
        }
    }

    /// Replaces the stored visitor key by that of today; the key of the day before is then gone.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn rotate_visitor_key(&self) -> Result<(), StoreError> {
        secrets::daily_key(&self.database).await?;
        Ok(())
    }

    /// Waits until the task that writes has ended. It ends only by a panic, or after the store was dropped everywhere;
    /// without it no record can be kept.
    pub async fn writer_ended(&self) {
        self.queue.closed().await;
    }

    /// Writes what is waiting, and closes the connections.
    pub async fn close(self) {
        let (flushed, written) = oneshot::channel();
        if self.queue.send(writer::Job::Flush(flushed)).await.is_ok() {
            // Without a reply the writer has ended, and nothing is waiting.
            let _ = written.await;
        }
        self.database.pool.close().await;
    }
}
