/*
 * weights_chance.c — how often each is among the first and the last, were weights a
 * little other and had other citizens answered; see weights_lab.h.
 *
 * Promise: every set of weights that is drawn sums to 100.00 and keeps to its range; the
 * walk between them is its own mirror, so that in the long run each is as likely.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/field.h"
#include "domain/weights_lab.h"

enum { WALK_FIRST = 50 /* rounds before the first draw */ };

/* Weights on their walk. */
struct walk {
    int now[SCHEME_PARTS_MOST], least[SCHEME_PARTS_MOST], most[SCHEME_PARTS_MOST];
    size_t parts[SCHEME_PARTS_MOST], count; /* those that weigh something */
};

static void walk_round(struct walk *w, struct dice *d)
{
    if (w->count < 2)
        return;
    for (size_t step = 0; step < w->count; step++) {
        size_t i = (size_t)dice_below(d, w->count),
               j = (size_t)dice_below(d, w->count - 1), from, to;
        int down, up;

        from = w->parts[i];
        to = w->parts[j < i ? j : j + 1];
        /* What `from` may give and `to` take, and the other way round. */
        down = w->now[from] - w->least[from];
        up = w->most[from] - w->now[from];
        down = down < w->most[to] - w->now[to] ? down : w->most[to] - w->now[to];
        up = up < w->now[to] - w->least[to] ? up : w->now[to] - w->least[to];
        down -= (int)dice_below(d, (uint64_t)(down + up) + 1);
        w->now[from] -= down;
        w->now[to] += down;
    }
}

static void walk_open(struct walk *w, const struct scheme *s, int range, struct dice *d)
{
    *w = (struct walk){.count = 0};
    for (size_t i = 0; i < s->part_count; i++) {
        int weight = w->now[i] = s->parts[i].weight;

        if (weight == 0)
            continue;
        w->least[i] = weight > range ? weight - range : 0;
        w->most[i] =
            weight + range < SCHEME_WEIGHT_WHOLE ? weight + range : SCHEME_WEIGHT_WHOLE;
        w->parts[w->count++] = i;
    }
    for (int i = 0; i < WALK_FIRST; i++)
        walk_round(w, d);
}

struct placed {
    int64_t total;
    size_t i; /* in the order of the codes */
};

static int by_place(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;

    if (x->total != y->total)
        return x->total > y->total ? -1 : 1;
    return (x->i > y->i) - (x->i < y->i);
}

/* Counts who is first and last with these weights and scores. */
static void count_ends(const struct field *f, const int *weights, const int32_t *scores,
                       size_t k, enum lab_cause cause, struct placed *places,
                       struct lab_chance *out)
{
    size_t parts = f->scheme->part_count;

    for (size_t i = 0; i < f->count; i++) {
        places[i] = (struct placed){0, i};
        for (size_t p = 0; p < parts; p++)
            places[i].total += (int64_t)weights[p] * scores[i * parts + p];
    }
    qsort(places, f->count, sizeof(*places), by_place);
    for (size_t i = 0; i < k; i++) {
        out[places[i].i].first[cause]++;
        out[places[f->count - 1 - i].i].last[cause]++;
    }
}

static void draw_all(const struct field *f, size_t k, int range, int draws,
                     struct dice *d, struct lab_chance *out)
{
    size_t bytes = f->count * f->scheme->part_count * sizeof(int32_t);
    int32_t *known = memory_new(bytes), *drawn = memory_new(bytes);
    struct placed *places = memory_new(f->count * sizeof(*places));
    int own[SCHEME_PARTS_MOST];
    struct walk w;

    for (size_t p = 0; p < f->scheme->part_count; p++)
        own[p] = f->scheme->parts[p].weight;
    field_known(f, known);
    walk_open(&w, f->scheme, range, d);
    for (int draw = 0; draw < draws; draw++) {
        walk_round(&w, d);
        field_draw(f, d, drawn);
        count_ends(f, w.now, known, k, LAB_WEIGHTS, places, out);
        count_ends(f, own, drawn, k, LAB_RATINGS, places, out);
        count_ends(f, w.now, drawn, k, LAB_BOTH, places, out);
    }
    free(places);
    free(drawn);
    free(known);
}

struct lab_chance *lab_chances(const struct scheme *s, const struct assess_book *b,
                               const struct assess_score *scores, size_t peer, size_t k,
                               int range, int draws, uint64_t seed, size_t *count)
{
    struct dice d = dice_seeded(seed);
    struct lab_chance *out;
    struct field f;

    field_open(&f, s, b, scores, peer);
    *count = k > 0 && k < f.count ? f.count : 0;
    out = memory_new((*count + 1) * sizeof(*out));
    for (size_t i = 0; i < *count; i++)
        out[i].unit = f.units[i];
    if (*count > 0)
        draw_all(&f, k, range, draws, &d, out);
    field_close(&f);
    return out;
}
