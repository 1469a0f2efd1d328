/*
 * assess_book.h — schemes and books as tests of the assessment need them.
 */
#ifndef TESTS_ASSESS_BOOK_H
#define TESTS_ASSESS_BOOK_H

#include <stdio.h>
#include <string.h>

#include "domain/assess.h"

/* Parts of these measures and weights, the plainest rules, everybody in one group. */
static inline struct scheme scheme_of(size_t count, const enum measure *measures,
                                      const int *weights)
{
    struct scheme s = {.year = 2026, .version = 1, .part_count = count};

    for (size_t i = 0; i < count; i++) {
        s.parts[i].measure = measures[i];
        s.parts[i].weight = weights[i];
        s.parts[i].hall = measures[i] != MEASURE_SHEET;
        snprintf(s.parts[i].code, sizeof(s.parts[i].code), "p%u", (unsigned)i);
    }
    s.rules = (struct scheme_rules){.prior_rate = PRIOR_PEERS,
                                    .prior_weight = 60,
                                    .comparable = 30,
                                    .apart = 9000,
                                    .draws = 1000};
    return s;
}

/* The good rate alone. */
static inline struct scheme good_only(void)
{
    static const enum measure measures[] = {MEASURE_GOOD};
    static const int weights[] = {SCHEME_WEIGHT_WHOLE};

    return scheme_of(1, measures, weights);
}

/* Adds ratings of a department; the unit is made where it is not there yet. */
static inline struct assess_unit *book_put(struct assess_book *b, const char *code,
                                           int stratum, int64_t k, int64_t n)
{
    struct assess_unit *u = assess_book_unit(b, code);

    snprintf(u->department, sizeof(u->department), "%s", code);
    u->strata[stratum].k += k;
    u->strata[stratum].n += n;
    u->counts[MEASURE_GOOD].k += k;
    u->counts[MEASURE_GOOD].n += n;
    return u;
}

#endif
