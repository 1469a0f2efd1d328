/*
 * order_marks.h — what became of each bad rating's order, kept beside it and in the sums.
 *
 * A mark follows from the order's steps (domain/order_outcome.h). It counts at the
 * window, matter, clerk and department where the case was handled, whoever works the
 * order, until a corrected rating's order takes its place or an appeal takes the rating
 * out. Writer thread, in the transaction of the step.
 */
#ifndef STORE_ORDER_MARKS_H
#define STORE_ORDER_MARKS_H

#include "domain/order_outcome.h"
#include "store/store.h"

NODISCARD bool order_mark_open(struct store *st, int64_t order_id, int64_t case_id,
                               enum order_reach reach, struct error *err);

/* An act that led from `before` to `after`. An order without a mark is left alone. */
struct order_moved {
    const struct work_order *before, *after;
    enum order_act act;
    enum heard_verdict verdict;
    const struct order_rules *rules;
    int64_t now_ms;
};
NODISCARD bool order_mark_step(struct store *st, int64_t order_id,
                               const struct order_moved *moved, struct error *err);

/* The rating was taken out by an appeal. */
NODISCARD bool order_mark_exclude(struct store *st, int64_t rating_id, struct error *err);

#endif
