/*
 * second_assessment_test.c — every act in every state, the days that may be named, and
 * clocks in working days.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/day.h"
#include "base/pack.h"
#include "domain/second_assessment.h"

struct house {
    struct zone *zone;
    struct calendar *calendar;
    struct office_hours hours;
    struct second_clock clock;
};

static int32_t day(const char *text)
{
    int32_t number = 0;

    assert_true(day_parse(text, &number));
    return number;
}

static void go_to(struct house *h, const char *date)
{
    h->clock.now_ms = zone_day_utc(h->zone, day(date), 10 * 60);
}

static void due_is(const struct house *h, const struct second_assessment *a,
                   const char *want) /* "2026-12-23 17:30", "-" */
{
    char text[40] = "-";
    struct local_time t;

    if (a->due_ms != INT64_MAX) {
        zone_local(h->zone, a->due_ms, &t);
        snprintf(text, sizeof(text), "%04d-%02d-%02d %02d:%02d", t.year, t.month, t.day,
                 t.hour, t.minute);
    }
    assert_string_equal(text, want);
}

static void open_house(struct house *h)
{
    const struct pack_file *f = pack_find("templates/halls/calendar-cn.json");
    static const char hours[] = "[[\"09:00\",\"12:00\"],[\"13:30\",\"17:30\"]]";
    struct error err = {0};

    *h = (struct house){.zone = NULL};
    if (!zone_load("Asia/Shanghai", &h->zone, &err) ||
        !calendar_parse((const char *)f->bytes, f->length, &h->calendar, &err) ||
        !office_hours_parse(hours, sizeof(hours) - 1, &h->hours, &err))
        fail_msg("%s", err.text);
    h->clock =
        (struct second_clock){h->calendar, h->zone, &h->hours, &second_rules_default, 0};
    go_to(h, "2026-12-18"); /* a Friday */
}

static void close_house(struct house *h)
{
    calendar_free(h->calendar);
    zone_free(h->zone);
}

static void must(struct house *h, struct second_assessment *a, enum second_act act,
                 const char *date)
{
    if (!second_do(a, act, date != NULL ? day(date) : 0, &h->clock))
        fail_msg("%s is refused in %s", second_act_name(act),
                 second_state_name(a->state));
}

static void a_whole_life(void **state)
{
    struct second_assessment a;
    struct second_periods p;
    struct house h;

    (void)state;
    open_house(&h);
    second_begin(&a, day("2026-11-30"), &h.clock);
    due_is(&h, &a, "2026-12-23 17:30");
    must(&h, &a, SECOND_NOTICE, NULL);
    due_is(&h, &a, "2026-12-25 17:30");
    must(&h, &a, SECOND_PLAN, "2026-12-28");
    due_is(&h, &a, "2027-01-04 17:30"); /* 2027 has no list: the plain week */
    must(&h, &a, SECOND_RETURN, NULL);
    assert_int_equal(a.plan_from, 0);
    must(&h, &a, SECOND_PLAN, "2026-12-28");
    must(&h, &a, SECOND_PLAN, "2027-01-04"); /* written anew */
    must(&h, &a, SECOND_AGAIN, NULL);
    assert_int_equal(a.state, SECOND_PLANNED);
    must(&h, &a, SECOND_MEASURE, "2027-02-28");
    p = second_periods(&a);
    assert_int_equal(p.before_from, day("2026-12-01"));
    assert_int_equal(p.before_to, day("2027-01-03"));
    assert_int_equal(p.after_from, day("2027-01-04"));
    assert_int_equal(p.after_to, day("2027-02-28"));
    assert_int_equal(second_sign_day(&a, &second_rules_default), day("2027-03-17"));
    go_to(&h, "2027-03-16");
    assert_false(second_do(&a, SECOND_SIGN, 0, &h.clock));
    go_to(&h, "2027-03-17");
    must(&h, &a, SECOND_SIGN, NULL);
    assert_true(second_is_over(&a));
    due_is(&h, &a, "-");
    close_house(&h);
}

