/*
 * zone_rule.h — the rule that a time zone follows after its last written change: the
 * POSIX TZ string in the footer of a TZif file (POSIX.1 8.3, RFC 8536 3.3).
 *
 * Seconds throughout; offsets are east of Greenwich, against the habit of the string.
 * Plain values, own nothing. Any thread.
 */
#ifndef BASE_ZONE_RULE_H
#define BASE_ZONE_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

enum zone_day_form {
    ZONE_DAY_JULIAN, /* Jn: 1-365, the leap day is never counted */
    ZONE_DAY_COUNT,  /* n: 0-365, the leap day is counted */
    ZONE_DAY_MONTH   /* Mm.w.d: day d (0 Sunday) of week w (5 the last) of month m */
};

/* When clocks are changed each year, in the local time before the change. */
struct zone_change {
    enum zone_day_form form;
    int day; /* n, or d of Mm.w.d */
    int week, month;
    int32_t at_s; /* seconds after that day's midnight; may be negative or over a day */
};

struct zone_rule {
    int32_t standard_s;
    bool has_summer;
    int32_t summer_s;
    struct zone_change begin, end; /* of summer time */
};

/* Reads "CET-1CEST,M3.5.0,M10.5.0/3"; false where it is none. */
NODISCARD bool zone_rule_parse(const char *text, size_t length, struct zone_rule *out);

/* The offset at an instant, in seconds since 1970 UTC. */
int32_t zone_rule_offset(const struct zone_rule *rule, int64_t utc_s);

#endif
