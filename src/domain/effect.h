/*
 * effect.h — which rating moved which point: what a unit's points would be without one of
 * them.
 *
 * Ratings of one channel, delay, kind of matter and side (3 or more, or less) move a
 * score alike, so one number stands for all of them; so it is with dimensions, with
 * promises and with bad ratings that were put right. Each number is worked out by taking
 * one away and reckoning everything again, the peers' rates too: not an estimate. Taking
 * two away is not twice the one, but nearly. Pure; any thread.
 */
#ifndef DOMAIN_EFFECT_H
#define DOMAIN_EFFECT_H

#include "domain/assess.h"

struct effect {
    enum measure measure;
    int stratum; /* of MEASURE_GOOD: assess_stratum; -1 of the others */
    bool good;   /* 3 or more, kept, put right in time */
    int64_t count;
    int64_t points; /* what one of them adds; hundred-millionths of a point */
};

enum { EFFECTS_MOST = 2 * (ASSESS_STRATA + MEASURES) };

/*
 * Those of the unit of that place in the book of which there are any, measure by measure.
 * Points are of the total, and are known also where the total is not, because marks of
 * some other part lack. Returns how many.
 */
size_t effects_of(const struct scheme *s, const struct assess_book *b, size_t unit,
                  struct effect out[EFFECTS_MOST]);

#endif
