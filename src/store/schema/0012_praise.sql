-- 0012_praise.sql — thanks to a clerk, which are no ratings and never count as any.

CREATE TABLE praises (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    once TEXT NOT NULL,                 -- 'case …' from a citizen's page, 'form …' from staff: the
                                        -- same twice is one
    case_id BIGINT REFERENCES cases (id), -- NULL: thanks that nobody could trace to a case
    clerk_id BIGINT NOT NULL REFERENCES clerks (id), -- who is thanked
    window_id BIGINT NOT NULL REFERENCES windows (id),
    way TEXT NOT NULL CHECK (way IN ('page', 'letter', 'banner', 'spoken')),
    words_id BIGINT NOT NULL,
    actor TEXT NOT NULL,                -- 'citizen', or 'account …' who entered it
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX praises_once ON praises (hall, once);
CREATE INDEX praises_case ON praises (case_id, id) WHERE case_id IS NOT NULL;
CREATE INDEX praises_clerk ON praises (clerk_id, id);
CREATE INDEX praises_hall ON praises (hall, id);
