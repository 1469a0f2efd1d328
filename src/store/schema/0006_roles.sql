-- 0006_roles.sql — what an account may do, as facts: the newest row counts.

CREATE TABLE account_roles (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    role TEXT NOT NULL CHECK (role IN ('system', 'security', 'audit', 'clerk', 'window_head',
                              'department', 'hall', 'organisation', 'inspection')),
    place TEXT,                         -- code of the clerk, window or department; NULL for other roles
    actor TEXT NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX account_roles_account ON account_roles (account_id, id);
