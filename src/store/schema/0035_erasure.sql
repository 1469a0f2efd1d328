-- 0035_erasure.sql — phones and words go when their time is over: the cases of a number are found by it.

CREATE INDEX cases_phone ON cases (phone_id, id) WHERE phone_id IS NOT NULL;
