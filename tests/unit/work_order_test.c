/*
 * work_order_test.c — every act in every state, the rounds of a fix, and clocks in
 * working days with make-up days.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/day.h"
#include "base/pack.h"
#include "domain/work_order.h"

static const struct order_rules rules = {.contact_days = 1,
                                         .fix_days = 5,
                                         .fix_long_days = 15,
                                         .verdict_days = 5,
                                         .escalate_days = 1,
                                         .tries = 3};

struct house {
    struct zone *zone;
    struct calendar *calendar;
    struct office_hours hours;
    struct order_clock clock;
};

static int64_t at(const struct house *h, const char *when) /* "2026-11-23 10:00" */
{
    char day[DAY_TEXT] = "";
    int hour, minute;
    int32_t number = 0;

    memcpy(day, when, 10);
    assert_int_equal(sscanf(when + 11, "%d:%d", &hour, &minute), 2);
    assert_true(day_parse(day, &number));
    return zone_day_utc(h->zone, number, hour * 60 + minute);
}

static const char *text_of(const struct house *h, int64_t at_ms)
{
    static char text[40];
    struct local_time t;

    if (at_ms == INT64_MAX)
        return "-";
    zone_local(h->zone, at_ms, &t);
    snprintf(text, sizeof(text), "%04d-%02d-%02d %02d:%02d", t.year, t.month, t.day,
             t.hour, t.minute);
    return text;
}

static void open_house(struct house *h)
{
    const struct pack_file *f = pack_find("templates/halls/calendar-cn.json");
    static const char hours[] = "[[\"09:00\",\"12:00\"],[\"13:30\",\"17:30\"]]";
    struct error err = {0};

    *h = (struct house){0};
    if (!zone_load("Asia/Shanghai", &h->zone, &err) ||
        !calendar_parse((const char *)f->bytes, f->length, &h->calendar, &err) ||
        !office_hours_parse(hours, sizeof(hours) - 1, &h->hours, &err))
        fail_msg("%s", err.text);
    h->clock = (struct order_clock){h->calendar, h->zone, &h->hours, &rules, 0};
}

static void close_house(struct house *h)
{
    zone_free(h->zone);
    calendar_free(h->calendar);
}

/* ---- what may be done when ---- */

/* One letter an act, in the order of the enum; the acts that may be done. */
static const char letters[ORDER_ACTS + 1] = "vatlcufFxbVLSRprne";

static const char *may(const struct work_order *o)
{
    static char text[ORDER_ACTS + 1];
    size_t n = 0;

    for (int act = 0; act < ORDER_ACTS; act++)
        if (order_may(o, (enum order_act)act, &rules))
            text[n++] = letters[act];
    text[n] = '\0';
    return text;
}

static void acts_by_state(void **state)
{
    static const struct {
        struct work_order order;
        const char *may;
    } rows[] = {
        {{.state = ORDER_OPEN}, "vatlcuRpne"},
        {{.state = ORDER_OPEN, .tries = 2}, "vatlcuRpne"},
        {{.state = ORDER_OPEN, .tries = 3}, "vatlcufFxRpne"},
        {{.state = ORDER_OPEN, .reach = ORDER_REACH_DECLINED}, "vatfFxRpne"},
        {{.state = ORDER_OPEN, .reach = ORDER_REACH_NONE}, "vatfFxRpne"},
        {{.state = ORDER_OPEN, .paused_ms = 1}, "vatlcuRrn"},
        {{.state = ORDER_OPEN, .level = 4}, "vatlcuRpn"},
        {{.state = ORDER_CONTACTED}, "vatlcufFxRpne"},
        {{.state = ORDER_FIXING}, "vatlcuFxbRpne"},
        {{.state = ORDER_FIXING_LONG}, "vatlcuxbRpne"},
        {{.state = ORDER_EXPLAINED}, "vatlcufFbRpne"},
        {{.state = ORDER_FED_BACK}, "alVLRn"},
        {{.state = ORDER_SUPERVISED}, "alSRne"},
        {{.state = ORDER_CLOSED}, ""},
        {{.kind = ORDER_NOTME, .reach = ORDER_REACH_NONE}, "vatSpne"},
        {{.kind = ORDER_NOTME, .state = ORDER_CLOSED}, ""},
        {{.kind = ORDER_HINT, .reach = ORDER_REACH_NONE}, "vaSpne"},
        {{.kind = ORDER_DENIED, .reach = ORDER_REACH_NONE}, "vatSpne"},
        {{.kind = ORDER_DENIED}, "vatlcuSpne"},
        {{.kind = ORDER_DENIED, .state = ORDER_CONTACTED}, "vatlcuSpne"},
        {{.kind = ORDER_DENIED, .state = ORDER_CLOSED}, ""},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const char *got = may(&rows[i].order);

        if (strcmp(got, rows[i].may) != 0)
            fail_msg("%s, row %zu: “%s”, not “%s”", order_state_name(rows[i].order.state),
                     i, got, rows[i].may);
    }
}

