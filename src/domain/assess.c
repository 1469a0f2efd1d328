/*
 * assess.c — see assess.h, whose formulas stand here once each.
 *
 * Promise: whole numbers only, of 128 bits where a product could outgrow 64; a book in
 * another order gives the same scores. Counts up to a thousand million a group fit.
 */
#include "domain/assess.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

typedef __int128 wide; /* gcc and clang have it, C17 does not */

enum {
    BILLION = 1000000000,
    PER_SCORE = 1000,          /* billionths of a rate in a ten-thousandth of a point */
    PER_PERCENT = 100000,      /* billionths in a hundredth of a per cent */
    COUNTS_MOST = 1000000000,  /* of a group; see the promise */
    PRIOR_WEIGHT_MOST = 10000, /* of an estimate */
};

/* Rounded half up; `by` is over 0, `what` at least 0. */
static wide divided(wide what, wide by)
{
    return (2 * what + by) / (2 * by);
}

/* == Books ========================================================================= */

/* Where the code is, or where it belongs. */
static size_t unit_place(const struct assess_book *b, const char *code)
{
    size_t low = 0, high = b->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(b->units[middle].code, code) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct assess_unit *assess_book_unit(struct assess_book *b, const char *code)
{
    size_t at = unit_place(b, code);
    struct assess_unit *u;

    if (at < b->count && strcmp(b->units[at].code, code) == 0)
        return &b->units[at];
    b->units = memory_resize(b->units, (b->count + 1) * sizeof(b->units[0]));
    u = &b->units[at];
    memmove(u + 1, u, (b->count - at) * sizeof(*u));
    b->count++;
    memset(u, 0, sizeof(*u));
    snprintf(u->code, sizeof(u->code), "%s", code);
    for (size_t i = 0; i < SCHEME_PARTS_MOST; i++)
        u->marks[i] = ASSESS_NONE;
    return u;
}

const struct assess_unit *assess_book_find(const struct assess_book *b, const char *code)
{
    size_t at = unit_place(b, code);

    return at < b->count && strcmp(b->units[at].code, code) == 0 ? &b->units[at] : NULL;
}

void assess_book_sum(struct assess_book *b)
{
    for (size_t i = 0; i < b->count; i++) {
        struct assess_count *sum = &b->units[i].counts[MEASURE_GOOD];

        *sum = (struct assess_count){0, 0};
        for (int s = 0; s < ASSESS_STRATA; s++) {
            sum->k += b->units[i].strata[s].k;
            sum->n += b->units[i].strata[s].n;
        }
    }
}

void assess_book_free(struct assess_book *b)
{
    free(b->units);
    *b = (struct assess_book){NULL, 0};
}

/* == Groups ======================================================================== */

/* What the peers of one group have together, in billionths; -1 where they have none. */
struct group {
    int64_t rates[MEASURES], strata[ASSESS_STRATA];
    int weights[MEASURES]; /* m */
};

static int64_t rate_billionths(const struct assess_count *c)
{
    assert(c->k >= 0 && c->k <= c->n && c->n <= COUNTS_MOST);
    return c->n > 0 ? (int64_t)divided((wide)c->k * BILLION, c->n) : -1;
}

static void count_add(struct assess_count *to, const struct assess_count *more)
{
    to->k += more->k;
    to->n += more->n;
}

/* The group's rates, from all of its units; `peers` names each unit's group. */
static void group_sum(const struct assess_book *b, const size_t *peers, size_t peer,
                      const struct scheme_rules *rules, struct group *out)
{
    struct assess_count sums[MEASURES] = {{0, 0}}, strata[ASSESS_STRATA] = {{0, 0}};
    struct assess_count *list = memory_new((b->count + 1) * sizeof(*list));

    for (size_t i = 0; i < b->count; i++) {
        if (peers[i] != peer)
            continue;
        for (int m = 0; m < MEASURES; m++)
            count_add(&sums[m], &b->units[i].counts[m]);
        for (int s = 0; s < ASSESS_STRATA; s++)
            count_add(&strata[s], &b->units[i].strata[s]);
    }
    for (int s = 0; s < ASSESS_STRATA; s++)
        out->strata[s] = rate_billionths(&strata[s]);
    for (int m = 0; m < MEASURES; m++) {
        size_t count = 0;

        out->rates[m] = rate_billionths(&sums[m]);
        for (size_t i = 0; i < b->count; i++)
            if (peers[i] == peer)
                list[count++] = b->units[i].counts[m];
        out->weights[m] = rules->prior_weight == PRIOR_ESTIMATED
                              ? assess_prior_weight(list, count)
                              : rules->prior_weight;
    }
    free(list);
}

/*
 * With Q the sum of k²/n in billionths, each rounded half up, K and N the sums:
 *     within   W = K·10^9 - Q            mean square W / (N - units)
 *     between  S = Q - K²·10^9/N         mean square S / (units - 1)
 *     m = (N² - Σn²)·W / (N·(S·(N - units) - W·(units - 1))), rounded half up
 * which is the estimate by analysis of variance for a beta-binomial.
 */
int assess_prior_weight(const struct assess_count *counts, size_t count)
{
    wide sum_k = 0, sum_n = 0, squares = 0, q = 0, within, above, below;
    int64_t units = 0;

    for (size_t i = 0; i < count; i++) {
        wide k = counts[i].k, n = counts[i].n;

        if (n == 0)
            continue;
        units++;
        sum_k += k;
        sum_n += n;
        squares += n * n;
        q += divided(k * k * BILLION, n);
    }
    assert(sum_n <= COUNTS_MOST);
    if (units < 2 || sum_n == units)
        return PRIOR_WEIGHT_MOST;
    within = sum_k * BILLION - q;
    below = (q - divided(sum_k * sum_k * BILLION, sum_n)) * (sum_n - units) -
            within * (units - 1);
    if (below <= 0)
        return PRIOR_WEIGHT_MOST;
    above = (sum_n * sum_n - squares) * within;
    below *= sum_n;
    if (above <= below)
        return 1;
    if (above / below >= PRIOR_WEIGHT_MOST)
        return PRIOR_WEIGHT_MOST;
    return (int)divided(above, below);
}

/* == Scores ======================================================================== */

/* (k·10^9 + moved + m·P) / ((n + m)·1000), within 0 and 100 points. */
static int32_t shrunk(const struct part_score *p, wide moved)
{
    wide above =
             (wide)p->count.k * BILLION + moved + (wide)p->prior_weight * p->prior_rate,
         below = (wide)(p->count.n + p->prior_weight) * PER_SCORE, score;

    if (below == 0)
        return ASSESS_NONE;
    if (above <= 0)
        return 0;
    score = divided(above, below);
    return score < ASSESS_FULL ? (int32_t)score : ASSESS_FULL;
}

/* n·B - E: what the unit lacks or gains by the ways in which it was rated. */
static wide moved_by_strata(const struct assess_unit *u, const struct group *g)
{
    wide moved = (wide)u->counts[MEASURE_GOOD].n * g->rates[MEASURE_GOOD];

    for (int s = 0; s < ASSESS_STRATA; s++)
        if (u->strata[s].n > 0)
            moved -= (wide)u->strata[s].n * g->strata[s];
    return moved;
}

static struct part_score part_of(const struct scheme *s, const struct assess_unit *u,
                                 const struct group *g, size_t part)
{
    enum measure m = s->parts[part].measure;
    struct part_score p = {.score = ASSESS_NONE, .prior_rate = -1};

    if (!measure_counted(m)) {
        assert(u->marks[part] >= ASSESS_NONE && u->marks[part] <= ASSESS_FULL);
        p.score = u->marks[part];
        return p;
    }
    p.count = u->counts[m];
    p.prior_weight = g->weights[m];
    p.prior_rate = s->rules.prior_rate == PRIOR_PEERS
                       ? g->rates[m]
                       : (int64_t)s->rules.prior_rate * PER_PERCENT;
    if (p.prior_rate >= 0)
        p.score = shrunk(&p, m == MEASURE_GOOD && s->rules.adjust && p.count.n > 0
                                 ? moved_by_strata(u, g)
                                 : 0);
    return p;
}

bool assess_left_out(const struct scheme_part *part, const struct part_score *score)
{
    return measure_counted(part->measure) && score->prior_rate < 0;
}

static bool any_mark(const struct scheme *s, const struct assess_unit *u)
{
    for (size_t i = 0; i < s->part_count; i++)
        if (!measure_counted(s->parts[i].measure) && u->marks[i] != ASSESS_NONE)
            return true;
    return false;
}

bool assess_mark_owed(const struct scheme *s, const struct assess_unit *u, size_t part)
{
    const struct scheme_part *p = &s->parts[part];

    if (p->weight == 0 || measure_counted(p->measure) || u->marks[part] != ASSESS_NONE)
        return false;
    return u->closed > 0 || (p->measure != MEASURE_DAILY && any_mark(s, u));
}

uint32_t assess_marks_owed(const struct scheme *s, const struct assess_unit *u)
{
    uint32_t owed = 0;

    for (size_t p = 0; p < s->part_count; p++)
        owed |= (uint32_t)assess_mark_owed(s, u, p) << p;
    return owed;
}

/* What weighs nothing is not missed, and what nobody in the group has neither. */
static void sum_up(const struct scheme *s, const struct assess_unit *u,
                   struct assess_score *out)
{
    bool hall = true, total = true;

    for (size_t i = 0; i < s->part_count; i++) {
        const struct scheme_part *p = &s->parts[i];

        if (p->weight == 0 || assess_left_out(p, &out->parts[i]))
            continue;
        out->out_of += p->weight;
        out->hall_out_of += p->hall ? p->weight : 0;
        if (out->parts[i].score == ASSESS_NONE) {
            total = false;
            hall = hall && !p->hall;
            continue;
        }
        out->total += (int64_t)p->weight * out->parts[i].score;
        if (p->hall)
            out->hall += (int64_t)p->weight * out->parts[i].score;
    }
    if (!total || out->out_of == 0)
        out->total = ASSESS_NONE;
    if (!hall || out->hall_out_of == 0)
        out->hall = ASSESS_NONE;
    out->ranked =
        out->total != ASSESS_NONE && u->counts[MEASURE_GOOD].n >= s->rules.comparable;
}

struct assess_score *assess_scores(const struct scheme *s, const struct assess_book *b)
{
    struct assess_score *scores = memory_new((b->count + 1) * sizeof(*scores));
    size_t *peers = memory_new((b->count + 1) * sizeof(*peers));
    struct group *groups = memory_new((s->peer_count + 1) * sizeof(*groups));

    for (size_t i = 0; i < b->count; i++)
        peers[i] = scheme_peer_of(s, b->units[i].department);
    for (size_t peer = 0; peer <= s->peer_count; peer++)
        group_sum(b, peers, peer, &s->rules, &groups[peer]);
    for (size_t i = 0; i < b->count; i++) {
        for (size_t part = 0; part < s->part_count; part++)
            scores[i].parts[part] = part_of(s, &b->units[i], &groups[peers[i]], part);
        sum_up(s, &b->units[i], &scores[i]);
    }
    free(groups);
    free(peers);
    return scores;
}

void assess_adjust(const struct scheme *s, const struct assess_book *b, size_t unit,
                   struct assess_adjustment *out)
{
    const struct assess_unit *u = &b->units[unit];
    size_t *peers = memory_new((b->count + 1) * sizeof(*peers));
    struct group group;

    for (size_t i = 0; i < b->count; i++)
        peers[i] = scheme_peer_of(s, b->units[i].department);
    group_sum(b, peers, peers[unit], &s->rules, &group);
    free(peers);
    *out = (struct assess_adjustment){.used = s->rules.adjust &&
                                              u->counts[MEASURE_GOOD].n > 0,
                                      .rate = group.rates[MEASURE_GOOD]};
    for (int i = 0; i < ASSESS_STRATA; i++) {
        out->strata[i] = group.strata[i];
        if (u->strata[i].n > 0)
            out->expected += u->strata[i].n * group.strata[i];
    }
}

/* == Shown ========================================================================= */

void assess_points_text(int64_t points, char out[16])
{
    int hundredths = (int)((points + 500000) / 1000000);

    assert(points >= ASSESS_NONE && points <= (int64_t)ASSESS_FULL * SCHEME_WEIGHT_WHOLE);
    if (points == ASSESS_NONE)
        snprintf(out, 16, "—");
    else
        snprintf(out, 16, "%d.%02d", hundredths / 100, hundredths % 100);
}

void assess_score_text(int32_t score, char out[16])
{
    if (score == ASSESS_NONE)
        snprintf(out, 16, "—");
    else
        snprintf(out, 16, "%d.%04d", (int)(score / 10000), (int)(score % 10000));
}
