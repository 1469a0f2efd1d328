/*
 * gateway_look.c — see gateway_look.h.
 */
#include "store/gateway_look.h"

#include <stdio.h>

bool gateway_look(struct store *st, const char *name, int64_t now_ms,
                  struct gateway_look *out, struct error *err)
{
    int date = hall_local_date(st->frame, now_ms);

    *out = (struct gateway_look){0};
    if (!gateway_state_get(st, name, &out->state, &out->said, err) ||
        !gateway_queue(st, name, now_ms, &out->queue, err) ||
        !gateway_counts(st, name, date, out->today, err))
        return false;
    snprintf(out->state.name, sizeof(out->state.name), "%s", name);
    if (out->queue.oldest_due_ms > 0 && now_ms > out->queue.oldest_due_ms)
        out->oldest_s = (now_ms - out->queue.oldest_due_ms) / 1000;
    return true;
}
