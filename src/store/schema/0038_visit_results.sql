-- 0038_visit_results.sql — what was found at a visit is looked up by its visit.

CREATE INDEX visit_results_visit ON visit_results (visit_id, id);
