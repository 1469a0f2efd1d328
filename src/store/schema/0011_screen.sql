-- 0011_screen.sql — what the hall's screen looks up, and browsers that are one.

-- The newest calls, and what was closed on a day.
CREATE INDEX events_calls ON events (hall, id) WHERE kind IN ('called', 'recalled');
CREATE INDEX cases_closed ON cases (hall, closed_ms) WHERE closed_ms IS NOT NULL;

-- A device can be a display, too. A CHECK cannot be changed, so the table is made anew; its ends
-- point to it and come along.
CREATE TABLE devices_wider (
    id BIGINT PRIMARY KEY,              -- a browser that is a kiosk, a desk or the hall's screen
    hall BIGINT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('machine', 'desk', 'display')),
    name TEXT NOT NULL,                 -- of a display: its zone, 'all' for the whole hall
    secret {BLOB} NOT NULL,             -- SHA-256 of the cookie
    created_ms BIGINT NOT NULL
) {STRICT};
INSERT INTO devices_wider (id, hall, role, name, secret, created_ms)
    SELECT id, hall, role, name, secret, created_ms FROM devices;

CREATE TABLE device_ends_wider (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    device_id BIGINT NOT NULL REFERENCES devices_wider (id),
    actor TEXT NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};
INSERT INTO device_ends_wider (id, hall, device_id, actor, at_ms)
    SELECT id, hall, device_id, actor, at_ms FROM device_ends;

DROP TABLE device_ends;
DROP TABLE devices;
ALTER TABLE devices_wider RENAME TO devices;
ALTER TABLE device_ends_wider RENAME TO device_ends;
CREATE INDEX devices_secret ON devices (secret);
CREATE UNIQUE INDEX device_ends_device ON device_ends (device_id);