static void acts_by_state(void **state)
{
    /* columns: find again notice dismiss plan return measure sign note */
    static const char *const may[SECOND_STATES] = {
        [SECOND_TRIGGERED] = ".aNd....n", [SECOND_NOTICED] = ".a..p...n",
        [SECOND_PLANNED] = ".a..prm.n",   [SECOND_MEASURING] = ".a.....sn",
        [SECOND_RESULT] = ".........",    [SECOND_DISMISSED] = ".........",
    };

    (void)state;
    for (int s = 0; s < SECOND_STATES; s++)
        for (int act = 0; act < SECOND_ACTS; act++) {
            const struct second_assessment a = {.state = (enum second_state)s};

            if (second_may(&a, (enum second_act)act) != (may[s][act] != '.'))
                fail_msg("%s in %s", second_act_name((enum second_act)act),
                         second_state_name((enum second_state)s));
        }
    for (int s = 0; s < SECOND_STATES; s++)
        assert_int_equal(second_state_read(second_state_name((enum second_state)s)), s);
    for (int act = 0; act < SECOND_ACTS; act++)
        assert_int_equal(second_act_read(second_act_name((enum second_act)act)), act);
    assert_int_equal(second_act_read("burn"), SECOND_ACTS);
}

static void days_that_may_be_named(void **state)
{
    static const struct {
        enum second_act act;
        const char *today, *named;
        enum second_day fits;
    } rows[] = {
        {SECOND_PLAN, "2026-12-18", NULL, SECOND_DAY_WANTED},
        {SECOND_PLAN, "2026-12-18", "2026-12-18", SECOND_DAY_EARLY},
        {SECOND_PLAN, "2026-12-18", "2026-12-19", SECOND_DAY_FITS},
        {SECOND_PLAN, "2026-12-18", "2027-02-16", SECOND_DAY_FITS},
        {SECOND_PLAN, "2026-12-18", "2027-02-17", SECOND_DAY_LATE},
        /* in force from the 21st: 28 days at the least */
        {SECOND_MEASURE, "2026-12-18", "2027-01-16", SECOND_DAY_EARLY},
        {SECOND_MEASURE, "2026-12-18", "2027-01-17", SECOND_DAY_FITS},
        {SECOND_MEASURE, "2026-12-18", "2027-06-21", SECOND_DAY_FITS},
        {SECOND_MEASURE, "2026-12-18", "2027-06-22", SECOND_DAY_LATE},
        /* never a day that has been */
        {SECOND_MEASURE, "2027-02-01", "2027-02-01", SECOND_DAY_EARLY},
        {SECOND_MEASURE, "2027-02-01", "2027-02-02", SECOND_DAY_FITS},
        {SECOND_MEASURE, "2027-08-01", "2027-08-02", SECOND_DAY_FITS},
        {SECOND_MEASURE, "2027-08-01", "2027-08-03", SECOND_DAY_LATE},
        {SECOND_NOTICE, "2026-12-18", NULL, SECOND_DAY_FITS},
    };
    struct house h;

    (void)state;
    open_house(&h);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct second_assessment a = {
            .state = rows[i].act == SECOND_MEASURE ? SECOND_PLANNED : SECOND_NOTICED,
            .found_end = day("2026-11-30"),
            .plan_from = day("2026-12-21")};
        const struct second_assessment before = a;
        int32_t named = rows[i].named != NULL ? day(rows[i].named) : 0;

        go_to(&h, rows[i].today);
        if (second_day_fits(&a, rows[i].act, named, &h.clock) != rows[i].fits)
            fail_msg("row %zu", i);
        if (rows[i].fits != SECOND_DAY_FITS) {
            assert_false(second_do(&a, rows[i].act, named, &h.clock));
            assert_memory_equal(&a, &before, sizeof(a));
        }
    }
    close_house(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_life),
        cmocka_unit_test(acts_by_state),
        cmocka_unit_test(days_that_may_be_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
