-- 0002_sending.sql — several gateways: where a message waits, what became of each attempt, and
-- how often a gateway did what.

-- == Messages ==================================================================================
-- messages.gateway is the planned gateway while a message waits and the one that carried it
-- afterwards; NULL where none takes its phone.

ALTER TABLE messages ADD COLUMN fill TEXT;          -- what filled the template, a JSON object of texts
ALTER TABLE messages ADD COLUMN submitted_ms BIGINT; -- when the newest attempt began
ALTER TABLE messages ADD COLUMN unknown_ms BIGINT;  -- since when nobody knows what became of it
ALTER TABLE messages ADD COLUMN ask_ms BIGINT;      -- when the gateway is asked next; NULL: not any more
ALTER TABLE messages ADD COLUMN asked_ms BIGINT;    -- when it was asked last
ALTER TABLE messages ADD COLUMN asks INTEGER NOT NULL DEFAULT 0; -- how often, in this uncertainty
ALTER TABLE messages ADD COLUMN resent INTEGER NOT NULL DEFAULT 0
    CHECK (resent IN (0, 1, 2)); -- 1: the gateway had none, so it may go once more; 2: it went

CREATE INDEX messages_route ON messages (hall, gateway, due_ms, id) WHERE state IN ('NEW', 'RETRY');
CREATE INDEX messages_ask ON messages (hall, ask_ms) WHERE ask_ms IS NOT NULL;

-- == What moves ================================================================================

CREATE TABLE message_refs (
    id BIGINT PRIMARY KEY,              -- newest wins: modems count their ids round
    hall BIGINT NOT NULL,
    gateway TEXT NOT NULL,
    ref TEXT NOT NULL,                  -- the gateway's own id of one part
    message_id BIGINT REFERENCES messages (id), -- NULL: its report came before the gateway's answer
    phone_id BIGINT,                    -- only then: whom that report names
    attempt INTEGER NOT NULL,
    part INTEGER NOT NULL,              -- 1..
    parts INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('', 'BUFFERED', 'DELIVERED', 'UNDELIVERED', 'EXPIRED'))
) {STRICT};
CREATE INDEX message_refs_ref ON message_refs (gateway, ref, id);
CREATE INDEX message_refs_message ON message_refs (message_id, attempt) WHERE message_id IS NOT NULL;

CREATE TABLE gateway_counts (
    hall BIGINT NOT NULL,
    gateway TEXT NOT NULL,
    local_date INTEGER NOT NULL,
    what TEXT NOT NULL,                 -- submitted accepted refused … (gateway_store.h)
    n BIGINT NOT NULL,
    PRIMARY KEY (hall, gateway, local_date, what)
) {STRICT};

CREATE TABLE gateway_states (
    hall BIGINT NOT NULL,
    gateway TEXT NOT NULL,
    condition TEXT NOT NULL CHECK (condition IN ('ready', 'busy', 'resting', 'shut', 'broken')),
    trouble TEXT NOT NULL,              -- the last error in words, '' for none
    error_ms BIGINT NOT NULL,           -- when it was, 0 for never
    in_flight INTEGER NOT NULL,
    queued_inside BIGINT NOT NULL,      -- as the gateway says, -1 where it does not
    rate_1 INTEGER NOT NULL,            -- messages a minute, over 1, 5 and 15 minutes, times 100
    rate_5 INTEGER NOT NULL,
    rate_15 INTEGER NOT NULL,
    changed_ms BIGINT NOT NULL,
    PRIMARY KEY (hall, gateway)
) {STRICT};
