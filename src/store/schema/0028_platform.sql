-- 0028_platform.sql — ratings handed over to the regional platform: one row for each case whose rating
-- is settled. A queue: its states change. What is sent is made anew from the facts at each try, as
-- they stood when the row was made, so neither phone nor words are kept here.

CREATE TABLE platform_records (
    id BIGINT PRIMARY KEY,              -- what was written after it is not part of the record
    hall BIGINT NOT NULL,
    platform TEXT NOT NULL,             -- the name of the platform in the settings
    case_id BIGINT NOT NULL,
    rating_id BIGINT NOT NULL REFERENCES ratings (id),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'unknown', 'accepted', 'already', 'conflict',
                                         'refused', 'unfit')),
    tries INTEGER NOT NULL,             -- begun
    due_ms BIGINT NOT NULL,             -- not before
    changed_ms BIGINT NOT NULL,
    status INTEGER NOT NULL,            -- of the last answer (HTTP); 0 for none
    code TEXT NOT NULL,                 -- its code; '' for none
    trouble TEXT NOT NULL,              -- why not: its words, the carrier's, or ours
    fields TEXT NOT NULL,               -- of a conflict: which fields differ
    differs TEXT NOT NULL,              -- the same with both values, but for a person's
    later INTEGER NOT NULL CHECK (later IN (0, 1)) -- the rating was corrected after this was made
) {STRICT};
CREATE UNIQUE INDEX platform_records_case ON platform_records (hall, platform, case_id);
CREATE INDEX platform_records_open ON platform_records (hall, platform, id)
    WHERE state IN ('waiting', 'unknown');
CREATE INDEX platform_records_sending ON platform_records (hall, platform, id) WHERE state = 'sending';
CREATE INDEX platform_records_later ON platform_records (hall, platform, id) WHERE later = 1;
CREATE INDEX platform_records_state ON platform_records (hall, platform, state, id);
CREATE INDEX platform_records_rating ON platform_records (rating_id);

-- How far each platform has come, and how it stands.
CREATE TABLE platforms (
    hall BIGINT NOT NULL,
    platform TEXT NOT NULL,
    rating_id BIGINT NOT NULL,          -- every rating up to this one has its row, or gave way to a later one
    status INTEGER NOT NULL,            -- of the last try in vain
    trouble TEXT NOT NULL,
    trouble_ms BIGINT NOT NULL,         -- 0 for never
    success_ms BIGINT NOT NULL,         -- of the last record that arrived; 0 for never
    PRIMARY KEY (hall, platform)
) {STRICT};

-- How many records are in each state; changed in the transaction that moves one.
CREATE TABLE platform_counts (
    hall BIGINT NOT NULL,
    platform TEXT NOT NULL,
    state TEXT NOT NULL,
    records BIGINT NOT NULL,
    PRIMARY KEY (hall, platform, state)
) {STRICT};
