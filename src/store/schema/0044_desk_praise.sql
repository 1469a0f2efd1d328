-- 0044_desk_praise.sql — thanks that a window wrote down itself stand apart: 'desk'.

CREATE TABLE praises_new (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    once TEXT NOT NULL,                 -- 'case …' from a citizen's page, 'form …' from staff, 'desk …'
                                        -- from a window: the same twice is one
    case_id BIGINT REFERENCES cases (id), -- NULL: thanks that nobody could trace to a case
    clerk_id BIGINT NOT NULL REFERENCES clerks (id), -- who is thanked
    window_id BIGINT NOT NULL REFERENCES windows (id),
    way TEXT NOT NULL CHECK (way IN ('page', 'letter', 'banner', 'spoken', 'desk')),
    words_id BIGINT NOT NULL,
    actor TEXT NOT NULL,                -- 'citizen', 'account …' who entered it, or the desk
    at_ms BIGINT NOT NULL
) {STRICT};
INSERT INTO praises_new (id, hall, once, case_id, clerk_id, window_id, way, words_id, actor, at_ms)
SELECT id, hall, once, case_id, clerk_id, window_id, way, words_id, actor, at_ms FROM praises;
DROP TABLE praises;
ALTER TABLE praises_new RENAME TO praises;
CREATE UNIQUE INDEX praises_once ON praises (hall, once);
CREATE INDEX praises_case ON praises (case_id, id) WHERE case_id IS NOT NULL;
CREATE INDEX praises_clerk ON praises (clerk_id, id);
CREATE INDEX praises_hall ON praises (hall, id);
