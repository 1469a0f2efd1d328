/*
 * rate.h — a share of ratings with what it is worth: k of n, and the Wilson interval.
 *
 * Every rate that is shown has its numerator, its denominator and its interval; one of
 * fewer than RATE_COMPARABLE is never compared with another ("n too small to compare").
 * Names are those of the house: good is 3 or more, strict 4 or more, bad 2 or less, of
 * the active ratings that have an overall grade. Pure; any thread.
 *
 * Standard: E. B. Wilson 1927, two-sided, 95 %, without continuity correction.
 */
#ifndef DOMAIN_RATE_H
#define DOMAIN_RATE_H

#include <stdbool.h>
#include <stdint.h>

enum { RATE_COMPARABLE = 30, RATE_TEXT = 8 };

struct rate {
    int64_t k, n;     /* 0 <= k <= n */
    double low, high; /* of 95 %; 0 and 1 where n is 0, for then nothing is known */
};

struct rate rate_of(int64_t k, int64_t n);

/* May it be compared with another? */
bool rate_comparable(const struct rate *r);

/*
 * In thousandths, to be shown. The share is rounded, but is 1000 only where k is n, and 0
 * only where k is 0; the interval is rounded outward, so that it never seems narrower
 * than it is. A rate of nothing is 0.
 */
int rate_permille(const struct rate *r);
int rate_low_permille(const struct rate *r);
int rate_high_permille(const struct rate *r);

/* "95.0%" of 950; 0..1000. */
void rate_text(int permille, char out[RATE_TEXT]);

/* How often each grade was given; of[0] counts ratings without an overall grade. */
struct grade_counts {
    int64_t of[6];
};

int64_t grades_rated(const struct grade_counts *g); /* with an overall grade */
struct rate grades_good(const struct grade_counts *g);
struct rate grades_strict(const struct grade_counts *g);
struct rate grades_bad(const struct grade_counts *g);
void grades_add(struct grade_counts *to, const struct grade_counts *more);

#endif
