-- 0030_visits.sql — visits of windows: planned by risk and by lot, and what was found.

CREATE TABLE visit_plans (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    once TEXT NOT NULL,                 -- of the form that was sent
    year INTEGER NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('hall', 'organisation')),
    kind TEXT NOT NULL CHECK (kind IN ('open', 'mystery', 'procedure')),
    by_risk INTEGER NOT NULL,
    by_lot INTEGER NOT NULL,
    seed TEXT NOT NULL,                 -- 64 hexadecimal digits; shown once it is drawn
    commitment TEXT NOT NULL,           -- SHA-256 of the seed, shown from the first on
    actor TEXT NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX visit_plans_once ON visit_plans (hall, once);
CREATE INDEX visit_plans_year ON visit_plans (hall, year, id);

CREATE TABLE visit_draws (
    plan_id BIGINT PRIMARY KEY REFERENCES visit_plans (id), -- drawn once
    hall BIGINT NOT NULL,
    rules TEXT NOT NULL,                -- the weights that risks were made with, for people
    actor TEXT NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};

CREATE TABLE visit_candidates (         -- what was known of each window when it was drawn
    plan_id BIGINT NOT NULL REFERENCES visit_plans (id),
    window_code TEXT NOT NULL,
    hall BIGINT NOT NULL,
    department_code TEXT NOT NULL,
    bad BIGINT NOT NULL,                -- of the ratings looked at
    rated BIGINT NOT NULL,
    bad_permille INTEGER NOT NULL,      -- upper bound of that rate
    since_days INTEGER NOT NULL,        -- since the last visit; -1 for none yet
    overdue INTEGER NOT NULL,
    remarks INTEGER NOT NULL,
    risk INTEGER NOT NULL,              -- hundredths
    lot TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('', 'risk', 'lot')), -- '' where it was not chosen
    PRIMARY KEY (plan_id, window_code)
) {STRICT};

CREATE TABLE visits (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    once TEXT NOT NULL,
    year INTEGER NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('hall', 'organisation')),
    kind TEXT NOT NULL CHECK (kind IN ('open', 'mystery', 'procedure')),
    window_code TEXT NOT NULL,
    department_code TEXT NOT NULL,
    plan_id BIGINT REFERENCES visit_plans (id), -- NULL: by hand
    reason TEXT NOT NULL CHECK (reason IN ('risk', 'lot', 'hand')),
    actor TEXT NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX visits_once ON visits (hall, once);
CREATE INDEX visits_year ON visits (hall, year, id);

CREATE TABLE visit_results (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    once TEXT NOT NULL,
    visit_id BIGINT NOT NULL REFERENCES visits (id),
    local_date INTEGER NOT NULL,        -- on which it took place
    score INTEGER NOT NULL CHECK (score BETWEEN 0 AND 10000), -- hundredths
    corrects BIGINT REFERENCES visit_results (id),
    words_id BIGINT NOT NULL,           -- what was found
    actor TEXT NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX visit_results_once ON visit_results (hall, once);
CREATE UNIQUE INDEX visit_results_first ON visit_results (visit_id) WHERE corrects IS NULL;
CREATE UNIQUE INDEX visit_results_corrects ON visit_results (corrects) WHERE corrects IS NOT NULL;
