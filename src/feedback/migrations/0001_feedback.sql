-- Times are milliseconds since 1970 in UTC, days are ISO dates in UTC, flags are 0 and 1.

CREATE TABLE ratings (
    id {id},
    at BIGINT NOT NULL,
    visitor TEXT NOT NULL,
    -- The visitor's network alone: what learning counts once.
    network TEXT NOT NULL,
    question_id TEXT NOT NULL,
    grade_id TEXT,
    helpful BIGINT NOT NULL,
    -- Codes with commas between.
    reasons TEXT NOT NULL,
    comment TEXT NOT NULL,
    query TEXT NOT NULL,
    page TEXT NOT NULL,
    language TEXT NOT NULL,
    state TEXT NOT NULL,
    assignee TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE UNIQUE INDEX ratings_once ON ratings (visitor, question_id);
CREATE INDEX ratings_of_answer ON ratings (question_id, at, id);
-- What learning reads, without the rows themselves.
CREATE INDEX ratings_of_network ON ratings (question_id, network, helpful, at);
CREATE INDEX ratings_by_time ON ratings (at);
CREATE INDEX ratings_bad ON ratings (at, id) WHERE helpful = 0;
CREATE INDEX ratings_bad_by_state ON ratings (state, at, id) WHERE helpful = 0;
CREATE INDEX ratings_bad_by_assignee ON ratings (assignee, at, id) WHERE helpful = 0 AND assignee <> '';

CREATE TABLE asks (
    id {id},
    at BIGINT NOT NULL,
    visitor TEXT NOT NULL,
    question TEXT NOT NULL,
    contact TEXT NOT NULL,
    tag TEXT NOT NULL,
    category TEXT NOT NULL,
    page TEXT NOT NULL,
    language TEXT NOT NULL,
    state TEXT NOT NULL,
    assignee TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE INDEX asks_by_time ON asks (at, id);
CREATE INDEX asks_by_state ON asks (state, at, id);
CREATE INDEX asks_by_assignee ON asks (assignee, at, id) WHERE assignee <> '';
CREATE INDEX asks_by_contact ON asks (lower(contact));

CREATE TABLE queries (
    id {id},
    at BIGINT NOT NULL,
    -- Searches are told apart by network: nobody can click more by changing browsers.
    network TEXT NOT NULL,
    text TEXT NOT NULL,
    total BIGINT NOT NULL,
    answer_state TEXT NOT NULL,
    took_micros BIGINT NOT NULL,
    -- Ids of the hits that were shown, best first, with a line break between.
    shown TEXT NOT NULL,
    clicked TEXT,
    rank BIGINT
);
CREATE INDEX queries_of_network ON queries (network, text, id);
CREATE INDEX queries_by_state ON queries (answer_state, at);
CREATE INDEX queries_by_click ON queries (clicked, id) WHERE clicked IS NOT NULL;
CREATE INDEX queries_by_time ON queries (at);

-- Which answers a network has opened, or passed over: each counts once.
CREATE TABLE opened (
    network TEXT NOT NULL,
    question_id TEXT NOT NULL,
    -- 1 opened, 0 passed over.
    clicked BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (network, question_id, clicked)
);
CREATE INDEX opened_by_time ON opened (at);

-- Counts kept beside the records, so that no page has to read them all.
CREATE TABLE daily (
    day TEXT NOT NULL,
    what TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (day, what)
);
CREATE TABLE answers (
    question_id TEXT PRIMARY KEY,
    helpful BIGINT NOT NULL,
    unhelpful BIGINT NOT NULL,
    -- Opened from a list of hits, and passed over for one further down.
    clicks BIGINT NOT NULL,
    skips BIGINT NOT NULL,
    -- Lower end of the 95 % interval of the share of visitors it did not help.
    worst_bound DOUBLE PRECISION NOT NULL
);
CREATE INDEX answers_worst ON answers (worst_bound, question_id);

CREATE TABLE idempotency (
    key TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    fingerprint TEXT NOT NULL,
    number BIGINT NOT NULL,
    replaced BIGINT NOT NULL
);
CREATE INDEX idempotency_by_time ON idempotency (at);

CREATE TABLE experts (
    name TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    -- Argon2id in the PHC string format; empty where only tokens sign in.
    password_hash TEXT NOT NULL
);
CREATE TABLE credentials (
    -- BLAKE3 of the secret, which is not kept.
    hash TEXT PRIMARY KEY,
    expert TEXT NOT NULL,
    -- 'session' or 'token'.
    kind TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE audit (
    id {id},
    at BIGINT NOT NULL,
    expert TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    detail TEXT NOT NULL
);

CREATE TABLE deliveries (
    id {id},
    at BIGINT NOT NULL,
    webhook TEXT NOT NULL,
    event TEXT NOT NULL,
    -- Number of the ask or rating it tells of.
    record BIGINT NOT NULL,
    body TEXT NOT NULL,
    -- 'waiting', 'delivered' or 'dead'.
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    error TEXT NOT NULL
);
CREATE INDEX deliveries_to_send ON deliveries (webhook, next_at) WHERE state = 'waiting';
CREATE INDEX deliveries_not_arrived ON deliveries (id) WHERE state <> 'delivered';
CREATE INDEX deliveries_of_record ON deliveries (event, record);

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
