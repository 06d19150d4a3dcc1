-- What experts change of the words of a site while it serves, over its files. Of the rows about one text of one subject the
-- newest that was not undone counts.
CREATE TABLE words (
    id {id},
    at BIGINT NOT NULL,
    expert TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    change TEXT NOT NULL,
    undone_at BIGINT NOT NULL DEFAULT 0,
    undone_by TEXT NOT NULL DEFAULT ''
);
CREATE INDEX words_of_subject ON words (kind, subject);
