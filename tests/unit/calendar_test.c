/*
 * calendar_test.c — working days of mainland China, a hall's own days, office hours and
 * the send window.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/pack.h"
#include "domain/calendar.h"

static struct calendar *packed(void)
{
    const struct pack_file *f = pack_find("templates/halls/calendar-cn.json");
    struct calendar *cal = NULL;
    struct error err = {0};

    assert_non_null(f);
    if (!calendar_parse((const char *)f->bytes, f->length, &cal, &err))
        fail_msg("%s", err.text);
    return cal;
}

static int32_t number(const char *date)
{
    int32_t day = 0;

    if (!day_parse(date, &day))
        fail_msg("“%s”", date);
    return day;
}

static void days_are_worked_or_not(void **state)
{
    static const struct {
        const char *date;
        bool working;
    } rows[] = {{"2026-11-23", true},  {"2026-11-21", false}, /* plain week */
                {"2026-01-01", false}, {"2026-01-02", false}, {"2026-01-04", true},
                {"2026-02-14", true},  {"2026-02-16", false}, {"2026-02-21", false},
                {"2026-02-23", false}, {"2026-02-24", true},  {"2026-02-28", true},
                {"2026-10-01", false}, {"2026-10-07", false}, {"2026-10-08", true},
                {"2026-10-10", true},  {"2026-10-11", false}, {"2025-01-26", true},
                {"2025-09-28", true},  {"2025-10-08", false}, {"2025-10-11", true},
                {"2027-10-01", true}, /* a year that is not in the list: the plain week */
                {"1999-10-02", false}};
    struct calendar *cal = packed();

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        if (calendar_is_working(cal, number(rows[i].date)) != rows[i].working)
            fail_msg("%s", rows[i].date);
    }
    assert_true(calendar_knows(cal, 2025));
    assert_true(calendar_knows(cal, 2026));
    assert_false(calendar_knows(cal, 2024));
    assert_false(calendar_knows(cal, 2027));
    calendar_free(cal);
}

static void working_days_are_counted(void **state)
{
    static const struct {
        const char *from;
        int n;
        const char *to;
    } rows[] = {
        {"2026-11-23", 0, "2026-11-23"},
        {"2026-11-21", 0, "2026-11-23"},
        {"2026-11-23", 1, "2026-11-24"},
        {"2026-11-23", 5, "2026-11-30"}, /* over a month's end */
        {"2026-11-20", 1, "2026-11-23"}, /* over a weekend */
        {"2026-11-21", 1, "2026-11-23"}, /* from a day that is off */
        {"2025-12-31", 1, "2026-01-04"}, /* over the year's end to a Sunday worked */
        {"2025-12-31", 2, "2026-01-05"},
        {"2026-02-13", 1, "2026-02-14"}, /* a Saturday worked before the festival */
        {"2026-02-14", 1, "2026-02-24"}, /* nine days off */
        {"2026-02-14", 5, "2026-02-28"}, /* … and the Saturday worked after it */
        {"2026-09-30", 1, "2026-10-08"},
        {"2026-09-30", 3, "2026-10-10"},
        {"2026-12-28", 5, "2027-01-04"}, /* into a year that is not in the list */
        {"2025-09-30", 5, "2025-10-14"},
        {"2026-11-23", 15, "2026-12-14"}};
    struct calendar *cal = packed();
    char got[DAY_TEXT];

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        day_text(calendar_add_working_days(cal, number(rows[i].from), rows[i].n), got);
        if (strcmp(got, rows[i].to) != 0)
            fail_msg("%s + %d: %s", rows[i].from, rows[i].n, got);
    }
    calendar_free(cal);
}

