-- 0007_alerts.sql — who was told by SMS that it is nearly, or now, their turn.

CREATE TABLE ticket_alerts (
    message_id BIGINT PRIMARY KEY REFERENCES messages (id),
    hall BIGINT NOT NULL,
    ticket_id BIGINT NOT NULL REFERENCES tickets (id),
    kind TEXT NOT NULL CHECK (kind IN ('near', 'called')),
    called_ms BIGINT NOT NULL           -- which call it tells of; 0 for near
) {STRICT};
CREATE UNIQUE INDEX ticket_alerts_once ON ticket_alerts (ticket_id, kind, called_ms);
