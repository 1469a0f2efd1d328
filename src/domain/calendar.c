/*
 * calendar.c — working days.
 *
 * Promise: a day is worked or not, never both; a list that contradicts itself is refused
 * as a whole. The exceptions lie in one array, ascending by day, and are searched by
 * halves. Not here: where the list comes from (the caller reads it) and hours of the day
 * (hours.c).
 */
#include "domain/calendar.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/memory.h"

enum { YEARS_MAX = 100, DAYS_MAX = 10000 };

/* A day that differs from the plain week, or is at least said to. */
struct exception {
    int32_t day;
    bool working;
    bool own; /* the hall's, not the country's */
};

struct calendar {
    size_t count, room;
    struct exception *days; /* ascending, each day once */
    size_t year_count;
    int years[YEARS_MAX];
};

/* The place of the day, or where it would have to be put. */
static size_t find_place(const struct calendar *cal, int32_t day)
{
    size_t low = 0, high = cal->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (cal->days[middle].day < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const struct exception *find_day(const struct calendar *cal, int32_t day)
{
    size_t at = find_place(cal, day);

    return at < cal->count && cal->days[at].day == day ? &cal->days[at] : NULL;
}

/* Puts the day into its place, over what stood there. */
static void put_day(struct calendar *cal, struct exception e)
{
    size_t at = find_place(cal, e.day);

    if (at < cal->count && cal->days[at].day == e.day) {
        cal->days[at] = e;
        return;
    }
    if (cal->count == cal->room) {
        cal->room = cal->room == 0 ? 64 : 2 * cal->room;
        cal->days = memory_resize(cal->days, cal->room * sizeof(cal->days[0]));
    }
    memmove(cal->days + at + 1, cal->days + at, (cal->count - at) * sizeof(cal->days[0]));
    cal->days[at] = e;
    cal->count++;
}

/* The year of a key such as "2026", or 0. */
static int read_year(const char *key)
{
    char date[DAY_TEXT] = "yyyy-01-01";
    int year, month, day;
    int32_t number;

    if (strlen(key) != 4)
        return 0;
    memcpy(date, key, 4);
    if (!day_parse(date, &number))
        return 0;
    day_civil(number, &year, &month, &day);
    return year;
}

static bool take_dates(struct calendar *cal, int year, const char *kind,
                       const json_t *list, struct error *err)
{
    if (!json_is_array(list) || json_array_size(list) > 366)
        return error_field(err, "calendar",
                           "The calendar's \"%s\" of %d is no list of dates.", kind,
                           year);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        struct exception e = {.working = strcmp(kind, "work") == 0};
        int its_year, month, day;

        if (text == NULL || !day_parse(text, &e.day))
            return error_field(err, "calendar",
                               "The calendar's \"%s\" of %d holds something that is no "
                               "date. Write dates as in \"%d-01-01\".",
                               kind, year, year);
        day_civil(e.day, &its_year, &month, &day);
        if (its_year != year || find_day(cal, e.day) != NULL)
            return error_field(err, "calendar",
                               "The calendar names %s under %d, where it does not belong "
                               "or stands already.",
                               text, year);
        put_day(cal, e);
    }
    return true;
}

static bool take_year(struct calendar *cal, int year, json_t *lists, struct error *err)
{
    const char *kind;
    json_t *list;

    if (!json_is_object(lists) || cal->year_count == YEARS_MAX)
        return error_field(err, "calendar",
                           "The calendar's %d is no pair of lists \"off\" and \"work\", "
                           "or one year too many.",
                           year);
    cal->years[cal->year_count++] = year;
    json_object_foreach(lists, kind, list)
    {
        if (strcmp(kind, "off") != 0 && strcmp(kind, "work") != 0)
            return error_field(err, "calendar",
                               "The calendar's %d has a list “%.20s”. Only \"off\" and "
                               "\"work\" are known.",
                               year, kind);
        if (!take_dates(cal, year, kind, list, err))
            return false;
    }
    return true;
}

static bool take_root(struct calendar *cal, json_t *root, struct error *err)
{
    const char *key;
    json_t *value;

    if (!json_is_object(root))
        return error_field(err, "calendar",
                           "The calendar is no JSON object of years, as in "
                           "{\"2026\":{\"off\":[…],\"work\":[…]}}.");
    json_object_foreach(root, key, value)
    {
        int year = read_year(key);

        if (strcmp(key, "about") == 0)
            continue;
        if (year == 0)
            return error_field(err, "calendar",
                               "The calendar has an entry “%.20s”. Only years and "
                               "\"about\" are known.",
                               key);
        if (!take_year(cal, year, value, err))
            return false;
    }
    return true;
}

bool calendar_parse(const char *json, size_t length, struct calendar **out,
                    struct error *err)
{
    struct calendar *cal = memory_new(sizeof(*cal));
    json_error_t trouble = {0};
    json_t *root = json_loadb(json, length, JSON_REJECT_DUPLICATES, &trouble);
    bool ok;

    if (root == NULL) {
        error_field(err, "calendar", "The calendar is no JSON: see its line %d.",
                    trouble.line);
        error_cause(err, "%.150s", trouble.text);
        ok = false;
    } else {
        ok = take_root(cal, root, err);
    }
    json_decref(root);
    if (!ok) {
        calendar_free(cal);
        return false;
    }
    *out = cal;
    return true;
}

bool calendar_add(struct calendar *cal, const char *date, bool working, struct error *err)
{
    const char *field = working ? "extra_work" : "extra_off";
    struct exception e = {.working = working, .own = true};
    const struct exception *old;

    if (!day_parse(date, &e.day))
        return error_field(err, field, "“%.20s” is no date. Write it as in 2026-08-01.",
                           date);
    old = find_day(cal, e.day);
    if (old != NULL && old->own && old->working != working)
        return error_field(err, field,
                           "The hall's own days name %s both as off and as worked. Take "
                           "it out of one of the two lists.",
                           date);
    if (cal->count >= DAYS_MAX)
        return error_field(err, field, "The calendar holds %d special days already.",
                           DAYS_MAX);
    put_day(cal, e);
    return true;
}

void calendar_free(struct calendar *cal)
{
    if (cal == NULL)
        return;
    free(cal->days);
    free(cal);
}

bool calendar_is_working(const struct calendar *cal, int32_t day)
{
    const struct exception *e = find_day(cal, day);

    return e != NULL ? e->working : day_weekday(day) < 5;
}

bool calendar_knows(const struct calendar *cal, int year)
{
    for (size_t i = 0; i < cal->year_count; i++) {
        if (cal->years[i] == year)
            return true;
    }
    return false;
}

/* Ends because the exceptions end and the plain week works. */
int32_t calendar_add_working_days(const struct calendar *cal, int32_t day, int n)
{
    assert(n >= 0 && n <= 10000);
    if (n == 0) {
        while (!calendar_is_working(cal, day))
            day++;
        return day;
    }
    while (n > 0) {
        day++;
        if (calendar_is_working(cal, day))
            n--;
    }
    return day;
}

int64_t calendar_deadline_ms(const struct calendar *cal, const struct zone *zone,
                             const struct office_hours *hours, int64_t from_ms, int n)
{
    struct local_time t;

    zone_local(zone, from_ms, &t);
    return zone_day_utc(zone, calendar_add_working_days(cal, t.day_number, n),
                        office_hours_end(hours));
}
