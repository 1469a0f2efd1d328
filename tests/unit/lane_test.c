/*
 * lane_test.c — in-flight limit, rate, rests and probes of one gateway, with a clock
 * moved by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "work/lane.h"

#define WALL INT64_C(1795399200000)

static const struct gateway_ops plain = {.name = "plain"};

static struct gateway gateway(int in_flight, int rate)
{
    return (struct gateway){
        .ops = &plain, .name = "city", .in_flight = in_flight, .rate = rate};
}

/* Takes one and lets the gateway say this of it. */
static void one(struct lane *l, enum outcome outcome, enum gateway_health health,
                int64_t now_ms)
{
    lane_take(l, now_ms);
    lane_judged(l, outcome, health, "because", now_ms, WALL + now_ms);
    lane_booked(l);
}

static void no_more_in_flight_than_allowed(void **state)
{
    struct gateway g = gateway(3, 0);
    struct lane l;

    (void)state;
    lane_init(&l, &g, 0);
    assert_int_equal(lane_room(&l, 0), 3);
    lane_take(&l, 0);
    lane_take(&l, 0);
    assert_int_equal(lane_room(&l, 0), 1);
    lane_take(&l, 0);
    assert_int_equal(lane_room(&l, 0), 0);
    assert_true(lane_next_ms(&l, 0) == INT64_MAX);
    lane_judged(&l, OUTCOME_ACCEPTED, HEALTH_GOOD, "", 0, WALL);
    assert_int_equal(lane_room(&l, 0), 0); /* until it is booked a crash makes UNKNOWN */
    lane_booked(&l);
    assert_int_equal(lane_room(&l, 0), 1);
    lane_give_back(&l);
    assert_int_equal(lane_room(&l, 0), 2);
    assert_int_equal(l.accepted, 1);
}

static void the_rate_is_kept(void **state)
{
    static const int rates[] = {1, 3, 7, 10, 50, 333, 1500};

    (void)state;
    for (size_t i = 0; i < LENGTH(rates); i++) {
        struct gateway g = gateway(100000, rates[i]);
        struct lane l;
        int sent = 0;

        lane_init(&l, &g, 0);
        for (int64_t now_ms = 0; now_ms < 10000; now_ms++) {
            for (int room = lane_room(&l, now_ms); room > 0; room--) {
                lane_take(&l, now_ms);
                sent++;
            }
            if (lane_next_ms(&l, now_ms) <= now_ms)
                fail_msg("%d a second: no room at %d ms and none later", rates[i],
                         (int)now_ms);
        }
        if (sent < rates[i] * 10 * 99 / 100 || sent > rates[i] * 10 + 1 + rates[i] / 10)
            fail_msg("%d a second: %d in ten seconds", rates[i], sent);
    }
}

static void nothing_is_saved_up_while_nobody_sends(void **state)
{
    struct gateway g = gateway(1000, 20);
    struct lane l;

    (void)state;
    lane_init(&l, &g, 0);
    assert_int_equal(lane_room(&l, 3600000), 2);
    lane_take(&l, 3600000);
    lane_take(&l, 3600000);
    assert_int_equal(lane_room(&l, 3600000), 0);
    assert_true(lane_next_ms(&l, 3600000) == 3600050);
    assert_int_equal(lane_room(&l, 3600050), 1);
    lane_give_back(&l); /* what did not leave does not count */
    assert_int_equal(lane_room(&l, 3600050), 2);
}

static void rests_double_and_one_probe_ends_them(void **state)
{
    static const int64_t rests[] = {1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000};
    struct gateway g = gateway(4, 0);
    struct lane l;
    int64_t now_ms = 5;

    (void)state;
    lane_init(&l, &g, now_ms);
    for (size_t i = 0; i < LENGTH(rests); i++) {
        one(&l, OUTCOME_RETRY, HEALTH_DOWN, now_ms);
        assert_int_equal(l.condition, LANE_RESTING);
        assert_int_equal(lane_is_shut(&l), i > 0); /* one failure may be chance */
        assert_int_equal(lane_room(&l, now_ms + rests[i] - 1), 0);
        assert_false(lane_wants_try(&l, now_ms + rests[i] - 1));
        assert_int_equal(lane_wants_try(&l, now_ms + rests[i]), i > 0);
        assert_true(lane_is_held(&l, now_ms + rests[i] - 1));
        assert_true(lane_next_ms(&l, now_ms) == now_ms + rests[i]);
        now_ms += rests[i];
        assert_int_equal(lane_room(&l, now_ms), 1); /* the probe */
        assert_false(lane_is_held(&l, now_ms));
    }
    lane_take(&l, now_ms);
    assert_false(lane_wants_try(&l, now_ms)); /* one is enough */
    assert_int_equal(lane_room(&l, now_ms), 0);
    assert_true(lane_next_ms(&l, now_ms) == INT64_MAX);
    lane_give_back(&l); /* it was withdrawn: the next one is the probe */
    assert_int_equal(lane_room(&l, now_ms), 1);
    one(&l, OUTCOME_ACCEPTED, HEALTH_GOOD, now_ms);
    assert_int_equal(l.condition, LANE_READY);
    assert_false(lane_is_shut(&l));
    assert_int_equal(lane_room(&l, now_ms), 4);
    one(&l, OUTCOME_RETRY, HEALTH_DOWN, now_ms);
    assert_true(lane_next_ms(&l, now_ms) == now_ms + 1000); /* from the beginning */
}

