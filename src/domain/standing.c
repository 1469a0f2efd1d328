/*
 * standing.c — see standing.h.
 *
 * Promise: totals that are drawn are whole numbers, made as the true ones are. Not here:
 * what is drawn from (field.c).
 */
#include "domain/standing.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/field.h"

enum { TOLD_EVERY = 256 /* draws */ };

/* What the draws of one group left. */
struct race {
    struct field field;
    size_t count;           /* of the field */
    int64_t *totals;        /* [i * draws + draw] */
    uint32_t *best, *worst; /* [i * count + place - 1]: draws */
    uint32_t *ahead;        /* [i * count + j]: half draws */
    int draws;
};

/* == Drawing ======================================================================= */

static void race_open(struct race *r)
{
    size_t n = r->count = r->field.count;

    r->draws = r->field.scheme->rules.draws;
    r->totals = memory_new(n * (size_t)r->draws * sizeof(*r->totals));
    r->best = memory_new(n * n * sizeof(*r->best));
    r->worst = memory_new(n * n * sizeof(*r->worst));
    r->ahead = memory_new(n * n * sizeof(*r->ahead));
}

static void race_close(struct race *r)
{
    field_close(&r->field);
    free(r->totals);
    free(r->best);
    free(r->worst);
    free(r->ahead);
}

static void draw_totals(struct race *r, struct dice *d, int draw, int32_t *scores)
{
    const struct scheme *s = r->field.scheme;

    field_draw(&r->field, d, scores);
    for (size_t i = 0; i < r->count; i++) {
        int64_t total = 0;

        for (size_t part = 0; part < s->part_count; part++)
            total += (int64_t)s->parts[part].weight * *scores++;
        r->totals[i * (size_t)r->draws + (size_t)draw] = total;
    }
}

/* Who is ahead in this draw; a unit that is level with others could have any of their
 * places. */
static void compare_totals(struct race *r, int draw, uint32_t *before, uint32_t *after)
{
    size_t n = r->count;

    memset(before, 0, n * sizeof(*before));
    memset(after, 0, n * sizeof(*after));
    for (size_t i = 0; i < n; i++) {
        int64_t own = r->totals[i * (size_t)r->draws + (size_t)draw];

        for (size_t j = i + 1; j < n; j++) {
            int64_t other = r->totals[j * (size_t)r->draws + (size_t)draw];
            uint32_t more = own > other, less = own < other;

            r->ahead[i * n + j] += 1 + more - less;
            r->ahead[j * n + i] += 1 + less - more;
            before[i] += less;
            after[j] += less;
            before[j] += more;
            after[i] += more;
        }
    }
    for (size_t i = 0; i < n; i++) {
        r->best[i * n + before[i]]++;
        r->worst[i * n + (n - 1 - after[i])]++;
    }
}

static void race_draw(struct race *r, struct dice *d,
                      const struct standing_progress *progress, int64_t *done, int64_t of)
{
    uint32_t *before = memory_new(r->count * sizeof(*before)),
             *after = memory_new(r->count * sizeof(*after));
    int32_t *scores =
        memory_new(r->count * r->field.scheme->part_count * sizeof(*scores));

    for (int draw = 0; draw < r->draws; draw++) {
        draw_totals(r, d, draw, scores);
        compare_totals(r, draw, before, after);
        ++*done;
        if (progress != NULL && (*done % TOLD_EVERY == 0 || *done == of))
            progress->tell(progress->self, *done, of);
    }
    free(scores);
    free(before);
    free(after);
}

/* == Summing up ==================================================================== */

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* The 2.5 % of draws at each end that the interval leaves out. */
static int left_out(int draws)
{
    return draws / 40;
}

static int place_from_above(const uint32_t *places, size_t count, int draws)
{
    int64_t seen = 0;

    for (size_t i = 0; i < count; i++) {
        seen += places[i];
        if (seen > left_out(draws))
            return (int)i + 1;
    }
    return (int)count;
}

static int place_from_below(const uint32_t *places, size_t count, int draws)
{
    int64_t seen = 0;

    for (size_t i = count; i > 0; i--) {
        seen += places[i - 1];
        if (seen > left_out(draws))
            return (int)i;
    }
    return 1;
}

static struct standing standing_of(const struct race *r, size_t i, int place)
{
    int64_t *draws = &r->totals[i * (size_t)r->draws], total;
    struct standing out = {.unit = r->field.units[i], .place = place};
    int out_each = left_out(r->draws);

