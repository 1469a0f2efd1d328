/*
 * scheme_effect.c — see scheme_effect.h.
 */
#include "domain/scheme_effect.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum effect_of { EFFECT_TOTAL, EFFECT_HALL, EFFECT_KNOWN, EFFECT_NONE };

struct comparison {
    const struct effect_side *sides[2];
    struct assess_score *scores[2];
    size_t count;
    enum effect_of of;
    bool known[2][SCHEME_PARTS_MOST]; /* of the part, some unit has a score */
};

/* Over the parts of which something is known; none where the unit lacks one of them. */
static int64_t known_points(const struct comparison *c, int side, size_t unit)
{
    const struct scheme *s = c->sides[side]->scheme;
    int64_t points = 0;

    for (size_t p = 0; p < s->part_count; p++) {
        int32_t score = c->scores[side][unit].parts[p].score;

        if (!c->known[side][p] || s->parts[p].weight == 0)
            continue;
        if (score == ASSESS_NONE)
            return ASSESS_NONE;
        points += (int64_t)s->parts[p].weight * score;
    }
    return points;
}

static int64_t points_of(const struct comparison *c, int side, size_t unit)
{
    const struct assess_score *s = &c->scores[side][unit];

    return c->of == EFFECT_TOTAL  ? s->total
           : c->of == EFFECT_HALL ? s->hall
                                  : known_points(c, side, unit);
}

static void find_known(struct comparison *c)
{
    for (int side = 0; side < 2; side++)
        for (size_t p = 0; p < c->sides[side]->scheme->part_count; p++)
            for (size_t u = 0; u < c->count; u++)
                if (c->scores[side][u].parts[p].score != ASSESS_NONE)
                    c->known[side][p] = true;
}

static bool any_known(const struct comparison *c, int side)
{
    bool any = false;

    for (size_t p = 0; p < SCHEME_PARTS_MOST; p++)
        any = any || c->known[side][p];
    return any;
}

static bool both(const struct comparison *c, size_t unit)
{
    return points_of(c, 0, unit) != ASSESS_NONE && points_of(c, 1, unit) != ASSESS_NONE;
}

/* The first kind of score that some unit has under both schemes. */
static void choose(struct comparison *c)
{
    find_known(c);
    for (int of = EFFECT_TOTAL; of < EFFECT_NONE; of++) {
        c->of = (enum effect_of)of;
        if (c->of == EFFECT_KNOWN && !(any_known(c, 0) && any_known(c, 1)))
            continue;
        for (size_t u = 0; u < c->count; u++)
            if (both(c, u))
                return;
    }
    c->of = EFFECT_NONE;
}

static size_t peer_of(const struct comparison *c, size_t unit)
{
    return scheme_peer_of(c->sides[1]->scheme, c->sides[1]->book->units[unit].department);
}

/* Too few ratings for the side's own rule make no place, as in the ranking (assess.h). */
static bool placed(const struct comparison *c, int side, size_t unit)
{
    const struct effect_side *s = c->sides[side];

    return both(c, unit) &&
           s->book->units[unit].counts[MEASURE_GOOD].n >= s->scheme->rules.comparable;
}

/* From 1 among the peers that have one; units level with each other share the better. */
static int place_of(const struct comparison *c, int side, size_t unit)
{
    int place = 1;

    for (size_t u = 0; u < c->count; u++)
        place += placed(c, side, u) && peer_of(c, u) == peer_of(c, unit) &&
                 points_of(c, side, u) > points_of(c, side, unit);
    return place;
}

/* "+0.37" of hundred-millionths of a point, rounded half away from nought. */
static void difference_text(int64_t points, char out[24])
{
    char text[16];

    assess_points_text(points < 0 ? -points : points, text);
    snprintf(out, 24, "%s%s", points < 0 ? "-" : "+", text);
}

static json_t *row_json(const struct comparison *c, size_t unit)
{
    const struct assess_unit *u = &c->sides[1]->book->units[unit];
    char before[16], after[16], points[24] = "";
    json_t *row;

    assess_points_text(points_of(c, 0, unit), before);
    assess_points_text(points_of(c, 1, unit), after);
    row = json_pack("{s:s, s:s, s:s, s:s}", "code", u->code, "name", u->name, "before",
                    before, "after", after);
    if (both(c, unit)) {
        difference_text(points_of(c, 1, unit) - points_of(c, 0, unit), points);
        json_object_set_new(row, "points", json_string(points));
    }
    if (placed(c, 0, unit))
        json_object_set_new(row, "place_before", json_integer(place_of(c, 0, unit)));
    if (placed(c, 1, unit))
        json_object_set_new(row, "place_after", json_integer(place_of(c, 1, unit)));
    if (placed(c, 0, unit) && placed(c, 1, unit))
        json_object_set_new(row, "moved",
                            json_integer(place_of(c, 0, unit) - place_of(c, 1, unit)));
    return row;
}

/* The parts of the new scheme that are left out. */
static json_t *missing_json(const struct comparison *c)
{
    const struct scheme *s = c->sides[1]->scheme;
    json_t *list = json_array();

    for (size_t p = 0; c->of == EFFECT_KNOWN && p < s->part_count; p++)
        if (!c->known[1][p])
            json_array_append_new(list, json_pack("{s:s, s:s}", "name", s->parts[p].name,
                                                  "name_en", s->parts[p].name_en));
    return list;
}

void scheme_effect_write(int year, const char *name, const struct effect_side *before,
                         const struct effect_side *after, struct buf *out)
{
    static const char *const kinds[] = {
        [EFFECT_TOTAL] = "total",
        [EFFECT_HALL] = "hall",
        [EFFECT_KNOWN] = "known",
        [EFFECT_NONE] = "none",
    };
    struct comparison c = {.sides = {before, after}, .count = after->book->count};
    json_t *rows = json_array(), *effect;
    char *text;

    c.scores[0] = assess_scores(before->scheme, before->book);
    c.scores[1] = assess_scores(after->scheme, after->book);
    choose(&c);
    for (size_t u = 0; c.of != EFFECT_NONE && u < c.count; u++)
        json_array_append_new(rows, row_json(&c, u));
    effect = json_pack("{s:s, s:i, s:s, s:o, s:o}", "of", kinds[c.of], "year", year,
                       "before", name, "missing", missing_json(&c), "rows", rows);
    text = json_dumps(effect, JSON_COMPACT);
    if (text == NULL)
        memory_none();
    buf_add_text(out, text);
    free(text);
    json_decref(effect);
    free(c.scores[0]);
    free(c.scores[1]);
}
