/*
 * promise.h — how many days a case with promised days really took.
 *
 * Counted are the working days after the day of acceptance, up to the day of closing; a
 * case closed on the day it was accepted took none. Days on which its clock was paused
 * (the citizen was to bring something) count from the day after the pausing to the day of
 * resuming as paused, and not as taken. Pure; any thread.
 */
#ifndef DOMAIN_PROMISE_H
#define DOMAIN_PROMISE_H

#include "domain/calendar.h"

struct promise_pause {
    int64_t from_ms, until_ms;
};

enum { PROMISE_DAYS_MOST = 3660 };

/* At most PROMISE_DAYS_MOST. Pauses may overlap and come in any order. */
int promise_days(const struct calendar *cal, const struct zone *zone, int64_t accepted_ms,
                 int64_t closed_ms, const struct promise_pause *pauses, size_t count);

/* Twice the median of at least one number of days, so that a half is whole. `days` is
 * sorted by this call. */
int promise_median_halves(int *days, size_t count);

/* The newest day before `day` that was worked. */
int32_t promise_day_before(const struct calendar *cal, int32_t day);

#endif
