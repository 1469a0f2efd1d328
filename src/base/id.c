/*
 * id.c — see id.h.
 */
#include "base/id.h"

enum { SERVER_BITS = 10, COUNT_BITS = 12 };
#define EPOCH_MS INT64_C(1577836800000) /* 2020-01-01T00:00:00Z */

int64_t id_floor(int64_t at_ms)
{
    return at_ms > EPOCH_MS ? (at_ms - EPOCH_MS) << (SERVER_BITS + COUNT_BITS) : 0;
}

int64_t id_next(struct id_source *s, int64_t now_ms)
{
    int64_t fresh = id_floor(now_ms) | (int64_t)s->server << COUNT_BITS;

    if (fresh <= s->last) {
        int64_t tick = s->last >> (SERVER_BITS + COUNT_BITS);
        int64_t count = (s->last & ((1 << COUNT_BITS) - 1)) + 1;

        if (count == 1 << COUNT_BITS) {
            tick++;
            count = 0;
        }
        fresh =
            tick << (SERVER_BITS + COUNT_BITS) | (int64_t)s->server << COUNT_BITS | count;
        if (fresh <= s->last) /* the last one was another server's */
            fresh = (tick + 1) << (SERVER_BITS + COUNT_BITS) | (int64_t)s->server
                                                                   << COUNT_BITS;
    }
    s->last = fresh;
    return fresh;
}

bool id_parse(const char *text, int64_t *out)
{
    int64_t value = 0;

    if (text == NULL || *text < '1' || *text > '9')
        return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9' || value > (INT64_MAX - (*text - '0')) / 10)
            return false;
        value = value * 10 + (*text - '0');
    }
    *out = value;
    return true;
}
