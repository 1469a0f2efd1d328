/*
 * discreet.c — see discreet.h.
 */
#include "domain/discreet.h"

/* People in the hidden groups, and how many of those groups have any. */
static int64_t hidden_people(const struct discreet_group *groups, size_t count,
                             size_t *some)
{
    int64_t people = 0;

    *some = 0;
    for (size_t i = 0; i < count; i++)
        if (groups[i].hidden) {
            people += groups[i].n;
            *some += groups[i].n > 0;
        }
    return people;
}

/* The smallest group of anybody that is told; `count` where there is none. */
static size_t smallest_told(const struct discreet_group *groups, size_t count)
{
    size_t best = count;

    for (size_t i = 0; i < count; i++)
        if (!groups[i].hidden && groups[i].n > 0 &&
            (best == count || groups[i].n < groups[best].n))
            best = i;
    return best;
}

void discreet_hide(struct discreet_group *groups, size_t count, int64_t least)
{
    for (size_t i = 0; i < count; i++)
        groups[i].hidden = groups[i].hidden || (groups[i].n > 0 && groups[i].n < least);
    for (;;) {
        size_t some, next = smallest_told(groups, count);
        int64_t people = hidden_people(groups, count, &some);

        if (people == 0 || (some >= 2 && people >= least) || next == count)
            return;
        groups[next].hidden = true;
    }
}

bool discreet_sum_fits(const struct discreet_group *groups, size_t count, int64_t least)
{
    size_t some;
    int64_t people = hidden_people(groups, count, &some), all = 0;

    for (size_t i = 0; i < count; i++)
        all += groups[i].n;
    return (people == 0 || people >= least) && (all == 0 || all >= least);
}
