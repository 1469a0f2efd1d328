-- 0018_rates.sql — what rates are made of: sums of cases by the day on which they were closed.

CREATE TABLE closings (
    case_id BIGINT PRIMARY KEY,         -- that was closed; a second closing adds nothing
    hall BIGINT NOT NULL,
    local_date INTEGER NOT NULL,        -- the hall's own day of the first closing
    ratable INTEGER NOT NULL CHECK (ratable IN (0, 1)) -- 0: told to us when its time was over
) {STRICT};

-- == What moves ================================================================================
-- Every fact about a case counts on the day of its closing, so that a share and what it is a share
-- of speak of the same cases. Each is counted four times: span 0 on its day (yyyymmdd), span 1 in its
-- month (yyyymm00), and 2 and 3 the same of the window alone, with '' for matter and clerk: a year is
-- then read from few rows. Rows lie in the order of their key ({KEYED}). Stores from before are
-- counted by store/rate_fill.c, which knows the hall's days.

CREATE TABLE case_sums (
    hall BIGINT NOT NULL,
    span INTEGER NOT NULL CHECK (span BETWEEN 0 AND 3),
    date INTEGER NOT NULL,
    window_code TEXT NOT NULL,
    matter_code TEXT NOT NULL,
    clerk_code TEXT NOT NULL,
    department_code TEXT NOT NULL,
    closed BIGINT NOT NULL,
    ratable BIGINT NOT NULL,            -- of those, the ones that could be rated
    reached BIGINT NOT NULL,            -- of those, the ones whose invitation was delivered
    PRIMARY KEY (hall, span, date, window_code, matter_code, clerk_code)
) {KEYED};

CREATE TABLE rating_sums (
    hall BIGINT NOT NULL,
    span INTEGER NOT NULL CHECK (span BETWEEN 0 AND 3),
    date INTEGER NOT NULL,
    window_code TEXT NOT NULL,
    matter_code TEXT NOT NULL,
    clerk_code TEXT NOT NULL,
    channel TEXT NOT NULL,
    delay INTEGER NOT NULL CHECK (delay BETWEEN 0 AND 2), -- after the closing: 30 min, 24 h, later
    measure INTEGER NOT NULL CHECK (measure BETWEEN 0 AND 5), -- 0 overall, 1-4 as in clerk_days,
                                        -- 5 overall of those that an appeal took out of 0-4
    department_code TEXT NOT NULL,
    g0 BIGINT NOT NULL,                 -- effective ratings without an overall grade
    g1 BIGINT NOT NULL,
    g2 BIGINT NOT NULL,
    g3 BIGINT NOT NULL,
    g4 BIGINT NOT NULL,
    g5 BIGINT NOT NULL,
    PRIMARY KEY (hall, span, date, window_code, matter_code, clerk_code, channel, delay, measure)
) {KEYED};

CREATE TABLE order_marks (              -- what became of a bad rating's order (domain/order_outcome.h)
    order_id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    date INTEGER NOT NULL,
    window_code TEXT NOT NULL,
    matter_code TEXT NOT NULL,
    clerk_code TEXT NOT NULL,
    department_code TEXT NOT NULL,      -- at which the case was handled, whoever works the order
    reach TEXT NOT NULL,
    contact TEXT NOT NULL,
    fix TEXT NOT NULL,
    verdict TEXT NOT NULL,
    gone INTEGER NOT NULL CHECK (gone IN (0, 1)) -- replaced by a corrected one, or taken out by an appeal
) {STRICT};

CREATE TABLE order_sums (
    hall BIGINT NOT NULL,
    span INTEGER NOT NULL CHECK (span BETWEEN 0 AND 3),
    date INTEGER NOT NULL,
    window_code TEXT NOT NULL,
    matter_code TEXT NOT NULL,
    clerk_code TEXT NOT NULL,
    reach TEXT NOT NULL,
    contact TEXT NOT NULL,
    fix TEXT NOT NULL,
    verdict TEXT NOT NULL,
    department_code TEXT NOT NULL,
    orders BIGINT NOT NULL,
    PRIMARY KEY (hall, span, date, window_code, matter_code, clerk_code, reach, contact, fix, verdict)
) {KEYED};

CREATE TABLE reply_days (
    hall BIGINT NOT NULL,
    local_date INTEGER NOT NULL,        -- on which the reply was read
    linked INTEGER NOT NULL CHECK (linked IN (0, 1)), -- to a case
    replies BIGINT NOT NULL,            -- that gave grades
    PRIMARY KEY (hall, local_date, linked)
) {STRICT};
