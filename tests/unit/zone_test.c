/*
 * zone_test.c — local time against known instants, broken files, and the C library.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "base/zone.h"
#include "base/zone_rule.h"

static struct zone *load(const char *name)
{
    struct error err = {0};
    struct zone *z = NULL;

    if (!zone_load(name, &z, &err))
        fail_msg("%s: %s", name, err.text);
    return z;
}

static void days_are_numbered(void **state)
{
    static const struct {
        const char *text;
        int32_t number;
        int weekday;
    } rows[] = {{"1970-01-01", 0, 3},      {"1969-12-31", -1, 2},
                {"2000-02-29", 11016, 1},  {"2026-11-23", 20780, 0},
                {"1900-03-01", -25508, 3}, {"0001-01-01", -719162, 0},
                {"9999-12-31", 2932896, 4}};
    char text[DAY_TEXT];
    int32_t number;

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        assert_true(day_parse(rows[i].text, &number));
        assert_int_equal(number, rows[i].number);
        assert_int_equal(day_weekday(number), rows[i].weekday);
        day_text(number, text);
        assert_string_equal(text, rows[i].text);
    }
    assert_int_equal(day_number(2026, 13, 1), day_number(2027, 1, 1));
    for (number = -719162; number <= 2932896; number += 13) {
        int year, month, day;

        day_civil(number, &year, &month, &day);
        if (day_number(year, month, day) != number)
            fail_msg("day %d", (int)number);
    }
}

static void days_that_are_none_are_refused(void **state)
{
    static const char *const rows[] = {
        "",           "2026-11-2",  "2026-11-233", "2026-02-29", "2026-13-01",
        "2026-00-01", "2026-01-00", "2026/01/01",  "0000-01-01", "2026-1 -01",
        "+026-01-01", "2026-04-31", " 2026-01-01", "1900-02-29"};
    int32_t number = 7;

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        if (day_parse(rows[i], &number))
            fail_msg("“%s” was taken", rows[i]);
    }
    assert_int_equal(number, 7);
}

static void known_instants(void **state)
{
    static const struct {
        const char *zone, *utc, *local;
    } rows[] = {
        {"Asia/Shanghai", "2026-11-23T02:42:00Z", "2026-11-23T10:42:00+08:00"},
        {"Asia/Shanghai", "2026-12-31T16:00:00Z", "2027-01-01T00:00:00+08:00"},
        {"Asia/Shanghai", "1986-05-03T17:59:59Z", "1986-05-04T01:59:59+08:00"},
        {"Asia/Shanghai", "1986-05-03T18:00:00Z", "1986-05-04T03:00:00+09:00"},
        {"Asia/Shanghai", "2100-07-01T00:00:00Z", "2100-07-01T08:00:00+08:00"},
        {"Asia/Shanghai", "1900-12-31T15:54:16Z", "1900-12-31T23:59:16+08:05"},
        {"Europe/Berlin", "2026-03-29T00:59:59Z", "2026-03-29T01:59:59+01:00"},
        {"Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-29T03:00:00+02:00"},
        {"Europe/Berlin", "2026-10-25T00:59:59Z", "2026-10-25T02:59:59+02:00"},
        {"Europe/Berlin", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00+01:00"},
        {"Europe/Berlin", "2099-07-01T00:00:00Z", "2099-07-01T02:00:00+02:00"},
        {"Europe/Berlin", "2099-12-31T23:00:00Z", "2100-01-01T00:00:00+01:00"},
        {"America/Vancouver", "2024-03-10T09:59:59Z", "2024-03-10T01:59:59-08:00"},
        {"America/Vancouver", "2024-03-10T10:00:00Z", "2024-03-10T03:00:00-07:00"},
        {"America/Vancouver", "2024-11-03T09:00:00Z", "2024-11-03T01:00:00-08:00"},
        {"America/Vancouver", "2025-01-01T00:30:00Z", "2024-12-31T16:30:00-08:00"},
        {"Pacific/Auckland", "2026-04-04T13:59:59Z", "2026-04-05T02:59:59+13:00"},
        {"Pacific/Auckland", "2026-04-04T14:00:00Z", "2026-04-05T02:00:00+12:00"},
        {"Pacific/Auckland", "2026-09-26T14:00:00Z", "2026-09-27T03:00:00+13:00"},
        {"Pacific/Auckland", "2090-01-01T00:00:00Z", "2090-01-01T13:00:00+13:00"},
        {"Pacific/Auckland", "2090-07-01T00:00:00Z", "2090-07-01T12:00:00+12:00"},
        {"Asia/Kathmandu", "1985-12-31T18:29:59Z", "1985-12-31T23:59:59+05:30"},
        {"Asia/Kathmandu", "1985-12-31T18:30:00Z", "1986-01-01T00:15:00+05:45"},
        {"Asia/Kathmandu", "2026-01-01T00:00:00Z", "2026-01-01T05:45:00+05:45"},
        {"Etc/UTC", "1969-12-31T23:59:59Z", "1969-12-31T23:59:59+00:00"}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct zone *z = load(rows[i].zone);
        char iso[ZONE_ISO];
        int64_t utc_ms, back_ms;

        assert_true(zone_parse_iso(rows[i].utc, &utc_ms));
        zone_iso(z, utc_ms, iso);
        if (strcmp(iso, rows[i].local) != 0)
            fail_msg("%s %s: %s", rows[i].zone, rows[i].utc, iso);
        assert_true(zone_parse_iso(iso, &back_ms));
        assert_int_equal(back_ms, utc_ms);
        zone_iso(z, utc_ms + 999, iso);
        assert_string_equal(iso, rows[i].local);
        zone_free(z);
    }
}

static void all_fields_of_a_local_time(void **state)
{
    struct zone *z = load("Asia/Shanghai");
    struct local_time t;
    char iso[ZONE_ISO];
    int64_t ms = 0;

    (void)state;
    assert_true(zone_parse_iso("2026-11-23T20:42:07.250Z", &ms));
    assert_int_equal(ms % 1000, 250);
    zone_local(z, ms, &t);
    assert_int_equal(t.year, 2026);
    assert_int_equal(t.month, 11);
    assert_int_equal(t.day, 24);
    assert_int_equal(t.hour, 4);
    assert_int_equal(t.minute, 42);
    assert_int_equal(t.second, 7);
    assert_int_equal(t.weekday, 1);
    assert_int_equal(t.offset_s, 8 * 3600);
    assert_int_equal(t.day_number, day_number(2026, 11, 24));
    zone_iso(z, INT64_MAX, iso);
    assert_string_equal(iso, "9999-12-31T07:59:59+08:00");
    zone_iso(z, INT64_MIN, iso);
    assert_memory_equal(iso, "0001-01-02T", 11);
    zone_free(z);
}

static void local_times_find_their_instant(void **state)
{
    static const struct {
        const char *zone;
        struct civil local;
        const char *utc;
    } rows[] = {{"Asia/Shanghai", {2026, 11, 23, 17, 30, 0}, "2026-11-23T09:30:00Z"},
                {"Asia/Shanghai", {2026, 12, 31, 24, 0, 0}, "2026-12-31T16:00:00Z"},
                /* skipped: read with the offset from before */
                {"Europe/Berlin", {2026, 3, 29, 2, 30, 0}, "2026-03-29T01:30:00Z"},
                {"Europe/Berlin", {2026, 3, 29, 3, 0, 0}, "2026-03-29T01:00:00Z"},
                {"Europe/Berlin", {2026, 3, 29, 1, 59, 59}, "2026-03-29T00:59:59Z"},
                /* shown twice: the first */
                {"Europe/Berlin", {2026, 10, 25, 2, 30, 0}, "2026-10-25T00:30:00Z"},
                {"Europe/Berlin", {2026, 10, 25, 3, 0, 0}, "2026-10-25T02:00:00Z"},
                {"Europe/Berlin", {2077, 10, 31, 2, 30, 0}, "2077-10-31T00:30:00Z"},
                {"America/Vancouver", {2024, 11, 3, 1, 30, 0}, "2024-11-03T08:30:00Z"},
                {"Pacific/Auckland", {2026, 9, 27, 2, 30, 0}, "2026-09-26T14:30:00Z"},
                /* a whole day that Samoa skipped */
                {"Pacific/Apia", {2011, 12, 30, 12, 0, 0}, "2011-12-30T22:00:00Z"}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct zone *z = load(rows[i].zone);
        int64_t want = 0, got = zone_utc(z, &rows[i].local);

        assert_true(zone_parse_iso(rows[i].utc, &want));
        if (got != want)
            fail_msg("%s row %zu: %lld, not %lld", rows[i].zone, i, (long long)got,
                     (long long)want);
        assert_int_equal(zone_day_utc(z,
                                      day_number(rows[i].local.year, rows[i].local.month,
                                                 rows[i].local.day),
                                      rows[i].local.hour * 60 + rows[i].local.minute),
                         want - rows[i].local.second * 1000);
        zone_free(z);
    }
}

