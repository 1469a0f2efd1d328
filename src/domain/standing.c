/*
 * standing.c — see standing.h.
 *
 * Promise: a total that is drawn is a whole number made as the true one is, so that ties
 * are ties and the order of sums does not matter. Doubles are used for what dice.h
 * promises to be the same everywhere, and added in one order only.
 */
#include "domain/standing.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/spread.h"

enum { TOLD_EVERY = 256 /* draws */ };

/* What a counted part of a unit is drawn from. */
struct chance {
    double good, bad; /* ratings */
    int64_t moved;    /* by the adjustment, ten-thousandths of a point */
};

/* A counted part of a group. */
struct drawn_part {
    size_t part;
    int weight;
    struct spread spread;
};

/* One group while it is drawn. */
struct field {
    const struct scheme *scheme;
    const struct assess_book *book;
    const struct assess_score *scores;
    size_t *units, count; /* the ranked ones, by place in the book */
    struct drawn_part parts[SCHEME_PARTS_MOST];
    size_t part_count;
    struct chance *chances; /* [i * part_count + p] */
    int64_t *marks;         /* of each unit: what is not drawn */
    int64_t *totals;        /* [i * draws + draw] */
    uint32_t *best, *worst; /* [i * count + place - 1]: draws */
    uint32_t *ahead;        /* [i * count + j]: half draws */
    int draws;
};

/* == Setting up ==================================================================== */

/* What the plain formula gives, in ten-thousandths, rounded half up as the score is. */
static int64_t plain_score(const struct part_score *p)
{
    __int128 above = (__int128)p->count.k * 1000000000 +
                     (__int128)p->prior_weight * p->prior_rate,
             below = (__int128)(p->count.n + p->prior_weight) * 1000;

    return (int64_t)((2 * above + below) / (2 * below));
}

static struct chance chance_of(const struct part_score *p)
{
    return (struct chance){.good = (double)p->count.k,
                           .bad = (double)(p->count.n - p->count.k),
                           .moved = p->score - plain_score(p)};
}

/* All units of the group say how far they lie apart, ranked or not. */
static void drawn_part_of(const struct field *f, size_t peer, size_t part,
                          struct drawn_part *out)
{
    const struct scheme_rules *rules = &f->scheme->rules;
    struct assess_count *counts = memory_new((f->book->count + 1) * sizeof(*counts));
    size_t count = 0;

    for (size_t i = 0; i < f->book->count; i++)
        if (scheme_peer_of(f->scheme, f->book->units[i].department) == peer)
            counts[count++] = f->scores[i].parts[part].count;
    out->part = part;
    out->weight = f->scheme->parts[part].weight;
    spread_of(counts, count, rules->prior_weight,
              rules->prior_rate == PRIOR_PEERS
                  ? PRIOR_PEERS
                  : f->scores[f->units[0]].parts[part].prior_rate,
              &out->spread);
    free(counts);
}

static void field_parts(struct field *f, size_t peer)
{
    const struct scheme *s = f->scheme;

    f->marks = memory_new(f->count * sizeof(*f->marks));
    for (size_t part = 0; part < s->part_count; part++) {
        if (s->parts[part].weight == 0)
            continue;
        if (measure_counted(s->parts[part].measure)) {
            drawn_part_of(f, peer, part, &f->parts[f->part_count++]);
            continue;
        }
        for (size_t i = 0; i < f->count; i++)
            f->marks[i] +=
                (int64_t)s->parts[part].weight * f->scores[f->units[i]].parts[part].score;
    }
    f->chances = memory_new((f->count * f->part_count + 1) * sizeof(*f->chances));
    for (size_t i = 0; i < f->count; i++)
        for (size_t p = 0; p < f->part_count; p++)
            f->chances[i * f->part_count + p] =
                chance_of(&f->scores[f->units[i]].parts[f->parts[p].part]);
}

/* The ranked units of a group; false where it has none. */
static bool field_open(struct field *f, size_t peer)
{
    f->units = memory_new((f->book->count + 1) * sizeof(*f->units));
    for (size_t i = 0; i < f->book->count; i++)
        if (f->scores[i].ranked &&
            scheme_peer_of(f->scheme, f->book->units[i].department) == peer)
            f->units[f->count++] = i;
    if (f->count == 0)
        return false;
    field_parts(f, peer);
    f->totals = memory_new(f->count * (size_t)f->draws * sizeof(*f->totals));
    f->best = memory_new(f->count * f->count * sizeof(*f->best));
    f->worst = memory_new(f->count * f->count * sizeof(*f->worst));
    f->ahead = memory_new(f->count * f->count * sizeof(*f->ahead));
    return true;
}

static void field_close(struct field *f)
{
    free(f->units);
    free(f->chances);
    free(f->marks);
    free(f->totals);
    free(f->best);
    free(f->worst);
    free(f->ahead);
}

/* == Drawing ======================================================================= */

/* A rate for certain where there is nothing to draw from on one side. */
static double rate_drawn(struct dice *d, const struct chance *c, double m, double peers)
{
    double good = c->good + m * peers, bad = c->bad + m * (1 - peers);

    if (m == 0)
        return dice_beta(d, good + 0.5, bad + 0.5);
    if (!(bad > 0))
        return 1;
    return good > 0 ? dice_beta(d, good, bad) : 0;
}

static int64_t score_drawn(struct dice *d, const struct chance *c, double m, double peers)
{
    int64_t score = (int64_t)(rate_drawn(d, c, m, peers) * ASSESS_FULL + 0.5) + c->moved;

    return score < 0 ? 0 : score > ASSESS_FULL ? ASSESS_FULL : score;
}

