/*
 * queue.c — see queue.h.
 *
 *     waiting ⇄ called → serving → done
 *        ↑        │ ↖______│  ↑
 *        │        ├→ missed   │      missed, held → waiting by restore
 *        │        └→ held ←───┘      called, serving, held → waiting by transfer
 *        └ cancelled at the end of the day, from any state that is still open
 */
#include "domain/queue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[TICKET_STATES] = {
    [TICKET_WAITING] = "waiting", [TICKET_CALLED] = "called",
    [TICKET_SERVING] = "serving", [TICKET_HELD] = "held",
    [TICKET_MISSED] = "missed",   [TICKET_CANCELLED] = "cancelled",
    [TICKET_DONE] = "done",
};

#define BIT(state) (1u << (state))

static const unsigned followers[TICKET_STATES] = {
    [TICKET_WAITING] = BIT(TICKET_CALLED) | BIT(TICKET_WAITING) | BIT(TICKET_CANCELLED) |
                       BIT(TICKET_SERVING) | BIT(TICKET_HELD) | BIT(TICKET_MISSED),
    [TICKET_CALLED] = BIT(TICKET_CALLED) | BIT(TICKET_SERVING) | BIT(TICKET_MISSED) |
                      BIT(TICKET_HELD) | BIT(TICKET_WAITING) | BIT(TICKET_CANCELLED) |
                      BIT(TICKET_DONE),
    [TICKET_SERVING] =
        BIT(TICKET_DONE) | BIT(TICKET_HELD) | BIT(TICKET_WAITING) | BIT(TICKET_CALLED),
    [TICKET_HELD] = BIT(TICKET_WAITING) | BIT(TICKET_CALLED) | BIT(TICKET_SERVING) |
                    BIT(TICKET_CANCELLED),
    [TICKET_MISSED] = BIT(TICKET_WAITING) | BIT(TICKET_CALLED) | BIT(TICKET_CANCELLED),
};

const char *ticket_state_name(enum ticket_state state)
{
    return names[state];
}

enum ticket_state ticket_state_parse(const char *name)
{
    for (int i = 0; i < TICKET_STATES; i++)
        if (strcmp(names[i], name) == 0)
            return (enum ticket_state)i;
    return TICKET_CANCELLED;
}

bool ticket_may_become(enum ticket_state from, enum ticket_state to)
{
    return (followers[from] & BIT(to)) != 0;
}

void ticket_number(const char *series, int serial, char out[NUMBER_SIZE])
{
    snprintf(out, NUMBER_SIZE, "%s%03d", series, serial);
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

bool queue_estimate(int64_t *service_ms, size_t samples, int ahead, int open_windows,
                    int *low_min, int *high_min)
{
    int64_t median_ms, wait_ms;

    if (samples < 5)
        return false;
    qsort(service_ms, samples, sizeof(*service_ms), by_size);
    median_ms = samples % 2 == 1
                    ? service_ms[samples / 2]
                    : (service_ms[samples / 2 - 1] + service_ms[samples / 2]) / 2;
    wait_ms = ahead * median_ms / (open_windows > 0 ? open_windows : 1);
    *low_min = (int)(wait_ms * 7 / 10 / 300000) * 5;
    *high_min = (int)((wait_ms * 3 / 2 + 299999) / 300000) * 5;
    if (*high_min <= *low_min)
        *high_min = *low_min + 5;
    return true;
}
