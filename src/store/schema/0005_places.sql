-- 0005_places.sql — what kiosks and desks need beyond the queue itself.

CREATE TABLE device_ends (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    device_id BIGINT NOT NULL REFERENCES devices (id),
    actor TEXT NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX device_ends_device ON device_ends (device_id);

-- What moves: a window's day in numbers, kept with the acts that it counts.
CREATE TABLE desk_days (
    hall BIGINT NOT NULL,
    local_date INTEGER NOT NULL,
    window_code TEXT NOT NULL,
    act TEXT NOT NULL CHECK (act IN ('called', 'served', 'missed', 'held', 'transferred')),
    acts INTEGER NOT NULL,              -- without those that were undone
    PRIMARY KEY (hall, local_date, window_code, act)
) {STRICT};

-- What moves: who stands at a kiosk and asked for help. The asking itself is an event.
CREATE TABLE help_calls (
    hall BIGINT NOT NULL,
    kiosk_code TEXT NOT NULL,
    asked_ms BIGINT NOT NULL,
    answered_ms BIGINT,                 -- NULL: nobody has gone there yet
    PRIMARY KEY (hall, kiosk_code)
) {STRICT};

ALTER TABLE desks ADD COLUMN paused_until_ms BIGINT; -- when calling goes on, as the clerk hopes
ALTER TABLE desks ADD COLUMN last_ticket_id BIGINT;  -- whose visit ended here last
ALTER TABLE desks ADD COLUMN last_done_ms BIGINT;
