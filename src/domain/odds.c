/*
 * odds.c — see odds.h.
 *
 * Every one of these distributions has one likeliest count: the ratio of a count's share
 * to that of the count before passes 1 once, downward. So it is found by halving, and the
 * walk from it may end where shares have become too small to matter.
 */
#include "domain/odds.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"

static const double too_small = 1e-25;

/* Tables of two rows and two columns with their margins. */
struct margins {
    int64_t drawn, bad, all;
};

struct walk {
    int64_t least, most; /* that can happen at all */
    double odds;         /* of a binomial; by which those of a table are multiplied */
    double bad, good;    /* the two weights of a beta distribution */
    struct margins here, there;
    int64_t sum; /* of the bad ones after, here and there */
    /* The share of at + 1 as a multiple of that of `at`. */
    double (*ratio)(const struct walk *w, int64_t at);
};

void odds_free(struct odds *o)
{
    free(o->share);
    *o = (struct odds){0};
}

struct odds odds_certain(int64_t at)
{
    struct odds o = {.least = at, .count = 1, .share = memory_new(sizeof(double))};

    o.share[0] = 1;
    return o;
}

static int64_t likeliest(const struct walk *w)
{
    int64_t low = w->least, high = w->most;

    while (low < high) {
        int64_t middle = low + (high - low) / 2;

        if (w->ratio(w, middle) >= 1)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* How far the walk goes up (1) or down (-1) from `at` before shares are too small. */
static int64_t reach(const struct walk *w, int64_t at, int64_t by)
{
    double share = 1;
    int64_t end = by > 0 ? w->most : w->least;

    while (at != end && share > too_small) {
        share *= by > 0 ? w->ratio(w, at) : 1 / w->ratio(w, at - 1);
        at += by;
    }
    return at;
}

static void make_whole(struct odds *o)
{
    double sum = 0;

    for (size_t i = 0; i < o->count; i++)
        sum += o->share[i];
    for (size_t i = 0; i < o->count; i++)
        o->share[i] /= sum;
}

static struct odds go(const struct walk *w)
{
    int64_t middle = likeliest(w), low = reach(w, middle, -1), high = reach(w, middle, 1);
    struct odds o = {.least = low, .count = (size_t)(high - low + 1)};

    o.share = memory_new(o.count * sizeof(double));
    o.share[middle - low] = 1;
    for (int64_t at = middle; at < high; at++)
        o.share[at + 1 - low] = o.share[at - low] * w->ratio(w, at);
    for (int64_t at = middle; at > low; at--)
        o.share[at - 1 - low] = o.share[at - low] / w->ratio(w, at - 1);
    make_whole(&o);
    return o;
}

/* == The distributions ============================================================ */

static double binomial_ratio(const struct walk *w, int64_t at)
{
    return (double)(w->most - at) / (double)(at + 1) * w->odds;
}

struct odds odds_binomial(int64_t n, double p)
{
    struct walk w = {.most = n, .ratio = binomial_ratio};

    assert(n >= 0 && p >= 0 && p <= 1);
    if (p <= 0 || p >= 1)
        return odds_certain(p <= 0 ? 0 : n);
    w.odds = p / (1 - p);
    return go(&w);
}

static double swinging_ratio(const struct walk *w, int64_t at)
{
    return (double)(w->most - at) * (w->bad + (double)at) /
           ((double)(at + 1) * (w->good + (double)(w->most - at - 1)));
}

struct odds odds_swinging(int64_t n, double p, double rho)
{
    struct walk w = {.most = n, .ratio = swinging_ratio};

    assert(n >= 0 && p > 0 && p < 1 && rho >= 0 && rho <= 1.0 / 3);
    if (rho < 1e-9) /* it would be lost in rounding */
        return odds_binomial(n, p);
    w.bad = p * (1 / rho - 1);
    w.good = (1 - p) * (1 / rho - 1);
    return go(&w);
}

static double drawn_ratio(const struct margins *m, int64_t at)
{
    return (double)(m->bad - at) * (double)(m->drawn - at) /
           ((double)(at + 1) * (double)(m->all - m->bad - m->drawn + at + 1));
}

static int64_t drawn_least(const struct margins *m)
{
    int64_t spare = m->drawn + m->bad - m->all;

    return spare > 0 ? spare : 0;
}

static int64_t drawn_most(const struct margins *m)
{
    return m->drawn < m->bad ? m->drawn : m->bad;
}

static double one_table(const struct walk *w, int64_t at)
{
    return w->odds * drawn_ratio(&w->here, at);
}

struct odds odds_drawn(int64_t drawn, int64_t bad, int64_t all, double times)
{
    struct walk w = {.here = {drawn, bad, all}, .odds = times, .ratio = one_table};

    assert(drawn >= 0 && bad >= 0 && drawn <= all && bad <= all && times > 0);
    w.least = drawn_least(&w.here);
    w.most = drawn_most(&w.here);
    return go(&w);
}

/* One more here is one less there. */
static double two_tables(const struct walk *w, int64_t at)
{
    return w->odds * drawn_ratio(&w->here, at) / drawn_ratio(&w->there, w->sum - at - 1);
}

struct odds odds_changed(struct tally here_before, struct tally here_after,
                         struct tally there_before, struct tally there_after,
                         double times)
{
    struct walk w = {
        .here = {here_after.n, here_before.bad + here_after.bad,
                 here_before.n + here_after.n},
        .there = {there_after.n, there_before.bad + there_after.bad,
                  there_before.n + there_after.n},
        .sum = here_after.bad + there_after.bad,
        .odds = times,
        .ratio = two_tables,
    };
    int64_t from_there = w.sum - drawn_most(&w.there),
            to_there = w.sum - drawn_least(&w.there);

    w.least = drawn_least(&w.here);
    w.most = drawn_most(&w.here);
    if (w.least < from_there)
        w.least = from_there;
    if (w.most > to_there)
        w.most = to_there;
    return go(&w);
}

/* == What is asked of them ======================================================== */

void odds_add(struct odds *to, const struct odds *more)
{
    struct odds sum = {.least = to->least + more->least,
                       .count = to->count + more->count - 1};

    sum.share = memory_new(sum.count * sizeof(double));
    for (size_t i = 0; i < to->count; i++)
        for (size_t k = 0; k < more->count; k++)
            sum.share[i + k] += to->share[i] * more->share[k];
    odds_free(to);
    *to = sum;
}

double odds_upper(const struct odds *o, int64_t at)
{
    double sum = 0;

    for (size_t i = o->count; i > 0 && o->least + (int64_t)i - 1 >= at; i--)
        sum += o->share[i - 1];
    return sum;
}

double odds_lower(const struct odds *o, int64_t at)
{
    double sum = 0;

    for (size_t i = 0; i < o->count && o->least + (int64_t)i <= at; i++)
        sum += o->share[i];
    return sum;
}

double odds_mean(const struct odds *o)
{
    double mean = (double)o->least;

    for (size_t i = 0; i < o->count; i++)
        mean += (double)i * o->share[i];
    return mean;
}

int64_t odds_limit(const struct odds *o, double allowed)
{
    double sum = 0;

    for (size_t i = o->count; i > 0; i--) {
        sum += o->share[i - 1];
        if (sum > allowed)
            return o->least + (int64_t)i;
    }
    return o->least;
}
