/*
 * hours.h — the hours of a hall's day: when its offices work, and when a message may go.
 *
 * Minutes of the local day: 0 is midnight, 1440 the next one. Plain values, own nothing.
 * Any thread.
 */
#ifndef DOMAIN_HOURS_H
#define DOMAIN_HOURS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/error.h"
#include "base/zone.h"

/* From a minute on, until just before another. */
struct hours_span {
    int from_min, to_min;
};

enum { OFFICE_SPANS_MAX = 8 };

/* One after another, none overlapping, at least one. */
struct office_hours {
    size_t count;
    struct hours_span spans[OFFICE_SPANS_MAX];
};

/*
 * Reads a hall's hours as its file writes them: [["09:00","12:00"],["13:30","17:30"]].
 * ERROR_INPUT of the field "hours" otherwise; `out` is then untouched.
 */
NODISCARD bool office_hours_parse(const char *json, size_t length,
                                  struct office_hours *out, struct error *err);

/* The minute at which the working day is over. */
int office_hours_end(const struct office_hours *hours);

/* Whether the offices work at this minute of a working day. */
bool office_hours_open(const struct office_hours *hours, int minute);

/*
 * Reads a send window, "09:00-20:00". ERROR_INPUT of the field "send_window" where it is
 * none, ends before it begins, or is shorter than an hour.
 */
NODISCARD bool send_window_parse(const char *text, struct hours_span *out,
                                 struct error *err);

/*
 * When a message that is due may go out: at once inside the local window, else at the
 * next opening plus `spread_ms`, the caller's random 0 to 3,600,000 (facts: not everybody
 * at nine sharp). The answer lies inside the window whatever the spread is, and never
 * before `due_ms`.
 */
int64_t send_window_next(const struct zone *zone, const struct hours_span *window,
                         int64_t due_ms, int64_t spread_ms);

#endif
