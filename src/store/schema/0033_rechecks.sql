-- 0033_rechecks.sql — citizens of closed cases, drawn by lot, are asked once more whether what was
-- recorded is true. An answer is no rating and never becomes one.

CREATE TABLE recheck_plans (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    once TEXT NOT NULL,                 -- of the form that was sent
    year INTEGER NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('hall', 'organisation')),
    from_date INTEGER NOT NULL,         -- days of closing, yyyymmdd, both included
    to_date INTEGER NOT NULL,
    department_code TEXT NOT NULL,      -- '' for all of them
    wanted INTEGER NOT NULL,            -- cases to draw
    seed TEXT NOT NULL,                 -- 64 hexadecimal digits; shown once it is drawn
    commitment TEXT NOT NULL,           -- SHA-256 of the seed, shown from the first on
    actor TEXT NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX recheck_plans_once ON recheck_plans (hall, once);
CREATE INDEX recheck_plans_year ON recheck_plans (hall, year, id);

CREATE TABLE recheck_draws (
    plan_id BIGINT PRIMARY KEY REFERENCES recheck_plans (id), -- drawn once
    hall BIGINT NOT NULL,
    among INTEGER NOT NULL,             -- how many cases stood to be drawn
    names {BLOB} NOT NULL,              -- their ids, one a line, in ascending order
    digest TEXT NOT NULL,               -- SHA-256 of that list
    actor TEXT NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};

CREATE TABLE rechecks (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    plan_id BIGINT NOT NULL REFERENCES recheck_plans (id),
    case_id BIGINT NOT NULL REFERENCES cases (id), -- drawn once and never again
    place INTEGER NOT NULL,             -- 1.. in the order of the lots
    window_code TEXT NOT NULL,
    department_code TEXT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX rechecks_case ON rechecks (case_id);
CREATE INDEX rechecks_plan ON rechecks (plan_id, place);

CREATE TABLE recheck_answers (
    id BIGINT PRIMARY KEY,              -- the newest of a re-check counts
    hall BIGINT NOT NULL,
    once TEXT NOT NULL,
    recheck_id BIGINT NOT NULL REFERENCES rechecks (id),
    way TEXT NOT NULL CHECK (way IN ('phone_audit', 'sms')),
    outcome TEXT NOT NULL CHECK (outcome IN ('true', 'not_true', 'declined', 'unreached')),
    steered INTEGER CHECK (steered IN (0, 1)), -- somebody told him how to rate; NULL: not asked
    words_id BIGINT,
    inbound_id BIGINT,                  -- the reply it was read from
    actor TEXT NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX recheck_answers_once ON recheck_answers (hall, once);
CREATE INDEX recheck_answers_recheck ON recheck_answers (recheck_id, id);

-- Cases by the day of their closing: what a drawing looks through.
CREATE INDEX closings_date ON closings (hall, local_date, case_id);
