-- 0036_days.sql — how long matters with promised days usually take.

CREATE TABLE promise_days (             -- moves: closed cases by the days that they took
    hall BIGINT NOT NULL,
    date INTEGER NOT NULL,              -- yyyymm00 of the first closing
    matter_code TEXT NOT NULL,
    taken INTEGER NOT NULL,             -- as in promise_marks
    cases BIGINT NOT NULL,
    PRIMARY KEY (hall, date, matter_code, taken)
) {KEYED};

INSERT INTO promise_days (hall, date, matter_code, taken, cases)
SELECT k.hall, CAST(n.local_date / 100 AS INTEGER) * 100, m.code, k.taken, count(*)
FROM promise_marks k JOIN closings n ON n.case_id = k.case_id JOIN cases c ON c.id = k.case_id
JOIN matters m ON m.id = c.matter_id
GROUP BY k.hall, CAST(n.local_date / 100 AS INTEGER) * 100, m.code, k.taken;
