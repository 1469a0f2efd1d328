/*
 * tries_test.c — how often somebody may be wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "web/tries.h"

static int wrong(struct tries *t, const char *address, const char *text, int times)
{
    int taken = 0;

    while (times-- > 0)
        taken += tries_wrong(t, address, text);
    return taken;
}

static void ten_a_minute_of_an_address_and_prefix(void **state)
{
    struct world w;
    struct tries *t;

    (void)state;
    world_by_hand(&w, 1000, 1);
    t = tries_new(&w);
    assert_int_equal(wrong(t, "127.0.0.1", "ABCD000", 15), 10);
    assert_true(tries_spent(t, "127.0.0.1", "ABCD999"));
    assert_int_equal(wrong(t, "127.0.0.1", "ABCE000", 15), 10);
    assert_int_equal(wrong(t, "192.0.2.7", "ABCD000", 15), 10);
    w.hand_ms += 59999;
    assert_int_equal(wrong(t, "127.0.0.1", "ABCD000", 1), 0);
    w.hand_ms += 1;
    assert_int_equal(wrong(t, "127.0.0.1", "ABCD000", 15), 10);
    tries_free(t);
}

static void a_hundred_an_hour_of_an_address(void **state)
{
    struct world w;
    struct tries *t;
    int taken = 0;

    (void)state;
    world_by_hand(&w, 1000, 1);
    t = tries_new(&w);
    for (int i = 0; i < 500; i++) {
        char prefix[16];

        snprintf(prefix, sizeof(prefix), "%04d", i);
        taken += wrong(t, "2001:db8::1", prefix, 1);
    }
    assert_int_equal(taken, 100);
    assert_false(tries_spent(t, "2001:db8::2", "0000"));
    w.hand_ms += 3600000;
    assert_int_equal(wrong(t, "2001:db8::1", "0000", 1), 1);
    tries_free(t);
}

static void many_addresses_cost_no_more(void **state)
{
    struct world w;
    struct tries *t;

    (void)state;
    world_by_hand(&w, 1000, 1);
    t = tries_new(&w);
    for (int i = 0; i < 50000; i++) {
        char address[32];

        snprintf(address, sizeof(address), "10.%d.%d.%d", i >> 16, i >> 8 & 255, i & 255);
        assert_int_equal(wrong(t, address, "", 1), 1);
    }
    assert_int_equal(wrong(NULL, "10.0.0.1", "ABCD", 20), 20); /* no table, no limit */
    assert_int_equal(wrong(t, "", "", 1), 1);
    tries_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_a_minute_of_an_address_and_prefix),
        cmocka_unit_test(a_hundred_an_hour_of_an_address),
        cmocka_unit_test(many_addresses_cost_no_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
