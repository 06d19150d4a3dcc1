-- Who sent an ask follows it at a secret address. Only the hash of the secret is kept; empty for asks of versions before.
ALTER TABLE asks ADD COLUMN secret_hash TEXT NOT NULL DEFAULT '';
-- What the sender is told: the id of the document that answers it, or why it was closed.
ALTER TABLE asks ADD COLUMN answered_by TEXT NOT NULL DEFAULT '';
ALTER TABLE asks ADD COLUMN closed_because TEXT NOT NULL DEFAULT '';
-- The wording in which all visitors see it; empty while it is not released.
ALTER TABLE asks ADD COLUMN released TEXT NOT NULL DEFAULT '';
-- How many others have the same question.
ALTER TABLE asks ADD COLUMN me_too BIGINT NOT NULL DEFAULT 0;
CREATE INDEX asks_by_secret ON asks (secret_hash) WHERE secret_hash <> '';
CREATE INDEX asks_released ON asks (id) WHERE released <> '' AND state <> 'dismissed';

-- Which visitors have the same question: each counts once.
CREATE TABLE me_too (
    ask BIGINT NOT NULL,
    visitor TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (ask, visitor)
);
CREATE INDEX me_too_by_time ON me_too (at);
