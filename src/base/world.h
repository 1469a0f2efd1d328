/*
 * world.h — clocks and randomness, handed in from main.c so that a test can move them.
 *
 * Instants are UTC milliseconds since 1970 (wall) or since some moment (monotonic).
 * Leases and time-outs use the monotonic clock, everything that a person reads uses the
 * wall clock. Any thread may ask.
 */
#ifndef BASE_WORLD_H
#define BASE_WORLD_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct world {
    int64_t (*wall_ms)(struct world *w);
    int64_t (*mono_ms)(struct world *w);
    void (*random)(struct world *w, void *bytes, size_t length);
    _Atomic int64_t offset_ms; /* added to the wall clock; only grows (decisions 21) */
    _Atomic int64_t hand_ms;   /* what a hand-moved world shows; see world_by_hand */
    _Atomic uint64_t seed;     /* state of a hand-moved world's randomness */
};

/* The machine's own clocks and getrandom(2). */
void world_real(struct world *w);

/* A world that stands still at `wall_ms` until hand_ms is changed, with a seeded
 * randomness. */
void world_by_hand(struct world *w, int64_t wall_ms, uint64_t seed);

#endif
