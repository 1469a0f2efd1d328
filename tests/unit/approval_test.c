/*
 * approval_test.c — parallel approvals: what may follow what, in every order that another
 * system could send it, and how much of the time ran side by side.
 */
#include "domain/approval.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/compiler.h"
#include "base/pack.h"

#define HOUR_MS INT64_C(3600000)

/* Monday 2026-11-23, 09:00 in Shanghai. */
#define START_MS INT64_C(1795395600000)

/* ---- what may follow what ---- */

/*
 * A story is words parted by blanks, an hour between them: "accept", "close" (the record
 * of the case), "start1", "approve1", "refuse2", "pause1"; with "-3" behind it three
 * hours earlier than its turn. Tells what the last word met; every one before it must be
 * taken.
 */
static enum approval_doubt tell(const char *story, struct approval *a)
{
    char words[300], *rest = words, *word;
    int64_t at_ms = START_MS;
    enum approval_doubt doubt = APPROVAL_FINE;

    *a = (struct approval){0};
    snprintf(words, sizeof(words), "%s", story);
    while ((word = strsep(&rest, " ")) != NULL) {
        size_t letters = strspn(word, "abcdefghijklmnopqrstuvwxyz");
        int n = word[letters] >= '0' && word[letters] <= '9' ? word[letters] - '0' : 0;
        const char *back = strchr(word, '-');
        int64_t told_ms = at_ms - (back != NULL ? atoi(back + 1) : 0) * HOUR_MS;
        bool refuse = strncmp(word, "refuse", 6) == 0;
        enum approval_step step;

        if (doubt != APPROVAL_FINE)
            fail_msg("%s: before “%s” something was refused: %s", story, word,
                     approval_doubt_text(doubt));
        at_ms += HOUR_MS;
        word[letters] = '\0';
        if (strcmp(word, "close") == 0) {
            a->closed_ms = told_ms;
            continue;
        }
        step = refuse ? APPROVAL_APPROVE : approval_step_read(word);
        assert_int_not_equal(step, APPROVAL_STEPS);
        doubt = approval_take(a, n, step, !refuse, told_ms);
    }
    return doubt;
}

static void what_may_follow_what(void **state)
{
    static const struct {
        const char *story;
        enum approval_doubt doubt;
    } rows[] = {
        /* the way there is */
        {"inform consult accept start1 start2 survey1 review1 review2 approve1 pay "
         "approve2 issue",
         APPROVAL_FINE},
        {"accept start1 approve1 issue", APPROVAL_FINE}, /* all that some systems tell */
        {"accept start1 consult1 inform1 approve1", APPROVAL_FINE},
        {"accept start1 approve1 start2", APPROVAL_FINE}, /* one after another is allowed:
                                                             it shows in the figures */
        /* the intake */
        {"start1", APPROVAL_NOT_ACCEPTED},
        {"accept accept", APPROVAL_ACCEPTED_ALREADY},
        {"accept start1-5", APPROVAL_NOT_ACCEPTED}, /* before it */
        {"pay", APPROVAL_NOT_ACCEPTED},
        {"issue", APPROVAL_NOT_ACCEPTED},
        /* one issue, after the last decision */
        {"accept issue", APPROVAL_NOBODY},
        {"accept start1 issue", APPROVAL_UNDECIDED},
        {"accept start1 start2 approve1 issue", APPROVAL_UNDECIDED},
        {"accept start1 pause1 issue", APPROVAL_UNDECIDED},
        {"accept start1 approve1 issue-2", APPROVAL_UNDECIDED}, /* told of before it */
        {"accept start1 start2 refuse1 approve2 issue", APPROVAL_REFUSED_BY_ONE},
        {"accept start1 approve1 issue issue", APPROVAL_ISSUED_ALREADY},
        {"accept start1 approve1 issue start2", APPROVAL_ISSUED_ALREADY},
        {"accept start1 approve1 issue inform", APPROVAL_ISSUED_ALREADY},
        {"accept start1 approve1 issue pay", APPROVAL_ISSUED_ALREADY},
        /* one payment */
        {"accept start1 pay pay", APPROVAL_PAID_ALREADY},
        {"accept start1 approve1 pay issue", APPROVAL_FINE},
        {"accept start1 approve1 pay issue-2", APPROVAL_EARLIER},
        /* clocks */
        {"accept start1 pause1 pause1", APPROVAL_STANDS},
        {"accept start1 resume1", APPROVAL_RUNS},
        {"accept start1 pause1 resume1 resume1", APPROVAL_RUNS},
        {"accept start1 pause1 resume1 pause1 resume1 approve1", APPROVAL_FINE},
        {"accept start1 pause1 approve1", APPROVAL_STANDS},
        {"accept start1 pause1 review1", APPROVAL_STANDS},
        {"accept start1 pause1 survey1 consult1 inform1 resume1", APPROVAL_FINE},
        {"accept start1 start2 pause1 approve2", APPROVAL_FINE}, /* the other's runs */
        /* decided is decided */
        {"accept start1 approve1 approve1", APPROVAL_DECIDED},
        {"accept start1 approve1 refuse1", APPROVAL_DECIDED},
        {"accept start1 approve1 review1", APPROVAL_DECIDED},
        {"accept start1 approve1 pause1", APPROVAL_DECIDED},
        {"accept start1 refuse1 resume1", APPROVAL_DECIDED},
        /* the closing: what happened before it may be told after it */
        {"accept start1 close start2", APPROVAL_AFTER_CLOSING},
        {"accept start1 close approve1", APPROVAL_AFTER_CLOSING},
        {"accept start1 close approve1-2", APPROVAL_FINE},
        {"accept start1 close start2-2", APPROVAL_FINE},
        {"accept start1 approve1 close issue", APPROVAL_AFTER_CLOSING},
        {"accept start1 approve1 close issue-1", APPROVAL_FINE},
        {"accept close", APPROVAL_FINE},
        /* order, number, whose */
        {"accept start1 review1 survey1-2", APPROVAL_EARLIER},
        {"accept start1 review1 survey1-1", APPROVAL_FINE}, /* the same instant */
        {"accept start1 review1-2", APPROVAL_EARLIER},      /* before its own start */
        {"accept start2", APPROVAL_NO_CHILD},
        {"accept start1 start1", APPROVAL_NO_CHILD},
        {"accept review1", APPROVAL_NO_CHILD},
        {"accept review", APPROVAL_OF_CHILD},
        {"accept start", APPROVAL_OF_CHILD},
        {"accept pause", APPROVAL_OF_CHILD},
        {"accept start1 pay1", APPROVAL_OF_CASE},
        {"accept start1 issue1", APPROVAL_OF_CASE},
        {"accept start1 accept1", APPROVAL_OF_CASE},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct approval a;
        enum approval_doubt got = tell(rows[i].story, &a);

        if (got != rows[i].doubt)
            fail_msg("%s: “%s”, not “%s”", rows[i].story, approval_doubt_text(got),
                     approval_doubt_text(rows[i].doubt));
    }
}

