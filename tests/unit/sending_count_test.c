/* sending_count_test.c — what is counted and told of each gateway. */
#include "sending_house.h"
#include "store/message_doubt.h"

/* ---- counting ---- */

static void everything_is_counted(void **state)
{
    static const struct {
        const char *story, *counts;
    } rows[] = {
        {"take accept=a ref:a=DELIVERED ref:a=DELIVERED",
         "submitted 1 accepted 1 delivered 1 reports 2"},
        {"take retry wait:60 take refuse", "submitted 2 refused 1 retried 1"},
        {"take unknown report=EXPIRED",
         "submitted 1 accepted 1 unknown 1 resolved_sent 1 expired 1 reports 1"},
        {"take unknown wait:600 ask found=nothing",
         "submitted 1 retried 1 unknown 1 resolved_unsent 1"},
        {"take unknown retry wait:60 take accept",
         "submitted 2 accepted 1 retried 1 unknown 1 resolved_unsent 1"},
        {"take unknown wait:600 ask found=nothing take accept",
         "submitted 2 accepted 1 retried 1 unknown 1 resolved_unsent 1 resent 1"},
        {"take unknown wait:30 ask found=UNDELIVERED",
         "submitted 1 accepted 1 unknown 1 resolved_sent 1 undelivered 1"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        int64_t all[GATEWAY_COUNTS], one[GATEWAY_COUNTS];
        struct post p;

        post_open(&p);
        close_case(&p, ME);
        tell(&p, rows[i].story);
        expect_counts(&p, "city", rows[i].counts);
        must(gateway_counts(&p.h.st, "city", 0, one, &mine));
        must(gateway_counts(&p.h.st, NULL, 0, all, &mine));
        assert_memory_equal(one, all, sizeof(all));
        post_close(&p);
    }
}

static void what_is_given_up_is_counted(void **state)
{
    struct post p;

    (void)state;
    post_open(&p);
    close_case(&p, ME);
    tell(&p, "take accept");
    begin(&p);
    must(messages_give_up_reports(&p.h.st, p.now_ms + 1, 10, p.now_ms, &mine));
    commit(&p);
    expect_counts(&p, "city", "submitted 1 accepted 1 no_report 1");
    close_case(&p, OTHER);
    run_sql(&p, "UPDATE cases SET state = 'accepted'");
    tell(&p, "held");
    expect_counts(&p, "city", "submitted 1 accepted 1 no_report 1 withdrawn 1");
    tell(&p, "wait:86400");
    expect_counts(&p, "city", "");
    post_close(&p);
}

static void count_state(void *self, const struct gateway_state *state)
{
    struct gateway_state *last = self;

    last->in_flight += 1;
    memcpy(last->name, state->name, sizeof(last->name));
}

static void gateways_say_how_they_are(void **state)
{
    struct gateway_state in = {.name = "city",
                               .condition = "resting",
                               .trouble = "The gateway does not answer.",
                               .error_ms = 7,
                               .in_flight = 3,
                               .queued_inside = -1,
                               .rate_1 = 100,
                               .rate_5 = 200,
                               .rate_15 = 300},
                         out, seen = {0};
    struct post p;
    bool found;

    (void)state;
    post_open(&p);
    must(gateway_state_get(&p.h.st, "city", &out, &found, &mine));
    assert_false(found);
    begin(&p);
    must(gateway_state_set(&p.h.st, &in, p.now_ms, &mine));
    in.in_flight = 4;
    must(gateway_state_set(&p.h.st, &in, p.now_ms + 1, &mine));
    commit(&p);
    must(gateway_state_get(&p.h.st, "city", &out, &found, &mine));
    assert_true(found);
    in.changed_ms = p.now_ms + 1;
    assert_memory_equal(&in, &out, sizeof(in));
    must(gateway_states(&p.h.st, count_state, &seen, &mine));
    assert_int_equal(seen.in_flight, 1);
    assert_string_equal(seen.name, "city");
    post_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_counted),
        cmocka_unit_test(what_is_given_up_is_counted),
        cmocka_unit_test(gateways_say_how_they_are),
    };

    return cmocka_run_group_tests_name("sending_count", tests, NULL, NULL);
}
