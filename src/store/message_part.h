/*
 * message_part.h — what the files about messages in store/ have in common.
 */
#ifndef STORE_MESSAGE_PART_H
#define STORE_MESSAGE_PART_H

#include "store/store.h"

/* Reads a column of ids into a list, `most` at the most. */
NODISCARD bool message_ids(struct store *st, const char *statement,
                           const struct db_value *values, size_t value_count, int most,
                           int64_t *ids, int *count, struct error *err);

/* One number; `absent` where there is no row. */
NODISCARD bool message_number(struct store *st, const char *statement,
                              const struct db_value *values, size_t value_count,
                              int64_t absent, int64_t *out, struct error *err);

#endif
