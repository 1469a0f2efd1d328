/*
 * slot.c — see slot.h.
 */
#include "domain/slot.h"

#include <stdbool.h>
#include <stdio.h>

enum { SLOTS = SLOT_HIGHEST - SLOT_LOWEST + 1 };

static bool is_slot(int slot)
{
    return slot >= SLOT_LOWEST && slot <= SLOT_HIGHEST;
}

int slot_choose(const struct slot_use *used, size_t count, int64_t now_ms,
                int64_t rest_ms)
{
    bool resting[SLOTS] = {false};
    int newest = SLOT_HIGHEST;
    int64_t newest_ms = INT64_MIN;

    for (size_t i = 0; i < count; i++) {
        if (!is_slot(used[i].slot))
            continue;
        if (used[i].used_ms >= now_ms - rest_ms)
            resting[used[i].slot - SLOT_LOWEST] = true;
        if (used[i].used_ms >= newest_ms) {
            newest_ms = used[i].used_ms;
            newest = used[i].slot;
        }
    }
    for (int step = 1; step <= SLOTS; step++) {
        int at = (newest - SLOT_LOWEST + step) % SLOTS;

        if (!resting[at])
            return SLOT_LOWEST + at;
    }
    return SLOT_NONE;
}

void slot_sender(const char *access_number, int slot, char out[SENDER_SIZE])
{
    if (slot == SLOT_NONE)
        snprintf(out, SENDER_SIZE, "%.24s", access_number);
    else
        snprintf(out, SENDER_SIZE, "%.24s%02d", access_number, slot);
}
