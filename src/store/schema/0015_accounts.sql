-- 0015_accounts.sql — accounts that end, keys with limits, and what takes two administrators.

CREATE TABLE account_ends (
    account_id BIGINT PRIMARY KEY REFERENCES accounts (id),
    hall BIGINT NOT NULL,
    actor TEXT NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};

ALTER TABLE api_keys ADD COLUMN place TEXT;         -- code of the only department it sees; NULL: all
ALTER TABLE api_keys ADD COLUMN addresses TEXT;     -- networks it may call from; NULL: any
ALTER TABLE api_keys ADD COLUMN expires_ms BIGINT;  -- NULL: not by itself

CREATE TABLE api_key_uses (             -- moves: when a key was used last, to the minute
    api_key_id BIGINT PRIMARY KEY REFERENCES api_keys (id),
    hall BIGINT NOT NULL,
    used_ms BIGINT NOT NULL
) {STRICT};

CREATE TABLE requests (
    id BIGINT PRIMARY KEY,              -- what one administrator asks for and another grants
    hall BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('account', 'role', 'password', 'second', 'key')),
    account_id BIGINT REFERENCES accounts (id), -- whom it concerns; NULL where it is to be made
    name TEXT,                          -- of the account or key to be made
    role TEXT,                          -- wanted
    place TEXT,                         -- code of the clerk, window or department
    addresses TEXT,                     -- of a key
    expires_ms BIGINT,                  -- of a key
    asked_by BIGINT NOT NULL REFERENCES accounts (id),
    asked_role TEXT NOT NULL,           -- as which administrator
    asked_ms BIGINT NOT NULL
) {STRICT};

CREATE TABLE request_ends (
    request_id BIGINT PRIMARY KEY REFERENCES requests (id),
    hall BIGINT NOT NULL,
    granted INTEGER NOT NULL CHECK (granted IN (0, 1)),
    account_id BIGINT NOT NULL REFERENCES accounts (id), -- who said so
    at_ms BIGINT NOT NULL
) {STRICT};
