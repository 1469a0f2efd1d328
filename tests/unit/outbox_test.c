/*
 * outbox_test.c — what leaves, what does not, and what faults and crashes leave behind.
 */
#include "sms_house.h"

#define ME      "13900001000"
#define SLOT_10 "106901234510"

#define SURVEY_STATE  "SELECT state FROM messages WHERE kind LIKE 'survey%'"
#define SURVEY_REASON "SELECT reason FROM messages WHERE kind LIKE 'survey%'"

static void expect_withdrawn(struct house *h, const char *reason)
{
    house_expect(h, SURVEY_STATE, "WITHDRAWN");
    house_expect(h, SURVEY_REASON, reason);
    assert_int_equal(house_number(h, HOUSE_SENT), 0);
    assert_int_equal(house_number(h, "SELECT count(*) FROM conversations"), 0);
}

static void what_needs_no_asking_is_withdrawn(void **state)
{
    struct house h;

    (void)state;
    house_open(&h);
    house_scan(&h, house_case(&h, "food-licence", ME), 5);
    house_pass(&h, HOUSE_HOUR);
    expect_withdrawn(&h, "rated");
    house_close(&h);

    house_open(&h);
    house_case(&h, "food-licence", ME);
    house_sql(&h, "UPDATE cases SET state = 'accepted'");
    house_pass(&h, HOUSE_HOUR);
    expect_withdrawn(&h, "reopened");
    house_close(&h);

    house_open(&h);
    house_case(&h, "food-licence", ME);
    house_pass(&h, 20 * HOUSE_DAY);
    expect_withdrawn(&h, "expired");
    house_close(&h);

    house_open(&h);
    house_case(&h, "food-licence", ME);
    house_sql(&h, "DELETE FROM phones");
    house_pass(&h, HOUSE_HOUR);
    house_expect(&h, SURVEY_STATE, "WITHDRAWN");
    house_expect(&h, SURVEY_REASON, "erased");
    house_close(&h);
}

static void of_two_cases_only_the_open_one_is_asked(void **state)
{
    struct house h;

    (void)state;
    house_open(&h);
    house_scan(&h, house_case(&h, "food-licence", ME), 5);
    house_case(&h, "company-change", ME);
    house_pass(&h, HOUSE_HOUR);
    house_expect(&h, "SELECT kind FROM messages", "survey");
    assert_int_equal(house_number(&h, "SELECT count(*) FROM message_cases"), 1);
    house_reply(&h, ME, SLOT_10, "4"); /* and needs no letter */
    assert_int_equal(house_number(&h, "SELECT count(*) FROM ratings WHERE grade = 4"), 1);
    house_close(&h);
}

static void sensitive_matters_are_not_named(void **state)
{
    struct house h;
    char got[512];

    (void)state;
    house_open(&h);
    house_sql(&h, "UPDATE matters SET sensitive = 1");
    house_case(&h, "food-licence", ME);
    house_pass(&h, HOUSE_HOUR);
    house_text(&h, HOUSE_LAST_TEXT, got);
    assert_null(strstr(got, "食品"));
    assert_non_null(strstr(got, "您办理的事项"));
    house_close(&h);
}

static void texts_keep_to_the_hours_of_the_day(void **state)
{
    struct house h;

    (void)state;
    house_open(&h);
    house_case(&h, "food-licence", ME);
    house_pass(&h, 12 * HOUSE_HOUR); /* nobody was there until ten at night */
    house_expect(&h, SURVEY_STATE, "NEW");
    assert_int_equal(house_number(&h, "SELECT due_ms FROM messages"),
                     HOUSE_START_MS + 23 * HOUSE_HOUR); /* nine in the morning */
    house_pass(&h, 11 * HOUSE_HOUR);
    house_expect(&h, SURVEY_STATE, "DELIVERED");
    house_reply(&h, ME, SLOT_10, "T");
    house_close(&h);

    house_open(&h);
    house_case(&h, "food-licence", ME);
    house_pass(&h, HOUSE_HOUR);
    house_pass(&h, 11 * HOUSE_HOUR);
    house_reply(&h, ME, SLOT_10, "5"); /* who writes at night is answered at night */
    house_expect(&h, HOUSE_LAST_KIND, "thanks_good");
    house_close(&h);
}

static void a_moved_clock_hands_over_all_that_fell_due(void **state)
{
    struct house h;

    (void)state;
    house_open(&h);
    house_case(&h, "food-licence", ME);
    atomic_fetch_add(&h.world.offset_ms, 12 * HOUSE_HOUR);
    house_settle(&h);
    house_expect(&h, SURVEY_STATE, "DELIVERED");
    house_close(&h);
}

