/*
 * promise.c — see promise.h.
 */
#include "domain/promise.h"

#include <stdlib.h>

static int32_t day_of(const struct zone *zone, int64_t at_ms)
{
    struct local_time t;

    zone_local(zone, at_ms, &t);
    return t.day_number;
}

static bool is_paused(const struct zone *zone, int32_t day,
                      const struct promise_pause *pauses, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (day > day_of(zone, pauses[i].from_ms) &&
            day <= day_of(zone, pauses[i].until_ms))
            return true;
    return false;
}

int promise_days(const struct calendar *cal, const struct zone *zone, int64_t accepted_ms,
                 int64_t closed_ms, const struct promise_pause *pauses, size_t count)
{
    int32_t day = day_of(zone, accepted_ms), last = day_of(zone, closed_ms);
    int taken = 0;

    if (last - day > PROMISE_DAYS_MOST)
        last = day + PROMISE_DAYS_MOST;
    while (++day <= last)
        taken += calendar_is_working(cal, day) && !is_paused(zone, day, pauses, count);
    return taken;
}

static int compare(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;

    return (x > y) - (x < y);
}

int promise_median_halves(int *days, size_t count)
{
    qsort(days, count, sizeof(*days), compare);
    return days[(count - 1) / 2] + days[count / 2];
}

int32_t promise_day_before(const struct calendar *cal, int32_t day)
{
    do
        day--;
    while (!calendar_is_working(cal, day));
    return day;
}
