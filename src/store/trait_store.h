/*
 * trait_store.h — what cases were like beside their result (domain/case_traits.h), and
 * the sums that indicators are read from.
 *
 * What is told is appended; of each field the newest counts, also where it is told after
 * the closing: the case then moves from one sum to another, with its rating. Withdrawn
 * cases and those of which nothing was told count in none. Sums change in the transaction
 * of the fact.
 */
#ifndef STORE_TRAIT_STORE_H
#define STORE_TRAIT_STORE_H

#include "domain/case_traits.h"
#include "domain/rate.h"
#include "store/promise_store.h"
#include "store/rate_sums.h"
#include "store/rating_store.h"

/* What is known of a case; untold where there is nothing. Any thread's store. */
NODISCARD bool case_traits_of(struct store *st, int64_t case_id, struct case_traits *out,
                              struct error *err);

/* Takes over what another system tells; the same again changes nothing. Writer thread. */
NODISCARD bool case_traits_tell(struct store *st, int64_t case_id,
                                const struct case_traits *told, const char *actor,
                                int64_t now_ms, struct error *err);

/* The case was closed, at this place, for the first time. Writer thread. */
NODISCARD bool trait_sums_close(struct store *st, int64_t case_id,
                                const struct rate_place *at, struct error *err);

/* A rating of the case counts (by 1) or no longer (-1). Writer thread. */
NODISCARD bool trait_sums_rate(struct store *st, int64_t case_id, const char *channel,
                               int grade, int by, struct error *err);

/* One sum over the months; codes are borrowed in the callback. */
struct trait_sum {
    const char *department, *department_name, *matter, *matter_name;
    int packed; /* case_traits_unpack */
    int64_t cases, days, squares;
};
typedef void trait_sum_each(void *self, const struct trait_sum *sum);
NODISCARD bool trait_sums_each(struct store *st, int from_month, int to_month,
                               trait_sum_each *each, void *self, struct error *err);

struct trait_grade {
    const char *department, *matter;
    int packed, channel; /* enum rating_channel */
    struct grade_counts grades;
};
typedef void trait_grade_each(void *self, const struct trait_grade *grade);
NODISCARD bool trait_grades_each(struct store *st, int from_month, int to_month,
                                 trait_grade_each *each, void *self, struct error *err);

#endif
