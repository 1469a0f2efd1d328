-- 0043_again.sql — the few cases that were closed and are open again are found at once.

CREATE INDEX cases_again ON cases (hall, closed_ms) WHERE closed_ms IS NOT NULL AND state <> 'closed';
