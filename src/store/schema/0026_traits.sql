-- 0026_traits.sql — what cases were like beside their result, and figures that people type.

CREATE TABLE case_traits (              -- as another system told it; the newest row of a case holds
    id BIGINT PRIMARY KEY,              -- all that is known
    hall BIGINT NOT NULL,
    case_id BIGINT NOT NULL REFERENCES cases (id),
    services INTEGER CHECK (services BETWEEN 0 AND 15), -- bits of domain/case_traits.h; NULL: not told
    at_window INTEGER CHECK (at_window IN (0, 1)), -- decided there; 0: only passed on
    trips INTEGER CHECK (trips BETWEEN 0 AND 99), -- of the citizen, in person
    came_again INTEGER CHECK (came_again IN (0, 1)), -- because papers were missing
    actor TEXT NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX case_traits_case ON case_traits (case_id, id);

-- == What moves ================================================================================
-- Counted are closed cases of which anything was told, in the month (yyyymm00) of their first
-- closing; `traits` is all of it as one number (case_traits_pack).

CREATE TABLE trait_marks (              -- how a case is counted now
    case_id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    date INTEGER NOT NULL,
    department_code TEXT NOT NULL,
    matter_code TEXT NOT NULL,
    days INTEGER NOT NULL,              -- working days to the first closing, without pauses
    traits INTEGER NOT NULL
) {STRICT};

CREATE TABLE trait_sums (
    hall BIGINT NOT NULL,
    date INTEGER NOT NULL,
    department_code TEXT NOT NULL,
    matter_code TEXT NOT NULL,
    traits INTEGER NOT NULL,
    cases BIGINT NOT NULL,
    days BIGINT NOT NULL,               -- their sum
    squares BIGINT NOT NULL,            -- and that of their squares
    PRIMARY KEY (hall, date, department_code, matter_code, traits)
) {KEYED};

CREATE TABLE trait_grades (             -- of their ratings that count, with an overall grade
    hall BIGINT NOT NULL,
    date INTEGER NOT NULL,
    department_code TEXT NOT NULL,
    matter_code TEXT NOT NULL,
    traits INTEGER NOT NULL,
    channel TEXT NOT NULL,
    g1 BIGINT NOT NULL,
    g2 BIGINT NOT NULL,
    g3 BIGINT NOT NULL,
    g4 BIGINT NOT NULL,
    g5 BIGINT NOT NULL,
    PRIMARY KEY (hall, date, department_code, matter_code, traits, channel)
) {KEYED};

-- == Concentrations ============================================================================

CREATE TABLE concentrations (           -- typed by the organisation department; the newest figure of
    id BIGINT PRIMARY KEY,              -- a department and kind counts, the others stay
    hall BIGINT NOT NULL,
    department_code TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('functions', 'matters', 'people')),
    moved INTEGER NOT NULL CHECK (moved >= 0), -- into the hall
    whole INTEGER NOT NULL CHECK (whole >= moved), -- that there are
    day INTEGER NOT NULL,               -- yyyymmdd, on which it was so
    evidence TEXT NOT NULL,             -- where that stands: a document, a list
    actor TEXT NOT NULL,
    once TEXT NOT NULL,                 -- the same form sent twice is one
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX concentrations_once ON concentrations (hall, once);
CREATE INDEX concentrations_day ON concentrations (hall, department_code, kind, day, id);
