-- The list of unanswered searches is grouped by text: read from the index alone.
DROP INDEX queries_by_state;
CREATE INDEX queries_by_state ON queries (answer_state, at, text);
