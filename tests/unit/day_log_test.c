/*
 * day_log_test.c — what entries count, when they are late, and the means of months.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "domain/day_log.h"

static const struct day_log_rules rules = {
    .points = {[DAY_LOG_ATTENDANCE] = -100,
               [DAY_LOG_DISCIPLINE] = -200,
               [DAY_LOG_CHECK] = 0,
               [DAY_LOG_PRAISE] = 50,
               [DAY_LOG_COMPLAINT] = -100},
    .lock_ms = INT64_C(24) * 3600 * 1000,
};

enum { NOT_ASKED = 99999 };

static void points_of_an_entry(void **state)
{
    static const struct {
        enum day_log_kind kind;
        enum day_log_side side;
        int asked;
        bool taken;
        int points;
    } rows[] = {
        {DAY_LOG_ATTENDANCE, DAY_LOG_HALL, NOT_ASKED, true, -100},
        {DAY_LOG_ATTENDANCE, DAY_LOG_HALL, -25, true, -25},
        {DAY_LOG_ATTENDANCE, DAY_LOG_HALL, 0, true, 0},
        {DAY_LOG_ATTENDANCE, DAY_LOG_HALL, 1, false, 0},
        {DAY_LOG_DISCIPLINE, DAY_LOG_HALL, -10000, true, -10000},
        {DAY_LOG_DISCIPLINE, DAY_LOG_HALL, -10001, false, 0},
        {DAY_LOG_COMPLAINT, DAY_LOG_HALL, 50, false, 0},
        {DAY_LOG_PRAISE, DAY_LOG_HALL, NOT_ASKED, true, 50},
        {DAY_LOG_PRAISE, DAY_LOG_HALL, 10000, true, 10000},
        {DAY_LOG_PRAISE, DAY_LOG_HALL, -1, false, 0},
        {DAY_LOG_CHECK, DAY_LOG_HALL, NOT_ASKED, true, 0},
        {DAY_LOG_CHECK, DAY_LOG_HALL, -300, true, -300},
        {DAY_LOG_CHECK, DAY_LOG_HALL, 300, true, 300},
        /* A window that writes of itself never gains, whatever it asks for. */
        {DAY_LOG_PRAISE, DAY_LOG_WINDOW, NOT_ASKED, true, 0},
        {DAY_LOG_PRAISE, DAY_LOG_WINDOW, 10000, true, 0},
        {DAY_LOG_CHECK, DAY_LOG_WINDOW, 500, true, 0},
        {DAY_LOG_DISCIPLINE, DAY_LOG_WINDOW, NOT_ASKED, true, -200},
        {DAY_LOG_DISCIPLINE, DAY_LOG_WINDOW, 0, true, -200},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const int *asked = rows[i].asked == NOT_ASKED ? NULL : &rows[i].asked;
        int points = 0;

        if (day_log_points(&rules, rows[i].kind, rows[i].side, asked, &points) !=
                rows[i].taken ||
            points != rows[i].points)
            fail_msg("row %zu: %d", i, points);
    }
}

static void points_as_written(void **state)
{
    static const struct {
        const char *text;
        bool good;
        int points;
    } rows[] = {
        {"0", true, 0},         {"-2", true, -200},       {"+0.25", true, 25},
        {"1.5", true, 150},     {"100", true, 10000},     {"-100.00", true, -10000},
        {"099.99", true, 9999}, {"100.01", false, 0},     {"1.005", false, 0},
        {"", false, 0},         {"-", false, 0},          {".5", false, 0},
        {"5.", false, 0},       {"1,5", false, 0},        {" 1", false, 0},
        {"1 ", false, 0},       {"--1", false, 0},        {"1e2", false, 0},
        {"１", false, 0},       {"0100", false, 0},       {"99999999999999", false, 0},
        {"-0.00", true, 0},     {"1.99999999", false, 0},
    };
    char text[POINTS_TEXT];

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        int points = 0;

        if (points_parse(rows[i].text, &points) != rows[i].good ||
            points != rows[i].points)
            fail_msg("\"%s\": %d", rows[i].text, points);
    }
    points_text(-205, text);
    assert_string_equal(text, "-2.05");
    points_text(10000, text);
    assert_string_equal(text, "100.00");
    points_text(-1, text);
    assert_string_equal(text, "-0.01");
    score_text(975000, text);
    assert_string_equal(text, "97.5000");
    score_text(DAY_LOG_NONE, text);
    assert_string_equal(text, "");
}

