/* sending_test.c — what answers, reports, questions and crashes leave of a message, and
 * how often it is tried. */
#include "sending_house.h"
#include "store/message_doubt.h"

/* ---- stories and their ends ---- */

static void every_story_ends_in_the_right_state(void **state)
{
    static const struct {
        const char *story, *end;
        int sent; /* how often it was handed over */
    } rows[] = {
        {"take accept=a ref:a=DELIVERED", "DELIVERED", 1},
        {"take accept report=DELIVERED", "DELIVERED", 1},
        {"take accept=a ref:a=BUFFERED", "ACCEPTED", 1},
        {"take accept=a ref:a=UNDELIVERED", "UNDELIVERED", 1},
        {"take accept=a ref:a=EXPIRED", "EXPIRED", 1},
        /* named later, and the reports know that name alone */
        {"take accept named=7 ref:7=DELIVERED", "DELIVERED", 1},
        {"take accept named=7 named=7 ref:7=UNDELIVERED", "UNDELIVERED", 1},
        {"take accept ref:7=DELIVERED named=7", "DELIVERED", 1},
        {"take accept named=7 ref:8=DELIVERED", "ACCEPTED", 1},
        {"take unknown named=7", "ACCEPTED", 1},
        {"take unknown named=7 ref:7=DELIVERED", "DELIVERED", 1},
        /* early: before the gateway's answer */
        {"take report=DELIVERED accept=a", "DELIVERED", 1},
        {"take report=DELIVERED unknown", "DELIVERED", 1},
        {"take report=DELIVERED retry", "DELIVERED", 1},
        {"take report=DELIVERED refuse", "DELIVERED", 1},
        {"take report=BUFFERED retry", "ACCEPTED", 1},
        {"take ref:a=DELIVERED accept=a", "DELIVERED", 1},
        {"take ref:a=UNDELIVERED accept=a,b", "UNDELIVERED", 1},
        {"take ref:a=DELIVERED accept=a,b", "ACCEPTED", 1},
        {"take ref:a=DELIVERED ref:b=DELIVERED accept=a,b", "DELIVERED", 1},
        {"take ref:zz=DELIVERED accept=a", "ACCEPTED", 1},
        /* twice, and out of order */
        {"take accept=a ref:a=DELIVERED ref:a=DELIVERED", "DELIVERED", 1},
        {"take accept=a ref:a=DELIVERED ref:a=BUFFERED", "DELIVERED", 1},
        {"take accept=a ref:a=DELIVERED ref:a=UNDELIVERED", "DELIVERED", 1},
        {"take accept=a ref:a=UNDELIVERED ref:a=DELIVERED", "UNDELIVERED", 1},
        {"take accept=a accept=a ref:a=DELIVERED", "DELIVERED", 1},
        /* several parts */
        {"take accept=a,b ref:a=DELIVERED", "ACCEPTED", 1},
        {"take accept=a,b ref:b=DELIVERED ref:a=DELIVERED", "DELIVERED", 1},
        {"take accept=a,b ref:a=DELIVERED ref:a=DELIVERED", "ACCEPTED", 1},
        {"take accept=a,b ref:a=DELIVERED ref:b=UNDELIVERED", "UNDELIVERED", 1},
        {"take accept=a,b,c ref:c=EXPIRED", "EXPIRED", 1},
        {"take accept=a,b,c ref:a=BUFFERED ref:b=DELIVERED ref:c=DELIVERED"
         " ref:a=DELIVERED",
         "DELIVERED", 1},
        /* refused, and tried again */
        {"take refuse", "REFUSED", 1},
        {"take refuse report=DELIVERED", "DELIVERED", 1},
        {"take refuse report=BUFFERED", "REFUSED", 1},
        {"take retry", "RETRY", 1},
        {"take unknown retry", "RETRY", 1},
        {"take unknown retry wait:60 take accept=a ref:a=DELIVERED", "DELIVERED", 2},
        {"take retry wait:60 take unknown retry@1", "UNKNOWN", 2},
        {"take retry wait:60 take accept=a ref:a=DELIVERED", "DELIVERED", 2},
        /* what an earlier attempt proves */
        {"take retry report@1=DELIVERED held", "DELIVERED", 1},
        {"take retry report@1=UNDELIVERED held", "UNDELIVERED", 1},
        {"take retry report@1=BUFFERED held", "ACCEPTED", 1},
        {"take retry wait:60 take retry report@1=DELIVERED held", "DELIVERED", 2},
        {"take retry wait:60 take report@1=DELIVERED", "DELIVERED", 2},
        {"take retry wait:60 take report@1=DELIVERED retry held", "DELIVERED", 2},
        {"take retry wait:60 take report@1=UNDELIVERED", "SUBMITTING", 2},
        {"take retry wait:60 take report@1=UNDELIVERED accept=b ref:b=DELIVERED",
         "DELIVERED", 2},
        {"take retry wait:60 take accept=b report@1=UNDELIVERED", "ACCEPTED", 2},
        {"take retry wait:60 take accept=b report@1=DELIVERED", "DELIVERED", 2},
        {"take retry accept@1=a held", "ACCEPTED", 1},
        {"take retry accept@1=a ref:a=DELIVERED", "DELIVERED", 1},
        {"take retry wait:60 take refuse@1", "SUBMITTING", 2},
        {"take retry wait:60 take retry@1 unknown@1", "SUBMITTING", 2},
        {"take retry wait:60 take refuse report@1=DELIVERED", "DELIVERED", 2},
        {"take report@2=DELIVERED", "SUBMITTING", 1}, /* there was no such attempt */
        {"take report@7=DELIVERED accept=a", "ACCEPTED", 1},
        /* what nobody knows */
        {"take unknown held", "UNKNOWN", 1},
        {"take unknown refuse", "REFUSED", 1},
        {"take unknown accept=a ref:a=DELIVERED", "DELIVERED", 1},
        {"take unknown report=DELIVERED quiet wait:60 quiet", "DELIVERED", 1},
        {"take unknown quiet wait:30 ask found=nothing wait:10 quiet", "UNKNOWN", 1},
        {"take unknown wait:30 ask found=DELIVERED", "DELIVERED", 1},
        {"take unknown wait:30 ask found=BUFFERED", "ACCEPTED", 1},
        {"take unknown wait:30 ask found=UNDELIVERED", "UNDELIVERED", 1},
        {"take unknown wait:30 ask found=silent wait:90 ask found=DELIVERED", "DELIVERED",
         1},
        {"take unknown wait:30 ask wait:90 ask wait:479 quiet wait:1 ask found=nothing",
         "RETRY", 1},
        {"take unknown wait:30 ask wait:90 ask wait:480 ask found=nothing take accept=b"
         " ref:b=DELIVERED",
         "DELIVERED", 2},
        {"take unknown wait:30 ask wait:90 ask found=nothing wait:480 found=nothing",
         "UNKNOWN", 1}, /* asked before it had settled */
        {"take unknown wait:600 ask found=nothing take unknown wait:600 ask"
         " found=nothing held",
         "UNKNOWN", 2}, /* once only */
        {"take unknown wait:600 ask found=nothing report@1=DELIVERED held", "DELIVERED",
         1},
        {"take unknown wait:600 ask found=silent wait:600 ask found=nothing", "RETRY", 1},
        {"take unknown wait:600 ask wait:30 ask wait:30 ask wait:29 quiet", "UNKNOWN", 1},
        {"take found=nothing", "SUBMITTING", 1},
        {"take accept found=nothing", "ACCEPTED", 1},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct post p;
        struct message m;
        int64_t sent;

        post_open(&p);
        close_case(&p, ME);
        tell(&p, rows[i].story);
        get(&p, &m);
        sent = number(&p, "SELECT count(*) FROM message_states WHERE state ="
                          " 'SUBMITTING'");
        if (strcmp(message_state_name(m.state), rows[i].end) != 0 || sent != rows[i].sent)
            fail_msg("%s\n  ended %s, handed over %d times", rows[i].story,
                     message_state_name(m.state), (int)sent);
        assert_int_equal(number(&p, "SELECT count(*) FROM messages m WHERE (m.ask_ms IS"
                                    " NOT NULL) > (m.state = 'UNKNOWN')"),
                         0);
        post_close(&p);
    }
}

