/*
 * second_assessment_store_test.c — a settled month is looked at once, whatever happens in
 * between; what is found is kept with its figures; and the result is made of the ratings
 * of the two periods, at the window and at windows that were left alone.
 *
 * Ratings are written as sums, as rate_sums.h keeps them: of days (span 2) and months
 * (3).
 */
#include "scratch_store.h"

#include <string.h>

#include "store/second_assessment_store.h"
#include "store/second_result_store.h"
#include "store/trigger_store.h"

#define DAY INT64_C(86400000)

enum { WINDOWS = 7 };

static struct watch_rules rules;

static void run(struct scratch *s, const char *sql)
{
    struct error err = {0};

    scratch_must(db_script(s->st.db, sql, &err), &err);
}

/* Ratings of a day (yyyymmdd); every sum they are in. */
static void rated(struct scratch *s, const char *window, int date, const char *channel,
                  int bad, int n)
{
    char sql[1000];

    for (int span = 2; span <= 3; span++) {
        snprintf(sql, sizeof(sql),
                 "INSERT INTO rating_sums (hall, span, date, window_code, matter_code,"
                 " clerk_code, channel, delay, measure, department_code, g0, g1, g2, g3,"
                 " g4, g5) VALUES (1, %d, %d, '%s', '', '', '%s', 0, 0, '%s', 3, %d, %d,"
                 " 0, 0, %d) ON CONFLICT (hall, span, date, window_code, matter_code,"
                 " clerk_code, channel, delay, measure) DO UPDATE SET"
                 " g1 = rating_sums.g1 + excluded.g1, g2 = rating_sums.g2 + excluded.g2,"
                 " g5 = rating_sums.g5 + excluded.g5;",
                 span, span == 2 ? date : date / 100 * 100, window, channel,
                 strcmp(window, "W1") == 0 ? "YB" : "GA", bad / 2, bad - bad / 2,
                 n - bad);
        run(s, sql);
    }
}

/* A hall of seven windows, each with 4 of 80 bad in every month from 2025-11 to 2026-10;
 * in 2026-10 there are 30 of 80 at W1 and at W9, which is gone. */
static void open_hall(struct scratch *s)
{
    static const struct hall_frame *frame; /* never freed: one serves all tests */
    struct error err = {0};
    char code[8];

    scratch_open(s);
    if (frame == NULL)
        scratch_must(hall_frame_read(s->st.db, &frame, &err), &err);
    s->st.frame = frame;
    run(s, "INSERT INTO windows (id, hall, code, name, floor, department_id, matters,"
           " ended, since_ms) VALUES (301, 1, 'W3', '3', 1, 12, 'all', 0, 0),"
           " (302, 1, 'W4', '4', 1, 12, 'all', 0, 0), (303, 1, 'W5', '5', 1, 12, 'all',"
           " 0, 0), (304, 1, 'W6', '6', 1, 12, 'all', 0, 0)");
    rules = (struct watch_rules){.trigger = trigger_rules_default,
                                 .trial = trial_rules_default,
                                 .second = second_rules_default};
    for (int month = 202511; month <= 202610; month = month_add(month, 1))
        for (int w = 1; w <= WINDOWS; w++) {
            bool last = month == 202610 && (w == 1 || w == WINDOWS);

            snprintf(code, sizeof(code), "W%d", w == WINDOWS ? 9 : w);
            rated(s, code, month * 100 + 5, "ticket_qr", last ? 30 : 4, 80);
            rated(s, code, month * 100 + 5, "paper", 0, 500); /* counts nowhere */
        }
    scratch_commit(s);
}

static int look(struct scratch *s, int64_t now_ms)
{
    struct error err = {0};
    int looked;

    scratch_must(triggers_look(&s->st, &rules, 2, now_ms, &looked, &err), &err);
    return looked;
}

static int64_t noon(const struct scratch *s, int date)
{
    return zone_day_utc(s->st.frame->zone, date_day(date), 720);
}

#define ALL    "SELECT count(*) FROM second_assessments"
#define FOUND  "SELECT count(*) FROM second_triggers"
#define MONTHS "SELECT count(*) FROM second_looks"

