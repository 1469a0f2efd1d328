-- 0008_clerk_days.sql — how often which grade was given to whom on which day.

-- == What moves ================================================================================
-- A roll-up of effective ratings, changed in their transaction; a clerk's own page reads it.

CREATE TABLE clerk_days (
    hall BIGINT NOT NULL,
    clerk_code TEXT NOT NULL,
    local_date INTEGER NOT NULL,        -- of the rating
    channel TEXT NOT NULL,
    measure INTEGER NOT NULL CHECK (measure BETWEEN 0 AND 4), -- 0 overall, 1 attitude, 2 efficiency,
                                        -- 3 quality, 4 integrity
    grade INTEGER NOT NULL,             -- 0 for four grades without an overall one
    ratings BIGINT NOT NULL,
    PRIMARY KEY (hall, clerk_code, local_date, channel, measure, grade)
) {STRICT};

-- What was rated before there was this table. Of a dimension beside an overall grade the newest
-- detail that names any counts.
INSERT INTO clerk_days (hall, clerk_code, local_date, channel, measure, grade, ratings)
SELECT hall, code, local_date, channel, measure, grade, count(*) FROM (
    SELECT r.hall, k.code, r.local_date, r.channel, v.measure,
        CASE v.measure
        WHEN 0 THEN COALESCE(r.grade, 0)
        WHEN 1 THEN CASE WHEN r.grade IS NULL THEN r.attitude ELSE x.attitude END
        WHEN 2 THEN CASE WHEN r.grade IS NULL THEN r.efficiency ELSE x.efficiency END
        WHEN 3 THEN CASE WHEN r.grade IS NULL THEN r.quality ELSE x.quality END
        ELSE CASE WHEN r.grade IS NULL THEN r.integrity ELSE x.integrity END END AS grade
    FROM ratings r JOIN cases c ON c.id = r.case_id JOIN clerks k ON k.id = c.clerk_id
    LEFT JOIN rating_details x ON x.id = (SELECT max(y.id) FROM rating_details y
        WHERE y.case_id = r.case_id
        AND COALESCE(y.attitude, y.efficiency, y.quality, y.integrity) IS NOT NULL)
    CROSS JOIN (SELECT 0 AS measure UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3
        UNION ALL SELECT 4) v
    WHERE NOT EXISTS (SELECT n.id FROM ratings n WHERE n.case_id = r.case_id AND n.round > r.round)
) AS e WHERE grade IS NOT NULL GROUP BY hall, code, local_date, channel, measure, grade;
