//! The store of what visitors send, over SQLite or PostgreSQL. One task writes; everything else goes through a handle
//! for each concern, such as [`Store::inbox`].

mod health;
mod open;
mod secrets;
mod writer;

pub use open::{OpenError, without_password};

use super::ask_key::AskKey;
use super::asks::Asks;
use super::audit::AuditLog;
use super::database::{Database, StoreError};
use super::deliveries::Deliveries;
use super::erasure::{Erasure, Full};
use super::experts::{Experts, SignIns};
use super::inbox::Inbox;
use super::learning::Learning;
use super::receipt::{IdempotencyKey, Receipt};
use super::record::Record;
use super::reports::Reports;
use super::transfer::Transfer;
use super::visitor::{SenderKey, VisitorKey};
use super::words::Words;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Records waiting to be written, at most; more are rejected at once.
const LONGEST_QUEUE: usize = 4_096;
/// Part of the queue that is reserved for records that must not be lost.
const RESERVED: usize = LONGEST_QUEUE / 2;

/// How long closing waits for the queue: longer than one transaction takes.
const FLUSHING: Duration = Duration::from_secs(10);
/// How long closing then waits for the connections.
const CLOSING: Duration = Duration::from_secs(2);

/// The context of a derivation, see `blake3::derive_key`.
const DEVICES: &str = "dayi 2026-11-30 cookies of devices";

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    database: Database,
    /// Jobs for the task that writes.
    queue: mpsc::Sender<writer::Job>,
    sign_ins: Arc<SignIns>,
    secrets: secrets::Secrets,
    lost: Arc<AtomicU64>,
    health: Arc<health::Health>,
    full_of_ratings: Arc<AtomicBool>,
    full_of_asks: Arc<AtomicBool>,
}

impl Store {
    /// Stores a record. When this returns, the record survives a crash and a power cut.
    ///
    /// # Errors
    /// When the store cannot be written, too much is waiting, or the key was used for something else.
    pub async fn keep(
        &self,
        record: Record,
        key: Option<IdempotencyKey>,
    ) -> Result<Receipt, StoreError> {
        self.check_room(&record)?;
        let (reply, stored) = oneshot::channel();
        let job = writer::Job::Write {
            record: Box::new(record),
            key,
            reply: Some(reply),
        };
        self.queue
            .try_send(job)
            .map_err(|_| StoreError::Overloaded)?;
        stored.await.unwrap_or(Err(StoreError::Overloaded))
    }

    fn check_room(&self, record: &Record) -> Result<(), StoreError> {
        match record {
            Record::Rating(_) if self.full_of_ratings.load(Ordering::Relaxed) => {
                Err(StoreError::Full("ratings"))
            }
            Record::Ask(_) if self.full_of_asks.load(Ordering::Relaxed) => {
                Err(StoreError::Full("asks"))
            }
            _ => Ok(()),
        }
    }

    /// Stores a record soon, or drops it if the queue is too long: for records that may be lost.
    pub fn keep_later(&self, record: Record) {
        let job = writer::Job::Write {
            record: Box::new(record),
            key: None,
            reply: None,
        };
        if self.queue.capacity() <= RESERVED || self.queue.try_send(job).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Records that [`Store::keep_later`] dropped.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Bad ratings and asks, for experts to work on.
    pub fn inbox(&self) -> Inbox<'_> {
        Inbox {
            database: &self.database,
        }
    }

    /// Asks as visitors see them.
    pub fn asks(&self) -> Asks<'_> {
        Asks {
            database: &self.database,
            key: AskKey::new(&self.secrets.fixed),
        }
    }

    /// Figures over the records.
    pub fn reports(&self) -> Reports<'_> {
        Reports {
            database: &self.database,
        }
    }

    /// Experts, who may sign in.
    pub fn experts(&self) -> Experts<'_> {
        Experts {
            database: &self.database,
            sign_ins: &self.sign_ins,
        }
    }

    /// The audit log: what experts did.
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

    /// What experts change of the site's words.
    pub fn words(&self) -> Words<'_> {
        Words {
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
            ask_key: AskKey::new(&self.secrets.fixed),
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

    /// The key that makes an idempotency key its sender's own.
    pub fn sender_key(&self) -> SenderKey {
        SenderKey::new(&self.secrets.fixed)
    }

    /// The key that signs the cookies of browsers from which experts signed in.
    pub fn device_key(&self) -> [u8; 32] {
        blake3::derive_key(DEVICES, &self.secrets.fixed)
    }

    /// Refuses ratings or asks from now on, or takes them again.
    pub fn refuse(&self, full: Full) {
        self.full_of_ratings.store(full.ratings, Ordering::Relaxed);
        self.full_of_asks.store(full.asks, Ordering::Relaxed);
    }

    /// Replaces the stored visitor key by the key of today; the old key is then gone.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn rotate_visitor_key(&self) -> Result<(), StoreError> {
        secrets::daily_key(&self.database).await?;
        Ok(())
    }

    /// Waits until the task that writes has ended, which happens only by a panic or after the last clone of the store
    /// was dropped. Without the task no record can be stored.
    pub async fn writer_ended(&self) {
        self.queue.closed().await;
    }

    /// For how long no record could be written; zero while the last ones could.
    pub fn unwritten_for(&self) -> Duration {
        self.health.unwritten_for()
    }

    /// Writes the queue, then closes the connections. Gives up after some seconds, so that a database that does not
    /// answer keeps no process from ending.
    pub async fn close(self) {
        let written = tokio::time::timeout(FLUSHING, self.flush()).await;
        if written.is_err() {
            tracing::error!("logged searches could not be written before the end");
        }
        // What is still in use then is closed by the end of the process.
        let _ = tokio::time::timeout(CLOSING, self.database.pool.connections().close()).await;
    }

    async fn flush(&self) {
        let (flushed, written) = oneshot::channel();
        if self.queue.send(writer::Job::Flush(flushed)).await.is_ok() {
            // Without a reply the writer has ended, and there is nothing left to wait for.
            let _ = written.await;
        }
    }
}
