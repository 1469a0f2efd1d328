/*
 * zone_rule.c — reads and applies a POSIX TZ string.
 *
 * Promise: no string, however broken, reads beyond its end; an instant always has exactly
 * one offset, also where summer time reaches over New Year or lasts all year. Not here:
 * names of offsets, which nobody shows.
 */
#include "base/zone_rule.h"

#include "base/day.h"

/* What is left of the string. */
struct rest {
    const char *at, *end;
};

static bool take(struct rest *r, char c)
{
    if (r->at == r->end || *r->at != c)
        return false;
    r->at++;
    return true;
}

static bool take_number(struct rest *r, int least, int most, int *out)
{
    int value = 0, digits = 0;

    while (r->at < r->end && *r->at >= '0' && *r->at <= '9' && digits < 3) {
        value = value * 10 + (*r->at++ - '0');
        digits++;
    }
    *out = value;
    return digits > 0 && value >= least && value <= most;
}

/* Three letters or more, or anything of letters, digits and signs within <>. */
static bool take_name(struct rest *r)
{
    const char *start = r->at;

    if (take(r, '<')) {
        while (r->at < r->end && *r->at != '>')
            r->at++;
        return take(r, '>');
    }
    while (r->at < r->end &&
           ((*r->at >= 'A' && *r->at <= 'Z') || (*r->at >= 'a' && *r->at <= 'z')))
        r->at++;
    return r->at - start >= 3;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static bool take_time(struct rest *r, int most_hours, int32_t *out)
{
    bool negative = take(r, '-');
    int hours, minutes = 0, seconds = 0;

    if (!negative)
        (void)take(r, '+');
    if (!take_number(r, 0, most_hours, &hours))
        return false;
    if (take(r, ':')) {
        if (!take_number(r, 0, 59, &minutes))
            return false;
        if (take(r, ':') && !take_number(r, 0, 59, &seconds))
            return false;
    }
    *out = hours * 3600 + minutes * 60 + seconds;
    if (negative)
        *out = -*out;
    return true;
}

static bool take_change(struct rest *r, struct zone_change *out)
{
    if (!take(r, ','))
        return false;
    if (take(r, 'M')) {
        out->form = ZONE_DAY_MONTH;
        if (!take_number(r, 1, 12, &out->month) || !take(r, '.') ||
            !take_number(r, 1, 5, &out->week) || !take(r, '.') ||
            !take_number(r, 0, 6, &out->day))
            return false;
    } else if (take(r, 'J')) {
        out->form = ZONE_DAY_JULIAN;
        if (!take_number(r, 1, 365, &out->day))
            return false;
    } else {
        out->form = ZONE_DAY_COUNT;
        if (!take_number(r, 0, 365, &out->day))
            return false;
    }
    out->at_s = 2 * 3600;
    return !take(r, '/') || take_time(r, 167, &out->at_s);
}

bool zone_rule_parse(const char *text, size_t length, struct zone_rule *out)
{
    struct rest r = {.at = text, .end = text + length};
    struct zone_rule rule = {0};

    if (!take_name(&r) || !take_time(&r, 24, &rule.standard_s))
        return false;
    rule.standard_s = -rule.standard_s;
    if (r.at < r.end) {
        rule.has_summer = true;
        if (!take_name(&r) || r.at == r.end)
            return false;
        rule.summer_s = rule.standard_s + 3600;
        if (*r.at != ',') {
            if (!take_time(&r, 24, &rule.summer_s))
                return false;
            rule.summer_s = -rule.summer_s;
        }
        if (!take_change(&r, &rule.begin) || !take_change(&r, &rule.end))
            return false;
    }
    if (r.at != r.end)
        return false;
    *out = rule;
    return true;
}

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* The day on which clocks are changed in `year`. */
static int32_t change_day(const struct zone_change *c, int year)
{
    int32_t first;
    int day;

    if (c->form == ZONE_DAY_COUNT)
        return day_number(year, 1, 1) + c->day;
    if (c->form == ZONE_DAY_JULIAN)
        return day_number(year, 1, 1) + c->day - 1 + (is_leap(year) && c->day > 59);
    first = day_number(year, c->month, 1);
    day = (c->day + 6 - day_weekday(first) + 7) % 7 + (c->week - 1) * 7;
    while (first + day >= day_number(year, c->month + 1, 1))
        day -= 7;
    return first + day;
}

static int64_t change_instant(const struct zone_change *c, int year, int32_t offset_s)
{
    return (int64_t)change_day(c, year) * 86400 + c->at_s - offset_s;
}

/*
 * The latest change before the instant decides. Three years are looked at because a rule
 * may reach over New Year; where summer time ends at the very moment at which the next
 * begins, it goes on.
 */
int32_t zone_rule_offset(const struct zone_rule *rule, int64_t utc_s)
{
    int64_t latest = INT64_MIN, at;
    int32_t offset = rule->standard_s;
    int64_t day = (utc_s - (utc_s < 0 ? 86399 : 0)) / 86400;
    int year, month, of_month;

    if (!rule->has_summer)
        return rule->standard_s;
    day_civil((int32_t)day, &year, &month, &of_month);
    for (int y = year - 1; y <= year + 1; y++) {
        at = change_instant(&rule->end, y, rule->summer_s);
        if (at <= utc_s && at > latest) {
            latest = at;
            offset = rule->standard_s;
        }
        at = change_instant(&rule->begin, y, rule->standard_s);
        if (at <= utc_s && at >= latest) {
            latest = at;
            offset = rule->summer_s;
        }
    }
    return offset;
}
