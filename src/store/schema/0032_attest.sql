-- 0032_attest.sql — what citizens say of a recorded end: that it is true, or that nothing was received.

CREATE TABLE promise_answers (
    id BIGINT PRIMARY KEY,              -- the newest of a case counts; none is a rating
    hall BIGINT NOT NULL,
    case_id BIGINT NOT NULL REFERENCES cases (id),
    conversation_id BIGINT NOT NULL,    -- the question
    inbound_id BIGINT NOT NULL,         -- the reply
    received INTEGER NOT NULL CHECK (received IN (0, 1)),
    taken INTEGER,                      -- working days of the record that was asked about; NULL: not told
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX promise_answers_case ON promise_answers (case_id, id);
CREATE INDEX promise_answers_denied ON promise_answers (hall, id) WHERE received = 0;

CREATE TABLE promise_checks (
    id BIGINT PRIMARY KEY,              -- what somebody found out about an answer
    hall BIGINT NOT NULL,
    answer_id BIGINT NOT NULL REFERENCES promise_answers (id),
    found TEXT NOT NULL CHECK (found IN ('delivered', 'untrue', 'unclear')), -- of the record
    words_id BIGINT,
    actor TEXT NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX promise_checks_answer ON promise_checks (answer_id);
