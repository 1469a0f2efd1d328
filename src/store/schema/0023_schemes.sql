-- 0023_schemes.sql — by what a department's year is judged: versions of its scheme, what was decided
-- about them, and the sheets of other offices. All of it is appended, never edited.

CREATE TABLE schemes (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    once TEXT NOT NULL,                 -- of the form: the same twice is one
    year INTEGER NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0), -- of its year, without gaps
    title TEXT NOT NULL,
    text TEXT NOT NULL,                 -- as domain/scheme.h writes it
    digest TEXT NOT NULL,               -- SHA-256 of the text, in hexadecimal
    reason TEXT NOT NULL,
    heard TEXT NOT NULL,                -- who was heard before
    effect TEXT NOT NULL,               -- on last year's standing (domain/scheme_effect.h)
    actor TEXT NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX schemes_version ON schemes (hall, year, version);
CREATE UNIQUE INDEX schemes_once ON schemes (hall, once);

CREATE TABLE scheme_acts (
    id BIGINT PRIMARY KEY,              -- a year is frozen when it starts even without an act
    hall BIGINT NOT NULL,
    year INTEGER NOT NULL,
    version INTEGER NOT NULL,
    act TEXT NOT NULL CHECK (act IN ('adopted', 'frozen')),
    actor TEXT NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX scheme_acts_year ON scheme_acts (hall, year, id);

CREATE TABLE sheets (
    id BIGINT PRIMARY KEY,              -- the newest of a part counts
    hall BIGINT NOT NULL,
    once TEXT NOT NULL,
    year INTEGER NOT NULL,
    part TEXT NOT NULL,                 -- code of the scheme's part
    name TEXT NOT NULL,                 -- whose sheet it is, as written by who brought it in
    digest TEXT NOT NULL,               -- SHA-256 of the sheet's bytes, in hexadecimal
    marks INTEGER NOT NULL,             -- how many lines it has
    actor TEXT NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX sheets_once ON sheets (hall, once);
CREATE INDEX sheets_part ON sheets (hall, year, part, id);

CREATE TABLE sheet_marks (
    sheet_id BIGINT NOT NULL REFERENCES sheets (id),
    hall BIGINT NOT NULL,
    department_code TEXT NOT NULL,
    mark INTEGER NOT NULL CHECK (mark BETWEEN 0 AND 1000000), -- in ten-thousandths of a point
    PRIMARY KEY (sheet_id, department_code)
) {STRICT};
