/*
 * scheme_effect.h — what another scheme would have made of a year: places and points.
 *
 * Two books hold the same counts of the same units, each with the marks of its own
 * scheme. Totals are compared where some unit has one under both schemes, else the
 * hall's scores, else the points of those parts of which something is known (the others
 * are named); where there is nothing at all, that is said. Places are those among the
 * peers of the new scheme. Kept as JSON, with everything as it is shown:
 *
 *     {"of": "total" | "hall" | "known" | "none", "year": 2025, "before": "2025/2",
 *      "missing": [{"name": …, "name_en": …}, …],
 *      "rows": [{"code": …, "name": …, "before": "93.27", "after": "92.90",
 *                "points": "-0.37", "place_before": 3, "place_after": 5, "moved": -2},
 * …]}
 *
 * A unit without the compared score under one of them has "—" and no place; one with
 * fewer ratings than a scheme compares has points, but no place under that one, and has
 * not moved. Pure; any thread.
 */
#ifndef DOMAIN_SCHEME_EFFECT_H
#define DOMAIN_SCHEME_EFFECT_H

#include "domain/assess.h"

/* A scheme and the book that it judges. */
struct effect_side {
    const struct scheme *scheme;
    const struct assess_book *book;
};

/* Adds the JSON text. `name` says what the year was judged by: "2025/2". */
void scheme_effect_write(int year, const char *name, const struct effect_side *before,
                         const struct effect_side *after, struct buf *out);

#endif
