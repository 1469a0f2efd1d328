/*
 * cohort.h — which grades may be shown to the one who was rated.
 *
 * A clerk remembers whom she served. What she is shown must not tell her what one of
 * them answered, neither in one look nor by comparing two: so grades come in cohorts. A
 * cohort is a run of whole weeks in which at least so many rated; only when its last
 * week is long enough over does it appear, whole, and it never changes or splits again.
 * All that is shown is a sum over cohorts, hence two looks differ by at least a cohort.
 *
 * Weeks begin on Monday. Where several things were asked, a cohort of one of them is a
 * union of cohorts of the first, so that no part of one can be subtracted from another.
 * Pure; any thread.
 */
#ifndef DOMAIN_COHORT_H
#define DOMAIN_COHORT_H

#include <stddef.h>

#include "domain/rate.h"

enum { COHORT_MEASURES = 5 }; /* the overall grade, and the four dimensions */

struct cohort_rules {
    int least;     /* how many must have rated in a cohort */
    int hold_days; /* whole days that must have passed since its last day */
};

struct cohort {
    int32_t from_day, to_day; /* day numbers (base/day.h): a Monday and a Sunday */
    struct grade_counts counts[COHORT_MEASURES];
};

struct cohorts { /* owns its list; oldest first */
    struct cohort *list;
    size_t count;
};

void cohorts_free(struct cohorts *c);

/* Adds to the week of `day`. Days come in order; `grade` 0..5. */
void cohorts_add(struct cohorts *weeks, int32_t day, int measure, int grade,
                 int64_t ratings);

/*
 * Makes weeks into cohorts of which each has `least` overall grades, as far as they may
 * be shown on the day `today`; what may not is gone from the list.
 */
void cohorts_release(struct cohorts *weeks, const struct cohort_rules *rules,
                     int32_t today);

/*
 * How many of the first cohorts may be summed for `measure`: the most that can be parted
 * into runs in each of which at least `least` gave it. 0 for none.
 */
size_t cohorts_prefix(const struct cohorts *c, int measure, int least);

/* The sum of `measure` over the cohorts from..to-1. */
struct grade_counts cohorts_sum(const struct cohorts *c, int measure, size_t from,
                                size_t to);

#endif
