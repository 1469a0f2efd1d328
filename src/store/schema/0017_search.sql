-- 0017_search.sql — finding a case by its number or by what its citizen wrote.

-- Which words hold which pair of characters. A pair is kept as a keyed number, so that the words
-- cannot be read out of this table; a row goes with the words it belongs to.
CREATE TABLE word_pairs (
    hall BIGINT NOT NULL,
    pair BIGINT NOT NULL,
    words_id BIGINT NOT NULL REFERENCES words (id) ON DELETE CASCADE,
    PRIMARY KEY (hall, pair, words_id)
) {STRICT};
CREATE INDEX word_pairs_words ON word_pairs (words_id);

CREATE INDEX rating_details_words ON rating_details (words_id) WHERE words_id IS NOT NULL;
CREATE INDEX notes_words ON notes (words_id);
CREATE INDEX cases_number ON cases (hall, case_no);
CREATE INDEX messages_failed ON messages (hall, id)
    WHERE state IN ('REFUSED', 'UNDELIVERED', 'EXPIRED', 'UNKNOWN', 'NO_REPORT');
