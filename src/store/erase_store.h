/*
 * erase_store.h — phones and citizens' words are erased some time after the rating is
 * settled; the rating with its receipt and its place stays.
 *
 * Gone then: the number and the key it is found by, comments, words that made no rating,
 * and the raw requests of gateways, which hold both. Kept: the number of somebody who
 * opted out, so that the wish is kept, or is a registered agent; and whatever belongs to
 * a case that is open, can still be rated or changed, or whose work order is not closed.
 *
 * Rows are gone through by id, a slice at a time, from the oldest on, and again from the
 * beginning when all were seen. Each slice that erased something is one audit event,
 * which names how many and of whom nothing. Writer thread.
 */
#ifndef STORE_ERASE_STORE_H
#define STORE_ERASE_STORE_H

#include "store/rules.h"
#include "store/store.h"

/* Looks at `most` rows of each kind; `*erased` is how many went. */
NODISCARD bool erase_look(struct store *st, const struct rules *rules, int most,
                          int64_t now_ms, int *erased, struct error *err);

#endif