static void a_hall_adds_its_own(void **state)
{
    struct calendar *cal = packed();
    struct error err = {0};

    (void)state;
    assert_true(calendar_add(cal, "2026-08-03", false, &err));
    assert_true(calendar_add(cal, "2026-08-03", false, &err)); /* twice is once */
    assert_true(calendar_add(cal, "2026-08-01", true, &err));
    assert_true(calendar_add(cal, "2026-10-01", true, &err)); /* beats the country */
    assert_true(calendar_add(cal, "2030-01-01", false, &err));
    assert_false(calendar_is_working(cal, number("2026-08-03")));
    assert_true(calendar_is_working(cal, number("2026-08-01")));
    assert_true(calendar_is_working(cal, number("2026-10-01")));
    assert_false(calendar_is_working(cal, number("2030-01-01")));
    assert_false(calendar_knows(cal, 2030));
    assert_false(calendar_add(cal, "2026-08-03", true, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_string_equal(err.field, "extra_work");
    error_clear(&err);
    assert_false(calendar_add(cal, "2026-8-3", false, &err));
    assert_string_equal(err.field, "extra_off");
    calendar_free(cal);
}

static void broken_calendars_are_refused(void **state)
{
    static const char *const rows[] = {
        "",
        "[]",
        "null",
        "{\"2026\":",
        "{\"2026\":[]}",
        "{\"2026\":{\"off\":\"2026-01-01\"}}",
        "{\"2026\":{\"off\":[20260101]}}",
        "{\"2026\":{\"off\":[\"2026-02-30\"]}}",
        "{\"2026\":{\"off\":[\"2025-01-01\"]}}",
        "{\"2026\":{\"off\":[\"2026-01-01\",\"2026-01-01\"]}}",
        "{\"2026\":{\"off\":[\"2026-01-01\"],\"work\":[\"2026-01-01\"]}}",
        "{\"2026\":{\"rest\":[]}}",
        "{\"26\":{}}",
        "{\"year\":{}}",
        "{\"2026\":{},\"2026\":{}}",
        "{\"2026\":{\"off\":[\"2026-01-01\\u0000\"]}} x"};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct error err = {0};
        struct calendar *cal = NULL;

        if (calendar_parse(rows[i], strlen(rows[i]), &cal, &err))
            fail_msg("%s", rows[i]);
        assert_int_equal(err.kind, ERROR_INPUT);
        assert_string_equal(err.field, "calendar");
        assert_true(err.text[0] != '\0');
    }
}

static struct office_hours hours_of(const char *json)
{
    struct office_hours hours = {0};
    struct error err = {0};

    if (!office_hours_parse(json, strlen(json), &hours, &err))
        fail_msg("%s: %s", json, err.text);
    return hours;
}

static void office_hours_are_read(void **state)
{
    static const char *const wrong[] = {"",
                                        "[]",
                                        "{}",
                                        "[[\"09:00\"]]",
                                        "[[\"09:00\",\"12:00\",\"13:00\"]]",
                                        "[[\"12:00\",\"09:00\"]]",
                                        "[[\"09:00\",\"09:00\"]]",
                                        "[[\"9:00\",\"12:00\"]]",
                                        "[[\"09:00\",\"24:01\"]]",
                                        "[[\"09:60\",\"12:00\"]]",
                                        "[[\"09:00\",\"12:00\"],[\"11:59\",\"17:30\"]]",
                                        "[[9,12]]",
                                        "[\"09:00\",\"12:00\"]",
                                        "[[\"09-00\",\"12:00\"]]"};
    struct office_hours hours = hours_of("[[\"09:00\",\"12:00\"],[\"13:30\",\"17:30\"]]");

    (void)state;
    assert_int_equal(office_hours_end(&hours), 17 * 60 + 30);
    assert_false(office_hours_open(&hours, 539));
    assert_true(office_hours_open(&hours, 540));
    assert_true(office_hours_open(&hours, 719));
    assert_false(office_hours_open(&hours, 720));
    assert_true(office_hours_open(&hours, 810));
    assert_false(office_hours_open(&hours, 1050));
    hours = hours_of("[[\"00:00\",\"24:00\"]]");
    assert_int_equal(office_hours_end(&hours), 1440);
    for (size_t i = 0; i < LENGTH(wrong); i++) {
        struct error err = {0};

        if (office_hours_parse(wrong[i], strlen(wrong[i]), &hours, &err))
            fail_msg("%s", wrong[i]);
        assert_string_equal(err.field, "hours");
    }
}

static int64_t instant(const char *iso)
{
    int64_t ms = 0;

    if (!zone_parse_iso(iso, &ms))
        fail_msg("“%s”", iso);
    return ms;
}

static void deadlines_end_with_office_hours(void **state)
{
    static const struct {
        const char *zone, *from;
        int n;
        const char *deadline;
    } rows[] = {
        {"Asia/Shanghai", "2026-11-23T10:42:00+08:00", 5, "2026-11-30T17:30:00+08:00"},
        {"Asia/Shanghai", "2026-11-23T10:42:00+08:00", 0, "2026-11-23T17:30:00+08:00"},
        /* the local day decides, not the one in Greenwich */
        {"Asia/Shanghai", "2026-11-22T17:00:00Z", 1, "2026-11-24T17:30:00+08:00"},
        {"Asia/Shanghai", "2026-02-13T23:59:59+08:00", 2, "2026-02-24T17:30:00+08:00"},
        {"Asia/Shanghai", "2025-12-30T20:00:00+08:00", 3, "2026-01-05T17:30:00+08:00"},
        /* over the end of summer time */
        {"Europe/Berlin", "2026-10-23T12:00:00+02:00", 1, "2026-10-26T17:30:00+01:00"}};
    struct calendar *cal = packed();
    struct office_hours hours = hours_of("[[\"09:00\",\"12:00\"],[\"13:30\",\"17:30\"]]");

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct error err = {0};
        struct zone *zone = NULL;
        char got[ZONE_ISO];

        assert_true(zone_load(rows[i].zone, &zone, &err));
        zone_iso(
            zone,
            calendar_deadline_ms(cal, zone, &hours, instant(rows[i].from), rows[i].n),
            got);
        if (strcmp(got, rows[i].deadline) != 0)
            fail_msg("%s + %d: %s", rows[i].from, rows[i].n, got);
        zone_free(zone);
    }
    calendar_free(cal);
}