static void iso_is_strict(void **state)
{
    static const char *const rows[] = {"",
                                       "2026-11-23",
                                       "2026-11-23T10:42:00",
                                       "2026-11-23T10:42Z",
                                       "2026-11-23 10:42:00Z",
                                       "2026-11-23t10:42:00Z",
                                       "2026-11-23T10:42:00z",
                                       "2026-11-23T10:42:00Z ",
                                       " 2026-11-23T10:42:00Z",
                                       "2026-11-23T24:00:00Z",
                                       "2026-11-23T10:60:00Z",
                                       "2026-11-23T10:42:60Z",
                                       "2026-11-23T10:42:00.Z",
                                       "2026-11-23T10:42:00.1234567890Z",
                                       "2026-11-23T10:42:00,5Z",
                                       "2026-11-23T10:42:00+0800",
                                       "2026-11-23T10:42:00+08",
                                       "2026-11-23T10:42:00+24:00",
                                       "2026-11-23T10:42:00+08:60",
                                       "2026-11-31T10:42:00Z",
                                       "2026-11-23T1:42:00Z",
                                       "2026-11-23T-1:42:00Z",
                                       "2026-11-23T10:42:0"};
    int64_t ms = 5;

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        if (zone_parse_iso(rows[i], &ms))
            fail_msg("“%s” was taken", rows[i]);
    }
    assert_int_equal(ms, 5);
    assert_true(zone_parse_iso("1970-01-01T00:00:00.0019-00:30", &ms));
    assert_int_equal(ms, 1800001);
}

