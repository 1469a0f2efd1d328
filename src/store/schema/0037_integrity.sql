-- 0037_integrity.sql — answers to the integrity question, which are closed to the hall.

-- Each is a box that only the discipline inspection opens, of the same size whatever it says; which case
-- it speaks of stands inside. So this table tells nobody who answered, or what: its ids are drawn, not
-- counted, and of the time only the month is kept.
CREATE TABLE integrity_answers (
    lot BIGINT PRIMARY KEY,             -- drawn, not given in a row as ids are
    hall BIGINT NOT NULL,
    month INTEGER NOT NULL,             -- yyyymm, the hall's own
    once {BLOB} NOT NULL,               -- keyed hash of the case and 0..2: so many are taken of a case
    box {BLOB} NOT NULL
) {STRICT};
CREATE UNIQUE INDEX integrity_answers_once ON integrity_answers (hall, once);
CREATE INDEX integrity_answers_month ON integrity_answers (hall, month);