static void names_there_and_back(void **state)
{
    (void)state;
    for (int kind = 0; kind < DAY_LOG_KINDS; kind++)
        assert_int_equal(day_log_kind_read(day_log_kind_name((enum day_log_kind)kind)),
                         kind);
    assert_int_equal(day_log_kind_read("Praise"), DAY_LOG_KINDS);
    assert_int_equal(day_log_kind_read(""), DAY_LOG_KINDS);
    assert_true(day_log_may_correct(DAY_LOG_HALL, DAY_LOG_WINDOW));
    assert_true(day_log_may_correct(DAY_LOG_HALL, DAY_LOG_HALL));
    assert_true(day_log_may_correct(DAY_LOG_WINDOW, DAY_LOG_WINDOW));
    assert_false(day_log_may_correct(DAY_LOG_WINDOW, DAY_LOG_HALL));
}

/* The hall's own day counts, also where it is 23 hours long. */
static void late_by_the_halls_own_day(void **state)
{
    static const struct {
        const char *zone, *day, *now;
        int64_t lock_ms;
        bool late;
    } rows[] = {
        {"Asia/Shanghai", "2026-11-23", "2026-11-23T10:00:00+08:00", 86400000, false},
        {"Asia/Shanghai", "2026-11-23", "2026-11-23T23:59:59+08:00", 86400000, false},
        {"Asia/Shanghai", "2026-11-23", "2026-11-24T00:00:00+08:00", 86400000, true},
        {"Asia/Shanghai", "2026-11-24", "2026-11-23T16:00:00Z", 86400000, false},
        {"Asia/Shanghai", "2026-11-23", "2026-11-23T16:00:00Z", 86400000, true},
        {"Asia/Shanghai", "2026-11-23", "2026-11-23T17:30:00+08:00", 63000000, true},
        {"Asia/Shanghai", "2026-11-23", "2026-11-23T17:29:59+08:00", 63000000, false},
        {"America/Toronto", "2026-11-23", "2026-11-23T23:59:59-05:00", 86400000, false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct day_log_rules r = rules;
        struct error err = {0};
        struct zone *zone;
        int64_t now_ms;
        int32_t day;

        r.lock_ms = rows[i].lock_ms;
        assert_true(zone_load(rows[i].zone, &zone, &err));
        assert_true(day_parse(rows[i].day, &day));
        assert_true(zone_parse_iso(rows[i].now, &now_ms));
        if (day_log_late(&r, zone, day, now_ms) != rows[i].late)
            fail_msg("%s at %s", rows[i].day, rows[i].now);
        zone_free(zone);
    }
}

static void months_are_clamped(void **state)
{
    static const struct {
        int64_t sum;
        int month;
    } rows[] = {
        {0, 10000},  {-1, 9999},  {-250, 9750}, {300, 10000},
        {-10000, 0}, {-10001, 0}, {-999999, 0}, {999999, 10000},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_int_equal(day_log_month(rows[i].sum), rows[i].month);
}

#define N DAY_LOG_NONE
static void means_are_rounded_half_up(void **state)
{
    static const struct {
        int64_t numbers[4];
        int scale;
        int64_t mean;
    } rows[] = {
        {{10000, 9750, N, N}, 100, 987500},
        {{10000, 10000, 9999, N}, 100, 999967}, /* 999966.67 */
        {{1, 2, N, N}, 1, 2},                   /* 1.5 goes up */
        {{1, 1, 2, N}, 1, 1},
        {{1, 2, 2, N}, 1, 2},
        {{0, 0, 0, 1}, 1, 0},
        {{0, 0, 1, 1}, 1, 1},
        {{0, N, N, N}, 100, 0},
        {{N, N, N, N}, 100, N},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_int_equal(day_log_mean(rows[i].numbers, 4, rows[i].scale), rows[i].mean);
}

static void a_year_of_what_is_there(void **state)
{
    struct day_log_year y = {
        .months = {1000000, 999999, N, N, N, N, 500000, 500001, 500001, N, N, 0}};

    (void)state;
    day_log_year_of(&y);
    assert_int_equal(y.quarters[0], 1000000); /* 999999.5 */
    assert_int_equal(y.quarters[1], N);
    assert_int_equal(y.quarters[2], 500001); /* 500000.67 */
    assert_int_equal(y.quarters[3], 0);
    assert_int_equal(y.year, 583334); /* 3500001 / 6 = 583333.5 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_of_an_entry),
        cmocka_unit_test(points_as_written),
        cmocka_unit_test(names_there_and_back),
        cmocka_unit_test(late_by_the_halls_own_day),
        cmocka_unit_test(months_are_clamped),
        cmocka_unit_test(means_are_rounded_half_up),
        cmocka_unit_test(a_year_of_what_is_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
