/*
 * difference.c — see difference.h.
 */
#include "domain/difference.h"

#include <math.h>

#include "domain/rate.h"

static const double z = 1.959963985; /* 97.5 % of the normal distribution */

static double mean(const struct difference_days *d)
{
    return (double)d->sum / (double)d->n;
}

/* Of a sample of two or more; never below nothing by rounding. */
static double variance(const struct difference_days *d)
{
    double n = (double)d->n, about = (double)d->squares - n * mean(d) * mean(d);

    return about > 0 ? about / (n - 1) : 0;
}

static double weight_of(int64_t with, int64_t without)
{
    return (double)with * (double)without / (double)(with + without);
}

void difference_add_days(struct difference_sum *e, const struct difference_days *with,
                         const struct difference_days *without)
{
    double w;

    if (with->n < 2 || without->n < 2 || with->sum + without->sum == 0)
        return;
    w = weight_of(with->n, without->n);
    e->weight += w;
    e->moved += w * (mean(with) - mean(without));
    e->one += w * w *
              (variance(with) / (double)with->n + variance(without) / (double)without->n);
    e->with.n += with->n;
    e->without.n += without->n;
}

void difference_add_share(struct difference_sum *e, const struct difference_share *with,
                          const struct difference_share *without)
{
    double w;

    if (with->n < 1 || without->n < 1)
        return;
    w = weight_of(with->n, without->n);
    e->weight += w;
    e->moved +=
        w * ((double)with->k / (double)with->n - (double)without->k / (double)without->n);
    e->one += w * w / (double)with->n;
    e->two += w * w / (double)without->n;
    e->with.k += with->k;
    e->with.n += with->n;
    e->without.k += without->k;
    e->without.n += without->n;
}

static struct difference difference_of(const struct difference_sum *e, double spread)
{
    struct difference out = {.with = e->with.n, .without = e->without.n};
    double half;

    if (e->weight <= 0)
        return out;
    half = z * sqrt(spread) / e->weight;
    out.value = e->moved / e->weight;
    out.low = out.value - half;
    out.high = out.value + half;
    out.known = true;
    out.comparable = out.with >= RATE_COMPARABLE && out.without >= RATE_COMPARABLE;
    return out;
}

struct difference difference_of_days(const struct difference_sum *e)
{
    return difference_of(e, e->one);
}

static double spread_of(const struct difference_share *s)
{
    double p = ((double)s->k + 2) / ((double)s->n + 4);

    return p * (1 - p);
}

struct difference difference_of_shares(const struct difference_sum *e)
{
    struct difference out =
        difference_of(e, e->one * spread_of(&e->with) + e->two * spread_of(&e->without));

    if (out.low < -1)
        out.low = -1;
    if (out.high > 1)
        out.high = 1;
    return out;
}
