/*
 * assess_store.h — what an assessment is reckoned from, out of the store: the counts of
 * units from the sums, for pages, and the facts one by one, for the frozen bundle.
 *
 * Both tell the same: a case counts with all that became of it in the month in which it
 * was first closed, by the kind its matter has now. An order that nobody has done
 * although its time is over counts as missed at `now_ms`.
 */
#ifndef STORE_ASSESS_STORE_H
#define STORE_ASSESS_STORE_H

#include "domain/assess_case.h"
#include "store/store.h"

struct assess_query {
    enum assess_level by;
    int from_month, to_month; /* yyyymm, both included */
    int64_t now_ms;
};

/*
 * Counts and names of the units: those in force, and those of which anything was counted;
 * marks are ASSESS_NONE. Departments that have ended count, too. Any thread's store.
 */
NODISCARD bool assess_book_read(struct store *st, const struct assess_query *q,
                                struct assess_book *out, struct error *err);

/*
 * Up to `most` of the cases closed in the months, after the case `*last`, which moves on;
 * *more is false at the end. In the order of their ids.
 */
typedef bool assess_case_each(void *self, const struct assess_case *c, struct error *err);
NODISCARD bool assess_cases_each(struct store *st, const struct assess_query *q,
                                 int64_t *last, int most, assess_case_each *each,
                                 void *self, bool *more, struct error *err);

/* All orders that count. */
typedef bool assess_order_each(void *self, const struct assess_order *o,
                               struct error *err);
NODISCARD bool assess_orders_each(struct store *st, const struct assess_query *q,
                                  assess_order_each *each, void *self, struct error *err);

/* Bad ratings of the months of which it is not decided whether they were put right in
 * time. */
struct assess_open {
    int64_t running, due_ms; /* whose time runs, and when the last of it is over */
    int64_t paused;          /* whose time stands */
};
NODISCARD bool assess_orders_open(struct store *st, const struct assess_query *q,
                                  struct assess_open *out, struct error *err);

/* How many cases that were closed in this time are open again: whether their promise was
 * kept is told by their next closing. */
NODISCARD bool assess_cases_again(struct store *st, int64_t from_ms, int64_t to_ms,
                                  int64_t *out, struct error *err);

/* How many cases were closed in the months. */
NODISCARD bool assess_cases_count(struct store *st, const struct assess_query *q,
                                  int64_t *out, struct error *err);

#endif
