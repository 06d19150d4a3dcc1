-- A store of version 0.1.0: the SQL of its migrations with their checksums, and rows as its statements wrote them.
BEGIN TRANSACTION;
CREATE TABLE _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);
INSERT INTO "_sqlx_migrations" VALUES(1,'feedback','2026-11-30 19:00:00',1,X'F3AB8DFFC8138DA553D4E51A93FDFAE6CD526087593D4D4A94898984F8B9AD7F8D8500DF484ADAD0443BF4CA77015C76',1000000);
INSERT INTO "_sqlx_migrations" VALUES(2,'unanswered','2026-11-30 19:00:00',1,X'B9E6EE24863607FC5C855A85AB46D03177A8AA179DBCC15AB8EDD694ECA092A6FD7C5E1B6E483BA002EE7F0ED8940BC1',1000000);
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
INSERT INTO "answers" VALUES('nacos',1,1,1,0,0.0945312057170466);
INSERT INTO "answers" VALUES('sentinel',0,0,0,1,0.0);
CREATE TABLE asks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
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
INSERT INTO "asks" VALUES(1,1764500002000,'visitor-a','怎么升级集群？','a@b.example','nacos','','','zh-CN','in_work','li.hua','看过了');
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at BIGINT NOT NULL,
    expert TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    detail TEXT NOT NULL
);
INSERT INTO "audit" VALUES(1,1764500003000,'ci','change','ask 1','new → in_work; assignee `` → `li.hua`; note `` → `看过了`');
CREATE TABLE credentials (
    -- BLAKE3 of the secret, which is not kept.
    hash TEXT PRIMARY KEY,
    expert TEXT NOT NULL,
    -- 'session' or 'token'.
    kind TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE TABLE daily (
    day TEXT NOT NULL,
    what TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (day, what)
);
INSERT INTO "daily" VALUES('2025-11-30','answered',1);
INSERT INTO "daily" VALUES('2025-11-30','none',1);
INSERT INTO "daily" VALUES('2025-11-30','latency:33',1);
INSERT INTO "daily" VALUES('2025-11-30','latency:31',1);
INSERT INTO "daily" VALUES('2025-11-30','helpful',1);
INSERT INTO "daily" VALUES('2025-11-30','unhelpful',1);
INSERT INTO "daily" VALUES('2025-11-30','asks',1);
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
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
INSERT INTO "deliveries" VALUES(1,1764500000000,'team','bad_rating',1,'{"event":"bad_rating","number":1,"at":1764500000000,"subject":"nacos","detail":"outdated,unclear 步骤三找不到","link":"https://qa.example.org/admin/inbox?kind=rating"}','waiting',0,1764500060000,'');
INSERT INTO "deliveries" VALUES(2,1764500002000,'team','ask',1,'{"event":"ask","number":1,"at":1764500002000,"subject":"怎么升级集群？","detail":"","link":"https://qa.example.org/admin/inbox?kind=ask"}','dead',12,1764500002000,'answered 500');
CREATE TABLE experts (
    name TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    -- Argon2id in the PHC string format; empty where only tokens sign in.
    password_hash TEXT NOT NULL
);
INSERT INTO "experts" VALUES('li.hua',1764500000000,'');
INSERT INTO "experts" VALUES('ci',1764500000000,'');
CREATE TABLE idempotency (
    key TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    fingerprint TEXT NOT NULL,
    number BIGINT NOT NULL,
    replaced BIGINT NOT NULL
);
INSERT INTO "idempotency" VALUES('sent:k1',1764500002000,'fingerprint',1,0);
CREATE TABLE opened (
    network TEXT NOT NULL,
    question_id TEXT NOT NULL,
    -- 1 opened, 0 passed over.
    clicked BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (network, question_id, clicked)
);
INSERT INTO "opened" VALUES('network-a','nacos',1,1764500000000);
INSERT INTO "opened" VALUES('network-a','sentinel',0,1764500000000);
CREATE TABLE queries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
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
INSERT INTO "queries" VALUES(1,1764500000000,'network-a','nacos 连不上',2,'answered',1500,'sentinel
nacos','nacos',2);
INSERT INTO "queries" VALUES(2,1764500000000,'network-a','kafka',0,'none',900,'',NULL,NULL);
CREATE TABLE ratings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
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
INSERT INTO "ratings" VALUES(1,1764500000000,'visitor-a','network-a','nacos',NULL,0,'outdated,unclear','步骤三找不到','nacos 连不上','https://nacos.io/docs','zh-CN','new','','');
INSERT INTO "ratings" VALUES(2,1764500001000,'visitor-b','network-b','nacos','16703',1,'','','','','zh-CN','new','','');
CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
INSERT INTO "settings" VALUES('visitor_key','abababababababababababababababababababababababababababababababab');
INSERT INTO "settings" VALUES('visitor_key_of_day','20422:cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd');
CREATE UNIQUE INDEX ratings_once ON ratings (visitor, question_id);
CREATE INDEX ratings_of_answer ON ratings (question_id, at, id);
CREATE INDEX ratings_of_network ON ratings (question_id, network, helpful, at);
CREATE INDEX ratings_by_time ON ratings (at);
CREATE INDEX ratings_bad ON ratings (at, id) WHERE helpful = 0;
CREATE INDEX ratings_bad_by_state ON ratings (state, at, id) WHERE helpful = 0;
CREATE INDEX ratings_bad_by_assignee ON ratings (assignee, at, id) WHERE helpful = 0 AND assignee <> '';
CREATE INDEX asks_by_time ON asks (at, id);
CREATE INDEX asks_by_state ON asks (state, at, id);
CREATE INDEX asks_by_assignee ON asks (assignee, at, id) WHERE assignee <> '';
CREATE INDEX asks_by_contact ON asks (lower(contact));
CREATE INDEX queries_of_network ON queries (network, text, id);
CREATE INDEX queries_by_click ON queries (clicked, id) WHERE clicked IS NOT NULL;
CREATE INDEX queries_by_time ON queries (at);
CREATE INDEX opened_by_time ON opened (at);
CREATE INDEX answers_worst ON answers (worst_bound, question_id);
CREATE INDEX idempotency_by_time ON idempotency (at);
CREATE INDEX deliveries_to_send ON deliveries (webhook, next_at) WHERE state = 'waiting';
CREATE INDEX deliveries_not_arrived ON deliveries (id) WHERE state <> 'delivered';
CREATE INDEX deliveries_of_record ON deliveries (event, record);
CREATE INDEX queries_by_state ON queries (answer_state, at, text);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('ratings',2);
INSERT INTO "sqlite_sequence" VALUES('asks',1);
INSERT INTO "sqlite_sequence" VALUES('queries',2);
INSERT INTO "sqlite_sequence" VALUES('audit',1);
INSERT INTO "sqlite_sequence" VALUES('deliveries',2);
COMMIT;