static void messages_wait_for_the_window(void **state)
{
    static const struct {
        const char *zone, *due;
        int64_t spread_ms;
        const char *at;
    } rows[] = {
        {"Asia/Shanghai", "2026-11-23T10:42:00+08:00", 900000,
         "2026-11-23T10:42:00+08:00"},
        {"Asia/Shanghai", "2026-11-23T09:00:00+08:00", 900000,
         "2026-11-23T09:00:00+08:00"},
        {"Asia/Shanghai", "2026-11-23T08:59:59.999+08:00", 0,
         "2026-11-23T09:00:00+08:00"},
        {"Asia/Shanghai", "2026-11-23T03:00:00+08:00", 3600000,
         "2026-11-23T10:00:00+08:00"},
        {"Asia/Shanghai", "2026-11-23T19:59:59+08:00", 0, "2026-11-23T19:59:59+08:00"},
        {"Asia/Shanghai", "2026-11-23T20:00:00+08:00", 60000,
         "2026-11-24T09:01:00+08:00"},
        {"Asia/Shanghai", "2026-11-30T23:30:00+08:00", 1000, "2026-12-01T09:00:01+08:00"},
        {"Asia/Shanghai", "2026-12-31T21:00:00+08:00", 0, "2027-01-01T09:00:00+08:00"},
        {"Asia/Shanghai", "2026-11-23T21:00:00+08:00", -5, "2026-11-24T09:00:00+08:00"},
        /* a spread that is too great stays inside the window */
        {"Asia/Shanghai", "2026-11-23T21:00:00+08:00", 999999999,
         "2026-11-24T19:59:59+08:00"},
        {"Europe/Berlin", "2026-10-24T21:00:00+02:00", 0, "2026-10-25T09:00:00+01:00"}};
    struct hours_span window;
    struct error err = {0};

    (void)state;
    assert_true(send_window_parse("09:00-20:00", &window, &err));
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct zone *zone = NULL;
        char got[ZONE_ISO];

        assert_true(zone_load(rows[i].zone, &zone, &err));
        zone_iso(zone,
                 send_window_next(zone, &window, instant(rows[i].due), rows[i].spread_ms),
                 got);
        if (strcmp(got, rows[i].at) != 0)
            fail_msg("%s + %lld: %s", rows[i].due, (long long)rows[i].spread_ms, got);
        zone_free(zone);
    }
}

static void send_windows_are_read(void **state)
{
    static const char *const wrong[] = {"",
                                        "09:00",
                                        "20:00-09:00",
                                        "9:00-20:00",
                                        "09:00-20:00 ",
                                        "09:00–20:00",
                                        "09:00-25:00",
                                        "09:00-09:59",
                                        "09:00 20:00"};
    struct hours_span window = {0};

    (void)state;
    for (size_t i = 0; i < LENGTH(wrong); i++) {
        struct error err = {0};

        if (send_window_parse(wrong[i], &window, &err))
            fail_msg("%s", wrong[i]);
        assert_string_equal(err.field, "send_window");
    }
    assert_int_equal(window.to_min, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_worked_or_not),
        cmocka_unit_test(working_days_are_counted),
        cmocka_unit_test(a_hall_adds_its_own),
        cmocka_unit_test(broken_calendars_are_refused),
        cmocka_unit_test(office_hours_are_read),
        cmocka_unit_test(deadlines_end_with_office_hours),
        cmocka_unit_test(messages_wait_for_the_window),
        cmocka_unit_test(send_windows_are_read),
    };

    return cmocka_run_group_tests_name("calendar", tests, NULL, NULL);
}
