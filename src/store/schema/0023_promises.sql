-- 0023_promises.sql — promised days and what was taken of them, for the assessment of promises.

CREATE TABLE promise_marks (            -- of each closed case of a matter with promised days
    case_id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    promised INTEGER NOT NULL,          -- working days, as its matter promised them
    taken INTEGER NOT NULL              -- up to its newest closing, without its pauses
) {STRICT};

CREATE TABLE promise_sums (             -- by the month (yyyymm00) of the first closing
    hall BIGINT NOT NULL,
    date INTEGER NOT NULL,
    window_code TEXT NOT NULL,
    matter_code TEXT NOT NULL,
    clerk_code TEXT NOT NULL,
    department_code TEXT NOT NULL,
    closed BIGINT NOT NULL,
    kept BIGINT NOT NULL,               -- of those, within the promised days
    PRIMARY KEY (hall, date, window_code, matter_code, clerk_code)
) {KEYED};
