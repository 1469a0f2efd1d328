/* sending_way_test.c — which gateway a message goes through, in what words, and when it
 * waits for another question of its number. */
#include "sending_house.h"

/* ---- which way ---- */

static void messages_are_planned_at_once(void **state)
{
    static const struct {
        const char *phone;
        uint32_t shut;
        const char *gateway;
    } rows[] = {
        {ME, 0, "city"},   {OLD, 0, "modem"}, {OLD, 2, "city"},
        {ME, 1, "last"},   {ME, 5, "city"}, /* all are shut: it waits where it is best */
        {OLD, 7, "modem"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct post p;
        struct message m;

        post_open(&p);
        shut(&p, rows[i].shut);
        close_case(&p, rows[i].phone);
        get(&p, &m);
        if (strcmp(m.gateway, rows[i].gateway) != 0)
            fail_msg("row %zu: %s", i, m.gateway);
        post_close(&p);
    }
}

static void each_gateway_has_its_own_queue(void **state)
{
    struct post p;
    struct gateway_queue queue;
    int64_t ids[4], next_ms;
    int count;

    (void)state;
    post_open(&p);
    close_case(&p, OLD);
    close_case(&p, ME);
    must(messages_due(&p.h.st, "city", p.now_ms, 4, ids, &count, &mine));
    assert_int_equal(count, 1);
    assert_int_equal(ids[0], p.id);
    must(messages_due(&p.h.st, "last", p.now_ms, 4, ids, &count, &mine));
    assert_int_equal(count, 0);
    must(messages_due(&p.h.st, NULL, p.now_ms, 4, ids, &count, &mine));
    assert_int_equal(count, 2);
    must(messages_next_ms(&p.h.st, "city", &next_ms, &mine));
    assert_int_equal(next_ms, p.now_ms);
    must(messages_next_ms(&p.h.st, "last", &next_ms, &mine));
    assert_true(next_ms == INT64_MAX);
    must(gateway_queue(&p.h.st, "city", p.now_ms + 5, &queue, &mine));
    assert_int_equal(queue.waiting, 1);
    assert_int_equal(queue.overdue, 1);
    assert_int_equal(queue.oldest_due_ms, p.now_ms);
    tell(&p, "take");
    must(gateway_queue(&p.h.st, "city", p.now_ms, &queue, &mine));
    assert_int_equal(queue.waiting, 0);
    assert_int_equal(queue.by_state[MESSAGE_SUBMITTING], 1);
    post_close(&p);
}

static void what_waits_goes_another_way(void **state)
{
    struct post p;

    (void)state;
    post_open(&p);
    close_case(&p, OLD);
    run_sql(&p, "UPDATE messages SET gateway = 'city'"); /* as while the modem was shut */
    close_case(&p, ME);
    assert_int_equal(reroute(&p, 0), 1); /* and mine stays: city is its best */
    expect(&p, "SELECT gateway FROM messages ORDER BY id", "modem");
    shut(&p, 1);
    assert_int_equal(reroute(&p, 0), 1);
    expect(&p, "SELECT gateway FROM messages ORDER BY id DESC", "last");
    assert_int_equal(reroute(&p, 0), 0);
    run_sql(&p, "UPDATE messages SET gateway = NULL WHERE gateway = 'last'");
    run_sql(&p, "UPDATE messages SET gateway = 'pigeon' WHERE gateway = 'modem'");
    assert_int_equal(reroute(&p, -1), 2);
    assert_int_equal(number(&p, "SELECT count(*) FROM messages WHERE gateway IN"
                                " ('modem', 'last')"),
                     2);
    post_close(&p);
}

static void most_bounds_what_moves(void **state)
{
    struct post p;
    struct message_place place = MESSAGE_PLACE_START;
    char phone[16];
    int moved;

    (void)state;
    post_open(&p);
    for (int i = 0; i < 150; i++) {
        snprintf(phone, sizeof(phone), "139000%05d", i);
        close_case(&p, phone);
    }
    shut(&p, 1);
    begin(&p);
    must(outbox_route(&p.h.st, &p.h.outbox, 0, 100, &place, p.now_ms, &moved, &mine));
    assert_int_equal(moved, 100);
    assert_true(place.due_ms != INT64_MIN);
    must(outbox_route(&p.h.st, &p.h.outbox, 0, 100, &place, p.now_ms, &moved, &mine));
    assert_int_equal(moved, 50);
    assert_true(place.due_ms == INT64_MIN); /* all have been looked at */
    commit(&p);
    post_close(&p);
}

/* A long queue that nobody else takes is gone through a piece at a time. */
static void what_cannot_move_is_looked_at_in_pieces(void **state)
{
    struct post p;
    struct message_place place = MESSAGE_PLACE_START;
    int64_t seen_ms = INT64_MIN;
    int moved;

    (void)state;
    post_open(&p);
    close_case(&p, ME);
    run_sql(&p,
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
            " WHERE i < 2000) INSERT INTO messages (id, hall, kind, lang, phone_id,"
            " gateway, state, attempt, due_ms, expires_ms, changed_ms, created_ms)"
            " SELECT m.id + i, m.hall, m.kind, m.lang, m.phone_id, m.gateway, m.state,"
            " 0, m.due_ms + i, m.expires_ms, m.changed_ms, m.created_ms"
            " FROM messages m, n");
    for (int piece = 0; piece < 2; piece++) {
        begin(&p);
        must(
            outbox_route(&p.h.st, &p.h.outbox, 0, 9999, &place, p.now_ms, &moved, &mine));
        commit(&p);
        assert_int_equal(moved, 0);
        if (piece == 0)
            seen_ms = place.due_ms;
    }
    assert_true(seen_ms == p.now_ms + OUTBOX_LOOK_MOST - 1);
    assert_true(place.due_ms == INT64_MIN);
    post_close(&p);
}

static void what_nobody_takes_in_time_is_withdrawn(void **state)
{
    struct post p;

    (void)state;
    post_open(&p);
    close_case(&p, ME);
    run_sql(&p, "UPDATE messages SET gateway = NULL");
    p.now_ms += 30 * HOUSE_DAY;
    assert_int_equal(reroute(&p, -1), 0);
    expect(&p, "SELECT state FROM messages", "WITHDRAWN");
    expect(&p, "SELECT reason FROM messages", "expired");
    post_close(&p);
}

/* ---- another gateway than the one it was worded for ---- */

static void what_was_not_sent_is_worded_anew(void **state)
{
    struct post p;

    (void)state;
    post_open(&p);
    close_case(&p, ME);
    tell(&p, "take");
    assert_string_equal(p.from, "106901234510");
    tell(&p, "retry shut=1 route=0 wait:60 take");
    assert_string_equal(p.from, "");
    expect(&p,
           "SELECT group_concat(gateway || ' ' || state || ' ' || slot) FROM"
           " (SELECT * FROM conversations ORDER BY id)",
           "city CLOSED 10,last ASKED 0");
    expect(&p,
           "SELECT c.gateway FROM messages m JOIN conversations c"
           " ON c.id = m.conversation_id",
           "last");
    tell(&p, "accept=x");
    assert_int_equal(number(&p, "SELECT count(*) FROM messages WHERE kind = 'survey'"),
                     1);
    expect_counts(&p, "city", "submitted 1 retried 1");
    expect_counts(&p, "last", "submitted 1 accepted 1");
    post_close(&p);
}

static void the_same_gateway_keeps_its_words(void **state)
{
    struct post p;
    char text[GATEWAY_TEXT_MOST], values[OUTBOX_VALUES];

    (void)state;
    post_open(&p);
    close_case(&p, ME);
    tell(&p, "take retry");
    memcpy(text, p.text, sizeof(text));
    memcpy(values, p.values, sizeof(values));
    assert_non_null(strstr(values, "\"m\":\"食品许可\""));
    tell(&p, "wait:3600 take");
    assert_string_equal(p.text, text);
    assert_string_equal(p.values, values);
    assert_string_equal(p.from, "106901234510");
    assert_int_equal(number(&p, "SELECT count(*) FROM conversations"), 1);
    post_close(&p);
}

static void letters_become_slots_and_back(void **state)
{
    struct post p;

    (void)state;
    post_open(&p);
    close_case(&p, OLD); /* the modem has letters only, and one question is open */
    tell(&p, "take accept");
    p.now_ms += HOUSE_DAY;
    close_case(&p, OLD);
    tell(&p, "take");
    assert_string_equal(p.kind, "survey_code");
    assert_int_equal(
        number(&p, "SELECT count(*) FROM message_cases WHERE letter IS NULL"), 1);
    tell(&p, "retry shut=2 route=1 wait:60 take");
    assert_string_equal(p.kind, "survey");
    assert_string_equal(p.from, "106901234510");
    assert_int_equal(
        number(&p, "SELECT count(*) FROM message_cases WHERE letter IS NULL"), 2);
    post_close(&p);
}

static void what_may_have_been_sent_stays_where_it_is(void **state)
{
    static const char *const stories[] = {"take", "take unknown", "take accept"};

    (void)state;
    for (size_t i = 0; i < LENGTH(stories); i++) {
        struct post p;

        post_open(&p);
        close_case(&p, ME);
        tell(&p, stories[i]);
        shut(&p, 1);
        assert_int_equal(reroute(&p, 0), 0);
        expect(&p, "SELECT gateway FROM messages", "city");
        assert_false(take(&p));
        post_close(&p);
    }
}

static void answers_keep_to_their_conversation(void **state)
{
    struct post p;
    struct message m;
    struct message_new thanks = {
        .kind = "optout", .lang = "zh-CN", .gateway = "modem", .sender = "17000000000"};

    (void)state;
    post_open(&p);
    close_case(&p, ME);
    run_sql(&p, "UPDATE messages SET gateway = 'modem'");
    tell(&p, "take accept");
    get(&p, &m);
    thanks.phone_id = m.phone_id;
    thanks.conversation_id = m.conversation_id;
    thanks.due_ms = p.now_ms;
    thanks.expires_ms = p.now_ms + HOUSE_DAY;
    begin(&p);
    must(message_add(&p.h.st, &thanks, p.now_ms, &p.id, &mine));
    commit(&p);
    get(&p, &m);
    assert_string_equal(m.gateway, "modem"); /* though city is the phone's own way */
    assert_int_equal(reroute(&p, 1), 0);
    shut(&p, 2);
    assert_int_equal(reroute(&p, 1), 1);
    get(&p, &m);
    assert_string_equal(m.gateway, "city");
    tell(&p, "take");
    assert_string_equal(p.from, "1069012345"); /* not the modem's number */
    thanks.gateway = "gone";
    begin(&p);
    must(message_add(&p.h.st, &thanks, p.now_ms, &p.id, &mine));
    commit(&p);
    get(&p, &m);
    assert_string_equal(m.gateway, "city");
    post_close(&p);
}

/* ---- one open question ---- */

static void one_question_waits_for_another(void **state)
{
    struct post p;
    struct message m;
    int64_t second;

    (void)state;
    post_open(&p);
    shut(&p, 1);
    close_case(&p, ME);
    tell(&p, "take accept");
    close_case(&p, ME);
    second = p.id;
    tell(&p, "held");
    get(&p, &m);
    assert_int_equal(m.state, MESSAGE_NEW);
    assert_true(m.due_ms > p.now_ms && m.due_ms <= p.now_ms + HOUSE_HOUR);
    close_case(&p, OTHER); /* another phone does not wait */
    tell(&p, "take accept");
    p.id = second;
    run_sql(&p, "UPDATE conversations SET state = 'RATED'");
    tell(&p, "wait:3600 held"); /* it may be corrected */
    p.now_ms += HOUSE_DAY;
    tell(&p, "take");
    assert_string_equal(p.kind, "survey"); /* and needs no letter */
    post_close(&p);
}

static void a_question_that_waits_too_long_expires(void **state)
{
    struct post p;

    (void)state;
    post_open(&p);
    shut(&p, 1);
    close_case(&p, ME);
    tell(&p, "take accept");
    close_case(&p, ME);
    run_sql(&p, "UPDATE conversations SET until_ms = until_ms + 8640000000");
    tell(&p, "held");
    p.now_ms += 9 * HOUSE_DAY;
    tell(&p, "held");
    expect(&p, "SELECT reason FROM messages ORDER BY id DESC", "expired");
    post_close(&p);
}

/* ---- approved forms ---- */

static void forms_leave_nothing_out(void **state)
{
    struct post p;

    (void)state;
    post_open(&p);
    p.h.roster.gateways[0].traits |= GATEWAY_FORMS;
    run_sql(&p,
            "UPDATE matters SET short_name = '建设工程竣工验收消防备案和消防验收审批'");
    close_case(&p, ME);
    tell(&p, "take");
    assert_non_null(strstr(p.text, "您11月23日在A01窗口办结的建设工程竣…，满意吗"));
    assert_non_null(strstr(p.values, "\"w\":\"A01窗口\""));
    assert_non_null(strstr(p.values, "\"m\":\"建设工程竣…\""));
    assert_non_null(strstr(p.values, "\"d\":\"11月23日\""));
    post_close(&p);

    post_open(&p);
    p.h.roster.gateways[0].traits |= GATEWAY_FORMS;
    run_sql(&p, "UPDATE matters SET sensitive = 1");
    close_case(&p, ME);
    tell(&p, "take");
    assert_null(strstr(p.values, "食品"));
    assert_non_null(strstr(p.values, "\"m\":\"您办理的事项\""));
    assert_non_null(strstr(p.text, "办结的您办理的事项，")); /* the approved line */
    post_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_are_planned_at_once),
        cmocka_unit_test(each_gateway_has_its_own_queue),
        cmocka_unit_test(what_waits_goes_another_way),
        cmocka_unit_test(most_bounds_what_moves),
        cmocka_unit_test(what_cannot_move_is_looked_at_in_pieces),
        cmocka_unit_test(what_nobody_takes_in_time_is_withdrawn),
        cmocka_unit_test(what_was_not_sent_is_worded_anew),
        cmocka_unit_test(the_same_gateway_keeps_its_words),
        cmocka_unit_test(letters_become_slots_and_back),
        cmocka_unit_test(what_may_have_been_sent_stays_where_it_is),
        cmocka_unit_test(answers_keep_to_their_conversation),
        cmocka_unit_test(one_question_waits_for_another),
        cmocka_unit_test(a_question_that_waits_too_long_expires),
        cmocka_unit_test(forms_leave_nothing_out),
    };

    return cmocka_run_group_tests_name("sending_way", tests, NULL, NULL);
}
