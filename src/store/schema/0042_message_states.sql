-- 0042_message_states.sql — a message changes its state four times; these are looked at each time.

-- The same rows in the same order as before. A list of three or more (IN) would be made a table of
-- for every message that is written; comparisons are not. A statement that means to be answered by
-- one of these says the same words (store/message_store.h).
DROP INDEX messages_open;
CREATE INDEX messages_open ON messages (hall, state, changed_ms)
    WHERE state = 'CLAIMED' OR state = 'SUBMITTING' OR state = 'UNKNOWN';

DROP INDEX messages_failed;
CREATE INDEX messages_failed ON messages (hall, id)
    WHERE state = 'REFUSED' OR state = 'UNDELIVERED' OR state = 'EXPIRED' OR state = 'UNKNOWN'
    OR state = 'NO_REPORT';
