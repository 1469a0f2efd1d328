/*
 * rate.c — see rate.h.
 *
 * Promise: the ends of the interval are exact where the share is 0 or 1, whatever
 * rounding does in between. Thousandths of the share are made of whole numbers, so that
 * they are the same on every machine.
 */
#include "domain/rate.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

static const double z = 1.959963985; /* 97.5 % of the normal distribution */

struct rate rate_of(int64_t k, int64_t n)
{
    struct rate r = {.k = k, .n = n, .low = 0, .high = 1};
    double share, width, middle, below;

    assert(k >= 0 && k <= n);
    if (n == 0)
        return r;
    share = (double)k / (double)n;
    below = 1 + z * z / (double)n;
    middle = share + z * z / (2 * (double)n);
    width =
        z * sqrt(share * (1 - share) / (double)n + z * z / (4 * (double)n * (double)n));
    if (k > 0)
        r.low = (middle - width) / below;
    if (k < n)
        r.high = (middle + width) / below;
    return r;
}

bool rate_comparable(const struct rate *r)
{
    return r->n >= RATE_COMPARABLE;
}

int rate_permille(const struct rate *r)
{
    int rounded;

    if (r->n == 0)
        return 0;
    rounded = (int)((1000 * r->k + r->n / 2) / r->n);
    if (rounded == 1000 && r->k < r->n)
        return 999;
    return rounded == 0 && r->k > 0 ? 1 : rounded;
}

int rate_low_permille(const struct rate *r)
{
    return (int)floor(r->low * 1000);
}

int rate_high_permille(const struct rate *r)
{
    return (int)ceil(r->high * 1000);
}

void rate_text(int permille, char out[RATE_TEXT])
{
    assert(permille >= 0 && permille <= 1000);
    snprintf(out, RATE_TEXT, "%d.%d%%", permille / 10, permille % 10);
}

static int64_t graded_from(const struct grade_counts *g, int least, int most)
{
    int64_t sum = 0;

    for (int grade = least; grade <= most; grade++)
        sum += g->of[grade];
    return sum;
}

int64_t grades_rated(const struct grade_counts *g)
{
    return graded_from(g, 1, 5);
}

struct rate grades_good(const struct grade_counts *g)
{
    return rate_of(graded_from(g, 3, 5), grades_rated(g));
}

struct rate grades_strict(const struct grade_counts *g)
{
    return rate_of(graded_from(g, 4, 5), grades_rated(g));
}

struct rate grades_bad(const struct grade_counts *g)
{
    return rate_of(graded_from(g, 1, 2), grades_rated(g));
}

void grades_add(struct grade_counts *to, const struct grade_counts *more)
{
    for (int grade = 0; grade <= 5; grade++)
        to->of[grade] += more->of[grade];
}
