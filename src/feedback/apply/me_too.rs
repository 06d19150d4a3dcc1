//! Applies that visitors have the same question as an ask: each counts once.

use super::target::Target;
use crate::feedback::database::{StoreError, column_of};
use crate::feedback::receipt::Receipt;
use crate::feedback::record::MeToo;

impl Target<'_> {
    /// Counts the visitor, unless it was counted before or the ask is not released any more.
    pub(super) async fn apply_me_too(&mut self, one: &MeToo) -> Result<Receipt, StoreError> {
        let counted = sqlx::query(
            "INSERT INTO me_too (ask, visitor, at)
             SELECT id, $2, $3 FROM asks WHERE id = $1 AND released <> '' AND state <> 'dismissed'
             ON CONFLICT (ask, visitor) DO NOTHING",
        )
        .bind(one.ask)
        .bind(&one.visitor)
        .bind(column_of(one.at))
        .execute(&mut *self.connection)
        .await?;
        let is_new = counted.rows_affected() > 0;
        if is_new {
            sqlx::query("UPDATE asks SET me_too = me_too + 1 WHERE id = $1")
                .bind(one.ask)
                .execute(&mut *self.connection)
                .await?;
        }
        Ok(Receipt {
            repeated: !is_new,
            ..Receipt::new(one.ask)
        })
    }
}
