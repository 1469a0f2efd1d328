/*
 * field.c — see field.h.
 *
 * Promise: a score that is drawn is a whole number of ten-thousandths as the true one is,
 * so that ties are ties and no sum depends on its order. Doubles are used for what dice.h
 * promises to be the same everywhere.
 */
#include "domain/field.h"

#include <stdlib.h>

#include "base/memory.h"

/* What the plain formula gives, rounded half up as the score is. */
static int64_t plain_score(const struct part_score *p)
{
    __int128 above = (__int128)p->count.k * 1000000000 +
                     (__int128)p->prior_weight * p->prior_rate,
             below = (__int128)(p->count.n + p->prior_weight) * 1000;

    return (int64_t)((2 * above + below) / (2 * below));
}

static struct field_chance chance_of(const struct part_score *p)
{
    return (struct field_chance){.good = (double)p->count.k,
                                 .bad = (double)(p->count.n - p->count.k),
                                 .moved = p->score - plain_score(p)};
}

/* All units of the group say how far they lie apart, ranked or not. */
static void spread_open(struct field *f, size_t peer, size_t part)
{
    const struct scheme_rules *rules = &f->scheme->rules;
    struct assess_count *counts = memory_new((f->book->count + 1) * sizeof(*counts));
    size_t count = 0;

    for (size_t i = 0; i < f->book->count; i++)
        if (scheme_peer_of(f->scheme, f->book->units[i].department) == peer)
            counts[count++] = f->scores[i].parts[part].count;
    spread_of(counts, count, rules->prior_weight,
              rules->prior_rate == PRIOR_PEERS
                  ? PRIOR_PEERS
                  : f->scores[f->units[0]].parts[part].prior_rate,
              &f->spreads[part]);
    free(counts);
}

void field_open(struct field *f, const struct scheme *s, const struct assess_book *b,
                const struct assess_score *scores, size_t peer)
{
    *f = (struct field){.scheme = s, .book = b, .scores = scores};
    f->units = memory_new((b->count + 1) * sizeof(*f->units));
    for (size_t i = 0; i < b->count; i++)
        if (scores[i].ranked && scheme_peer_of(s, b->units[i].department) == peer)
            f->units[f->count++] = i;
    if (f->count == 0)
        return;
    f->chances = memory_new(f->count * s->part_count * sizeof(*f->chances));
    for (size_t part = 0; part < s->part_count; part++) {
        if (s->parts[part].weight == 0 || !measure_counted(s->parts[part].measure) ||
            assess_left_out(&s->parts[part], &scores[f->units[0]].parts[part]))
            continue;
        f->drawn[f->drawn_count++] = part;
        spread_open(f, peer, part);
        for (size_t i = 0; i < f->count; i++)
            f->chances[i * s->part_count + part] =
                chance_of(&scores[f->units[i]].parts[part]);
    }
}

void field_close(struct field *f)
{
    free(f->units);
    free(f->chances);
    *f = (struct field){0};
}

void field_known(const struct field *f, int32_t *out)
{
    for (size_t i = 0; i < f->count; i++)
        for (size_t part = 0; part < f->scheme->part_count; part++) {
            int32_t score = f->scores[f->units[i]].parts[part].score;

            *out++ = f->scheme->parts[part].weight > 0 && score > 0 ? score : 0;
        }
}

/* A rate for certain where there is nothing to draw from on one side. */
static double rate_drawn(struct dice *d, const struct field_chance *c, double m,
                         double peers)
{
    double good = c->good + m * peers, bad = c->bad + m * (1 - peers);

    if (m == 0)
        return dice_beta(d, good + 0.5, bad + 0.5);
    if (!(bad > 0))
        return 1;
    return good > 0 ? dice_beta(d, good, bad) : 0;
}

static int32_t score_drawn(struct dice *d, const struct field_chance *c, double m,
                           double peers)
{
    int64_t score = (int64_t)(rate_drawn(d, c, m, peers) * ASSESS_FULL + 0.5) + c->moved;

    return score < 0 ? 0 : score > ASSESS_FULL ? ASSESS_FULL : (int32_t)score;
}

void field_draw(const struct field *f, struct dice *d, int32_t *out)
{
    double m[SCHEME_PARTS_MOST], peers[SCHEME_PARTS_MOST];

    field_known(f, out);
    for (size_t p = 0; p < f->drawn_count; p++)
        spread_draw(&f->spreads[f->drawn[p]], d, &m[p], &peers[p]);
    for (size_t i = 0; i < f->count; i++)
        for (size_t p = 0; p < f->drawn_count; p++) {
            size_t at = i * f->scheme->part_count + f->drawn[p];

            out[at] = score_drawn(d, &f->chances[at], m[p], peers[p]);
        }
}
