-- 0022_daily.sql — the hall's daily records: what is written of a window's day, the hall's marks,
-- and the files that show what was seen. All of it is appended; a correction is a row of its own.

CREATE TABLE log_entries (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    once TEXT NOT NULL,                 -- of the form that was sent: the same twice is one
    local_date INTEGER NOT NULL,        -- the day it speaks of
    window_code TEXT NOT NULL,
    department_code TEXT NOT NULL,      -- whose window it was when it was written
    kind TEXT NOT NULL CHECK (kind IN ('attendance', 'discipline', 'check', 'praise', 'complaint')),
    points INTEGER NOT NULL CHECK (points BETWEEN -10000 AND 10000), -- hundredths
    side TEXT NOT NULL CHECK (side IN ('hall', 'window')), -- who wrote it
    late INTEGER NOT NULL CHECK (late IN (0, 1)), -- the day's log was closed
    corrects BIGINT REFERENCES log_entries (id), -- the entry that this one stands for from now on
    words_id BIGINT NOT NULL,
    actor TEXT NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX log_entries_once ON log_entries (hall, once);
CREATE UNIQUE INDEX log_entries_corrects ON log_entries (corrects) WHERE corrects IS NOT NULL;
CREATE INDEX log_entries_day ON log_entries (hall, local_date, window_code, id);

CREATE TABLE hall_marks (
    id BIGINT PRIMARY KEY,              -- the newest of a quarter, department and kind counts
    hall BIGINT NOT NULL,
    once TEXT NOT NULL,
    year INTEGER NOT NULL,
    quarter INTEGER NOT NULL CHECK (quarter BETWEEN 1 AND 4),
    department_code TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('openness', 'service')),
    mark INTEGER NOT NULL CHECK (mark BETWEEN 0 AND 10000), -- hundredths
    corrects BIGINT REFERENCES hall_marks (id),
    words_id BIGINT NOT NULL,           -- why
    actor TEXT NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX hall_marks_once ON hall_marks (hall, once);
CREATE UNIQUE INDEX hall_marks_corrects ON hall_marks (corrects) WHERE corrects IS NOT NULL;
CREATE UNIQUE INDEX hall_marks_first ON hall_marks (hall, year, quarter, department_code, kind)
    WHERE corrects IS NULL;

CREATE TABLE evidence_files (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    subject TEXT NOT NULL CHECK (subject IN ('log', 'mark', 'visit')),
    subject_id BIGINT NOT NULL,
    department_code TEXT NOT NULL,
    window_code TEXT NOT NULL,          -- '' where it is about the whole department
    name TEXT NOT NULL,                 -- as it was called where it came from
    type TEXT NOT NULL CHECK (type IN ('jpg', 'png', 'pdf', 'txt')), -- by its bytes
    length BIGINT NOT NULL,
    sha256 TEXT NOT NULL,               -- of its bytes, hexadecimal
    actor TEXT NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX evidence_files_subject ON evidence_files (subject, subject_id, id);

CREATE TABLE evidence_bytes (
    file_id BIGINT PRIMARY KEY REFERENCES evidence_files (id),
    hall BIGINT NOT NULL,
    sealed {BLOB} NOT NULL              -- AES-256-GCM, bound to table and id: it may show people
) {STRICT};
