/*
 * hours.c — see hours.h.
 *
 * Promise: what was read holds its invariants (spans ascend and do not overlap), so that
 * nobody checks again. Not here: which days are worked (calendar.c) and the randomness of
 * the spread (the caller's world).
 */
#include "domain/hours.h"

#include <string.h>

#include <jansson.h>

/* "09:00" … "24:00" in minutes; -1 where it is no time of day. */
static int read_time(const char *text)
{
    int hour, minute;

    for (int i = 0; i < 5; i++) {
        if (i == 2 ? text[i] != ':' : text[i] < '0' || text[i] > '9')
            return -1;
    }
    hour = (text[0] - '0') * 10 + (text[1] - '0');
    minute = (text[3] - '0') * 10 + (text[4] - '0');
    if (minute > 59 || hour > 24 || (hour == 24 && minute > 0))
        return -1;
    return hour * 60 + minute;
}

/* The time in a JSON string, which must be nothing else. */
static int json_time(const json_t *value)
{
    if (!json_is_string(value) || json_string_length(value) != 5)
        return -1;
    return read_time(json_string_value(value));
}

static bool spans_take(const json_t *list, struct office_hours *out)
{
    struct office_hours hours = {.count = json_array_size(list)};
    int last = -1;

    if (!json_is_array(list) || hours.count == 0 || hours.count > OFFICE_SPANS_MAX)
        return false;
    for (size_t i = 0; i < hours.count; i++) {
        const json_t *pair = json_array_get(list, i);
        struct hours_span *span = &hours.spans[i];

        if (!json_is_array(pair) || json_array_size(pair) != 2)
            return false;
        span->from_min = json_time(json_array_get(pair, 0));
        span->to_min = json_time(json_array_get(pair, 1));
        if (span->from_min < 0 || span->from_min < last || span->to_min <= span->from_min)
            return false;
        last = span->to_min;
    }
    *out = hours;
    return true;
}

bool office_hours_parse(const char *json, size_t length, struct office_hours *out,
                        struct error *err)
{
    json_t *list = json_loadb(json, length, JSON_REJECT_DUPLICATES, NULL);
    bool ok = list != NULL && spans_take(list, out);

    json_decref(list);
    if (ok)
        return true;
    return error_field(err, "hours",
                       "The office hours cannot be read. Write up to %d pairs of times, "
                       "one after another, as in [[\"09:00\",\"12:00\"],"
                       "[\"13:30\",\"17:30\"]].",
                       OFFICE_SPANS_MAX);
}

int office_hours_end(const struct office_hours *hours)
{
    return hours->spans[hours->count - 1].to_min;
}

bool office_hours_open(const struct office_hours *hours, int minute)
{
    for (size_t i = 0; i < hours->count; i++) {
        if (minute >= hours->spans[i].from_min && minute < hours->spans[i].to_min)
            return true;
    }
    return false;
}

bool send_window_parse(const char *text, struct hours_span *out, struct error *err)
{
    struct hours_span span = {-1, -1};

    if (strlen(text) == 11 && text[5] == '-') {
        span.from_min = read_time(text);
        span.to_min = read_time(text + 6);
    }
    if (span.from_min < 0 || span.to_min < span.from_min + 60)
        return error_field(err, "send_window",
                           "The send window cannot be read. Write two times of one day, "
                           "an hour or more apart, as in 09:00-20:00.");
    *out = span;
    return true;
}

int64_t send_window_next(const struct zone *zone, const struct hours_span *window,
                         int64_t due_ms, int64_t spread_ms)
{
    struct local_time t;
    int64_t open_ms, close_ms, at_ms;

    zone_local(zone, due_ms, &t);
    open_ms = zone_day_utc(zone, t.day_number, window->from_min);
    close_ms = zone_day_utc(zone, t.day_number, window->to_min);
    if (due_ms >= open_ms && due_ms < close_ms)
        return due_ms;
    if (due_ms >= close_ms) {
        open_ms = zone_day_utc(zone, t.day_number + 1, window->from_min);
        close_ms = zone_day_utc(zone, t.day_number + 1, window->to_min);
    }
    at_ms = open_ms + (spread_ms > 0 ? spread_ms : 0);
    return at_ms < close_ms ? at_ms : close_ms - 1;
}
