/*
 * difference_test.c — differences are taken within strata only, and their intervals hold
 * what is true about as often as they say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "domain/indicator.h"

static void near(double got, double want)
{
    if (fabs(got - want) > 5e-7)
        fail_msg("%.9f and not %.9f", got, want);
}

/* By hand: 40 of 50 with, 30 of 60 without; q1 = 42/54 * 12/54, q0 = 32/64 * 32/64. */
static void one_stratum(void **state)
{
    struct difference_sum e = {0}, d = {0};
    struct difference out;
    /* 1 2 3 and 2 4 6 8: means 2 and 5, variances 1 and 20/3 */
    const struct difference_days with = {3, 6, 14}, without = {4, 20, 120};

    (void)state;
    difference_add_share(&e, &(struct difference_share){40, 50},
                         &(struct difference_share){30, 60});
    out = difference_of_shares(&e);
    near(out.value, 0.3);
    near(out.high - out.value, 1.959963985 * sqrt(42. / 54 * 12 / 54 / 50 + .25 / 60));
    near(out.value - out.low, out.high - out.value);
    assert_true(out.known && out.comparable && out.with == 50 && out.without == 60);
    difference_add_days(&d, &with, &without);
    out = difference_of_days(&d);
    near(out.value, -3);
    near(out.high - out.value, 1.959963985 * sqrt(1. / 3 + 20. / 3 / 4));
    assert_true(out.known && !out.comparable);
}

/* The service goes to the slow matter more often; within each it changes nothing. */
static void like_with_like(void **state)
{
    struct difference_sum days = {0}, good = {0};
    /* fast: 1 or 3 days, slow: 9 or 11 */
    const struct difference_days fast_with = {2, 4, 10}, fast_without = {200, 400, 1000},
                                 slow_with = {200, 2000, 20200},
                                 slow_without = {2, 20, 202};

    (void)state;
    difference_add_days(&days, &fast_with, &fast_without);
    difference_add_days(&days, &slow_with, &slow_without);
    near(difference_of_days(&days).value, 0);
    difference_add_share(&good, &(struct difference_share){9, 10},
                         &(struct difference_share){900, 1000});
    difference_add_share(&good, &(struct difference_share){500, 1000},
                         &(struct difference_share){5, 10});
    near(difference_of_shares(&good).value, 0);
    assert_int_equal(difference_of_shares(&good).with, 1010);
}

static void nothing_to_compare(void **state)
{
    struct difference_sum e = {0};
    const struct difference_days many = {100, 300, 1000}, one = {1, 3, 9},
                                 none = {50, 0, 0};

    (void)state;
    assert_false(difference_of_days(&e).known);
    difference_add_days(&e, &many, &one);
    difference_add_days(&e, &one, &many);
    difference_add_days(&e, &none, &none); /* done on the spot in any case */
    difference_add_share(&e, &(struct difference_share){0, 0},
                         &(struct difference_share){50, 100});
    assert_false(difference_of_days(&e).known);
    assert_false(difference_of_shares(&e).known);
    difference_add_share(&e, &(struct difference_share){29, 29},
                         &(struct difference_share){900, 900});
    assert_true(difference_of_shares(&e).known);
    assert_false(difference_of_shares(&e).comparable);
    /* Everybody satisfied on both sides: no difference, but not known to the last bit. */
    near(difference_of_shares(&e).value, 0);
    assert_true(difference_of_shares(&e).high > 0.02);
}

static uint32_t lot(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)*seed * below) >> 32);
}