/* ---- stories ---- */

struct story {
    const char *name;
    const char *opened;
    enum order_reach reach;
    struct {
        const char *when;
        enum order_act act;
        enum heard_verdict verdict;
        const char *state; /* "" where it is refused */
        const char *due, *look;
    } steps[9];
};

static const struct story stories[] = {
    {"a simple fix that satisfies",
     "2026-11-23 10:00",
     ORDER_REACH_PHONE,
     {{"2026-11-23 10:01", ORDER_FIX, 0, "", "2026-11-24 17:30", "2026-11-24 17:30"},
      {"2026-11-23 11:00", ORDER_CONTACT, 0, "contacted", "2026-11-30 17:30",
       "2026-11-30 17:30"},
      {"2026-11-24 11:00", ORDER_FIX, 0, "fixing", "2026-11-30 17:30",
       "2026-11-30 17:30"},
      {"2026-11-25 11:00", ORDER_VERDICT, HEARD_SATISFIED, "", "2026-11-30 17:30",
       "2026-11-30 17:30"},
      {"2026-11-25 11:00", ORDER_FEED_BACK, 0, "fed_back", "2026-12-02 17:30",
       "2026-12-02 17:30"},
      {"2026-11-25 12:00", ORDER_VERDICT, HEARD_NO_VERDICT, "", "2026-12-02 17:30",
       "2026-12-02 17:30"},
      {"2026-11-25 12:00", ORDER_VERDICT, HEARD_BASICALLY_SATISFIED, "closed", "-", "-"},
      {"2026-11-26 12:00", ORDER_NOTE, 0, "", "-", "-"}}},
    {"not satisfied twice",
     "2026-11-23 10:00",
     ORDER_REACH_DECLINED,
     {{"2026-11-23 11:00", ORDER_EXPLAIN, 0, "explained", "2026-11-30 17:30",
       "2026-11-30 17:30"},
      {"2026-11-24 11:00", ORDER_FEED_BACK, 0, "fed_back", "2026-12-01 17:30",
       "2026-12-01 17:30"},
      {"2026-11-27 11:00", ORDER_VERDICT, HEARD_NOT_SATISFIED, "open", "2026-12-04 17:30",
       "2026-12-04 17:30"},
      {"2026-11-30 11:00", ORDER_FIX_LONG, 0, "fixing_long", "2026-12-18 17:30",
       "2026-12-18 17:30"},
      {"2026-12-01 11:00", ORDER_FEED_BACK, 0, "fed_back", "2026-12-08 17:30",
       "2026-12-08 17:30"},
      {"2026-12-01 12:00", ORDER_VERDICT, HEARD_NOT_SATISFIED, "supervised",
       "2026-12-22 17:30", "2026-12-22 17:30"},
      {"2026-12-02 12:00", ORDER_SETTLE, 0, "closed", "-", "-"}}},
    {"overdue goes up a level a day, to the fourth",
     "2026-11-26 10:00",
     ORDER_REACH_PHONE,
     {{"2026-11-27 17:31", ORDER_ESCALATE, 0, "open", "2026-11-27 17:30",
       "2026-11-30 17:30"},
      {"2026-11-30 17:31", ORDER_ESCALATE, 0, "open", "2026-11-27 17:30",
       "2026-12-01 17:30"},
      {"2026-12-01 17:31", ORDER_ESCALATE, 0, "open", "2026-11-27 17:30",
       "2026-12-02 17:30"},
      {"2026-12-02 17:31", ORDER_ESCALATE, 0, "open", "2026-11-27 17:30", "-"},
      {"2026-12-03 17:31", ORDER_ESCALATE, 0, "", "2026-11-27 17:30", "-"},
      {"2026-12-03 17:40", ORDER_CONTACT, 0, "contacted", "2026-12-03 17:30", "-"},
      {"2026-12-03 17:50", ORDER_FIX_LONG, 0, "fixing_long", "2026-12-17 17:30",
       "2026-12-17 17:30"}}},
    {"holidays do not count, and make-up days do",
     "2026-02-13 10:00", /* Saturday the 14th is worked, then nine days off */
     ORDER_REACH_PHONE,
     {{"2026-02-13 11:00", ORDER_NOTE, 0, "open", "2026-02-14 17:30", "2026-02-14 17:30"},
      {"2026-02-13 12:00", ORDER_CONTACT, 0, "contacted", "2026-02-27 17:30",
       "2026-02-27 17:30"}}},
    {"nobody answers three times",
     "2026-11-23 10:00",
     ORDER_REACH_PHONE,
     {{"2026-11-23 11:00", ORDER_UNREACHED, 0, "open", "2026-11-24 17:30",
       "2026-11-24 17:30"},
      {"2026-11-23 15:00", ORDER_UNREACHED, 0, "open", "2026-11-24 17:30",
       "2026-11-24 17:30"},
      {"2026-11-23 15:10", ORDER_FIX, 0, "", "2026-11-24 17:30", "2026-11-24 17:30"},
      {"2026-11-24 11:00", ORDER_UNREACHED, 0, "open", "2026-11-30 17:30",
       "2026-11-30 17:30"},
      {"2026-11-24 15:10", ORDER_FIX, 0, "fixing", "2026-11-30 17:30",
       "2026-11-30 17:30"}}},
    {"stopped clocks keep what was left",
     "2026-11-23 10:00",
     ORDER_REACH_PHONE,
     {{"2026-11-23 11:00", ORDER_CONTACT, 0, "contacted", "2026-11-30 17:30",
       "2026-11-30 17:30"},
      {"2026-11-24 11:00", ORDER_PAUSE, 0, "contacted", "-", "-"},
      {"2026-11-24 12:00", ORDER_PAUSE, 0, "", "-", "-"},
      {"2026-12-08 09:00", ORDER_RESUME, 0, "contacted", "2026-12-14 17:30",
       "2026-12-14 17:30"},
      {"2026-12-09 09:00", ORDER_PAUSE, 0, "contacted", "-", "-"},
      {"2026-12-10 09:00", ORDER_FIX, 0, "fixing", "2026-12-15 17:30",
       "2026-12-15 17:30"}}},
    {"what was over before the stop stays over",
     "2026-11-23 10:00",
     ORDER_REACH_PHONE,
     {{"2026-11-25 11:00", ORDER_PAUSE, 0, "open", "-", "-"},
      {"2026-11-27 11:00", ORDER_RESUME, 0, "open", "2026-11-24 17:30",
       "2026-11-24 17:30"}}},
    {"silence closes it after the time for a verdict",
     "2026-11-23 10:00",
     ORDER_REACH_NONE,
     {{"2026-11-23 11:00", ORDER_EXPLAIN, 0, "explained", "2026-11-30 17:30",
       "2026-11-30 17:30"},
      {"2026-11-23 12:00", ORDER_FEED_BACK, 0, "fed_back", "2026-11-30 17:30",
       "2026-11-30 17:30"},
      {"2026-11-30 17:31", ORDER_LAPSE, 0, "closed", "-", "-"}}},
};