static void months_run_over_years(void **state)
{
    (void)state;
    assert_int_equal(month_add(202612, 1), 202701);
    assert_int_equal(month_add(202601, -1), 202512);
    assert_int_equal(month_add(202603, -27), 202312);
    assert_int_equal(month_end(202402), day_number(2024, 2, 29));
    assert_int_equal(day_date(date_day(20260301) - 1), 20260228);
    assert_int_equal(date_day(0), 0);
}

static void a_month_is_looked_at_once_when_it_is_settled(void **state)
{
    struct scratch s;

    (void)state;
    open_hall(&s);
    assert_int_equal(look(&s, noon(&s, 20261116)),
                     1); /* September: 16 days are not over */
    assert_int_equal(scratch_number(&s, "SELECT month FROM second_looks"), 202609);
    assert_int_equal(scratch_number(&s, FOUND), 0);
    assert_int_equal(look(&s, noon(&s, 20261117)), 1);
    assert_int_equal(look(&s, noon(&s, 20261117)), 0);
    assert_int_equal(scratch_number(&s, MONTHS), 2);
    assert_int_equal(scratch_number(&s, ALL), 1); /* W9 is gone */
    assert_int_equal(scratch_number(&s, "SELECT windows FROM second_looks"
                                        " WHERE month = 202610"),
                     6);
    /* threshold and chart; the bottom wants two months */
    assert_int_equal(scratch_number(&s, FOUND), 2);
    assert_int_equal(scratch_number(&s, "SELECT bad FROM second_triggers WHERE rule ="
                                        " 'chart' AND window_code = 'W1' AND n = 80"
                                        " AND base = 'own' AND base_bad = 44"
                                        " AND base_n = 880 AND channel = ''"),
                     30);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM second_triggers WHERE rule"
                                        " = 'threshold' AND channel = 'ticket_qr'"
                                        " AND tail_ppb <= allowed_ppb"
                                        " AND bad >= bad_limit"),
                     1);
    scratch_close(&s);
}

/* Killed in the middle: the whole month again, with the same outcome. */
static void what_was_not_committed_is_found_again(void **state)
{
#define PRINT                                                                            \
    "SELECT CAST(sum(bad * 7 + n * 11 + expected_milli * 13 + bad_limit * 17 + tail_ppb" \
    " * 19 + allowed_ppb * 23) AS BIGINT) FROM second_triggers"
    struct error err = {0};
    struct scratch s;
    int64_t print;

    (void)state;
    open_hall(&s);
    look(&s, noon(&s, 20261120));
    print = scratch_number(&s, PRINT);
    db_rollback(s.st.db);
    scratch_must(db_begin(s.st.db, &err), &err);
    assert_int_equal(scratch_number(&s, MONTHS), 0);
    assert_int_equal(scratch_number(&s, ALL), 0);
    look(&s, noon(&s, 20261121));
    scratch_commit(&s);
    assert_int_equal(scratch_number(&s, PRINT), print);
    look(&s, noon(&s, 20261122));
    assert_int_equal(scratch_number(&s, FOUND), 2);
    scratch_close(&s);
}

static void a_month_more_is_a_step_of_the_one_that_runs(void **state)
{
    struct scratch s;

    (void)state;
    open_hall(&s);
    look(&s, noon(&s, 20261120));
    for (int w = 1; w < WINDOWS; w++) {
        char code[8];

        snprintf(code, sizeof(code), "W%d", w);
        rated(&s, code, 20261105, "ticket_qr", w == 1 ? 30 : 4, 80);
    }
    assert_int_equal(look(&s, noon(&s, 20270301)), 2); /* two at once, oldest first */
    assert_int_equal(look(&s, noon(&s, 20270301)), 1);
    assert_int_equal(scratch_number(&s, ALL), 1);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM second_steps"
                                        " WHERE act = 'again' AND date = 20261130"),
                     1);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM second_triggers"
                                        " WHERE month = 202611 AND rule = 'bottom'"
                                        " AND bad = 60 AND n = 160"),
                     1);
    assert_int_equal(scratch_number(&s, "SELECT max(month) FROM second_looks"), 202701);
    scratch_close(&s);
}

/* == A life ======================================================================= */

