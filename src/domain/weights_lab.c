/*
 * weights_lab.c — effective weights and the range of the hall's weight; see
 * weights_lab.h. Chance is in weights_chance.c.
 *
 * Promise: shares and ranges are made of whole numbers of 128 bits and rounded at the
 * end; only spreads, which are shown and decide nothing, are doubles.
 */
#include "domain/weights_lab.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

typedef __int128 wide; /* gcc and clang have it, C17 does not */

/* == The sheet's formulas ========================================================== */

double lab_share(double w, double spread, double rest)
{
    double own = w * spread * w * spread, others = (1 - w) * rest * (1 - w) * rest;

    return own + others > 0 ? own / (own + others) : 0;
}

/* With x = w·s / ((1-w)·r) and the correlation c, the share is (x² + c·x) / (x² + 1 +
 * 2·c·x); the ratio is what x solves for. */
double lab_ratio(double w, double share, double correlation)
{
    double half = correlation * (1 - 2 * share),
           x = (sqrt(half * half + 4 * share * (1 - share)) - half) / (2 * (1 - share));

    return x * (1 - w) / w;
}

/* == Units ========================================================================= */

/* The ranked units of the group, places in the book; given. */
static size_t *ranked_units(const struct scheme *s, const struct assess_book *b,
                            const struct assess_score *scores, size_t peer, size_t *count)
{
    size_t *units = memory_new((b->count + 1) * sizeof(*units));

    *count = 0;
    for (size_t i = 0; i < b->count; i++)
        if (scores[i].ranked && scheme_peer_of(s, b->units[i].department) == peer)
            units[(*count)++] = i;
    return units;
}

/* == Effective weights ============================================================= */

/* Of pairs of whole numbers: n²·variance and n²·covariance are exact. */
struct moments {
    wide n, x, y, xx, xy, yy;
};

static void moments_add(struct moments *m, int64_t x, int64_t y)
{
    m->n++;
    m->x += x;
    m->y += y;
    m->xx += (wide)x * x;
    m->xy += (wide)x * y;
    m->yy += (wide)y * y;
}

static wide variance_x(const struct moments *m)
{
    return m->n * m->xx - m->x * m->x;
}

static wide variance_y(const struct moments *m)
{
    return m->n * m->yy - m->y * m->y;
}

static wide covariance(const struct moments *m)
{
    return m->n * m->xy - m->x * m->y;
}

/* In hundredths of a per cent, rounded half away from 0. `of` is over 0. */
static int share_rounded(wide what, wide of)
{
    wide twice = 2 * what * SCHEME_WEIGHT_WHOLE;

    return (int)(what < 0 ? (twice - of) / (2 * of) : (twice + of) / (2 * of));
}

/* `m` is of contributions in hundred-millionths of a point, x, and totals, y. */
static struct lab_effect effect_of(const struct moments *m, int weight)
{
    struct lab_effect e = {.weight = weight};

    if (m->n > 0 && weight > 0)
        e.spread = sqrt((double)variance_x(m)) / (double)m->n / weight / 10000;
    if (variance_y(m) > 0)
        e.share = share_rounded(covariance(m), variance_y(m));
    return e;
}

/* What the hall's part would need is asked of the rest as it is. */
static void effects_needed(struct lab_effects *out, const struct moments *hall_rest)
{
    double both = (double)variance_x(hall_rest) * (double)variance_y(hall_rest);
    double w = out->hall.weight / (double)SCHEME_WEIGHT_WHOLE;

    if (both > 0)
        out->correlation = (double)covariance(hall_rest) / sqrt(both);
    if (w > 0 && w < 1 && out->rest.spread > 0)
        out->needed = lab_ratio(w, w, out->correlation) * out->rest.spread;
}

