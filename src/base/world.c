/*
 * world.c — the real world and one that is moved by hand.
 */
#include "base/world.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

static int64_t clock_ms(clockid_t id)
{
    struct timespec t;

    if (clock_gettime(id, &t) != 0)
        abort();
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t real_wall(struct world *w)
{
    return clock_ms(CLOCK_REALTIME) + atomic_load(&w->offset_ms);
}

static int64_t real_mono(struct world *w)
{
    (void)w;
    return clock_ms(CLOCK_MONOTONIC);
}

static void real_random(struct world *w, void *bytes, size_t length)
{
    unsigned char *at = bytes;

    (void)w;
    while (length > 0) {
        ssize_t n = getrandom(at, length, 0);

        if (n < 0 && errno != EINTR)
            abort();
        if (n > 0) {
            at += n;
            length -= (size_t)n;
        }
    }
}

void world_real(struct world *w)
{
    w->wall_ms = real_wall;
    w->mono_ms = real_mono;
    w->random = real_random;
    atomic_init(&w->offset_ms, 0);
    atomic_init(&w->hand_ms, 0);
    atomic_init(&w->seed, 0);
}

static int64_t hand_wall(struct world *w)
{
    return atomic_load(&w->hand_ms) + atomic_load(&w->offset_ms);
}

static int64_t hand_mono(struct world *w)
{
    return atomic_load(&w->hand_ms);
}

/* SplitMix64: small, full period, good enough for tests; never used for secrets. */
static void hand_random(struct world *w, void *bytes, size_t length)
{
    unsigned char *at = bytes;

    while (length > 0) {
        uint64_t z =
            atomic_fetch_add(&w->seed, 0x9e3779b97f4a7c15u) + 0x9e3779b97f4a7c15u;
        size_t n = length < sizeof(z) ? length : sizeof(z);

        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        z ^= z >> 31;
        memcpy(at, &z, n);
        at += n;
        length -= n;
    }
}

void world_by_hand(struct world *w, int64_t wall_ms, uint64_t seed)
{
    w->wall_ms = hand_wall;
    w->mono_ms = hand_mono;
    w->random = hand_random;
    atomic_init(&w->offset_ms, 0);
    atomic_init(&w->hand_ms, wall_ms);
    atomic_init(&w->seed, seed);
}
