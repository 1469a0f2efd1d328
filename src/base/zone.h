/*
 * zone.h — the local time of a named place (IANA time zones, RFC 8536).
 *
 * The process's own TZ plays no part. Instants are UTC milliseconds since 1970; local
 * times exist for the years 1 to 9999, and an instant outside is shown as the nearest one
 * inside. A zone is loaded once and never changes: any thread may ask it at any time.
 * Owner: who loaded it.
 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/day.h"
#include "base/error.h"

struct zone;

/* What the clock on the wall shows. */
struct local_time {
    int year, month, day; /* month 1-12, day 1-31 */
    int hour, minute, second;
    int weekday;        /* 0 Monday … 6 Sunday */
    int32_t offset_s;   /* east of Greenwich */
    int32_t day_number; /* the local day, see day.h */
};

/* A local date and time that somebody names. Fields may run over: hour 24 is the next
 * midnight. */
struct civil {
    int year, month, day, hour, minute, second;
};

enum { ZONE_ISO = 32 }; /* room for zone_iso */

/*
 * Loads "Asia/Shanghai" from the system's time zone files. ERROR_INPUT of the field
 * "timezone" where there is no such zone, ERROR_SETUP where its file cannot be used.
 * The zone is given.
 */
NODISCARD bool zone_load(const char *name, struct zone **out, struct error *err);

/* The same from the bytes of a TZif file of version 2 or later. */
NODISCARD bool zone_parse(const void *bytes, size_t length, struct zone **out,
                          struct error *err);

void zone_free(struct zone *z);

void zone_local(const struct zone *z, int64_t utc_ms, struct local_time *out);

/*
 * The instant of a local time. A time that the clocks skip is read with the offset from
 * before the change (02:30 in the skipped hour is what then shows as 03:30); of a time
 * that they show twice the first one is meant.
 */
int64_t zone_utc(const struct zone *z, const struct civil *local);

/* The same for a minute of a local day: 0 is its midnight, 1440 the next one. */
int64_t zone_day_utc(const struct zone *z, int32_t day_number, int minute);

/*
 * "2026-11-23T10:42:00+08:00" (ISO 8601). Where the offset has seconds, as before
 * standard time, it is cut to minutes and the time moved with it: the text always means
 * the instant.
 */
void zone_iso(const struct zone *z, int64_t utc_ms, char out[ZONE_ISO]);

/*
 * Reads "2026-11-23T10:42:00+08:00", "…Z", with or without a fraction of a second (cut
 * to milliseconds). Strict: capital T and Z, seconds and offset are a must, no leap
 * second. False where it is none; `utc_ms` is then untouched.
 */
NODISCARD bool zone_parse_iso(const char *text, int64_t *utc_ms);

#endif