static void one_reminder(void **state)
{
    struct house h;

    (void)state;
    house_open(&h);
    house_case(&h, "food-licence", ME);
    house_pass(&h, HOUSE_HOUR);
    house_pass(&h, 3 * HOUSE_DAY);
    house_expect(
        &h, HOUSE_LAST_TEXT,
        "【青城政务】提醒：11月23日办结的食品许可可评到11月30日。回5非常满意 4满意 "
        "3基本满意 2不满意 1非常不满意，拒收回T");
    house_expect(&h, "SELECT sender FROM messages WHERE kind = 'remind'", SLOT_10);
    house_reply(&h, ME, SLOT_10, "5");
    house_expect(&h, "SELECT proof FROM ratings", "P1");
    house_pass(&h, 3 * HOUSE_DAY);
    assert_int_equal(
        house_number(&h, "SELECT count(*) FROM messages WHERE kind = 'remind'"), 1);
    house_close(&h);
}

static void no_reminder_for_who_has_answered(void **state)
{
    static const struct {
        const char *reply, *reason;
    } rows[] = {{"5", "rated"}, {"T", "opted_out"}, {"不是我办的", "notme"}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct house h;

        house_open(&h);
        house_case(&h, "food-licence", ME);
        house_pass(&h, HOUSE_HOUR);
        house_reply(&h, ME, SLOT_10, rows[i].reply);
        house_pass(&h, 3 * HOUSE_DAY);
        house_expect(&h, "SELECT state FROM messages WHERE kind = 'remind'", "WITHDRAWN");
        house_expect(&h, "SELECT reason FROM messages WHERE kind = 'remind'",
                     rows[i].reason);
        house_close(&h);
    }
}

/* ---- faults of the gateway ---- */

static void faulty(struct house *h, struct line_faults faults)
{
    house_open(h);
    line_faults_set(h->line, &faults);
    house_case(h, "food-licence", ME);
    house_pass(h, HOUSE_HOUR);
}

static void a_gateway_that_is_down_gets_it_later_once(void **state)
{
    struct house h;
    struct line_faults none = {0};

    (void)state;
    faulty(&h, (struct line_faults){.down = true});
    house_expect(&h, SURVEY_STATE, "RETRY");
    assert_int_equal(house_number(&h, "SELECT attempt FROM messages"), 1);
    house_pass(&h, 60000);
    assert_true(house_number(&h, "SELECT attempt FROM messages") > 1);
    line_faults_set(h.line, &none);
    house_pass(&h, 10 * 60000);
    house_expect(&h, SURVEY_STATE, "DELIVERED");
    assert_int_equal(house_number(&h, "SELECT count(*) FROM conversations"), 1);
    assert_int_equal(house_number(&h, "SELECT count(*) FROM message_states WHERE state ="
                                      " 'ACCEPTED'"),
                     1);
    house_reply(&h, ME, SLOT_10, "5");
    house_expect(&h, "SELECT proof FROM ratings", "P1");
    house_close(&h);
}

static void a_retry_that_is_rated_meanwhile_is_withdrawn(void **state)
{
    struct house h;

    (void)state;
    house_open(&h);
    line_faults_set(h.line, &(struct line_faults){.down = true});
    {
        int64_t id = house_case(&h, "food-licence", ME);

        house_pass(&h, HOUSE_HOUR);
        house_scan(&h, id, 5);
    }
    house_pass(&h, HOUSE_HOUR);
    house_expect(&h, SURVEY_STATE, "WITHDRAWN");
    house_expect(&h, SURVEY_REASON, "rated");
    house_close(&h);
}

