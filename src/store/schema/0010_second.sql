-- 0010_second.sql — the second factor of people, and what a session has shown.

ALTER TABLE sessions ADD COLUMN address TEXT;       -- from which it was started
ALTER TABLE sessions ADD COLUMN second_ms BIGINT;   -- when the second factor was shown; NULL: not

CREATE TABLE second_factors (
    id BIGINT PRIMARY KEY,              -- the newest of an account counts
    hall BIGINT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    sealed {BLOB},                      -- the secret, AES-256-GCM, bound to table and id; NULL: taken away
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX second_factors_account ON second_factors (account_id, id);

CREATE TABLE second_uses (
    factor_id BIGINT NOT NULL REFERENCES second_factors (id),
    step BIGINT NOT NULL,               -- the half minute whose code was taken; never again
    hall BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (factor_id, step)
) {STRICT};

CREATE TABLE recovery_codes (
    id {BLOB} PRIMARY KEY,              -- SHA-256 of the code and its account
    hall BIGINT NOT NULL,
    factor_id BIGINT NOT NULL REFERENCES second_factors (id)
) {STRICT};

CREATE TABLE recovery_uses (
    id {BLOB} PRIMARY KEY REFERENCES recovery_codes (id),
    hall BIGINT NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};

-- Links have more purposes than the first shape foresaw; which, the program knows.
CREATE TABLE one_time_links (
    id {BLOB} PRIMARY KEY,              -- SHA-256 of what stands in the address
    hall BIGINT NOT NULL,
    purpose TEXT NOT NULL,              -- 'first_run', 'device', 'login', 'password'
    subject TEXT NOT NULL,              -- role and name of the device, or the account's id
    expires_ms BIGINT NOT NULL,
    used_ms BIGINT
) {STRICT};
INSERT INTO one_time_links (id, hall, purpose, subject, expires_ms, used_ms)
    SELECT id, hall, purpose, subject, expires_ms, used_ms FROM links;
DROP TABLE links;
ALTER TABLE one_time_links RENAME TO links;
