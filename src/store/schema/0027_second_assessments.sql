-- 0027_second_assessments.sql — windows that are looked at a second time: what the rules found, what
-- was done about it, and whether it helped.

CREATE TABLE second_looks (             -- each settled month is looked at once
    hall BIGINT NOT NULL,
    month INTEGER NOT NULL,             -- yyyymm, of the closings
    windows INTEGER NOT NULL,           -- that were looked at
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (hall, month)
) {STRICT};

CREATE TABLE second_assessments (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    window_code TEXT NOT NULL,
    department_code TEXT NOT NULL,      -- whose window it was then
    month INTEGER NOT NULL,             -- that started it, yyyymm
    opened_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX second_assessments_month ON second_assessments (hall, month, id);
CREATE INDEX second_assessments_window ON second_assessments (hall, window_code, id);

CREATE TABLE second_triggers (          -- what a rule found, with the figures as they were
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    assessment_id BIGINT NOT NULL REFERENCES second_assessments (id),
    window_code TEXT NOT NULL,
    month INTEGER NOT NULL,
    rule TEXT NOT NULL CHECK (rule IN ('threshold', 'chart', 'bottom')),
    base TEXT NOT NULL,                 -- what it was compared with: domain/trigger.h
    channel TEXT NOT NULL,              -- of the threshold; '' for each against its own
    bad BIGINT NOT NULL,                -- of n ratings of the month (of the months, at the bottom)
    n BIGINT NOT NULL,
    base_bad BIGINT NOT NULL,           -- of base_n of the baseline
    base_n BIGINT NOT NULL,
    expected_milli BIGINT NOT NULL,     -- thousandths of a bad rating
    tolerance INTEGER NOT NULL,         -- hundredths of the baseline's odds; 100 at the threshold
    bad_limit BIGINT NOT NULL,          -- so many raise it
    tail_ppb BIGINT NOT NULL,           -- chance gives as many so often, in a thousand million
    allowed_ppb BIGINT NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX second_triggers_once ON second_triggers (hall, window_code, month, rule);
CREATE INDEX second_triggers_assessment ON second_triggers (assessment_id, id);

CREATE TABLE second_steps (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    assessment_id BIGINT NOT NULL REFERENCES second_assessments (id),
    act TEXT NOT NULL,                  -- domain/second_assessment.h
    actor TEXT NOT NULL,                -- "account 7", "clockwork"
    date INTEGER NOT NULL,              -- the day that it names (yyyymmdd); 0 for none
    words_id BIGINT,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX second_steps_assessment ON second_steps (assessment_id, id);

CREATE TABLE second_states (            -- moves: each row follows from the steps
    assessment_id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    state TEXT NOT NULL,
    plan_date INTEGER NOT NULL,         -- yyyymmdd, from which the plan is in force; 0 for none
    until_date INTEGER NOT NULL,        -- yyyymmdd, the last of the re-measurement; 0 for none
    due_ms BIGINT NOT NULL,             -- the greatest number where no clock runs
    steps INTEGER NOT NULL,             -- two people who change it at once differ in it
    changed_ms BIGINT NOT NULL
) {STRICT};

CREATE TABLE second_trials (            -- what the result was made of, a row for each channel
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    assessment_id BIGINT NOT NULL REFERENCES second_assessments (id),
    channel TEXT NOT NULL,
    before_bad BIGINT NOT NULL,
    before_n BIGINT NOT NULL,
    after_bad BIGINT NOT NULL,
    after_n BIGINT NOT NULL,
    others_before_bad BIGINT NOT NULL,
    others_before_n BIGINT NOT NULL,
    others_after_bad BIGINT NOT NULL,
    others_after_n BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX second_trials_channel ON second_trials (assessment_id, channel);

CREATE TABLE second_verdicts (
    assessment_id BIGINT PRIMARY KEY REFERENCES second_assessments (id),
    hall BIGINT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('worked', 'not_shown', 'worse')),
    few INTEGER NOT NULL CHECK (few IN (0, 1)), -- 1: too few ratings, nothing can be shown
    level INTEGER NOT NULL,             -- chance may say so, either way, in so many of 10,000
    tolerance INTEGER NOT NULL,         -- hundredths: so much more or less than the others shows nothing
    fewer_ppb BIGINT NOT NULL,          -- chance gives so few bad ones so often …
    more_ppb BIGINT NOT NULL,           -- … so many
    expected_milli BIGINT NOT NULL,     -- bad ones after, if nothing had been done
    effect INTEGER NOT NULL,            -- of the good rate, hundredths of a per cent …
    effect_low INTEGER NOT NULL,        -- … with its interval of 95 %
    effect_high INTEGER NOT NULL,
    before_from INTEGER NOT NULL,       -- yyyymmdd
    before_to INTEGER NOT NULL,
    after_from INTEGER NOT NULL,
    after_to INTEGER NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};
