-- 0019_hooks.sql — what other systems are told of (Standard Webhooks): one row for each thing that an
-- endpoint of the settings is to hear, made with the fact itself. A queue: its states change.

CREATE TABLE hook_deliveries (
    id BIGINT PRIMARY KEY,              -- the webhook-id, the same at every try
    hall BIGINT NOT NULL,
    endpoint TEXT NOT NULL,             -- the name of its section in the settings
    kind TEXT NOT NULL,                 -- 'rating.recorded' …
    subject BIGINT NOT NULL,            -- what it is about: a ticket, case, message or work order; 0
    body TEXT NOT NULL,                 -- {type,timestamp,data}: ids and a grade, no phone, no words
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'done', 'failed', 'withdrawn')),
    tries INTEGER NOT NULL,             -- begun
    due_ms BIGINT NOT NULL,             -- when it is to go, or to go again
    at_ms BIGINT NOT NULL,              -- when it was made
    changed_ms BIGINT NOT NULL,
    status INTEGER NOT NULL,            -- of the last answer (HTTP); 0 for none
    trouble TEXT NOT NULL               -- why there was none
) {STRICT};
CREATE INDEX hook_deliveries_due ON hook_deliveries (hall, endpoint, due_ms, id) WHERE state = 'waiting';
CREATE INDEX hook_deliveries_sending ON hook_deliveries (hall, id) WHERE state = 'sending';
CREATE INDEX hook_deliveries_subject ON hook_deliveries (hall, subject, kind) WHERE state = 'waiting';
CREATE INDEX hook_deliveries_newest ON hook_deliveries (hall, id);
CREATE INDEX hook_deliveries_over ON hook_deliveries (hall, changed_ms) WHERE state IN ('done', 'withdrawn');

-- Endpoints that nothing is sent to until somebody switches them on again.
CREATE TABLE hook_endpoints (
    hall BIGINT NOT NULL,
    endpoint TEXT NOT NULL,
    off INTEGER NOT NULL CHECK (off IN (0, 1)),
    reason TEXT NOT NULL CHECK (reason IN ('', 'gone', 'failed')),
    changed_ms BIGINT NOT NULL,
    PRIMARY KEY (hall, endpoint)
) {STRICT};

-- Tries ever, by what came of them; changed in the transaction that books one.
CREATE TABLE hook_counts (
    hall BIGINT NOT NULL,
    result TEXT NOT NULL CHECK (result IN ('delivered', 'retried', 'gone', 'failed')),
    tries BIGINT NOT NULL,
    PRIMARY KEY (hall, result)
) {STRICT};
