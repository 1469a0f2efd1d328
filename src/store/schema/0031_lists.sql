-- 0031_lists.sql — lists that are filtered and sorted, and the views that people keep of them.

-- == What moves ================================================================================

-- What a list of ratings is looked through by, in few bytes a rating: each row follows from the facts
-- about one rating and its case (store/rating_lines.c). A list reads these in the order of its sort
-- and stops where it has a page.
CREATE TABLE rating_lines (
    rating_id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    later_id BIGINT NOT NULL,           -- the rating that corrects it; 0 for none
    round INTEGER NOT NULL,             -- 1: it corrects one
    window_id BIGINT NOT NULL,
    matter_id BIGINT NOT NULL,
    clerk_id BIGINT NOT NULL,
    local_date INTEGER NOT NULL,        -- of the rating
    closed_date INTEGER NOT NULL,       -- of the case's first closing; 0 where nobody dated it
    grade INTEGER NOT NULL,             -- 0 for four grades without an overall one
    channel TEXT NOT NULL,
    proof TEXT NOT NULL,
    delay_s BIGINT NOT NULL,
    tags TEXT NOT NULL,                 -- the newest given, '' for none
    commented INTEGER NOT NULL CHECK (commented IN (0, 1)),
    contact INTEGER NOT NULL CHECK (contact IN (0, 1)), -- the citizen may be rung
    ordered INTEGER NOT NULL CHECK (ordered IN (0, 1)), -- a bad rating of the case opened an order
    praised INTEGER NOT NULL CHECK (praised IN (0, 1))  -- somebody was thanked for the case
) {STRICT};

INSERT INTO rating_lines (rating_id, hall, case_id, later_id, round, window_id, matter_id, clerk_id,
       local_date, closed_date, grade, channel, proof, delay_s, tags, commented, contact, ordered,
       praised)
SELECT r.id, r.hall, r.case_id, COALESCE((SELECT max(n.id) FROM ratings n
       WHERE n.case_id = r.case_id AND n.round > r.round), 0), r.round,
       c.window_id, c.matter_id, c.clerk_id, r.local_date, COALESCE(x.local_date, 0),
       COALESCE(r.grade, 0), r.channel, r.proof, r.delay_s,
       COALESCE((SELECT y.tags FROM rating_details y WHERE y.case_id = r.case_id AND y.tags <> ''
                 ORDER BY y.id DESC LIMIT 1), ''),
       CASE WHEN EXISTS (SELECT y.id FROM rating_details y WHERE y.case_id = r.case_id
                         AND y.words_id IS NOT NULL) THEN 1 ELSE 0 END,
       COALESCE((SELECT y.contact FROM rating_details y WHERE y.case_id = r.case_id
                 AND y.contact IS NOT NULL ORDER BY y.id DESC LIMIT 1), 0),
       CASE WHEN EXISTS (SELECT o.id FROM work_orders o WHERE o.case_id = r.case_id
                         AND o.kind = 'rating') THEN 1 ELSE 0 END,
       CASE WHEN EXISTS (SELECT p.id FROM praises p WHERE p.case_id = r.case_id) THEN 1 ELSE 0 END
FROM ratings r JOIN cases c ON c.id = r.case_id LEFT JOIN closings x ON x.case_id = r.case_id;
CREATE INDEX rating_lines_grade ON rating_lines (hall, grade, rating_id);

-- What was hardly ever rated is found at once, of any grade or of one.
CREATE INDEX rating_lines_window ON rating_lines (hall, window_id, grade, rating_id);
CREATE INDEX rating_lines_matter ON rating_lines (hall, matter_id, grade, rating_id);
CREATE INDEX rating_lines_clerk ON rating_lines (hall, clerk_id, grade, rating_id);

-- Orders in the order in which they were opened, of whomever they are.
CREATE INDEX order_states_living ON order_states (hall, order_id) WHERE state <> 'closed';
CREATE INDEX order_states_department ON order_states (hall, department_code, order_id);
CREATE INDEX order_states_window ON order_states (hall, window_code, order_id);
CREATE INDEX order_states_owner ON order_states (hall, owner_id, order_id)
    WHERE owner_id IS NOT NULL;

-- A view that somebody keeps: the part of a list's address behind '?', by a name.
CREATE TABLE saved_views (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    list TEXT NOT NULL,                 -- 'ratings', 'cases', 'unlinked', 'reviews'
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    saved_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX saved_views_name ON saved_views (account_id, list, name);