/* Three strata of unlike size and level; the true differences are 4 points and 0 days. */
static void intervals_hold_the_truth(void **state)
{
    enum { TURNS = 4000, STRATA = 3 };
    static const int level[STRATA] = {900, 700, 500}, n1[STRATA] = {40, 60, 25},
                     n0[STRATA] = {200, 90, 300}, least[STRATA] = {1, 5, 10};
    uint32_t seed = 99;
    int held = 0, held_days = 0;

    (void)state;
    for (int turn = 0; turn < TURNS; turn++) {
        struct difference_sum good = {0}, days = {0};
        struct difference out;

        for (int s = 0; s < STRATA; s++) {
            struct difference_share share[2] = {{0, n0[s]}, {0, n1[s]}};
            struct difference_days took[2] = {{n0[s], 0, 0}, {n1[s], 0, 0}};

            for (int side = 0; side < 2; side++)
                for (int i = 0; i < share[side].n; i++) {
                    int day = least[s] + (int)lot(&seed, (uint32_t)(3 + 4 * s));

                    share[side].k += lot(&seed, 1000) < (uint32_t)(level[s] + 40 * side);
                    took[side].sum += day;
                    took[side].squares += day * day;
                }
            difference_add_share(&good, &share[1], &share[0]);
            difference_add_days(&days, &took[1], &took[0]);
        }
        out = difference_of_shares(&good);
        held += out.low <= 0.04 && 0.04 <= out.high;
        out = difference_of_days(&days);
        held_days += out.low <= 0 && 0 <= out.high;
    }
    print_message("intervals held %d and %d of %d\n", held, held_days, TURNS);
    assert_true(held > TURNS * 94 / 100 && held < TURNS * 99 / 100);
    assert_true(held_days > TURNS * 93 / 100 && held_days < TURNS * 97 / 100);
}

/* == Indicators =================================================================== */

static int packed(int services, int window, int trips, int again)
{
    return case_traits_pack(&(struct case_traits){services, window, trips, again});
}

static void sums_of_a_year(void **state)
{
    struct indicators in = {0};
    const struct indicator_row rows[] = {
        {"A", "甲局", "m1", packed(1, 1, 1, 0), 10, 20, 60},
        {"A", "甲局", "m1", packed(0, 0, 2, 1), 20, 80, 400},
        {"A", "甲局", "m2", packed(-1, 1, -1, -1), 5, 0, 0},
        {"B", "乙局", "m1", packed(9, -1, 7, 0), 4, 8, 20},
    };
    struct difference e;

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        indicators_add(&in, &rows[i]);
    indicators_end(&in);
    assert_int_equal(in.count, 2);
    assert_string_equal(in.units[1].name, "乙局");
    assert_true(in.all.services[SERVICE_AGENT].k == 14 &&
                in.all.services[SERVICE_AGENT].n == 34);
    assert_true(in.all.services[SERVICE_EARLY].k == 4 && in.all.window.k == 15 &&
                in.all.window.n == 35 && in.all.again.k == 20 && in.all.again.n == 34);
    assert_true(in.all.trips[1] == 10 && in.all.trips[2] == 20 && in.all.trips[4] == 4 &&
                in.all.trips_n == 34 && in.all.trips_sum == 78);
    assert_true(in.units[0].window.n == 35 && in.units[1].window.n == 0);
    /* Only m1 of A has both sides; B's is another department's. */
    e = difference_of_days(&in.services[SERVICE_AGENT].days);
    assert_true(e.with == 10 && e.without == 20);
    near(e.value, 2 - 4);
    assert_int_equal(in.services[SERVICE_AGENT].with.n, 14);
    /* Of one channel only. */
    indicators_add_grades(&in, "A", "m1", rows[0].packed, 0,
                          &(struct grade_counts){{0, 1, 0, 0, 0, 9}});
    indicators_add_grades(&in, "A", "m1", rows[1].packed, 1,
                          &(struct grade_counts){{0, 1, 0, 0, 0, 9}});
    indicators_end(&in);
    assert_false(difference_of_shares(&in.services[SERVICE_AGENT].good).known);
    indicators_add_grades(&in, "A", "m1", rows[0].packed, 1,
                          &(struct grade_counts){{3, 0, 0, 4, 0, 0}});
    indicators_add_grades(&in, "A", "m1", rows[1].packed, 1,
                          &(struct grade_counts){{0, 1, 1, 0, 0, 2}});
    indicators_end(&in);
    e = difference_of_shares(&in.services[SERVICE_AGENT].good);
    assert_true(e.known && e.with == 4 && e.without == 4);
    near(e.value, 0.5);
    indicators_free(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_stratum),        cmocka_unit_test(like_with_like),
        cmocka_unit_test(nothing_to_compare), cmocka_unit_test(intervals_hold_the_truth),
        cmocka_unit_test(sums_of_a_year),
    };

    return cmocka_run_group_tests_name("difference", tests, NULL, NULL);
}
