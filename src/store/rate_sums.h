/*
 * rate_sums.h — the sums that rates are read from, changed in the transaction of the
 * fact.
 *
 * Every fact about a case counts on the hall's own day on which the case was first
 * closed, at its window, matter and clerk; what is rated, delivered or put right later
 * changes the sums of that day. A case that was never closed here counts nowhere. Read by
 * rate_store.h, counted anew from the facts by rate_fill.h. Writer thread.
 */
#ifndef STORE_RATE_SUMS_H
#define STORE_RATE_SUMS_H

#include "domain/order_outcome.h"
#include "store/hall_store.h"

/* How long after the closing it was rated. */
enum rate_delay { RATE_AT_ONCE, RATE_IN_A_DAY, RATE_LATER, RATE_DELAYS };
enum { RATE_AT_ONCE_S = 30 * 60, RATE_IN_A_DAY_S = 24 * 3600 };
enum rate_delay rate_delay_of(int64_t delay_s);

/* What is counted of a rating: as clerk_days.h, and apart what an appeal took out. */
enum { RATE_EXCLUDED = 5, RATE_MEASURES = 6 };

/* Where a case counts. */
struct rate_place {
    int date; /* yyyymmdd; 0: it was never closed, and counts nowhere */
    char window[CODE_SIZE], matter[CODE_SIZE], clerk[CODE_SIZE], department[CODE_SIZE];
    int64_t case_id;
};

/* The place of a case. */
NODISCARD bool rate_place_of(struct store *st, int64_t case_id, struct rate_place *out,
                             struct error *err);

/* Books the first closing; `ratable`: there was time left to rate it. */
NODISCARD bool rate_sums_close(struct store *st, int64_t case_id,
                               const struct rate_place *at, bool ratable,
                               struct error *err);

/* A message was delivered: so were the invitations that it carried. */
NODISCARD bool rate_sums_reach(struct store *st, int64_t message_id, struct error *err);

/* Adds `by` (1 or -1) to a grade (0..5) of a measure. */
struct rate_part {
    const char *channel;
    int64_t delay_s;
    int measure, grade;
};
NODISCARD bool rate_sums_rate(struct store *st, const struct rate_place *at,
                              const struct rate_part *part, int by, struct error *err);

/* An appeal took the rating out: it is counted apart from now on. */
NODISCARD bool rate_sums_exclude(struct store *st, int64_t rating_id, struct error *err);

/* Was an appeal's rating of this case taken out? */
NODISCARD bool rate_excluded(struct store *st, int64_t case_id, bool *excluded,
                             struct error *err);

/* Adds to the orders of such an outcome. */
NODISCARD bool rate_sums_order(struct store *st, const struct rate_place *at,
                               const struct order_outcome *outcome, int by,
                               struct error *err);

/* A reply that gave grades was read; was it linked to a case? */
NODISCARD bool rate_sums_reply(struct store *st, int local_date, bool linked,
                               struct error *err);

/* SQL: the newest of a dimension that was given beside the overall grade of `r`. */
#define RATE_BESIDE(dimension)                                                           \
    " (SELECT y." #dimension                                                             \
    " FROM rating_details y WHERE y.case_id = r.case_id AND y." #dimension               \
    " IS NOT NULL ORDER BY y.id DESC LIMIT 1)"

#endif