/* What was worded for two cases, or for three, no longer fits when one is rated. */
static void a_retry_asks_only_about_what_is_left(void **state)
{
    static const char *const kinds[] = {"", "survey", "survey_multi"};

    (void)state;
    for (int left = 1; left <= 2; left++) {
        struct house h;
        char before[512], after[512];
        int64_t first;

        house_open(&h);
        line_faults_set(h.line, &(struct line_faults){.down = true});
        first = house_case(&h, "food-licence", ME);
        for (int i = 0; i < left; i++)
            house_case(&h, "company-change", ME);
        house_pass(&h, HOUSE_HOUR);
        house_expect(&h, SURVEY_STATE, "RETRY");
        house_expect(&h, HOUSE_LAST_KIND, "survey_multi");
        house_text(&h, HOUSE_LAST_TEXT, before);
        assert_non_null(strstr(before, "食品"));
        house_scan(&h, first, 5);
        line_faults_set(h.line, &(struct line_faults){0});
        house_pass(&h, HOUSE_HOUR);
        house_expect(&h, SURVEY_STATE, "DELIVERED");
        house_expect(&h, "SELECT kind FROM messages WHERE kind LIKE 'survey%'",
                     kinds[left]);
        house_text(&h, "SELECT body FROM messages WHERE kind LIKE 'survey%'", after);
        assert_null(strstr(after, "食品"));
        assert_int_equal(house_number(&h, "SELECT count(*) FROM conversations WHERE state"
                                          " = 'ASKED'"),
                         1);
        house_close(&h);
    }
}

static void a_refusal_is_for_good(void **state)
{
    struct house h;

    (void)state;
    faulty(&h, (struct line_faults){.refuse = true});
    house_expect(&h, SURVEY_STATE, "REFUSED");
    house_expect(&h, SURVEY_REASON, "template refused");
    house_expect(&h, "SELECT state FROM conversations", "CLOSED");
    line_faults_set(h.line, &(struct line_faults){0});
    house_pass(&h, HOUSE_DAY);
    house_expect(&h, SURVEY_STATE, "REFUSED");
    house_close(&h);
}

static void what_is_lost_never_gets_a_report(void **state)
{
    struct house h;

    (void)state;
    faulty(&h, (struct line_faults){.lost = true});
    house_expect(&h, SURVEY_STATE, "ACCEPTED");
    house_pass(&h, HOUSE_DAY);
    house_expect(&h, SURVEY_STATE, "ACCEPTED");
    atomic_fetch_add(&h.world.hand_ms, 3 * HOUSE_DAY);
    house_settle(&h); /* the next tidying finds it */
    courier_wake(h.courier);
    house_settle(&h);
    house_settle(&h);
    house_expect(&h, SURVEY_STATE, "NO_REPORT");
    house_close(&h);
}

static void reports_come_late_twice_and_out_of_order(void **state)
{
    struct house h;

    (void)state;
    faulty(&h, (struct line_faults){.delay_s = 60, .late_report_s = 600});
    house_expect(&h, SURVEY_STATE, "ACCEPTED");
    house_pass(&h, 659999);
    house_expect(&h, SURVEY_STATE, "ACCEPTED");
    house_pass(&h, 1);
    house_expect(&h, SURVEY_STATE, "DELIVERED");
    house_close(&h);

    faulty(&h, (struct line_faults){.twice = true});
    house_expect(&h, SURVEY_STATE, "DELIVERED");
    assert_int_equal(house_number(&h, "SELECT count(*) FROM inbound"), 1);
    house_close(&h);

    faulty(&h, (struct line_faults){.out_of_order = true});
    house_expect(&h, SURVEY_STATE, "DELIVERED");
    assert_int_equal(house_number(&h, "SELECT count(*) FROM inbound"), 2);
    house_expect(&h, "SELECT act FROM readings ORDER BY id", "report");
    house_expect(&h, "SELECT act FROM readings ORDER BY id DESC", "report_again");
    /* It was accepted once, before it was delivered, and the time runs from there. */
    assert_int_equal(house_number(&h, "SELECT count(*) FROM message_states WHERE state ="
                                      " 'ACCEPTED'"),
                     1);
    assert_int_equal(
        house_number(&h, "SELECT count(*) FROM messages WHERE kind = 'remind'"), 1);
    house_close(&h);
}

/* ---- crashes ---- */

static void a_crash_never_sends_twice(void **state)
{
    static const struct {
        const char *left, *found, *then;
    } rows[] = {
        {"CLAIMED", "NEW", "DELIVERED"},      /* nothing had left: it goes now */
        {"SUBMITTING", "UNKNOWN", "UNKNOWN"}, /* may have left: never again */
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct house h;
        char sql[256];

        house_open(&h);
        house_case(&h, "food-licence", ME);
        house_settle(&h);
        snprintf(
            sql, sizeof(sql),
            "UPDATE messages SET state = '%s', attempt = 1, lease_ms = due_ms + 60000",
            rows[i].left);
        house_sql(&h, sql);
        house_halt(&h);
        house_run(&h);
        house_settle(&h);
        house_expect(&h, SURVEY_STATE, rows[i].found);
        house_pass(&h, HOUSE_HOUR);
        house_expect(&h, SURVEY_STATE, rows[i].then);
        house_close(&h);
    }
}

