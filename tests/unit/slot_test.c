/* slot_test.c — slots go round, rest, and run out. */
#include "domain/slot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define DAY INT64_C(86400000)
enum { NOW_DAYS = 1000 };

static int choose(const struct slot_use *used, size_t count)
{
    return slot_choose(used, count, NOW_DAYS * DAY, 30 * DAY);
}

static void slots_go_round(void **state)
{
    static const struct {
        struct slot_use used[4];
        size_t count;
        int want;
    } rows[] = {
        {{{0, 0}}, 0, 10},
        {{{10, 999 * DAY}}, 1, 11},
        {{{10, 998 * DAY}, {11, 999 * DAY}}, 2, 12},
        {{{11, 999 * DAY}, {10, 998 * DAY}}, 2, 12}, /* in any order */
        {{{99, 999 * DAY}}, 1, 10},                  /* round */
        {{{99, 999 * DAY}, {10, 980 * DAY}}, 2, 11}, /* skips one that rests */
        {{{99, 999 * DAY}, {10, 970 * DAY}},
         2,
         11}, /* thirty days to the millisecond rest */
        {{{99, 999 * DAY}, {10, 970 * DAY - 1}}, 2, 10},
        {{{15, 10 * DAY}}, 1, 16}, /* goes on even where all have rested */
        {{{0, 999 * DAY}, {7, 999 * DAY}, {100, 999 * DAY}}, 3, 10}, /* not slots */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int got = choose(rows[i].used, rows[i].count);

        if (got != rows[i].want)
            fail_msg("row %zu: slot %d instead of %d", i, got, rows[i].want);
    }
}

static void all_resting_gives_none(void **state)
{
    struct slot_use used[90];

    (void)state;
    for (int i = 0; i < 90; i++)
        used[i] = (struct slot_use){10 + i, (NOW_DAYS - 1) * DAY + i};
    assert_int_equal(choose(used, 90), SLOT_NONE);
    used[40].used_ms = 0;
    assert_int_equal(choose(used, 90), 50);
}

static void sender_carries_the_slot(void **state)
{
    char sender[SENDER_SIZE];

    (void)state;
    slot_sender("1069012345", 12, sender);
    assert_string_equal(sender, "106901234512");
    slot_sender("1069012345", SLOT_NONE, sender);
    assert_string_equal(sender, "1069012345");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots_go_round),
        cmocka_unit_test(all_resting_gives_none),
        cmocka_unit_test(sender_carries_the_slot),
    };

    return cmocka_run_group_tests_name("slot", tests, NULL, NULL);
}
