-- 0003_hearing.sql — what replies need that come in parts, too early or damaged.

-- A row is read when it is due: at once, or later where it was put off because the rest of it, or
-- the message that it reports on, is not there yet.
ALTER TABLE inbound ADD COLUMN due_ms BIGINT NOT NULL DEFAULT 0;  -- not before; 0 at once
ALTER TABLE inbound ADD COLUMN part INTEGER NOT NULL DEFAULT 0;   -- 1.. of a long reply, 0 for none
ALTER TABLE inbound ADD COLUMN parts INTEGER NOT NULL DEFAULT 0;  -- how many it has
ALTER TABLE inbound ADD COLUMN part_ref INTEGER NOT NULL DEFAULT 0; -- what its parts have in common

DROP INDEX inbound_new;
CREATE INDEX inbound_due ON inbound (hall, due_ms, id) WHERE state = 'NEW';
CREATE INDEX inbound_parts ON inbound (phone_id, part_ref, id) WHERE parts > 1;

-- What kept a reply from being read as words: '' nothing, 'garbled' a wrong charset, 'incomplete'
-- parts that never came.
ALTER TABLE readings ADD COLUMN trouble TEXT NOT NULL DEFAULT '';

-- A survey that asked for several cases stands differently with each of them. Surveys of one case
-- have no row here; a case without a row stands as it was asked.
CREATE TABLE conversation_cases (
    conversation_id BIGINT NOT NULL REFERENCES conversations (id),
    case_id BIGINT NOT NULL,
    hall BIGINT NOT NULL,
    state TEXT NOT NULL,                -- as in conversations
    changed_ms BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, case_id)
) {STRICT};