static void a_report_resolves_what_was_unknown(void **state)
{
    struct house h;
    char reference[GATEWAY_REF];

    (void)state;
    house_open(&h);
    house_case(&h, "food-licence", ME);
    house_pass(&h, HOUSE_HOUR);
    house_sql(&h, "UPDATE messages SET state = 'UNKNOWN', accepted_ms = NULL WHERE kind ="
                  " 'survey'");
    gateway_reference(house_number(&h, "SELECT id FROM messages WHERE kind = 'survey'"),
                      1, reference);
    line_remember(h.line, reference, "another", h.world.wall_ms(&h.world));
    house_settle(&h);
    house_expect(&h, SURVEY_STATE, "DELIVERED");
    house_close(&h);
}

static void after_a_restart_reports_and_replies_go_on(void **state)
{
    struct house h;

    (void)state;
    faulty(&h, (struct line_faults){.late_report_s = 600});
    house_expect(&h, SURVEY_STATE, "ACCEPTED");
    assert_true(line_reply(h.line, "", ME, SLOT_10, "5", h.world.wall_ms(&h.world)));
    house_settle(&h);
    house_sql(&h,
              "UPDATE inbound SET state = 'NEW'"); /* kept, not read when it stopped */
    house_sql(&h, "DELETE FROM readings");
    house_sql(&h, "DELETE FROM work_orders");
    house_sql(&h, "DELETE FROM ratings");
    house_sql(&h, "UPDATE conversations SET state = 'ASKED'");
    house_halt(&h);
    house_run(&h);
    house_settle(&h);
    house_expect(&h, SURVEY_STATE, "DELIVERED");
    assert_int_equal(house_number(&h, "SELECT grade FROM ratings"), 5);
    house_close(&h);
}

static void a_stand_in_waits_with_its_reason(void **state)
{
    const struct gateway_setup setup = {.name = "city", .kind = "carrier-pigeon"};
    struct error err = {0};
    struct house h;

    (void)state;
    house_open(&h);
    gateway_open(&setup, &h.roster.gateways[0], &err);
    assert_int_equal(err.kind, ERROR_SETUP);
    house_case(&h, "food-licence", ME);
    house_pass(&h, HOUSE_HOUR);
    house_expect(&h, SURVEY_STATE, "RETRY");
    house_expect(
        &h, SURVEY_REASON,
        "There is no gateway of the kind \"carrier-pigeon\". Choose another kind in the "
        "settings of the gateway \"city\".");
    house_close(&h);
}

static void many_messages_all_leave(void **state)
{
    struct house h;
    char phone[16];

    (void)state;
    house_open(&h);
    for (int i = 0; i < 200; i++) {
        snprintf(phone, sizeof(phone), "139000%05d", i);
        house_case(&h, "food-licence", phone);
    }
    house_pass(&h, HOUSE_HOUR);
    assert_int_equal(house_number(&h, "SELECT count(*) FROM messages WHERE state ="
                                      " 'DELIVERED'"),
                     200);
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_needs_no_asking_is_withdrawn),
        cmocka_unit_test(of_two_cases_only_the_open_one_is_asked),
        cmocka_unit_test(sensitive_matters_are_not_named),
        cmocka_unit_test(texts_keep_to_the_hours_of_the_day),
        cmocka_unit_test(a_moved_clock_hands_over_all_that_fell_due),
        cmocka_unit_test(one_reminder),
        cmocka_unit_test(no_reminder_for_who_has_answered),
        cmocka_unit_test(a_gateway_that_is_down_gets_it_later_once),
        cmocka_unit_test(a_retry_that_is_rated_meanwhile_is_withdrawn),
        cmocka_unit_test(a_retry_asks_only_about_what_is_left),
        cmocka_unit_test(a_refusal_is_for_good),
        cmocka_unit_test(what_is_lost_never_gets_a_report),
        cmocka_unit_test(reports_come_late_twice_and_out_of_order),
        cmocka_unit_test(a_crash_never_sends_twice),
        cmocka_unit_test(a_report_resolves_what_was_unknown),
        cmocka_unit_test(after_a_restart_reports_and_replies_go_on),
        cmocka_unit_test(a_stand_in_waits_with_its_reason),
        cmocka_unit_test(many_messages_all_leave),
    };

    return cmocka_run_group_tests_name("outbox", tests, NULL, NULL);
}