static void names_stay_in_their_folder(void **state)
{
    static const char *const rows[] = {
        "",
        "/etc/passwd",
        "../zoneinfo/Asia/Shanghai",
        "Asia/../Asia/Shanghai",
        "Asia//Shanghai",
        "Asia/Shanghai/",
        "Asia",
        "Asia/Nowhere",
        "Asia/Shang hai",
        "./Asia/Shanghai",
        "zone.tab",
        "Asia\\Shanghai",
        ("Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct error err = {0};
        struct zone *z = NULL;

        if (zone_load(rows[i], &z, &err))
            fail_msg("“%s” was loaded", rows[i]);
        assert_int_equal(err.kind, ERROR_INPUT);
        assert_string_equal(err.field, "timezone");
        assert_null(z);
    }
}

static void footers(void **state)
{
    static const struct {
        const char *text;
        bool ok;
        const char *utc;
        int32_t offset_s;
    } rows[] = {{"CST-8", true, "2050-01-01T00:00:00Z", 28800},
                {"CET-1CEST,M3.5.0,M10.5.0/3", true, "2050-07-01T00:00:00Z", 7200},
                {"<+0545>-5:45", true, "2050-01-01T00:00:00Z", 20700},
                {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", true, "2050-03-27T00:59:59Z", -7200},
                {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", true, "2050-03-27T01:00:00Z", -3600},
                {"IST-1GMT0,M10.5.0,M3.5.0/1", true, "2050-01-01T00:00:00Z", 0},
                {"IST-1GMT0,M10.5.0,M3.5.0/1", true, "2050-07-01T00:00:00Z", 3600},
                {"NZST-12NZDT,M9.5.0,M4.1.0/3", true, "2050-01-01T00:00:00Z", 46800},
                {"AAA0BBB,J60,J300", true, "2048-03-01T02:00:00Z", 3600},
                {"AAA0BBB,J60,J300", true, "2048-02-29T23:00:00Z", 0},
                {"AAA0BBB,59,300", true, "2048-02-29T02:00:00Z", 3600},
                /* summer all year long */
                {"EST5EDT,0/0,J365/25", true, "2050-01-01T05:00:00Z", -14400},
                {"EST5EDT,0/0,J365/25", true, "2050-12-31T23:00:00Z", -14400},
                {"", false, NULL, 0},
                {"CS-8", false, NULL, 0},
                {"CST", false, NULL, 0},
                {"CST-25", false, NULL, 0},
                {"CST-8 ", false, NULL, 0},
                {"CET-1CEST", false, NULL, 0},
                {"CET-1CEST,M3.5.0", false, NULL, 0},
                {"CET-1CEST,M13.5.0,M10.5.0", false, NULL, 0},
                {"CET-1CEST,M3.6.0,M10.5.0", false, NULL, 0},
                {"CET-1CEST,M3.5.7,M10.5.0", false, NULL, 0},
                {"CET-1CEST,M3.5.0/168,M10.5.0", false, NULL, 0},
                {"CET-1CEST,J0,J5", false, NULL, 0},
                {"CET-1CEST,366,5", false, NULL, 0},
                {"<+05-5", false, NULL, 0}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct zone_rule rule;
        int64_t ms = 0;
        bool ok = zone_rule_parse(rows[i].text, strlen(rows[i].text), &rule);

        if (ok != rows[i].ok)
            fail_msg("“%s”", rows[i].text);
        if (!ok)
            continue;
        assert_true(zone_parse_iso(rows[i].utc, &ms));
        if (zone_rule_offset(&rule, ms / 1000) != rows[i].offset_s)
            fail_msg("“%s” at %s: %d", rows[i].text, rows[i].utc,
                     (int)zone_rule_offset(&rule, ms / 1000));
    }
}

/* xorshift64*: the same on every machine. */
static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    return *seed * 2685821657736338717ULL;
}

static size_t file_bytes(const char *path, unsigned char *bytes, size_t room)
{
    FILE *f = fopen(path, "rb");
    size_t length;

    assert_non_null(f);
    length = fread(bytes, 1, room, f);
    fclose(f);
    return length;
}

/* Cut files are refused; files with a wrong byte are refused or give some answer. */
static void broken_files(void **state)
{
    static unsigned char whole[8192];
    size_t length = file_bytes("/usr/share/zoneinfo/Europe/Berlin", whole, sizeof(whole));
    uint64_t seed = 20261123;

    (void)state;
    for (size_t cut = 0; cut < length; cut++) {
        struct error err = {0};
        struct zone *z = NULL;
        unsigned char *copy = malloc(cut + 1); /* exactly so long, for the sanitizer */

        memcpy(copy, whole, cut);
        if (zone_parse(copy, cut, &z, &err))
            fail_msg("a file cut at %zu was taken", cut);
        assert_int_equal(err.kind, ERROR_SETUP);
        free(copy);
    }
    for (int i = 0; i < 4000; i++) {
        struct error err = {0};
        struct zone *z = NULL;
        size_t at = next_random(&seed) % length;
        unsigned char old = whole[at];

        whole[at] = (unsigned char)next_random(&seed);
        if (zone_parse(whole, length, &z, &err)) {
            char iso[ZONE_ISO];
            struct civil c = {2026, 3, 29, 2, 30, 0};

            zone_iso(z, (int64_t)next_random(&seed), iso);
            assert_int_equal(strlen(iso), 25);
            (void)zone_utc(z, &c);
        }
        zone_free(z);
        whole[at] = old;
    }
}

static void as_the_c_library(void **state)
{
    static const char *const zones[] = {
        "Asia/Shanghai",       "Europe/Berlin",   "America/Vancouver", "Pacific/Auckland",
        "Asia/Kathmandu",      "Europe/Dublin",   "Africa/Casablanca", "America/Nuuk",
        "Australia/Lord_Howe", "America/St_Johns"};
    uint64_t first = (uint64_t)time(NULL), seed = first | 1;

    (void)state;
    print_message("seed %llu\n", (unsigned long long)first);
    for (size_t i = 0; i < LENGTH(zones); i++) {
        struct zone *z = load(zones[i]);

        setenv("TZ", zones[i], 1);
        tzset();
        for (int n = 0; n < 3000; n++) {
            /* 1900 to 2110 */
            time_t t = (time_t)(next_random(&seed) % 6626880000ULL) - 2208988800LL;
            struct local_time got;
            struct tm want;

            localtime_r(&t, &want);
            zone_local(z, (int64_t)t * 1000, &got);
            if (got.year != want.tm_year + 1900 || got.month != want.tm_mon + 1 ||
                got.day != want.tm_mday || got.hour != want.tm_hour ||
                got.minute != want.tm_min || got.second != want.tm_sec ||
                got.weekday != (want.tm_wday + 6) % 7 || got.offset_s != want.tm_gmtoff)
                fail_msg("%s at %lld", zones[i], (long long)t);
        }
        zone_free(z);
    }
    unsetenv("TZ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_numbered),
        cmocka_unit_test(days_that_are_none_are_refused),
        cmocka_unit_test(known_instants),
        cmocka_unit_test(all_fields_of_a_local_time),
        cmocka_unit_test(local_times_find_their_instant),
        cmocka_unit_test(iso_is_strict),
        cmocka_unit_test(names_stay_in_their_folder),
        cmocka_unit_test(footers),
        cmocka_unit_test(broken_files),
        cmocka_unit_test(as_the_c_library),
    };

    return cmocka_run_group_tests_name("zone", tests, NULL, NULL);
}
