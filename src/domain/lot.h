/*
 * lot.h — a drawing by lot that anybody can make again from its seed.
 *
 * The seed is 32 random bytes, written as 64 hexadecimal digits. Before the drawing its
 * SHA-256 is published (the commitment), with the drawing the seed itself: so nobody
 * could choose a seed that suits him once he knew who stands to be drawn. Each name's lot
 * is SHA-256 of the seed's digits, a colon and the name; the smallest lots are drawn.
 * With common tools:
 *
 *     printf %s SEED | sha256sum           the commitment
 *     printf %s SEED:NAME | sha256sum      the lot of a name
 *
 * Pure; any thread. Standard: FIPS 180-4.
 */
#ifndef DOMAIN_LOT_H
#define DOMAIN_LOT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

enum { LOT_SEED_BYTES = 32, LOT_TEXT = 65 };

/* Is this a seed as it is written: 64 hexadecimal digits, small letters? */
bool lot_seed_fits(const char *seed);

void lot_commitment(const char *seed, char out[LOT_TEXT]);
void lot_of(const char *seed, const char *name, char out[LOT_TEXT]);

/*
 * Draws `most` of `count` names, all where there are fewer. `drawn` has room for `most`
 * and gets the names' places in the list, the smallest lot first; returns how many.
 * Names differ from one another; their order in the list makes no difference.
 */
size_t lot_draw(const char *seed, const char *const *names, size_t count, size_t most,
                size_t *drawn);

#endif
