-- 0016_audit.sql — ways into the audit events: by who, what and whom.

CREATE INDEX audit_events_actor ON audit_events (hall, actor, id);
CREATE INDEX audit_events_action ON audit_events (hall, action, id);
CREATE INDEX audit_events_object ON audit_events (hall, object, id);