static void what_was_under_way_does_not_lengthen_a_rest(void **state)
{
    struct gateway g = gateway(4, 0);
    struct lane l;

    (void)state;
    lane_init(&l, &g, 0);
    for (int i = 0; i < 4; i++)
        lane_take(&l, 0);
    for (int i = 0; i < 4; i++) {
        lane_judged(&l, OUTCOME_RETRY, HEALTH_DOWN, "refused", 10 + i, WALL);
        lane_booked(&l);
    }
    assert_true(lane_is_shut(&l));
    assert_true(lane_next_ms(&l, 13) == 1010);
}

static void throttled_is_not_broken(void **state)
{
    static const int64_t rests[] = {250, 500, 1000, 2000, 4000, 8000, 8000};
    struct gateway g = gateway(4, 0);
    struct lane l;
    int64_t now_ms = 0;

    (void)state;
    lane_init(&l, &g, 0);
    for (size_t i = 0; i < LENGTH(rests); i++) {
        one(&l, OUTCOME_RETRY, HEALTH_BUSY, now_ms);
        assert_int_equal(l.condition, LANE_BUSY);
        assert_false(lane_is_shut(&l));
        assert_int_equal(lane_room(&l, now_ms + rests[i] - 1), 0);
        now_ms += rests[i];
        assert_true(lane_room(&l, now_ms) == 4);
    }
    one(&l, OUTCOME_ACCEPTED, HEALTH_GOOD, now_ms);
    assert_int_equal(l.condition, LANE_READY);
}

static void wrong_settings_shut_it_and_are_told_once(void **state)
{
    struct gateway g = gateway(4, 0);
    struct lane l;

    (void)state;
    lane_init(&l, &g, 0);
    assert_false(lane_alarm(&l));
    for (int i = 0; i < 3; i++) {
        one(&l, OUTCOME_RETRY, HEALTH_SETUP, i * 60000);
        assert_string_equal(lane_condition_name(l.condition), "shut");
        assert_true(lane_is_shut(&l));
        assert_int_equal(lane_alarm(&l), i == 0);
        assert_int_equal(lane_room(&l, i * 60000 + 59999), 0);
        assert_int_equal(lane_room(&l, (i + 1) * 60000), 1);
    }
    one(&l, OUTCOME_ACCEPTED, HEALTH_GOOD, 200000);
    one(&l, OUTCOME_RETRY, HEALTH_SETUP, 200001);
    assert_true(lane_alarm(&l)); /* it was right in between */
}

static void silence_is_no_health(void **state)
{
    struct gateway g = gateway(4, 0);
    struct lane l;

    (void)state;
    lane_init(&l, &g, 0);
    one(&l, OUTCOME_UNKNOWN, HEALTH_GOOD, 0);
    one(&l, OUTCOME_UNKNOWN, HEALTH_GOOD, 0);
    assert_int_equal(l.condition, LANE_READY);
    one(&l, OUTCOME_ACCEPTED, HEALTH_GOOD, 0);
    one(&l, OUTCOME_UNKNOWN, HEALTH_GOOD, 0);
    one(&l, OUTCOME_UNKNOWN, HEALTH_GOOD, 0);
    assert_int_equal(l.condition, LANE_READY);
    one(&l, OUTCOME_UNKNOWN, HEALTH_GOOD, 0);
    assert_int_equal(l.condition, LANE_RESTING);
    one(&l, OUTCOME_UNKNOWN, HEALTH_GOOD, 1000); /* a silent probe */
    assert_int_equal(lane_room(&l, 2999), 0);
    assert_true(lane_is_shut(&l));
    assert_int_equal(l.unknown, 6);
}

static void a_refused_message_says_nothing_of_the_gateway(void **state)
{
    struct gateway g = gateway(4, 0);
    struct lane l;

    (void)state;
    lane_init(&l, &g, 0);
    for (int i = 0; i < 10; i++)
        one(&l, OUTCOME_REFUSED, HEALTH_GOOD, i);
    assert_int_equal(l.condition, LANE_READY);
    assert_int_equal(l.refused, 10);
    assert_string_equal(l.trouble, "because");
    assert_true(l.error_ms == WALL + 9);
}