static struct second_record record(struct scratch *s)
{
    int64_t id = scratch_number(s, "SELECT id FROM second_assessments WHERE window_code"
                                   " = 'W1' ORDER BY id DESC LIMIT 1");
    struct second_record r;
    struct error err = {0};
    bool found;

    scratch_must(second_get(&s->st, id, &r, &found, &err), &err);
    assert_true(found);
    return r;
}

/* ERROR_NONE where it is done. */
static enum error_kind take(struct scratch *s, enum second_act act, int day, int today)
{
    struct second_record r = record(s);
    const struct second_step step = {.act = act,
                                     .actor = "account 7",
                                     .words = act == SECOND_MEASURE ? NULL : "说明",
                                     .day = date_day(day)};
    struct error err = {0};

    if (second_step_take(&s->st, &rules, &r, &step, noon(s, today), &err))
        return ERROR_NONE;
    return err.kind;
}

static void must(struct scratch *s, enum second_act act, int day, int today)
{
    if (take(s, act, day, today) != ERROR_NONE)
        fail_msg("%s is refused", second_act_name(act));
}

/* Found, noticed, planned for 12-01, measured until 2027-01-31. */
static void measure(struct scratch *s)
{
    open_hall(s);
    look(s, noon(s, 20261118));
    must(s, SECOND_NOTICE, 0, 20261119);
    must(s, SECOND_PLAN, 20261201, 20261120);
    must(s, SECOND_MEASURE, 20270131, 20261123);
}

static void the_result_is_made_of_both_periods(void **state)
{
    struct second_verdict v;
    struct error err = {0};
    struct scratch s;
    bool found;

    (void)state;
    measure(&s);
    rated(&s, "W1", 20261031, "sms", 50, 50); /* the month that picked it */
    rated(&s, "W1", 20261101, "sms", 20, 60);
    rated(&s, "W1", 20261130, "ticket_qr", 5, 40);
    rated(&s, "W1", 20261201, "sms", 1, 70);
    rated(&s, "W1", 20270131, "ticket_qr", 0, 50);
    rated(&s, "W1", 20270201, "sms", 9, 9); /* after the last day */
    rated(&s, "W1", 20261215, "paper", 0, 99);
    for (int w = 2; w <= 4; w++) {
        const char code[] = {'W', (char)('0' + w), '\0'};

        rated(&s, code, 20261115, "sms", 10, 100);
        rated(&s, code, 20261215, "sms", 11, 100);
        rated(&s, code, 20261115, "ticket_qr", 5, 100);
        rated(&s, code, 20261215, "ticket_qr", 4, 100);
    }
    /* W4 is itself looked at a second time while W1 is measured */
    run(&s,
        "INSERT INTO second_assessments (id, hall, window_code, department_code,"
        " month, opened_ms) VALUES (9, 1, 'W4', 'GA', 202610, 1);"
        "INSERT INTO second_states (assessment_id, hall, state, plan_date, until_date,"
        " due_ms, steps, changed_ms) VALUES (9, 1, 'noticed', 0, 0, 1, 1, 1)");
    /* W3 was, long ago; W2's was dismissed */
    run(&s,
        "INSERT INTO second_assessments (id, hall, window_code, department_code,"
        " month, opened_ms) VALUES (7, 1, 'W3', 'GA', 202501, 1),"
        " (8, 1, 'W2', 'GA', 202610, 1);"
        "INSERT INTO second_states (assessment_id, hall, state, plan_date, until_date,"
        " due_ms, steps, changed_ms) VALUES (7, 1, 'result', 0, 0, 1, 1, 1),"
        " (8, 1, 'dismissed', 0, 0, 1, 1, 1795399200000)");

    assert_int_equal(take(&s, SECOND_SIGN, 0, 20270216), ERROR_CONFLICT);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM second_verdicts"), 0);
    must(&s, SECOND_SIGN, 0, 20270217);
    assert_int_equal(take(&s, SECOND_SIGN, 0, 20270218), ERROR_CONFLICT);
    scratch_must(second_verdict_get(&s.st, record(&s).id, &v, &found, &err), &err);
    assert_true(found);
    {
        const struct trial want = {
            .of = {[CHANNEL_SMS] = {{20, 60}, {1, 70}, {20, 200}, {22, 200}},
                   [CHANNEL_TICKET_QR] = {{5, 40}, {0, 50}, {10, 200}, {8, 200}}}};
        const struct trial_result judged = trial_judge(&want, &trial_rules_default);

        assert_memory_equal(&v.trial, &want, sizeof(want));
        assert_int_equal(v.verdict, judged.verdict);
        assert_int_equal(v.verdict, TRIAL_WORKED);
        assert_int_equal(v.effect, judged.effect);
        assert_int_equal(v.low, judged.low);
        assert_int_equal(v.high, judged.high);
    }
    assert_int_equal(v.before_from, 20261101);
    assert_int_equal(v.before_to, 20261130);
    assert_int_equal(v.after_from, 20261201);
    assert_int_equal(v.after_to, 20270131);
    assert_int_equal(record(&s).now.state, SECOND_RESULT);
    scratch_close(&s);
}

