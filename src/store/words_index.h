/*
 * words_index.h — finds what citizens wrote by two or more neighbouring characters of it
 * (decisions 31).
 *
 * The table holds keyed numbers of pairs, never a character; what it finds is opened and
 * read again before it counts. Rows go with the words they belong to.
 */
#ifndef STORE_WORDS_INDEX_H
#define STORE_WORDS_INDEX_H

#include "store/store.h"

/* Makes words findable; `text` is what was kept as `words_id`. Writer thread. */
NODISCARD bool words_index_add(struct store *st, int64_t words_id, const char *text,
                               size_t length, struct error *err);

/*
 * The same for comments and notes that were kept before there was this index, up to
 * `most` at once; `*more` where there are others. Nothing once all are. Writer thread.
 */
NODISCARD bool words_index_fill(struct store *st, int most, bool *more,
                                struct error *err);

/*
 * Ids of words that hold `part`, newest first, at most `most`. ERROR_INPUT of the field
 * "q" where it has fewer than two characters that count.
 */
NODISCARD bool words_index_find(struct store *st, const char *part, int most,
                                int64_t *ids, int *count, struct error *err);

#endif
