/*
 * standing_look.c — see standing_look.h.
 *
 * The seed of a look follows from the year, the version and the question alone, so that a
 * page that is loaded again does not dance.
 */
#include "store/standing_look.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "store/assess_marks.h"
#include "store/assessment_store.h"

enum { WORK_MOST = 1000000, WORK_FINAL = 5 * WORK_MOST, DRAWS_LEAST = 1000 };

/* == What is compared ============================================================== */

static bool part_counts(const struct scheme_part *part, enum assess_level by)
{
    return by == ASSESS_DEPARTMENT || (part->hall && measure_counted(part->measure));
}

/* Does any unit have a score of this part? */
static bool part_known(const struct standing_look *look, size_t part)
{
    for (size_t u = 0; u < look->book.count; u++)
        if (look->scores[u].parts[part].score != ASSESS_NONE)
            return true;
    return false;
}

static void move_marks(struct assess_book *book, size_t from, size_t to)
{
    for (size_t u = 0; u < book->count; u++)
        book->units[u].marks[to] = book->units[u].marks[from];
}

/* Leaves out the parts of which nothing is known, or which such units do not have. */
static void drop_parts(struct standing_look *look, enum assess_level by)
{
    struct scheme *s = &look->scheme;
    size_t left = 0;

    for (size_t p = 0; p < s->part_count; p++) {
        if (!part_counts(&s->parts[p], by) || !part_known(look, p)) {
            look->missing[look->missing_count++] = s->parts[p];
            continue;
        }
        if (left != p) {
            s->parts[left] = s->parts[p];
            move_marks(&look->book, p, left);
        }
        left++;
    }
    s->part_count = left;
}

/* Only what came by this channel counts as a rating. */
static void keep_channel(struct assess_book *book, int channel)
{
    for (size_t u = 0; u < book->count; u++) {
        for (int s = 0; s < ASSESS_STRATA; s++)
            if (s / (ASSESS_DELAYS * ASSESS_KINDS) != channel)
                book->units[u].strata[s] = (struct assess_count){0, 0};
    }
    assess_book_sum(book);
}

/* == The look ====================================================================== */

static int draws_of(const struct standing_look *look, bool final)
{
    size_t work = look->book.count * look->scheme.part_count;
    int bound = final ? WORK_FINAL : WORK_MOST;
    int most = work > 0 ? bound / (int)work : bound;

    if (most < DRAWS_LEAST)
        most = DRAWS_LEAST;
    return look->scheme.rules.draws < most ? look->scheme.rules.draws : most;
}

static uint64_t seed_of(const struct standing_look *look, const struct standing_ask *ask)
{
    return (uint64_t)ask->year * 1000000000 + (uint64_t)look->scheme.version * 10000 +
           (uint64_t)ask->by * 1000 + (uint64_t)(ask->channel + 1);
}

/* What the whole scheme says, before anything is left out. */
static void keep_wholes(struct standing_look *look)
{
    memcpy(look->parts, look->scheme.parts, sizeof(look->parts));
    look->part_count = look->scheme.part_count;
    look->wholes = memory_new((look->book.count + 1) * sizeof(*look->wholes));
    for (size_t u = 0; u < look->book.count; u++)
        look->wholes[u] = (struct standing_whole){
            .total = look->scores[u].total,
            .out_of = look->scores[u].out_of,
            .owed = assess_marks_owed(&look->scheme, &look->book.units[u])};
}

static bool asks_whole(const struct standing_ask *ask)
{
    return ask->by == ASSESS_DEPARTMENT && ask->channel < 0 &&
           ask->from_month % 100 == 1 && ask->to_month % 100 == 12;
}

static bool fill(struct store *st, const struct standing_ask *ask,
                 struct standing_look *out, struct error *err)
{
    const struct assess_query q = {.by = ask->by,
                                   .from_month = ask->from_month,
                                   .to_month = ask->to_month,
                                   .now_ms = ask->now_ms};

    if (!scheme_present(st, ask->year, ask->now_ms, &out->scheme, &out->state, err) ||
        !assess_book_read(st, &q, &out->book, err))
        return false;
    if (ask->channel >= 0)
        keep_channel(&out->book, ask->channel);
    return ask->by != ASSESS_DEPARTMENT ||
           assess_marks_fill(st, &out->scheme, ask->year, &out->book, err);
}

bool standing_look(struct store *st, const struct standing_ask *ask,
                   struct standing_look *out, struct error *err)
{
    bool final = false;
    uint64_t seed;

    *out = (struct standing_look){0};
    if (!fill(st, ask, out, err) ||
        (asks_whole(ask) && !assessment_seed(st, ask->year, &final, &seed, err))) {
        standing_look_free(out);
        return false;
    }
    out->scores = assess_scores(&out->scheme, &out->book);
    keep_wholes(out);
    drop_parts(out, ask->by);
    free(out->scores);
    out->scores = assess_scores(&out->scheme, &out->book);
    out->scheme.rules.draws = draws_of(out, final);
    standings_draw(&out->scheme, &out->book, out->scores,
                   final ? seed : seed_of(out, ask), NULL, &out->standings);
    return true;
}

void standing_look_free(struct standing_look *look)
{
    standings_free(&look->standings);
    free(look->scores);
    free(look->wholes);
    assess_book_free(&look->book);
    scheme_free(&look->scheme);
    *look = (struct standing_look){0};
}

bool standing_look_whole(const struct standing_look *look, const struct standing_ask *ask)
{
    return asks_whole(ask) && !standing_look_so_far(look, ask);
}

bool standing_look_so_far(const struct standing_look *look,
                          const struct standing_ask *ask)
{
    for (size_t u = 0; asks_whole(ask) && u < look->book.count; u++)
        if (look->scores[u].total != look->wholes[u].total)
            return true;
    return false;
}

size_t standing_look_find(const struct standing_look *look, const char *code)
{
    size_t i = 0;

    while (i < look->standings.count &&
           strcmp(look->book.units[look->standings.list[i].unit].code, code) != 0)
        i++;
    return i;
}
