//! Forgets what refers to a record: whoever erases records, by age or for a person, erases this with them.

use crate::feedback::database::StoreError;
use crate::feedback::event::EventKind;
use crate::feedback::placeholders::{MOST_ROWS, placeholders};
use crate::feedback::receipt::IMPORTED;
use crate::feedback::webhook::outbox;
use sqlx::{AnyConnection, AssertSqlSafe};

/// How other tables name the records of a kind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Referred {
    /// The messages about them.
    event: EventKind,
    /// Their kind among the keys of requests, and in what the audit log names.
    kind: &'static str,
}

/// Questions for the experts.
pub(super) const ASK: Referred = Referred {
    event: EventKind::Ask,
    kind: "ask",
};
/// Ratings of answers.
pub(super) const RATING: Referred = Referred {
    event: EventKind::BadRating,
    kind: "rating",
};

/// Deletes messages about these records, what the audit log says of changes to them, who has the same question, and the
/// keys they were sent with.
/// That a line was imported stays known, or the next import would bring it back.
pub(super) async fn references(
    connection: &mut AnyConnection,
    referred: Referred,
    numbers: &[i64],
) -> Result<(), StoreError> {
    let Referred { event, kind } = referred;
    for some in numbers.chunks(MOST_ROWS) {
        outbox::forget(connection, event, some).await?;
        let listed = placeholders(1, some.len());
        if referred.kind == ASK.kind {
            let sql = format!("DELETE FROM me_too WHERE ask IN {listed}");
            let mut forget = sqlx::query(AssertSqlSafe(sql));
            for number in some {
                forget = forget.bind(number);
            }
            forget.execute(&mut *connection).await?;
        }
        let sql = format!("UPDATE audit SET detail = '' WHERE target IN {listed}");
        let mut forget = sqlx::query(AssertSqlSafe(sql));
        for number in some {
            forget = forget.bind(format!("{kind} {number}"));
        }
        forget.execute(&mut *connection).await?;
        let sql = format!(
            "DELETE FROM idempotency WHERE kind = '{kind}' AND number IN {listed} AND key NOT LIKE '{IMPORTED}%'"
        );
        let mut forget = sqlx::query(AssertSqlSafe(sql));
        for number in some {
            forget = forget.bind(number);
        }
        forget.execute(&mut *connection).await?;
    }
    Ok(())
}
