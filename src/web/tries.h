/*
 * tries.h — wrong tokens and codes, counted per address so that nobody gets far by
 * guessing.
 *
 * Two counts run side by side: ten a minute for an address and the first four symbols of
 * what it tried, and a hundred an hour for the address as a whole (decisions 20; loopback
 * is counted like any other). What is right is never counted and never refused.
 *
 * The table is of fixed size: under a flood from many addresses the oldest entries are
 * forgotten, which only ever favours the citizen. Loop only.
 */
#ifndef WEB_TRIES_H
#define WEB_TRIES_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/world.h"

enum { TRIES_A_MINUTE = 10, TRIES_AN_HOUR = 100, TRIES_PREFIX = 4 };

struct tries;

/* Given. The world is borrowed: its monotonic clock, and its randomness for the hash. */
struct tries *tries_new(struct world *world);
void tries_free(struct tries *t);

/* Counts a wrong one. False where there were too many already: the answer is 429. A NULL
 * table counts nothing. */
NODISCARD bool tries_wrong(struct tries *t, const char *address, const char *text);

/* Would the next wrong one be too many? Asked before a code that is short enough to be
 * guessed. */
bool tries_spent(struct tries *t, const char *address, const char *text);

#endif