/* What is refused leaves no trace: the same steps as if it had never been told. */
static void what_is_refused_changes_nothing(void **state)
{
    static const char *const stories[] = {
        "accept start1 pause1 pause1",
        "accept start1 approve1 approve1",
        "accept start1 issue",
        "accept start1 approve1 issue start2",
        "accept start1 close start2",
        "accept start1 review1 survey1-2",
        "accept start1 start2 refuse1 approve2 issue",
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(stories); i++) {
        struct approval all, most;
        char before[300];

        snprintf(before, sizeof(before), "%s", stories[i]);
        *strrchr(before, ' ') = '\0';
        assert_int_not_equal(tell(stories[i], &all), APPROVAL_FINE);
        assert_int_equal(tell(before, &most), APPROVAL_FINE);
        if (memcmp(&all, &most, sizeof(all)) != 0)
            fail_msg("%s", stories[i]);
    }
}

static void there_is_an_end_to_everything(void **state)
{
    struct approval a = {.accepted_ms = START_MS};
    int64_t at_ms = START_MS;

    (void)state;
    for (int n = 1; n <= APPROVAL_CHILDREN; n++)
        assert_int_equal(approval_take(&a, n, APPROVAL_START, false, at_ms),
                         APPROVAL_FINE);
    assert_int_equal(
        approval_take(&a, APPROVAL_CHILDREN + 1, APPROVAL_START, false, at_ms),
        APPROVAL_FULL);
    for (int i = 0; i < APPROVAL_PAUSES; i++) {
        at_ms += HOUR_MS;
        assert_int_equal(approval_take(&a, 1, APPROVAL_PAUSE, false, at_ms),
                         APPROVAL_FINE);
        assert_int_equal(approval_take(&a, 1, APPROVAL_RESUME, false, at_ms),
                         APPROVAL_FINE);
    }
    assert_int_equal(approval_take(&a, 1, APPROVAL_PAUSE, false, at_ms), APPROVAL_FULL);
    assert_int_equal(approval_take(&a, -1, APPROVAL_REVIEW, false, at_ms),
                     APPROVAL_NO_CHILD);
}

static void names_and_reasons(void **state)
{
    (void)state;
    for (int i = 0; i < APPROVAL_STEPS; i++)
        assert_int_equal(approval_step_read(approval_step_name((enum approval_step)i)),
                         i);
    assert_int_equal(approval_step_read("steal"), APPROVAL_STEPS);
    assert_int_equal(approval_step_read(""), APPROVAL_STEPS);
    for (int i = 1; i < APPROVAL_DOUBTS; i++)
        assert_true(strlen(approval_doubt_text((enum approval_doubt)i)) > 20);
    assert_true(approval_pause_fits("supplement"));
    assert_false(approval_pause_fits("lunch"));
    assert_false(approval_pause_fits(""));
    assert_null(approval_pause_reason(-1));
}

