//! The keys that turn addresses into visitors, stored among the settings of the store.

use crate::feedback::database::{Database, StoreError};
use crate::feedback::visitor::{DayKey, day_of};
use jiff::Timestamp;

/// The keys with which visitors are hashed. Backups do not contain them, so a restored store cannot identify
/// visitors.
#[derive(Clone, Copy)]
pub(super) struct Secrets {
    pub(super) fixed: [u8; 32],
    pub(super) daily: DayKey,
}

/// Names of the secrets among the settings.
const FIXED_KEY: &str = "visitor_key";
const DAILY_KEY: &str = "visitor_key_of_day";

/// The secrets of this store; created when it is opened for the first time.
pub(super) async fn read_or_make(database: &Database) -> Result<Secrets, StoreError> {
    let fresh = blake3::Hash::from_bytes(random()?).to_string();
    let fixed = setting(database, FIXED_KEY, &fresh).await?;
    let fixed = blake3::Hash::from_hex(&fixed).map_err(|_| damaged())?;
    Ok(Secrets {
        fixed: *fixed.as_bytes(),
        daily: daily_key(database).await?,
    })
}

/// The key of today. It is derived from the stored key and replaces it.
pub(super) async fn daily_key(database: &Database) -> Result<DayKey, StoreError> {
    let today = day_of(Timestamp::now());
    let fresh = DayKey::new(today, random()?).to_text();
    let stored = setting(database, DAILY_KEY, &fresh).await?;
    let key = DayKey::from_text(&stored).ok_or_else(damaged)?.on(today);
    if key.to_text() != stored {
        sqlx::query("UPDATE settings SET value = $2 WHERE name = $1 AND value = $3")
            .bind(DAILY_KEY)
            .bind(key.to_text())
            .bind(stored)
            .execute(&database.pool)
            .await?;
    }
    Ok(key)
}

/// The setting of this name, after it was set to `fresh` if it did not exist.
async fn setting(database: &Database, name: &str, fresh: &str) -> Result<String, StoreError> {
    sqlx::query("INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
        .bind(name)
        .bind(fresh)
        .execute(&database.pool)
        .await?;
    let stored = sqlx::query_scalar("SELECT value FROM settings WHERE name = $1");
    Ok(stored.bind(name).fetch_one(&database.pool).await?)
}

fn random() -> Result<[u8; 32], StoreError> {
    let mut fresh = [0; 32];
    getrandom::fill(&mut fresh)
        .map_err(|error| StoreError::Unusable(format!("no random numbers: {error}")))?;
    Ok(fresh)
}

fn damaged() -> StoreError {
    StoreError::Unusable("the visitor key is damaged".into())
}
