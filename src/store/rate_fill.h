/*
 * rate_fill.h — the sums of the rates, counted from the facts: for a store from before
 * there were such sums, and for whoever doubts them.
 */
#ifndef STORE_RATE_FILL_H
#define STORE_RATE_FILL_H

#include "store/store.h"

/*
 * Dates the closings that have no day yet, then counts everything anew, as in the life of
 * the store. Orders are replayed from their steps by the rules of the sheets. Inside a
 * transaction of the writer's.
 */
NODISCARD bool rate_fill(struct store *st, struct error *err);

/* A new hall has nothing to count. */
NODISCARD bool rate_fill_done(struct store *st, struct error *err);

/* The same in a transaction of its own, once in the life of a store that needs it. */
NODISCARD bool rate_fill_once(struct store *st, struct error *err);

#endif
