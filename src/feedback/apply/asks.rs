//! Applies questions for the experts.

use super::target::Target;
use crate::feedback::ask_key::hash_of;
use crate::feedback::counters::Daily;
use crate::feedback::database::{StoreError, column_of};
use crate::feedback::event::Event;
use crate::feedback::receipt::Receipt;
use crate::feedback::record::{Ask, WorkState};

/// Milliseconds within which the same question of the same visitor is one ask: a double click, a second try after a slow
/// answer, or one more time with a contact.
const ONE_ASK: i64 = 10 * 60 * 1_000;

impl Target<'_> {
    pub(super) async fn apply_ask<'r>(
        &mut self,
        ask: &'r Ask,
        is_imported: bool,
        events: &mut Vec<Event<'r>>,
    ) -> Result<Receipt, StoreError> {
        if !is_imported && let Some(receipt) = self.repeated_ask(ask).await? {
            return Ok(receipt);
        }
        self.counters.count(ask.at, Daily::Asks);
        let number: i64 = sqlx::query_scalar(
            "INSERT INTO asks (at, visitor, question, contact, tag, category, page, language, state, assignee, note)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '') RETURNING id",
        )
        .bind(column_of(ask.at))
        .bind(&ask.visitor.id)
        .bind(&ask.question)
        .bind(&ask.contact)
        .bind(&ask.tag)
        .bind(&ask.category)
        .bind(&ask.page)
        .bind(&ask.language)
        .bind(WorkState::New.code())
        .fetch_one(&mut *self.connection)
        .await?;
        if !is_imported {
            self.give_address(number).await?;
        }
        events.push(Event::Asked { number, ask });
        Ok(Receipt::new(number))
    }

    /// Gives an ask the secret address at which its sender follows it.
    async fn give_address(&mut self, number: i64) -> Result<(), StoreError> {
        sqlx::query("UPDATE asks SET secret_hash = $2 WHERE id = $1")
            .bind(number)
            .bind(hash_of(&self.ask_key.secret(number)))
            .execute(&mut *self.connection)
            .await?;
        Ok(())
    }

    /// The receipt of the same question, if the visitor has asked it some minutes ago. A contact that it lacked is added;
    /// with two contacts it is two people's question.
    async fn repeated_ask(&mut self, ask: &Ask) -> Result<Option<Receipt>, StoreError> {
        let at = column_of(ask.at);
        let earlier: Option<(i64, String)> = sqlx::query_as(
            "SELECT id, contact FROM asks
             WHERE at > $1 AND at <= $2 AND visitor = $3 AND question = $4 AND ($5 = '' OR contact = '' OR contact = $5)
             ORDER BY id DESC LIMIT 1",
        )
        .bind(at - ONE_ASK)
        .bind(at)
        .bind(&ask.visitor.id)
        .bind(&ask.question)
        .bind(&ask.contact)
        .fetch_optional(&mut *self.connection)
        .await?;
        let Some((number, contact)) = earlier else {
            return Ok(None);
        };
        if contact.is_empty() && !ask.contact.is_empty() {
            sqlx::query("UPDATE asks SET contact = $2 WHERE id = $1")
                .bind(number)
                .bind(&ask.contact)
                .execute(&mut *self.connection)
                .await?;
        }
        Ok(Some(Receipt {
            number,
            replaced: false,
            repeated: true,
        }))
    }
}