/* ---- what it took ---- */

struct hall {
    struct calendar *calendar;
    struct zone *zone;
    struct office_hours hours; /* 09:00-12:00 and 13:30-17:30: seven hours a day */
};

static struct approval_clock hall_open(struct hall *h)
{
    static const char hours[] = "[[\"09:00\",\"12:00\"],[\"13:30\",\"17:30\"]]";
    const struct pack_file *f = pack_find("templates/halls/calendar-cn.json");
    struct error err = {0};

    assert_non_null(f);
    if (!calendar_parse((const char *)f->bytes, f->length, &h->calendar, &err) ||
        !zone_load("Asia/Shanghai", &h->zone, &err) ||
        !office_hours_parse(hours, sizeof(hours) - 1, &h->hours, &err))
        fail_msg("%s", err.text);
    return (struct approval_clock){h->calendar, h->zone, &h->hours, START_MS};
}

static void hall_close(struct hall *h)
{
    calendar_free(h->calendar);
    zone_free(h->zone);
}

static int64_t at(const char *iso)
{
    char text[40];
    int64_t ms = 0;

    snprintf(text, sizeof(text), "%s:00+08:00", iso);
    if (!zone_parse_iso(text, &ms))
        fail_msg("“%s”", iso);
    return ms;
}

static void working_time_is_office_hours(void **state)
{
    static const struct {
        const char *from, *until;
        int minutes;
    } rows[] = {
        {"2026-11-23T09:00", "2026-11-23T10:00", 60},
        {"2026-11-23T08:00", "2026-11-23T09:30", 30},
        {"2026-11-23T11:30", "2026-11-23T14:00", 60}, /* over noon */
        {"2026-11-23T12:10", "2026-11-23T13:20", 0},
        {"2026-11-23T17:00", "2026-11-24T09:30", 60}, /* over night */
        {"2026-11-23T00:00", "2026-11-24T00:00", 420},
        {"2026-11-20T17:00", "2026-11-23T10:00", 90}, /* over a weekend */
        {"2026-11-23T10:00", "2026-11-23T10:00", 0},
        {"2026-11-23T10:00", "2026-11-23T09:00", 0},   /* the wrong way round */
        {"2026-10-01T00:00", "2026-10-08T00:00", 0},   /* the national holiday */
        {"2026-10-10T00:00", "2026-10-11T00:00", 420}, /* a Saturday made up for */
    };
    struct hall h;
    const struct approval_clock c = hall_open(&h);

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        int64_t got = approval_working_ms(&c, at(rows[i].from), at(rows[i].until));

        if (got != rows[i].minutes * INT64_C(60000))
            fail_msg("%s to %s: %lld minutes", rows[i].from, rows[i].until,
                     (long long)(got / 60000));
    }
    hall_close(&h);
}

static void take(struct approval *a, int n, enum approval_step step, const char *when)
{
    enum approval_doubt doubt = approval_take(a, n, step, true, at(when));

    if (doubt != APPROVAL_FINE)
        fail_msg("%d %s: %s", n, when, approval_doubt_text(doubt));
}

#define MINUTES(ms) ((int)((ms) / 60000))

/* Two departments, the second with a pause: 20 h one after another, done in 17. */
static void side_by_side_is_proved(void **state)
{
    struct approval a = {.accepted_ms = at("2026-11-23T09:00")};
    struct approval_figures f;
    struct hall h;
    struct approval_clock c = hall_open(&h);

    (void)state;
    take(&a, 1, APPROVAL_START, "2026-11-23T09:00");
    take(&a, 2, APPROVAL_START, "2026-11-23T13:30");
    take(&a, 2, APPROVAL_PAUSE, "2026-11-23T16:30");
    take(&a, 1, APPROVAL_APPROVE, "2026-11-24T17:30");
    take(&a, 2, APPROVAL_RESUME, "2026-11-25T09:00");
    take(&a, 2, APPROVAL_APPROVE, "2026-11-25T12:00");
    c.now_ms = at("2026-12-01T10:00");
    approval_figure(&a, &c, &f);
    assert_int_equal(MINUTES(f.parts[0].ran_ms), 14 * 60);
    assert_int_equal(MINUTES(f.parts[1].ran_ms), 6 * 60);
    assert_int_equal(f.parts[0].days, 1);
    assert_int_equal(f.parts[1].days, 0); /* Tuesday and Wednesday are the pause's */
    assert_int_equal(f.parts[1].paused_days, 2);
    assert_int_equal(f.serial_days, 1);
    assert_int_equal(f.real_days, 2);
    assert_int_equal(MINUTES(f.serial_ms), 20 * 60);
    assert_int_equal(MINUTES(f.busy_ms), 17 * 60);
    assert_int_equal(MINUTES(f.overlap_ms), 3 * 60);
    assert_int_equal(MINUTES(approval_both_ms(&a, 0, 1, &c)), 3 * 60);
    assert_int_equal(MINUTES(approval_both_ms(&a, 1, 0, &c)), 3 * 60);
    hall_close(&h);
}

