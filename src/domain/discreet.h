/*
 * discreet.h — which of several groups of people may be told, when their sum is told too.
 *
 * A group of fewer than so many is hidden. What is hidden together can be found by taking
 * the told groups from the sum: so further groups are hidden, the smallest first, until
 * the hidden ones are two at least and have so many people together, or all are hidden.
 * A group of nobody tells nothing and is never hidden for its own sake.
 *
 * What stays: whoever is told nothing of the sum must hide it himself where all are
 * hidden and it is smaller than `least`, or where it would give a greater sum away
 * (discreet_sum_fits). Pure; any thread.
 */
#ifndef DOMAIN_DISCREET_H
#define DOMAIN_DISCREET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct discreet_group {
    int64_t n;   /* people */
    bool hidden; /* in: hidden for another reason; out: hidden */
};

void discreet_hide(struct discreet_group *groups, size_t count, int64_t least);

/* May the sum of these be told? */
bool discreet_sum_fits(const struct discreet_group *groups, size_t count, int64_t least);

#endif
