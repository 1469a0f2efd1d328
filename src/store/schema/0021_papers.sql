-- 0021_papers.sql — the papers of an assessment: what the organisation department prescribes, teaches,
-- watches and signs, and who may assess at all. All of it is appended, never edited.

CREATE TABLE papers (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    once TEXT NOT NULL,                 -- of the form: the same twice is one
    year INTEGER NOT NULL,              -- of the assessment that it belongs to
    kind TEXT NOT NULL CHECK (kind IN ('template', 'training', 'supervision')),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    people TEXT NOT NULL,               -- who was taught, or whose work was watched; '' for nobody named
    date INTEGER NOT NULL,              -- the hall's own day (yyyymmdd) on which it took place
    actor TEXT NOT NULL,                -- 'account …'
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX papers_once ON papers (hall, once);
CREATE INDEX papers_year ON papers (hall, year, kind, id);

CREATE TABLE assessors (
    id BIGINT PRIMARY KEY,              -- the newest row of an account counts
    hall BIGINT NOT NULL,
    once TEXT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    home TEXT NOT NULL,                 -- code of the department that he comes from; '' for none of them
    since INTEGER NOT NULL,             -- qualified from this day (yyyymmdd) …
    until INTEGER NOT NULL,             -- … to this one, both included
    proof TEXT NOT NULL,                -- what qualifies him: certificate, course, appointment
    actor TEXT NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX assessors_once ON assessors (hall, once);
CREATE INDEX assessors_account ON assessors (hall, account_id, id);

CREATE TABLE judgements (
    id BIGINT PRIMARY KEY,              -- the newest of a department and year stands; all are shown
    hall BIGINT NOT NULL,
    once TEXT NOT NULL,
    year INTEGER NOT NULL,
    department_code TEXT NOT NULL,
    body TEXT NOT NULL,                 -- the final judgement in words
    digest TEXT NOT NULL,               -- SHA-256 of the frozen result that is signed, in hexadecimal
    signed TEXT NOT NULL,               -- the name under it, as written by who signs
    actor TEXT NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX judgements_once ON judgements (hall, once);
CREATE INDEX judgements_year ON judgements (hall, year, department_code, id);
