-- Tokens are told apart, and can be revoked, by what they are for and when they were made and last used; 0 is never.
ALTER TABLE credentials ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE credentials ADD COLUMN at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE credentials ADD COLUMN used_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX credentials_of_expert ON credentials (expert);

-- The same search of the same network within a minute is one row. Found by a hash: texts are long, and would be in the
-- file twice.
ALTER TABLE queries ADD COLUMN text_hash BIGINT NOT NULL DEFAULT 0;
ALTER TABLE queries ADD COLUMN times BIGINT NOT NULL DEFAULT 1;
DROP INDEX queries_of_network;
CREATE INDEX queries_of_network ON queries (network, text_hash, id);
DROP INDEX queries_by_state;
CREATE INDEX queries_unanswered ON queries (at) WHERE answer_state = 'none';

-- What refers to a record is forgotten with it.
ALTER TABLE idempotency ADD COLUMN kind TEXT NOT NULL DEFAULT '';
CREATE INDEX idempotency_of_record ON idempotency (kind, number);
CREATE INDEX audit_of_target ON audit (target);
CREATE INDEX audit_by_time ON audit (at);
CREATE INDEX audit_of_failures ON audit (id) WHERE action = 'sign-in failed';
CREATE INDEX deliveries_by_time ON deliveries (at);

-- People type passwords into the field for the name.
UPDATE audit SET expert = '' WHERE action = 'sign-in failed' AND expert NOT IN (SELECT name FROM experts);
