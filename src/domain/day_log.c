/*
 * day_log.c — see day_log.h.
 */
#include "domain/day_log.h"

#include <stdio.h>
#include <string.h>

static const char *const names[DAY_LOG_KINDS] = {
    [DAY_LOG_ATTENDANCE] = "attendance", [DAY_LOG_DISCIPLINE] = "discipline",
    [DAY_LOG_CHECK] = "check",           [DAY_LOG_PRAISE] = "praise",
    [DAY_LOG_COMPLAINT] = "complaint",
};

const char *day_log_kind_name(enum day_log_kind kind)
{
    return names[kind];
}

enum day_log_kind day_log_kind_read(const char *name)
{
    for (int i = 0; i < DAY_LOG_KINDS; i++)
        if (strcmp(names[i], name) == 0)
            return (enum day_log_kind)i;
    return DAY_LOG_KINDS;
}

/* Can an entry of this kind count so much? */
static bool fits(enum day_log_kind kind, int points)
{
    if (points < -DAY_LOG_POINTS_MOST || points > DAY_LOG_POINTS_MOST)
        return false;
    if (kind == DAY_LOG_CHECK)
        return true;
    return kind == DAY_LOG_PRAISE ? points >= 0 : points <= 0;
}

bool day_log_points(const struct day_log_rules *rules, enum day_log_kind kind,
                    enum day_log_side side, const int *asked, int *points)
{
    int given = rules->points[kind];

    if (side == DAY_LOG_WINDOW) {
        *points = given < 0 ? given : 0;
        return true;
    }
    if (asked != NULL)
        given = *asked;
    if (!fits(kind, given))
        return false;
    *points = given;
    return true;
}

/* The digits at `*at`, which it moves behind them; -1 where there are none or too many.
 */
static int digits(const char **at, int most)
{
    int value = 0, count = 0;

    for (; **at >= '0' && **at <= '9'; (*at)++, count++)
        if (count < most)
            value = value * 10 + (**at - '0');
    return count >= 1 && count <= most ? value : -1;
}

bool points_parse(const char *text, int *out)
{
    bool minus = text[0] == '-';
    const char *at = text + (minus || text[0] == '+');
    int whole = digits(&at, 3), part = 0;

    if (whole < 0)
        return false;
    if (*at == '.') {
        const char *first = ++at;

        part = digits(&at, 2);
        if (part < 0)
            return false;
        if (at - first == 1)
            part *= 10;
    }
    if (*at != '\0' || whole * 100 + part > DAY_LOG_POINTS_MOST)
        return false;
    *out = minus ? -(whole * 100 + part) : whole * 100 + part;
    return true;
}

void points_text(int64_t hundredths, char out[POINTS_TEXT])
{
    int64_t size = hundredths < 0 ? -hundredths : hundredths;

    if (size > INT64_C(99999999))
        size = INT64_C(99999999);
    snprintf(out, POINTS_TEXT, "%s%d.%02d", hundredths < 0 ? "-" : "", (int)(size / 100),
             (int)(size % 100));
}

void score_text(int64_t ten_thousandths, char out[POINTS_TEXT])
{
    out[0] = '\0';
    if (ten_thousandths >= 0 && ten_thousandths <= INT64_C(99999999))
        snprintf(out, POINTS_TEXT, "%d.%04d", (int)(ten_thousandths / 10000),
                 (int)(ten_thousandths % 10000));
}

bool day_log_late(const struct day_log_rules *rules, const struct zone *zone, int32_t day,
                  int64_t now_ms)
{
    return now_ms >= zone_day_utc(zone, day, 0) + rules->lock_ms;
}

bool day_log_may_correct(enum day_log_side side, enum day_log_side wrote)
{
    return side == DAY_LOG_HALL || wrote == DAY_LOG_WINDOW;
}

int day_log_month(int64_t sum)
{
    int64_t month = DAY_LOG_POINTS_MOST + sum;

    return month < 0 ? 0 : month > DAY_LOG_POINTS_MOST ? DAY_LOG_POINTS_MOST : (int)month;
}

int64_t day_log_mean(const int64_t *numbers, size_t count, int scale)
{
    int64_t sum = 0, there = 0;

    for (size_t i = 0; i < count; i++)
        if (numbers[i] != DAY_LOG_NONE) {
            sum += numbers[i] * scale;
            there++;
        }
    return there == 0 ? DAY_LOG_NONE : (2 * sum + there) / (2 * there);
}

void day_log_year_of(struct day_log_year *y)
{
    for (int q = 0; q < DAY_LOG_QUARTERS; q++)
        y->quarters[q] = day_log_mean(y->months + 3 * q, 3, 1);
    y->year = day_log_mean(y->months, DAY_LOG_MONTHS, 1);
}
