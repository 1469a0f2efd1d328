/*
 * id.h — 64-bit ids that grow with time: 41 bits of milliseconds since 2020, 10 bits of
 * server, 12 bits of count. Positive, unique across servers with different numbers,
 * sorted by birth.
 *
 * A source belongs to one thread. It never goes back: when the clock is behind the
 * greatest id in the store it counts on from there (decisions 26).
 */
#ifndef BASE_ID_H
#define BASE_ID_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

struct id_source {
    int64_t last; /* the greatest id given or seen */
    int server;   /* 0..1023 */
};

int64_t id_next(struct id_source *s, int64_t now_ms);

/* The smallest id that could be born at this instant; for ranges of time. */
int64_t id_floor(int64_t at_ms);

/* Decimal digits only, no sign, greater than 0. False for anything else. */
bool id_parse(const char *text, int64_t *out);

#endif
