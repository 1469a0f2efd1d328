/*
 * odds_test.c — exact tails: textbook numbers, every small table against whole-number
 * binomials, and great counts that must neither overflow nor lose their sum.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "domain/odds.h"

static void assert_near(double got, double want, const char *what)
{
    if (fabs(got - want) > 1e-12 + 1e-10 * fabs(want))
        fail_msg("%s: %.17g instead of %.17g", what, got, want);
}

static double choose(int n, int k)
{
    double c = 1;

    if (k < 0 || k > n)
        return 0;
    for (int i = 1; i <= k; i++)
        c = c * (n - k + i) / i; /* whole and below 2^53 for the sizes used here */
    return c;
}

static void textbook_numbers(void **state)
{
    struct odds tea = odds_drawn(4, 4, 8, 1), coin = odds_binomial(10, 0.5),
                rare = odds_binomial(1000, 0.0031);

    (void)state;
    assert_near(odds_upper(&tea, 3), 17.0 / 70, "the lady's tea");
    assert_near(odds_upper(&coin, 8), 56.0 / 1024, "eight of ten");
    assert_near(odds_lower(&coin, 8), 1 - 11.0 / 1024, "up to eight");
    assert_near(odds_upper(&coin, 11), 0, "more than there are");
    assert_near(odds_upper(&coin, -3), 1, "any");
    assert_near(odds_mean(&coin), 5, "mean");
    assert_near(odds_lower(&rare, 0), pow(1 - 0.0031, 1000), "none of a thousand");
    assert_int_equal(odds_limit(&coin, 56.0 / 1024 + 1e-15), 8);
    assert_int_equal(odds_limit(&coin, 56.0 / 1024 - 1e-15), 9);
    assert_int_equal(odds_limit(&coin, 1e-9), 11); /* out of reach */
    odds_free(&tea);
    odds_free(&coin);
    odds_free(&rare);
}

static void nothing_and_certain(void **state)
{
    const struct tally none = {0, 0}, some = {3, 10};
    struct odds o[] = {odds_binomial(0, 0.3),
                       odds_binomial(7, 0),
                       odds_binomial(7, 1),
                       odds_drawn(0, 0, 0, 1),
                       odds_drawn(5, 0, 9, 3),
                       odds_drawn(5, 3, 5, 0.5),
                       odds_changed(some, none, some, some, 2),
                       odds_changed(some, some, none, some, 2),
                       odds_changed(none, some, some, some, 2)};
    const int64_t at[] = {0, 0, 7, 0, 0, 3, 0, 3, 3};

    (void)state;
    for (size_t i = 0; i < sizeof(o) / sizeof(o[0]); i++) {
        if (o[i].count != 1 || o[i].least != at[i])
            fail_msg("row %zu: %zu counts from %lld", i, o[i].count,
                     (long long)o[i].least);
        odds_free(&o[i]);
    }
}

/* Every table of up to nine, in every place of its distribution. */
static void small_tables_are_exact(void **state)
{
    (void)state;
    for (int all = 1; all <= 9; all++)
        for (int bad = 0; bad <= all; bad++)
            for (int drawn = 0; drawn <= all; drawn++) {
                const double times = 0.5 + (all + bad) % 3;
                struct odds o = odds_drawn(drawn, bad, all, times);

                for (int at = 0; at <= drawn; at++) {
                    double sum = 0, whole = 0;

                    for (int x = 0; x <= drawn; x++) {
                        double w =
                            choose(bad, x) * choose(all - bad, drawn - x) * pow(times, x);

                        whole += w;
                        sum += x >= at ? w : 0;
                    }
                    assert_near(odds_upper(&o, at), sum / whole, "drawn");
                }
                odds_free(&o);
            }
}

/* The same change twice: the conditional distribution, written out. */
static void two_tables_are_exact(void **state)
{
    (void)state;
    for (int row = 0; row < 4000; row++) {
        const int hb = row % 5, ha = 1 + row / 5 % 5, tb = 3 + row / 25 % 4,
                  ta = 2 + row / 100 % 5;
        const struct tally here_before = {hb / 2, hb}, here_after = {row % (ha + 1), ha},
                           there_before = {row / 7 % (tb + 1), tb},
                           there_after = {row / 3 % (ta + 1), ta};
        const int bad = (int)(here_before.bad + here_after.bad),
                  bad_there = (int)(there_before.bad + there_after.bad),
                  sum = (int)(here_after.bad + there_after.bad);
        const double times = 0.5 + row % 4;
        struct odds o =
            odds_changed(here_before, here_after, there_before, there_after, times);
        double whole = 0, upper = 0;

        for (int x = 0; x <= ha; x++) {
            double w = choose(ha, x) * choose(hb, bad - x) * choose(ta, sum - x) *
                       choose(tb, bad_there - sum + x) * pow(times, x);

            whole += w;
            upper += x >= here_after.bad ? w : 0;
        }
        assert_near(odds_upper(&o, here_after.bad), upper / whole, "two tables");
        odds_free(&o);
    }
}

static void sums_are_convolved(void **state)
{
    struct odds a = odds_binomial(6, 0.25), b = odds_binomial(9, 0.25),
                both = odds_binomial(15, 0.25), certain = odds_certain(4);

    (void)state;
    odds_add(&a, &b);
    odds_add(&a, &certain);
    for (int at = 0; at <= 15; at++)
        assert_near(odds_upper(&a, at + 4), odds_upper(&both, at), "sum");
    odds_free(&a);
    odds_free(&b);
    odds_free(&both);
    odds_free(&certain);
}

static void great_counts_stay_whole(void **state)
{
    struct odds o[] = {
        odds_binomial(2000000, 0.05),
        odds_drawn(1000000, 300000, 3000000, 1.5),
        odds_changed((struct tally){90000, 1000000}, (struct tally){10, 1000000},
                     (struct tally){50, 1000000}, (struct tally){90000, 1000000}, 1),
    };

    (void)state;
    for (size_t i = 0; i < sizeof(o) / sizeof(o[0]); i++) {
        assert_near(odds_upper(&o[i], 0), 1, "whole");
        assert_true(o[i].count < 60000);
        odds_free(&o[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(textbook_numbers),
        cmocka_unit_test(nothing_and_certain),
        cmocka_unit_test(small_tables_are_exact),
        cmocka_unit_test(two_tables_are_exact),
        cmocka_unit_test(sums_are_convolved),
        cmocka_unit_test(great_counts_stay_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
