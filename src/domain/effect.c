/*
 * effect.c — see effect.h.
 */
#include "domain/effect.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* What the parts that have a score both times gained. */
static int64_t gained(const struct scheme *s, const struct assess_score *with,
                      const struct assess_score *without)
{
    int64_t points = 0;

    for (size_t p = 0; p < s->part_count; p++)
        if (with->parts[p].score != ASSESS_NONE && without->parts[p].score != ASSESS_NONE)
            points += (int64_t)s->parts[p].weight *
                      (with->parts[p].score - without->parts[p].score);
    return points;
}

struct trying {
    const struct scheme *scheme;
    struct assess_book book; /* a copy that is changed and changed back */
    size_t unit;
    const struct assess_score *before;
    struct effect *out;
    size_t count;
};

/* Takes one out of the count and its sum (NULL for none), reckons, and puts it back. */
static void try_without(struct trying *t, struct effect e, struct assess_count *of,
                        struct assess_count *sum)
{
    struct assess_score *scores;

    e.count = e.good ? of->k : of->n - of->k;
    if (e.count == 0)
        return;
    of->n--;
    of->k -= e.good;
    if (sum != NULL) {
        sum->n--;
        sum->k -= e.good;
    }
    scores = assess_scores(t->scheme, &t->book);
    e.points = gained(t->scheme, t->before, &scores[t->unit]);
    free(scores);
    of->n++;
    of->k += e.good;
    if (sum != NULL) {
        sum->n++;
        sum->k += e.good;
    }
    t->out[t->count++] = e;
}

static void try_measure(struct trying *t, enum measure m)
{
    struct assess_unit *u = &t->book.units[t->unit];

    for (int good = 1; good >= 0; good--) {
        struct effect e = {.measure = m, .stratum = -1, .good = good != 0};

        if (m != MEASURE_GOOD)
            try_without(t, e, &u->counts[m], NULL);
        for (e.stratum = 0; m == MEASURE_GOOD && e.stratum < ASSESS_STRATA; e.stratum++)
            try_without(t, e, &u->strata[e.stratum], &u->counts[m]);
    }
}

size_t effects_of(const struct scheme *s, const struct assess_book *b, size_t unit,
                  struct effect out[EFFECTS_MOST])
{
    struct assess_score *scores = assess_scores(s, b);
    struct trying t = {
        .scheme = s,
        .book = {.units = memory_new(b->count * sizeof(b->units[0])), .count = b->count},
        .unit = unit,
        .before = &scores[unit],
        .out = out};

    memcpy(t.book.units, b->units, b->count * sizeof(b->units[0]));
    for (int m = 0; m < MEASURES; m++)
        for (size_t p = 0; p < s->part_count; p++)
            if ((int)s->parts[p].measure == m && measure_counted((enum measure)m)) {
                try_measure(&t, (enum measure)m);
                break;
            }
    free(t.book.units);
    free(scores);
    return t.count;
}