static void draw_totals(struct field *f, struct dice *d, int draw)
{
    double m[SCHEME_PARTS_MOST], peers[SCHEME_PARTS_MOST];

    for (size_t p = 0; p < f->part_count; p++)
        spread_draw(&f->parts[p].spread, d, &m[p], &peers[p]);
    for (size_t i = 0; i < f->count; i++) {
        int64_t total = f->marks[i];

        for (size_t p = 0; p < f->part_count; p++)
            total += f->parts[p].weight *
                     score_drawn(d, &f->chances[i * f->part_count + p], m[p], peers[p]);
        f->totals[i * (size_t)f->draws + (size_t)draw] = total;
    }
}

/* Who is ahead in this draw; a unit that is level with others could have any of their
 * places. */
static void compare_totals(struct field *f, int draw, uint32_t *before, uint32_t *after)
{
    size_t n = f->count;

    memset(before, 0, n * sizeof(*before));
    memset(after, 0, n * sizeof(*after));
    for (size_t i = 0; i < n; i++) {
        int64_t own = f->totals[i * (size_t)f->draws + (size_t)draw];

        for (size_t j = i + 1; j < n; j++) {
            int64_t other = f->totals[j * (size_t)f->draws + (size_t)draw];
            uint32_t more = own > other, less = own < other;

            f->ahead[i * n + j] += 1 + more - less;
            f->ahead[j * n + i] += 1 + less - more;
            before[i] += less;
            after[j] += less;
            before[j] += more;
            after[i] += more;
        }
    }
    for (size_t i = 0; i < n; i++) {
        f->best[i * n + before[i]]++;
        f->worst[i * n + (n - 1 - after[i])]++;
    }
}

static void field_draw(struct field *f, struct dice *d,
                       const struct standing_progress *progress, int64_t *done,
                       int64_t of)
{
    uint32_t *before = memory_new(f->count * sizeof(*before)),
             *after = memory_new(f->count * sizeof(*after));

    for (int draw = 0; draw < f->draws; draw++) {
        draw_totals(f, d, draw);
        compare_totals(f, draw, before, after);
        ++*done;
        if (progress != NULL && (*done % TOLD_EVERY == 0 || *done == of))
            progress->tell(progress->self, *done, of);
    }
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

static struct standing standing_of(const struct field *f, size_t i, int place)
{
    int64_t *draws = &f->totals[i * (size_t)f->draws], total;
    struct standing out = {.unit = f->units[i], .place = place};
    int out_each = left_out(f->draws);

    qsort(draws, (size_t)f->draws, sizeof(*draws), by_value);
    total = f->scores[f->units[i]].total;
    out.low = draws[out_each];
    out.high = draws[f->draws - 1 - out_each];
    out.low = total < out.low ? total : out.low;
    out.high = total > out.high ? total : out.high;
    out.place_low = place_from_above(&f->best[i * f->count], f->count, f->draws);
    out.place_high = place_from_below(&f->worst[i * f->count], f->count, f->draws);
    out.place_low = place < out.place_low ? place : out.place_low;
    out.place_high = place > out.place_high ? place : out.place_high;
    return out;
}

/* The ranked units by total, ties by code; insertion keeps the book's order of codes. */
static void field_order(const struct field *f, size_t *order)
{
    for (size_t i = 0; i < f->count; i++) {
        size_t at = i;

        while (at > 0 &&
               f->scores[f->units[order[at - 1]]].total < f->scores[f->units[i]].total) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
}

/* A cut after a place needs everybody above to be ahead of everybody below: nobody above
 * may reach beyond it. */
static void field_bands(const struct field *f, const size_t *order, struct standing *list)
{
    int64_t needed = (int64_t)f->scheme->rules.apart * 2 * f->draws;
    size_t reach = 0;
    int band = 1;

    for (size_t i = 0; i < f->count; i++) {
        if (i > 0 && reach < i)
            band++;
        list[i].band = band;
        for (size_t j = f->count - 1; j > i && j > reach; j--)
            if ((int64_t)f->ahead[order[i] * f->count + order[j]] * SCHEME_WEIGHT_WHOLE <
                needed)
                reach = j;
        reach = reach > i ? reach : i;
    }
}

static void field_sum(struct field *f, size_t peer, struct standings *out)
{
    size_t *order = memory_new(f->count * sizeof(*order)), first = out->count;

    field_order(f, order);
    for (size_t i = 0; i < f->count; i++) {
        out->list[first + i] = standing_of(f, order[i], (int)i + 1);
        out->list[first + i].peer = peer;
    }
    field_bands(f, order, &out->list[first]);
    for (size_t i = 0; i < f->count; i++)
        for (size_t j = 0; j < f->count; j++)
            out->ahead[(first + i) * f->book->count + first + j] =
                f->ahead[order[i] * f->count + order[j]];
    out->count += f->count;
    free(order);
}

static void add_unranked(const struct field *f, size_t peer, struct standings *out)
{
    for (size_t i = 0; i < f->book->count; i++)
        if (!f->scores[i].ranked &&
            scheme_peer_of(f->scheme, f->book->units[i].department) == peer)
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
        struct field f = {
            .scheme = s, .book = b, .scores = scores, .draws = s->rules.draws};

        if (field_open(&f, peer)) {
            field_draw(&f, &d, progress, &done, of);
            field_sum(&f, peer, out);
        }
        field_close(&f);
        add_unranked(&f, peer, out);
    }
}

void standings_free(struct standings *s)
{
    free(s->list);
    free(s->ahead);
    *s = (struct standings){0};
}