static void a_full_gateway_gets_nothing_more(void **state)
{
    static const struct {
        int in_flight;
        int64_t queued;
        bool crowded;
    } rows[] = {{4, -1, false}, {4, 0, false},    {4, 100, false},
                {4, 101, true}, {32, 128, false}, {32, 129, true}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct gateway g = gateway(rows[i].in_flight, 0);
        struct lane l;

        lane_init(&l, &g, 0);
        lane_queued(&l, rows[i].queued);
        assert_int_equal(lane_is_crowded(&l), rows[i].crowded);
        assert_int_equal(lane_room(&l, 0), rows[i].crowded ? 0 : rows[i].in_flight);
        lane_queued(&l, -1); /* it does not answer any more: as if it had never */
        assert_int_equal(lane_room(&l, 0), rows[i].in_flight);
    }
}

static void a_local_one_never_rests(void **state)
{
    struct gateway g = gateway(4, 0);
    struct lane l;

    (void)state;
    g.traits = GATEWAY_LOCAL;
    lane_init(&l, &g, 0);
    for (int i = 0; i < 5; i++)
        one(&l, OUTCOME_RETRY, i < 3 ? HEALTH_DOWN : HEALTH_SETUP, 0);
    assert_int_equal(lane_room(&l, 0), 4);
    assert_false(lane_is_shut(&l));
    assert_string_equal(l.trouble, "because");
}

static void a_stand_in_tells_its_reason_to_one_at_a_time(void **state)
{
    const struct gateway_setup setup = {.name = "city", .kind = "carrier-pigeon"};
    struct gateway g;
    struct error err = {0};
    struct lane l;

    (void)state;
    gateway_open(&setup, &g, &err);
    lane_init(&l, &g, 7);
    assert_string_equal(lane_condition_name(l.condition), "broken");
    assert_true(lane_is_shut(&l));
    assert_false(lane_wants_try(&l, INT64_MAX)); /* nothing but new settings mends it */
    assert_int_equal(lane_room(&l, 7), 1);
    assert_non_null(strstr(l.trouble, "carrier-pigeon"));
    one(&l, OUTCOME_RETRY, HEALTH_SETUP, 7);
    assert_string_equal(lane_condition_name(l.condition), "broken");
    assert_int_equal(lane_room(&l, 60006), 0);
    assert_int_equal(lane_room(&l, 60007), 1);
}

static void numbers_are_not_told(void **state)
{
    static const struct {
        const char *said, *kept;
    } rows[] = {
        {"", ""},
        {"code 4011: 13900001000 is black", "code 4011: * is black"},
        {"+358401234567", "+*"},
        {"123456 stays", "123456 stays"},
        {"1234567", "*"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct gateway g = gateway(4, 0);
        struct lane l;

        lane_init(&l, &g, 0);
        lane_health(&l, HEALTH_DOWN, rows[i].said, 0, WALL);
        assert_string_equal(l.trouble, rows[i].kept);
    }
}

static void rates_of_the_last_minutes(void **state)
{
    struct gateway g = gateway(4, 0);
    struct lane l;

    (void)state;
    lane_init(&l, &g, 0);
    for (int64_t now_ms = 1000000; now_ms < 1060000; now_ms += 500)
        one(&l, OUTCOME_ACCEPTED, HEALTH_GOOD, now_ms);
    assert_true(lane_rate(&l, 1, 1059999) == 120);
    assert_true(lane_rate(&l, 5, 1059999) == 24);
    assert_true(lane_rate(&l, 15, 1059999) == 8);
    assert_true(lane_rate(&l, 1, 1120000) == 0);
    assert_true(lane_rate(&l, 5, 1120000) == 24);
    assert_true(lane_rate(&l, 15, 1120000 + 900000) == 0);
    one(&l, OUTCOME_ACCEPTED, HEALTH_GOOD, INT64_C(1) << 40);
    assert_true(lane_rate(&l, 1, INT64_C(1) << 40) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_more_in_flight_than_allowed),
        cmocka_unit_test(the_rate_is_kept),
        cmocka_unit_test(nothing_is_saved_up_while_nobody_sends),
        cmocka_unit_test(rests_double_and_one_probe_ends_them),
        cmocka_unit_test(what_was_under_way_does_not_lengthen_a_rest),
        cmocka_unit_test(throttled_is_not_broken),
        cmocka_unit_test(wrong_settings_shut_it_and_are_told_once),
        cmocka_unit_test(silence_is_no_health),
        cmocka_unit_test(a_refused_message_says_nothing_of_the_gateway),
        cmocka_unit_test(a_full_gateway_gets_nothing_more),
        cmocka_unit_test(a_local_one_never_rests),
        cmocka_unit_test(a_stand_in_tells_its_reason_to_one_at_a_time),
        cmocka_unit_test(numbers_are_not_told),
        cmocka_unit_test(rates_of_the_last_minutes),
    };

    return cmocka_run_group_tests_name("lane", tests, NULL, NULL);
}
