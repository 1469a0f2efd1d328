-- 0029_assessments.sql — years that were frozen into bundles, and when the last word was said.

CREATE TABLE assessments (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    year INTEGER NOT NULL,
    final INTEGER NOT NULL CHECK (final IN (0, 1)), -- 1: the year's result, of which there is one
    version INTEGER NOT NULL,           -- of the year's scheme
    from_month INTEGER NOT NULL,        -- yyyymm
    to_month INTEGER NOT NULL,
    cut_ms BIGINT NOT NULL,             -- what came later is not in it
    program TEXT NOT NULL,
    file TEXT NOT NULL,                 -- in the data folder
    bytes BIGINT NOT NULL,
    cases BIGINT NOT NULL,
    departments INTEGER NOT NULL,
    facts TEXT NOT NULL,                -- SHA-256, as in the bundle
    results TEXT NOT NULL,
    actor TEXT NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX assessments_year ON assessments (hall, year, id);
CREATE UNIQUE INDEX assessments_final ON assessments (hall, year) WHERE final = 1;
