/*
 * veil.h — what may be told of a total to somebody from whom its small parts are hidden.
 *
 * Where few people rated, a part is not shown, for they could be known again. A total
 * beside all other parts would tell it by subtraction, and a second part that is hidden
 * is no help where it stands in another list. So the total is told as a range: the least
 * and the greatest that it could be for all that is hidden, which says nothing beyond
 * "fewer than so many". Pure; any thread.
 */
#ifndef DOMAIN_VEIL_H
#define DOMAIN_VEIL_H

#include "domain/assess.h"

/* Is this part of so few that it is hidden? `least` 0: nothing is. */
bool veil_hides(const struct part_score *part, int least);

struct veil {
    bool drawn;        /* some part is hidden */
    int64_t low, high; /* hundredths of a point, rounded outwards; 0 … 10000 */
};

/* Of the unit's total, which must not be ASSESS_NONE where `drawn` is to be true. */
struct veil veil_over(const struct scheme *s, const struct assess_score *score,
                      int least);

#endif
