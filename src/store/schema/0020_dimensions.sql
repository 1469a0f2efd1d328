-- 0020_dimensions.sql — beside an overall grade the newest of each dimension counts.
--
-- Until now a detail that named one dimension took the others out of the sums. Clerks' days are
-- counted anew here; the sums of rates, where such a case is among them, at the next start
-- (store/rate_fill.c).

DELETE FROM clerk_days WHERE measure > 0;
INSERT INTO clerk_days (hall, clerk_code, local_date, channel, measure, grade, ratings)
SELECT hall, code, local_date, channel, measure, grade, count(*) FROM (
    SELECT r.hall, k.code, r.local_date, r.channel, v.measure,
        CASE WHEN r.grade IS NULL THEN
            CASE v.measure WHEN 1 THEN r.attitude WHEN 2 THEN r.efficiency
            WHEN 3 THEN r.quality ELSE r.integrity END
        WHEN v.measure = 1 THEN (SELECT y.attitude FROM rating_details y
            WHERE y.case_id = r.case_id AND y.attitude IS NOT NULL ORDER BY y.id DESC LIMIT 1)
        WHEN v.measure = 2 THEN (SELECT y.efficiency FROM rating_details y
            WHERE y.case_id = r.case_id AND y.efficiency IS NOT NULL ORDER BY y.id DESC LIMIT 1)
        WHEN v.measure = 3 THEN (SELECT y.quality FROM rating_details y
            WHERE y.case_id = r.case_id AND y.quality IS NOT NULL ORDER BY y.id DESC LIMIT 1)
        ELSE (SELECT y.integrity FROM rating_details y
            WHERE y.case_id = r.case_id AND y.integrity IS NOT NULL ORDER BY y.id DESC LIMIT 1)
        END AS grade
    FROM ratings r JOIN cases c ON c.id = r.case_id JOIN clerks k ON k.id = c.clerk_id
    CROSS JOIN (SELECT 1 AS measure UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4) v
    WHERE NOT EXISTS (SELECT n.id FROM ratings n WHERE n.case_id = r.case_id AND n.round > r.round)
) AS e WHERE grade IS NOT NULL GROUP BY hall, code, local_date, channel, measure, grade;

DELETE FROM marks WHERE name = 'rates_filled' AND EXISTS (
    SELECT e.case_id FROM rating_details e
    WHERE COALESCE(e.attitude, e.efficiency, e.quality, e.integrity) IS NOT NULL
    GROUP BY e.case_id HAVING count(*) > 1);
