-- 0009_orders.sql — how bad ratings are put right, and what the rated side says against them.

-- A work order also comes from a reply "not mine" or from a sealed hint: its kind says which, and it
-- has a number that people can read out. How it stands is in order_states.
CREATE TABLE work_orders_new (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    number TEXT NOT NULL,               -- '20260001': the local year and a count
    kind TEXT NOT NULL CHECK (kind IN ('rating', 'notme', 'hint')),
    case_id BIGINT NOT NULL,
    rating_id BIGINT REFERENCES ratings (id),
    inbound_id BIGINT,                  -- the reply it came from
    opened_ms BIGINT NOT NULL
) {STRICT};

CREATE TABLE order_states (             -- moves: each row follows from the order's steps
    order_id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    kind TEXT NOT NULL,                 -- as in work_orders
    state TEXT NOT NULL,                -- domain/work_order.h, as all below
    reach TEXT NOT NULL,
    round INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    level INTEGER NOT NULL,
    paused_for TEXT NOT NULL,           -- '' while the clocks run
    paused_ms BIGINT NOT NULL,
    begun_ms BIGINT NOT NULL,
    contact_due_ms BIGINT NOT NULL,
    fix_due_ms BIGINT NOT NULL,
    verdict_due_ms BIGINT NOT NULL,
    raised_ms BIGINT NOT NULL,
    due_ms BIGINT NOT NULL,             -- of the clock that runs; the greatest number where none does
    look_ms BIGINT NOT NULL,            -- when it must be looked at by itself; likewise
    department_code TEXT NOT NULL,      -- whose it is; another's after a transfer
    window_code TEXT NOT NULL,          -- at which the case was handled; '' after a transfer
    owner_id BIGINT,                    -- the account that works it
    steps INTEGER NOT NULL,             -- how many there are: two people who change it at once differ in it
    changed_ms BIGINT NOT NULL
) {STRICT};

INSERT INTO work_orders_new (id, hall, number, kind, case_id, rating_id, opened_ms)
SELECT w.id, w.hall, CAST(CAST(r.local_date / 10000 AS BIGINT) * 10000
       + row_number() OVER (PARTITION BY w.hall, r.local_date / 10000 ORDER BY w.id) AS TEXT),
       'rating', w.case_id, w.rating_id, w.opened_ms
FROM work_orders w JOIN ratings r ON r.id = w.rating_id;

INSERT INTO order_states (order_id, hall, kind, state, reach, round, tries, level, paused_for,
       paused_ms, begun_ms, contact_due_ms, fix_due_ms, verdict_due_ms, raised_ms, due_ms, look_ms,
       department_code, window_code, owner_id, steps, changed_ms)
SELECT x.id, x.hall, 'rating', 'open', x.reach, 0, 0, 0, '', 0, x.opened_ms, x.contact_due_ms,
       x.fix_due_ms, 0, 0,
       CASE WHEN x.reach = 'phone' THEN x.contact_due_ms ELSE x.fix_due_ms END,
       CASE WHEN x.reach = 'phone' THEN x.contact_due_ms ELSE x.fix_due_ms END,
       x.department_code, x.window_code, NULL, 0, x.opened_ms
FROM (SELECT w.id, w.hall, w.opened_ms, w.contact_due_ms, w.fix_due_ms, d.code AS department_code,
             v.code AS window_code,
             CASE WHEN c.phone_id IS NULL THEN 'none'
                  WHEN (SELECT e.contact FROM rating_details e WHERE e.case_id = w.case_id
                        AND e.contact IS NOT NULL ORDER BY e.id DESC LIMIT 1) = 0 THEN 'declined'
                  ELSE 'phone' END AS reach
      FROM work_orders w JOIN cases c ON c.id = w.case_id JOIN windows v ON v.id = c.window_id
      JOIN departments d ON d.id = v.department_id) x;

DROP TABLE work_orders;
ALTER TABLE work_orders_new RENAME TO work_orders;
CREATE UNIQUE INDEX work_orders_rating ON work_orders (rating_id) WHERE rating_id IS NOT NULL;
CREATE INDEX work_orders_case ON work_orders (case_id, id);
CREATE UNIQUE INDEX work_orders_number ON work_orders (hall, number);
CREATE INDEX order_states_due ON order_states (hall, due_ms, order_id) WHERE state <> 'closed';
CREATE INDEX order_states_look ON order_states (hall, look_ms) WHERE state <> 'closed';

CREATE TABLE order_steps (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    order_id BIGINT NOT NULL REFERENCES work_orders (id),
    act TEXT NOT NULL,                  -- 'open', or an act of domain/work_order.h
    actor TEXT NOT NULL,                -- "account 7", "citizen", "clockwork"
    detail TEXT NOT NULL,               -- what the act names: verdict, department, account, reason; ''
    words_id BIGINT,                    -- what was said or written
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX order_steps_order ON order_steps (order_id, id);

CREATE TABLE order_years (              -- moves: the newest number of a year
    hall BIGINT NOT NULL,
    year INTEGER NOT NULL,
    newest INTEGER NOT NULL,
    PRIMARY KEY (hall, year)
) {STRICT};
INSERT INTO order_years (hall, year, newest)
SELECT hall, CAST(CAST(number AS BIGINT) / 10000 AS INTEGER), count(*) FROM work_orders
GROUP BY hall, CAST(CAST(number AS BIGINT) / 10000 AS INTEGER);

-- The rated side may say once that a rating is a mistake, malice or of another case. Somebody of
-- another house decides; a rating that is excluded stays where it is, counted apart.
CREATE TABLE appeals (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    rating_id BIGINT NOT NULL REFERENCES ratings (id),
    case_id BIGINT NOT NULL,
    department_code TEXT NOT NULL,      -- that is rated
    ground TEXT NOT NULL CHECK (ground IN ('mistake', 'malice', 'not_this_case')),
    actor TEXT NOT NULL,
    words_id BIGINT,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX appeals_rating ON appeals (rating_id);
CREATE INDEX appeals_case ON appeals (case_id);

CREATE TABLE appeal_decisions (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    appeal_id BIGINT NOT NULL REFERENCES appeals (id),
    outcome TEXT NOT NULL CHECK (outcome IN ('upheld', 'excluded')), -- of the rating
    actor TEXT NOT NULL,
    words_id BIGINT,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX appeal_decisions_appeal ON appeal_decisions (appeal_id);

CREATE TABLE excluded_days (            -- moves: of the ratings in rating_days, those excluded
    hall BIGINT NOT NULL,
    local_date INTEGER NOT NULL,
    window_code TEXT NOT NULL,
    matter_code TEXT NOT NULL,
    channel TEXT NOT NULL,
    grade INTEGER NOT NULL,
    department_code TEXT NOT NULL,
    ratings BIGINT NOT NULL,
    PRIMARY KEY (hall, local_date, window_code, matter_code, channel, grade)
) {STRICT};