static void nothing_is_shown_of_nothing(void **state)
{
    struct second_verdict v;
    struct error err = {0};
    struct scratch s;
    bool found;

    (void)state;
    measure(&s);
    must(&s, SECOND_SIGN, 0, 20270217);
    scratch_must(second_verdict_get(&s.st, record(&s).id, &v, &found, &err), &err);
    assert_int_equal(v.verdict, TRIAL_NOT_SHOWN);
    assert_true(v.few);
    scratch_close(&s);
}

static void what_may_not_be_is_refused(void **state)
{
    struct second_record r;
    struct second_step step = {.act = SECOND_NOTICE, .actor = "account 7", .words = ""};
    struct error err = {0};
    struct scratch s;
    char long_words[SECOND_WORDS + 2];

    (void)state;
    open_hall(&s);
    look(&s, noon(&s, 20261118));
    r = record(&s);
    memset(long_words, 'x', sizeof(long_words));
    long_words[SECOND_WORDS + 1] = '\0';
    for (int i = 0; i < 2; i++, step.words = long_words) {
        err = (struct error){0};
        assert_false(
            second_step_take(&s.st, &rules, &r, &step, noon(&s, 20261119), &err));
        assert_int_equal(err.kind, ERROR_INPUT);
    }
    assert_int_equal(take(&s, SECOND_PLAN, 20261201, 20261119), ERROR_CONFLICT);
    assert_int_equal(take(&s, SECOND_FIND, 0, 20261119), ERROR_CONFLICT);
    must(&s, SECOND_NOTICE, 0, 20261119);
    assert_int_equal(take(&s, SECOND_PLAN, 20261119, 20261119), ERROR_INPUT);
    assert_int_equal(take(&s, SECOND_PLAN, 0, 20261119), ERROR_INPUT);
    must(&s, SECOND_PLAN, 20261201, 20261119);
    assert_int_equal(take(&s, SECOND_MEASURE, 20261220, 20261119), ERROR_INPUT);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM second_steps"), 3);
    assert_int_equal(scratch_number(&s, "SELECT steps FROM second_states"), 3);
    scratch_close(&s);
}

/* One that was dismissed is over: the next bad month starts another. */
static void another_one_after_the_first(void **state)
{
    struct scratch s;

    (void)state;
    open_hall(&s);
    look(&s, noon(&s, 20261118));
    must(&s, SECOND_DISMISS, 0, 20261119);
    rated(&s, "W1", 20261105, "ticket_qr", 40, 80);
    look(&s, noon(&s, 20261218));
    assert_int_equal(scratch_number(&s, ALL), 2);
    assert_int_equal(record(&s).month, 202611);
    assert_int_equal(record(&s).now.state, SECOND_TRIGGERED);
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(months_run_over_years),
        cmocka_unit_test(a_month_is_looked_at_once_when_it_is_settled),
        cmocka_unit_test(what_was_not_committed_is_found_again),
        cmocka_unit_test(a_month_more_is_a_step_of_the_one_that_runs),
        cmocka_unit_test(the_result_is_made_of_both_periods),
        cmocka_unit_test(nothing_is_shown_of_nothing),
        cmocka_unit_test(what_may_not_be_is_refused),
        cmocka_unit_test(another_one_after_the_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