    qsort(draws, (size_t)r->draws, sizeof(*draws), by_value);
    total = r->field.scores[r->field.units[i]].total;
    out.low = draws[out_each];
    out.high = draws[r->draws - 1 - out_each];
    out.low = total < out.low ? total : out.low;
    out.high = total > out.high ? total : out.high;
    out.place_low = place_from_above(&r->best[i * r->count], r->count, r->draws);
    out.place_high = place_from_below(&r->worst[i * r->count], r->count, r->draws);
    out.place_low = place < out.place_low ? place : out.place_low;
    out.place_high = place > out.place_high ? place : out.place_high;
    return out;
}

/* The ranked units by total, ties by code; insertion keeps the book's order of codes. */
static void race_order(const struct race *r, size_t *order)
{
    for (size_t i = 0; i < r->count; i++) {
        size_t at = i;

        while (at > 0 && r->field.scores[r->field.units[order[at - 1]]].total <
                             r->field.scores[r->field.units[i]].total) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
}

/* A cut after a place needs everybody above to be ahead of everybody below: nobody above
 * may reach beyond it. */
static void race_bands(const struct race *r, const size_t *order, struct standing *list)
{
    int64_t needed = (int64_t)r->field.scheme->rules.apart * 2 * r->draws;
    size_t reach = 0;
    int band = 1;

    for (size_t i = 0; i < r->count; i++) {
        if (i > 0 && reach < i)
            band++;
        list[i].band = band;
        for (size_t j = r->count - 1; j > i && j > reach; j--)
            if ((int64_t)r->ahead[order[i] * r->count + order[j]] * SCHEME_WEIGHT_WHOLE <
                needed)
                reach = j;
        reach = reach > i ? reach : i;
    }
}

static void race_sum(struct race *r, size_t peer, struct standings *out)
{
    size_t *order = memory_new(r->count * sizeof(*order)), first = out->count;

    race_order(r, order);
    for (size_t i = 0; i < r->count; i++) {
        out->list[first + i] = standing_of(r, order[i], (int)i + 1);
        out->list[first + i].peer = peer;
    }
    race_bands(r, order, &out->list[first]);
    for (size_t i = 0; i < r->count; i++)
        for (size_t j = 0; j < r->count; j++)
            out->ahead[(first + i) * r->field.book->count + first + j] =
                r->ahead[order[i] * r->count + order[j]];
    out->count += r->count;
    free(order);
}

static void add_unranked(const struct race *r, size_t peer, struct standings *out)
{
    for (size_t i = 0; i < r->field.book->count; i++)
        if (!r->field.scores[i].ranked &&
            scheme_peer_of(r->field.scheme, r->field.book->units[i].department) == peer)
            out->list[out->count++] = (struct standing){
                .unit = i, .peer = peer, .low = ASSESS_NONE, .high = ASSESS_NONE};
}

/* How many groups have anybody to draw. */
static int64_t fields_to_draw(const struct scheme *s, const struct assess_book *b,
                              const struct assess_score *scores)
{
    bool drawn[SCHEME_PEERS_MOST + 1] = {false};
    int64_t count = 0;

    for (size_t i = 0; i < b->count; i++)
        if (scores[i].ranked)
            drawn[scheme_peer_of(s, b->units[i].department)] = true;
    for (size_t peer = 0; peer <= s->peer_count; peer++)
        count += drawn[peer];
    return count;
}

void standings_draw(const struct scheme *s, const struct assess_book *b,
                    const struct assess_score *scores, uint64_t seed,
                    const struct standing_progress *progress, struct standings *out)
{
    struct dice d = dice_seeded(seed);
    int64_t done = 0, of = fields_to_draw(s, b, scores) * s->rules.draws;

    *out = (struct standings){
        .list = memory_new((b->count + 1) * sizeof(*out->list)),
        .seed = seed,
        .draws = s->rules.draws,
        .ahead = memory_new((b->count * b->count + 1) * sizeof(*out->ahead)),
    };
    for (size_t peer = 0; peer <= s->peer_count; peer++) {
        struct race r = {.count = 0};

        field_open(&r.field, s, b, scores, peer);
        if (r.field.count > 0) {
            race_open(&r);
            race_draw(&r, &d, progress, &done, of);
            race_sum(&r, peer, out);
        }
        add_unranked(&r, peer, out);
        race_close(&r);
    }
}

void standings_free(struct standings *s)
{
    free(s->list);
    free(s->ahead);
    *s = (struct standings){0};
}