static void tell_story(struct house *h, const struct story *s)
{
    struct work_order o;

    h->clock.now_ms = at(h, s->opened);
    order_begin(&o, ORDER_RATING, s->reach, &h->clock);
    for (size_t i = 0; i < LENGTH(s->steps) && s->steps[i].when != NULL; i++) {
        const struct work_order before = o;
        char due[40], look[40];
        bool done;

        h->clock.now_ms = at(h, s->steps[i].when);
        done = order_do(&o, s->steps[i].act, s->steps[i].verdict, &h->clock);
        if (done != (s->steps[i].state[0] != '\0') ||
            (done && strcmp(order_state_name(o.state), s->steps[i].state) != 0) ||
            (!done && memcmp(&o, &before, sizeof(o)) != 0))
            fail_msg("%s, step %zu: %s, %s", s->name, i, done ? "done" : "refused",
                     order_state_name(o.state));
        snprintf(due, sizeof(due), "%s", text_of(h, order_due_ms(&o, &rules)));
        snprintf(look, sizeof(look), "%s", text_of(h, order_look_ms(&o, &h->clock)));
        if (strcmp(due, s->steps[i].due) != 0 || strcmp(look, s->steps[i].look) != 0)
            fail_msg("%s, step %zu: due %s, look %s", s->name, i, due, look);
    }
}

static void stories_end_as_told(void **state)
{
    struct house h;

    (void)state;
    open_house(&h);
    for (size_t i = 0; i < LENGTH(stories); i++)
        tell_story(&h, &stories[i]);
    close_house(&h);
}

/* ---- names ---- */

static void names_read_back(void **state)
{
    (void)state;
    for (int i = 0; i < ORDER_ACTS; i++)
        assert_int_equal(order_act_read(order_act_name((enum order_act)i)), i);
    for (int i = 0; i < ORDER_STATES; i++)
        assert_int_equal(order_state_read(order_state_name((enum order_state)i)), i);
    for (int i = 0; i < ORDER_KINDS; i++)
        assert_int_equal(order_kind_read(order_kind_name((enum order_kind)i)), i);
    for (int i = 0; i < ORDER_REACHES; i++)
        assert_int_equal(order_reach_read(order_reach_name((enum order_reach)i)), i);
    assert_int_equal(order_act_read("delete"), ORDER_ACTS);
    assert_int_equal(order_state_read(""), ORDER_STATES);
    for (int i = 0; i < HEARD_VERDICTS; i++)
        assert_int_equal(heard_verdict_read(heard_verdict_name((enum heard_verdict)i)),
                         i);
    assert_int_equal(heard_verdict_read("5"), HEARD_NO_VERDICT);
    assert_true(order_pause_fits("citizen"));
    assert_false(order_pause_fits("holiday"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(acts_by_state),
        cmocka_unit_test(stories_end_as_told),
        cmocka_unit_test(names_read_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