static void one_after_another_overlaps_nowhere(void **state)
{
    struct approval a = {.accepted_ms = at("2026-11-23T09:00")};
    struct approval_figures f;
    struct hall h;
    struct approval_clock c = hall_open(&h);

    (void)state;
    take(&a, 1, APPROVAL_START, "2026-11-23T09:00");
    take(&a, 1, APPROVAL_APPROVE, "2026-11-23T12:00");
    take(&a, 2, APPROVAL_START, "2026-11-23T12:00");
    take(&a, 2, APPROVAL_APPROVE, "2026-11-23T17:30");
    c.now_ms = at("2026-12-01T10:00");
    approval_figure(&a, &c, &f);
    assert_int_equal(f.overlap_ms, 0);
    assert_int_equal(f.busy_ms, f.serial_ms);
    assert_int_equal(approval_both_ms(&a, 0, 1, &c), 0);
    hall_close(&h);
}

/* What is not decided counts to the closing, and before that to now; what stands, stands.
 */
static void open_clocks_are_counted_so_far(void **state)
{
    struct approval a = {.accepted_ms = at("2026-11-23T09:00")};
    struct approval_figures f;
    struct hall h;
    struct approval_clock c = hall_open(&h);

    (void)state;
    take(&a, 1, APPROVAL_START, "2026-11-23T09:00");
    take(&a, 2, APPROVAL_START, "2026-11-23T09:00");
    take(&a, 3, APPROVAL_START, "2026-11-23T09:00");
    take(&a, 2, APPROVAL_PAUSE, "2026-11-23T10:00");
    take(&a, 3, APPROVAL_APPROVE, "2026-11-23T09:00"); /* at once: no stretch at all */
    c.now_ms = at("2026-11-23T11:00");
    approval_figure(&a, &c, &f);
    assert_int_equal(MINUTES(f.parts[0].ran_ms), 120);
    assert_int_equal(MINUTES(f.parts[1].ran_ms), 60);
    assert_int_equal(MINUTES(f.parts[2].ran_ms), 0);
    assert_int_equal(MINUTES(f.overlap_ms), 60);
    a.closed_ms = at("2026-11-23T10:30");
    approval_figure(&a, &c, &f);
    assert_int_equal(MINUTES(f.parts[0].ran_ms), 90);
    assert_int_equal(MINUTES(f.busy_ms), 90);
    hall_close(&h);
}

/* Whatever the stretches, the pieces add up: all = busy + what ran beside something. */
static void pieces_add_up(void **state)
{
    uint64_t seed = 20261128;
    struct hall h;
    struct approval_clock c = hall_open(&h);

    (void)state;
    for (int round = 0; round < 60; round++) {
        struct approval a = {.accepted_ms = START_MS};
        struct approval_figures f;
        int64_t pairs_ms = 0;

        for (int n = 1; n <= 2; n++) {
            int64_t now_ms = START_MS;

            assert_int_equal(approval_take(&a, n, APPROVAL_START, true, START_MS), 0);
            for (int step = 0; step < 9; step++) {
                enum approval_step which = step == 8       ? APPROVAL_APPROVE
                                           : step % 2 == 0 ? APPROVAL_PAUSE
                                                           : APPROVAL_RESUME;

                seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
                now_ms += (int64_t)(seed >> 40) % (20 * HOUR_MS);
                assert_int_equal(approval_take(&a, n, which, true, now_ms), 0);
            }
        }
        c.now_ms = START_MS + 60 * 24 * HOUR_MS;
        approval_figure(&a, &c, &f);
        pairs_ms = approval_both_ms(&a, 0, 1, &c);
        assert_int_equal(f.overlap_ms, pairs_ms); /* of two, the pair is all there is */
        assert_int_equal(f.serial_ms, f.busy_ms + f.overlap_ms);
    }
    hall_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_may_follow_what),
        cmocka_unit_test(what_is_refused_changes_nothing),
        cmocka_unit_test(there_is_an_end_to_everything),
        cmocka_unit_test(names_and_reasons),
        cmocka_unit_test(working_time_is_office_hours),
        cmocka_unit_test(side_by_side_is_proved),
        cmocka_unit_test(one_after_another_overlaps_nowhere),
        cmocka_unit_test(open_clocks_are_counted_so_far),
        cmocka_unit_test(pieces_add_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
