-- 0013_unlinked.sql — replies that became no rating, newest first, for the page that lists them.

CREATE INDEX readings_unlinked ON readings (hall, id) WHERE act IN ('unlinked', 'asked_back', 'late');
