-- 0041_places.sql — indexes of ratings' lines are written for many ratings together.

-- 1: the indexes by grade and place below have the line. Those of the newest ratings have 0 until
-- there are enough of them (store/rating_lines.c); a list reads them beside what an index gives.
ALTER TABLE rating_lines ADD COLUMN placed INTEGER NOT NULL DEFAULT 1 CHECK (placed IN (0, 1));

DROP INDEX rating_lines_grade;
DROP INDEX rating_lines_window;
DROP INDEX rating_lines_matter;
DROP INDEX rating_lines_clerk;
CREATE INDEX rating_lines_new ON rating_lines (hall, rating_id) WHERE placed = 0;
CREATE INDEX rating_lines_grade ON rating_lines (hall, grade, rating_id) WHERE placed = 1;
CREATE INDEX rating_lines_window ON rating_lines (hall, window_id, grade, rating_id) WHERE placed = 1;
CREATE INDEX rating_lines_matter ON rating_lines (hall, matter_id, grade, rating_id) WHERE placed = 1;
CREATE INDEX rating_lines_clerk ON rating_lines (hall, clerk_id, grade, rating_id) WHERE placed = 1;

-- No statement is answered by these.
DROP INDEX conversations_message;
DROP INDEX hook_deliveries_sending;
DROP INDEX platform_records_sending;
DROP INDEX platform_records_rating;
DROP INDEX praises_clerk;
