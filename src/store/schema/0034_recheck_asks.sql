-- 0034_recheck_asks.sql — re-checks whose citizens are asked by SMS.

CREATE TABLE recheck_asks (
    recheck_id BIGINT PRIMARY KEY REFERENCES rechecks (id), -- asked once
    hall BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    actor TEXT NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX recheck_asks_message ON recheck_asks (message_id);
