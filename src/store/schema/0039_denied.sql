-- 0039_denied.sql — a citizen who says that the recorded end of a case is not true opens a work order
-- of its own kind: 'denied'.

CREATE TABLE work_orders_new (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    number TEXT NOT NULL,               -- '20260001': the local year and a count
    kind TEXT NOT NULL CHECK (kind IN ('rating', 'notme', 'hint', 'denied')),
    case_id BIGINT NOT NULL,
    rating_id BIGINT REFERENCES ratings (id),
    inbound_id BIGINT,                  -- the reply it came from
    opened_ms BIGINT NOT NULL
) {STRICT};
INSERT INTO work_orders_new (id, hall, number, kind, case_id, rating_id, inbound_id, opened_ms)
SELECT id, hall, number, kind, case_id, rating_id, inbound_id, opened_ms FROM work_orders;

CREATE TABLE order_steps_new (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    order_id BIGINT NOT NULL REFERENCES work_orders_new (id),
    act TEXT NOT NULL,                  -- 'open', or an act of domain/work_order.h
    actor TEXT NOT NULL,                -- "account 7", "citizen", "clockwork"
    detail TEXT NOT NULL,               -- what the act names: verdict, department, account, reason, what was found; ''
    words_id BIGINT,                    -- what was said or written
    at_ms BIGINT NOT NULL
) {STRICT};
INSERT INTO order_steps_new (id, hall, order_id, act, actor, detail, words_id, at_ms)
SELECT id, hall, order_id, act, actor, detail, words_id, at_ms FROM order_steps;

DROP TABLE order_steps;
DROP TABLE work_orders;
ALTER TABLE work_orders_new RENAME TO work_orders;
ALTER TABLE order_steps_new RENAME TO order_steps;
CREATE UNIQUE INDEX work_orders_rating ON work_orders (rating_id) WHERE rating_id IS NOT NULL;
CREATE INDEX work_orders_case ON work_orders (case_id, id);
CREATE UNIQUE INDEX work_orders_number ON work_orders (hall, number);
CREATE INDEX order_steps_order ON order_steps (order_id, id);