void lab_effects(const struct scheme *s, const struct assess_book *b,
                 const struct assess_score *scores, size_t peer, struct lab_effects *out)
{
    struct moments parts[SCHEME_PARTS_MOST] = {{0}}, hall = {0}, rest = {0},
                   hall_rest = {0};
    size_t *units = ranked_units(s, b, scores, peer, &out->units), count = out->units;

    *out = (struct lab_effects){.units = count};
    for (size_t i = 0; i < count; i++) {
        const struct assess_score *x = &scores[units[i]];

        for (size_t p = 0; p < s->part_count; p++)
            moments_add(&parts[p],
                        s->parts[p].weight == 0
                            ? 0
                            : (int64_t)s->parts[p].weight * x->parts[p].score,
                        x->total);
        moments_add(&hall, x->hall, x->total);
        moments_add(&rest, x->total - x->hall, x->total);
        moments_add(&hall_rest, x->hall, x->total - x->hall);
    }
    for (size_t p = 0; p < s->part_count; p++)
        out->parts[p] = effect_of(&parts[p], s->parts[p].weight);
    out->hall = effect_of(&hall, scheme_hall_weight(s));
    out->rest = effect_of(&rest, scheme_weight(s) - scheme_hall_weight(s));
    out->apart = count > 0 && variance_y(&hall) > 0;
    effects_needed(out, &hall_rest);
    free(units);
}

/* == The range of the hall's weight ================================================ */

/* Totals of one group at any weight of the hall's, in a unit of their own. */
struct balance {
    const struct assess_score *scores;
    const size_t *units;
    size_t count;
    int hall, rest; /* weights, both over 0 */
    bool *within;   /* of each: one of the first, or of the last, as things are */
};

static wide total_at(const struct balance *l, size_t i, int weight)
{
    const struct assess_score *x = &l->scores[l->units[i]];

    return (wide)weight * x->hall * l->rest +
           (wide)(SCHEME_WEIGHT_WHOLE - weight) * (x->total - x->hall) * l->hall;
}

/* Units stand in the order of their codes, which settles what is equal. */
static bool ahead_at(const struct balance *l, size_t i, size_t j, int weight)
{
    wide own = total_at(l, i, weight), other = total_at(l, j, weight);

    return own != other ? own > other : i < j;
}

/* The last of those within and the first of those without, seen from the end that is
 * asked for: if the one is still ahead of the other, nobody has changed. */
static bool stays_at(const struct balance *l, int weight, bool first, size_t *leaves,
                     size_t *enters)
{
    size_t in = l->count, out = l->count;

    for (size_t i = 0; i < l->count; i++) {
        size_t *best = l->within[i] ? &in : &out;

        /* Of those within the weakest claim, of those without the strongest. */
        if (*best == l->count || ahead_at(l, i, *best, weight) == (first != l->within[i]))
            *best = i;
    }
    *leaves = l->units[in];
    *enters = l->units[out];
    return ahead_at(l, in, out, weight) == first;
}

/* The k first or last at the scheme's own weight. */
static void choose_within(const struct balance *l, size_t k, bool first)
{
    for (size_t i = 0; i < l->count; i++) {
        size_t before = 0;

        for (size_t j = 0; j < l->count; j++)
            before += j != i && ahead_at(l, j, i, l->hall) == first;
        l->within[i] = before < k;
    }
}

static struct lab_range range_of(const struct balance *l, size_t k, bool first,
                                 size_t nobody)
{
    struct lab_range r = {l->hall, l->hall, nobody, nobody, nobody, nobody};
    size_t leaves, enters;

    choose_within(l, k, first);
    while (r.low > 0) {
        if (!stays_at(l, r.low - 1, first, &leaves, &enters)) {
            r.leaves_below = leaves;
            r.enters_below = enters;
            break;
        }
        r.low--;
    }
    while (r.high < SCHEME_WEIGHT_WHOLE) {
        if (!stays_at(l, r.high + 1, first, &leaves, &enters)) {
            r.leaves_above = leaves;
            r.enters_above = enters;
            break;
        }
        r.high++;
    }
    return r;
}

bool lab_ranges(const struct scheme *s, const struct assess_book *b,
                const struct assess_score *scores, size_t peer, size_t k,
                struct lab_range *first, struct lab_range *last)
{
    struct balance l = {.scores = scores};
    size_t *units = ranked_units(s, b, scores, peer, &l.count);
    bool ok;

    l.units = units;
    l.hall = scheme_hall_weight(s);
    l.rest = scheme_weight(s) - l.hall;
    ok = l.hall > 0 && l.rest > 0 && k > 0 && k < l.count;
    if (ok) {
        l.within = memory_new(l.count * sizeof(*l.within));
        *first = range_of(&l, k, true, b->count);
        *last = range_of(&l, k, false, b->count);
        free(l.within);
    }
    free(units);
    return ok;
}
