/*
 * dice_test.c — the generator against its authors' vector, the functions against libm,
 * the variates against their own moments, all of it from seeds that are printed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>

#include "base/compiler.h"
#include "domain/dice.h"

enum { THROWS = 200000 };

static void the_generator_is_its_authors(void **state)
{
    static const uint64_t expected[] = {11520,
                                        0,
                                        1509978240,
                                        1215971899390074240,
                                        1216172134540287360,
                                        607988272756665600};
    struct dice d = {.state = {1, 2, 3, 4}};

    (void)state;
    for (size_t i = 0; i < LENGTH(expected); i++)
        assert_true(dice_bits(&d) == expected[i]);
    d = dice_seeded(0);
    assert_true(d.state[0] == 0xe220a8397b1dcdafu);
}

static void logarithm_and_exponential_are_right(void **state)
{
    struct dice d = dice_seeded(1);

    (void)state;
    for (int i = 0; i < THROWS; i++) {
        double x = ldexp(1 + dice_unit(&d), (int)dice_below(&d, 200) - 100), y = log(x);

        if (fabs(dice_log(x) - y) > 1e-15 + 4e-16 * fabs(y))
            fail_msg("log %a is %a, not %a", x, dice_log(x), y);
        y = 1400 * dice_unit(&d) - 700;
        if (fabs(dice_exp(y) / exp(y) - 1) > 1e-14)
            fail_msg("exp %a is %a, not %a", y, dice_exp(y), exp(y));
    }
    assert_true(dice_log(1) == 0 && dice_exp(0) == 1 && dice_exp(-800) == 0);
}

static void below_is_even(void **state)
{
    struct dice d = dice_seeded(7);
    int64_t seen[7] = {0};

    (void)state;
    for (int i = 0; i < THROWS; i++)
        seen[dice_below(&d, 7)]++;
    for (int i = 0; i < 7; i++)
        assert_true(fabs((double)seen[i] - THROWS / 7.0) < 5 * sqrt(THROWS / 7.0));
    assert_int_equal(dice_below(&d, 1), 0);
}

/* Mean and variance of a kind of variate, within five deviations of what they must be. */
static void moments(const char *what, uint64_t seed, double (*draw)(struct dice *),
                    double mean, double variance)
{
    struct dice d = dice_seeded(seed);
    double sum = 0, squares = 0;

    for (int i = 0; i < THROWS; i++) {
        double x = draw(&d);

        sum += x;
        squares += (x - mean) * (x - mean);
    }
    if (fabs(sum / THROWS - mean) > 5 * sqrt(variance / THROWS) ||
        fabs(squares / THROWS / variance - 1) > 0.05)
        fail_msg("%s, seed %llu: mean %g for %g, variance %g for %g", what,
                 (unsigned long long)seed, sum / THROWS, mean, squares / THROWS,
                 variance);
}

static double gamma_small(struct dice *d)
{
    return dice_gamma(d, 0.3);
}

static double gamma_large(struct dice *d)
{
    return dice_gamma(d, 40);
}

static double beta_skewed(struct dice *d)
{
    return dice_beta(d, 57, 3);
}

static double beta_small(struct dice *d)
{
    return dice_beta(d, 0.5, 0.5);
}

static double few(struct dice *d)
{
    return (double)dice_binomial(d, 20, 0.95);
}

static double many(struct dice *d)
{
    return (double)dice_binomial(d, 5000, 0.97);
}

static void variates_have_their_moments(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        moments("unit", seed, dice_unit, 0.5, 1 / 12.0);
        moments("normal", seed, dice_normal, 0, 1);
        moments("gamma 0.3", seed, gamma_small, 0.3, 0.3);
        moments("gamma 40", seed, gamma_large, 40, 40);
        moments("beta 57 3", seed, beta_skewed, 0.95, 0.95 * 0.05 / 61);
        moments("beta 1/2 1/2", seed, beta_small, 0.5, 0.125);
        moments("binomial 20", seed, few, 19, 0.95);
        moments("binomial 5000", seed, many, 4850, 145.5);
    }
}

static void ends_are_certain(void **state)
{
    struct dice d = dice_seeded(3);

    (void)state;
    for (int i = 0; i < 100; i++) {
        assert_int_equal(dice_binomial(&d, 1000, 0), 0);
        assert_int_equal(dice_binomial(&d, 1000, 1), 1000);
        assert_int_equal(dice_binomial(&d, 0, 0.5), 0);
    }
}

/* The bytes that every machine must get; whoever changes them breaks every replay. */
static void the_same_on_every_machine(void **state)
{
    struct dice d = dice_seeded(20261128);
    char said[256];
    int length = 0;

    (void)state;
    length +=
        snprintf(said + length, sizeof(said) - (size_t)length, "%a ", dice_normal(&d));
    length += snprintf(said + length, sizeof(said) - (size_t)length, "%a ",
                       dice_gamma(&d, 0.2));
    length += snprintf(said + length, sizeof(said) - (size_t)length, "%a ",
                       dice_beta(&d, 95, 5));
    snprintf(said + length, sizeof(said) - (size_t)length, "%lld",
             (long long)dice_binomial(&d, 100000, 0.25));
    assert_string_equal(said, "0x1.bc6d49dc34b5bp-1 0x1.59e8d15080b88p-3 "
                              "0x1.d41d024b026bep-1 25167");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_generator_is_its_authors),
        cmocka_unit_test(logarithm_and_exponential_are_right),
        cmocka_unit_test(below_is_even),
        cmocka_unit_test(variates_have_their_moments),
        cmocka_unit_test(ends_are_certain),
        cmocka_unit_test(the_same_on_every_machine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