static void without_a_query_it_stays_unconfirmed(void **state)
{
    struct post p;

    (void)state;
    post_open(&p);
    shut(&p, 1);
    close_case(&p, ME);
    tell(&p, "take unknown wait:30 quiet wait:600 quiet found=silent");
    expect(&p, "SELECT state FROM messages", "UNKNOWN");
    assert_int_equal(number(&p, "SELECT count(*) FROM messages WHERE ask_ms IS NOT NULL"),
                     0);
    post_close(&p);
}

static void a_crash_is_asked_after_too(void **state)
{
    struct post p;
    int count;

    (void)state;
    post_open(&p);
    close_case(&p, ME);
    tell(&p, "take");
    p.now_ms += HOUSE_HOUR;
    begin(&p);
    must(messages_recover(&p.h.st, p.now_ms, true, &count, &mine));
    commit(&p);
    assert_int_equal(count, 1);
    tell(&p, "wait:30 ask wait:570 ask found=nothing take accept");
    expect_counts(
        &p, "city",
        "submitted 2 accepted 1 retried 1 unknown 1 resolved_unsent 1 resent 1");
    post_close(&p);
}

/* ---- whose report it is ---- */

static void a_report_must_agree_with_what_was_sent(void **state)
{
    static const struct {
        const char *gateway, *phone, *ref;
        bool by_reference, found;
    } rows[] = {
        {"city", ME, "", true, true},
        {"city", "8613900001000", "", true, true},
        {"city", "", "", true, true},
        {"city", "139****1000", "", true, true}, /* names nobody */
        {"city", OTHER, "", true, false},
        {"modem", ME, "", true, false},
        {"city", ME, "a", false, true},
        {"city", "", "a", false, true},
        {"city", OTHER, "a", false, false},
        {"modem", ME, "a", false, false},
        {"city", ME, "b", false, false},
        {"modem", ME, "a", true, false},
        {"city", "", "", false, false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct post p;
        struct news news = {.state = REPORT_DELIVERED};

        post_open(&p);
        close_case(&p, ME);
        tell(&p, "take accept=a");
        snprintf(news.from, sizeof(news.from), "%s", rows[i].phone);
        snprintf(news.ref, sizeof(news.ref), "%s", rows[i].ref);
        if (rows[i].by_reference)
            gateway_reference(p.id, 1, news.reference);
        if (hear(&p, rows[i].gateway, &news) != rows[i].found)
            fail_msg("row %zu", i);
        expect(&p, "SELECT state FROM messages",
               rows[i].found ? "DELIVERED" : "ACCEPTED");
        post_close(&p);
    }
}

static void a_modem_counts_its_ids_round(void **state)
{
    struct post p;
    struct news news = {.state = REPORT_DELIVERED, .ref = "7"};
    int64_t first, second;

    (void)state;
    post_open(&p);
    close_case(&p, ME);
    first = p.id;
    tell(&p, "take accept=7");
    close_case(&p, OTHER);
    second = p.id;
    tell(&p, "take accept=7");
    assert_true(hear(&p, "city", &news)); /* names nobody: the newest */
    expect(&p, "SELECT group_concat(state) FROM (SELECT state FROM messages ORDER BY id)",
           "ACCEPTED,DELIVERED");
    snprintf(news.from, sizeof(news.from), "%s", ME); /* the older, by its phone */
    assert_true(hear(&p, "city", &news));
    expect(&p, "SELECT group_concat(state) FROM (SELECT state FROM messages ORDER BY id)",
           "DELIVERED,DELIVERED");
    assert_true(first < second);
    post_close(&p);
}

static void an_early_report_of_long_ago_is_not_taken(void **state)
{
    struct post p;

    (void)state;
    post_open(&p);
    close_case(&p, ME);
    tell(&p, "ref:a=DELIVERED wait:60 take accept=a");
    expect(&p, "SELECT state FROM messages", "ACCEPTED");
    post_close(&p);
}

/* ---- what the gateway knows of the phone ---- */

static void a_gateways_black_list_is_an_opt_out(void **state)
{
    static const enum outcome outcomes[] = {OUTCOME_REFUSED, OUTCOME_RETRY};

    (void)state;
    for (size_t i = 0; i < LENGTH(outcomes); i++) {
        struct submitted submitted = {.reason = "on the black list", .opted_out = true};
        struct post p;

        post_open(&p);
        close_case(&p, ME);
        tell(&p, "take");
        begin(&p);
        must(outbox_book(&p.h.st, &p.h.outbox, &p.h.roster.gateways[0], p.id, 1,
                         outcomes[i], &submitted, p.now_ms, &mine));
        commit(&p);
        expect(&p, "SELECT state FROM messages", "REFUSED");
        expect(&p, "SELECT state FROM conversations", "CLOSED");
        assert_int_equal(number(&p, "SELECT count(*) FROM optouts WHERE inbound_id IS"
                                    " NULL"),
                         1);
        close_case(&p, ME);
        assert_int_equal(p.id, 0);
        post_close(&p);
    }
}

static void a_report_may_tell_of_a_black_list(void **state)
{
    struct post p;
    struct news news = {.state = REPORT_UNDELIVERED, .ref = "a", .opted_out = true};

    (void)state;
    post_open(&p);
    close_case(&p, ME);
    tell(&p, "take accept=a");
    assert_true(hear(&p, "city", &news));
    expect(&p, "SELECT state FROM messages", "UNDELIVERED");
    assert_int_equal(number(&p, "SELECT count(*) FROM optouts"), 1);
    post_close(&p);
}

/* ---- trying again ---- */

static void tries_grow_longer_until_it_expires(void **state)
{
    struct post p;
    struct message m;
    int64_t before = 0;
    int tries = 0;

    (void)state;
    post_open(&p);
    close_case(&p, ME);
    for (;;) {
        int64_t wait_ms;

        get(&p, &m);
        p.now_ms = m.due_ms > p.now_ms ? m.due_ms : p.now_ms;
        if (!take(&p)) {
            get(&p, &m);
            if (m.state == MESSAGE_WITHDRAWN)
                break;
            continue; /* night */
        }
        tell(&p, "retry");
        get(&p, &m);
        wait_ms = m.due_ms - p.now_ms;
        if (++tries < 7)
            assert_true(wait_ms > before);
        before = wait_ms;
        assert_true(wait_ms >= 4000 && wait_ms <= 720000);
    }
    expect(&p, "SELECT reason FROM messages", "expired");
    expect(&p, "SELECT state FROM conversations", "CLOSED");
    assert_true(p.now_ms >= m.expires_ms && tries > 100);
    post_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_story_ends_in_the_right_state),
        cmocka_unit_test(without_a_query_it_stays_unconfirmed),
        cmocka_unit_test(a_crash_is_asked_after_too),
        cmocka_unit_test(a_report_must_agree_with_what_was_sent),
        cmocka_unit_test(a_modem_counts_its_ids_round),
        cmocka_unit_test(an_early_report_of_long_ago_is_not_taken),
        cmocka_unit_test(a_gateways_black_list_is_an_opt_out),
        cmocka_unit_test(a_report_may_tell_of_a_black_list),
        cmocka_unit_test(tries_grow_longer_until_it_expires),
    };

    return cmocka_run_group_tests_name("sending", tests, NULL, NULL);
}
