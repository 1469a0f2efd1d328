-- 0025_parallel.sql — parallel approval: one case that several departments work on at the same time.
-- Facts, all of them: how a clock stands follows from the steps (domain/approval.h).

CREATE TABLE approvals (
    id BIGINT PRIMARY KEY,              -- of the step that started it
    hall BIGINT NOT NULL,
    case_id BIGINT NOT NULL REFERENCES cases (id), -- the case that was taken in, and is asked about
    n INTEGER NOT NULL,                 -- 1.. in the case
    department_id BIGINT NOT NULL REFERENCES departments (id),
    department_code TEXT NOT NULL,
    matter_id BIGINT REFERENCES matters (id), -- NULL: only the department is known
    matter_code TEXT NOT NULL,          -- '' for none
    promised_days INTEGER,              -- working days; NULL: none were promised
    child_case_id BIGINT                -- its own case in another system; that one asks nobody
) {STRICT};
CREATE UNIQUE INDEX approvals_case ON approvals (case_id, n);
CREATE UNIQUE INDEX approvals_once ON approvals (case_id, department_code, matter_code);
CREATE INDEX approvals_child ON approvals (child_case_id) WHERE child_case_id IS NOT NULL;

CREATE TABLE approval_steps (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    case_id BIGINT NOT NULL REFERENCES cases (id),
    n INTEGER NOT NULL,                 -- of the approval; 0: the case as a whole
    step TEXT NOT NULL CHECK (step IN ('inform', 'consult', 'survey', 'review', 'pay', 'approve',
                                       'issue', 'start', 'pause', 'resume')),
    granted INTEGER CHECK (granted IN (0, 1)), -- of 'approve'
    reason TEXT,                        -- of 'pause'
    actor TEXT NOT NULL,
    at_ms BIGINT NOT NULL,              -- when it was done
    told_ms BIGINT NOT NULL             -- when we were told
) {STRICT};
CREATE UNIQUE INDEX approval_steps_once ON approval_steps (case_id, n, step, at_ms);
CREATE UNIQUE INDEX approval_steps_case ON approval_steps (case_id, step)
    WHERE n = 0 AND step IN ('pay', 'issue');

CREATE TABLE case_departments (         -- who took part; cases of one department have no rows
    case_id BIGINT NOT NULL REFERENCES cases (id),
    department_code TEXT NOT NULL,
    hall BIGINT NOT NULL,
    intake INTEGER NOT NULL CHECK (intake IN (0, 1)), -- 1: at whose window the case was taken in
    accepted_ms BIGINT NOT NULL,        -- of the case
    PRIMARY KEY (case_id, department_code)
) {STRICT};
CREATE INDEX case_departments_intake ON case_departments (hall, accepted_ms, case_id) WHERE intake = 1;
CREATE INDEX case_departments_code ON case_departments (hall, department_code, accepted_ms);
