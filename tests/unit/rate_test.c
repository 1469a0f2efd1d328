/*
 * rate_test.c — intervals against the sheet's vectors and against their definition, and
 * what is shown of a rate.
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
#include "domain/rate.h"

static const struct {
    int64_t k, n;
    const char *low, *high; /* to six digits */
} vectors[] = {
    {0, 5, "0.000000", "0.434482"},       {3, 3, "0.438503", "1.000000"},
    {9, 10, "0.595850", "0.982124"},      {10, 10, "0.722467", "1.000000"},
    {29, 30, "0.833296", "0.994091"},     {30, 30, "0.886487", "1.000000"},
    {95, 100, "0.888250", "0.978456"},    {100, 100, "0.963007", "1.000000"},
    {1960, 2000, "0.972881", "0.985278"}, {10256, 10288, "0.995612", "0.997796"},
    {0, 0, "0.000000", "1.000000"},
};

static void intervals_are_the_sheets(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(vectors); i++) {
        struct rate r = rate_of(vectors[i].k, vectors[i].n);
        char low[16], high[16];

        snprintf(low, sizeof(low), "%.6f", r.low);
        snprintf(high, sizeof(high), "%.6f", r.high);
        if (strcmp(low, vectors[i].low) != 0 || strcmp(high, vectors[i].high) != 0)
            fail_msg("%lld/%lld: %s-%s", (long long)vectors[i].k, (long long)vectors[i].n,
                     low, high);
    }
}

/* The ends are the two shares p whose own error bar just reaches k/n. */
static void intervals_keep_their_definition(void **state)
{
    (void)state;
    for (int64_t n = 1; n <= 300; n++)
        for (int64_t k = 0; k <= n; k++) {
            struct rate r = rate_of(k, n);
            double share = (double)k / (double)n, ends[2] = {r.low, r.high};

            assert_true(0 <= r.low && r.low <= share && share <= r.high && r.high <= 1);
            assert_true((k == 0) == (r.low == 0) && (k == n) == (r.high == 1));
            for (int e = 0; e < 2; e++)
                if ((e == 0 && k > 0) || (e == 1 && k < n))
                    assert_true(fabs(fabs(share - ends[e]) /
                                         sqrt(ends[e] * (1 - ends[e]) / (double)n) -
                                     1.959963985) < 1e-9);
        }
}

static const struct {
    int64_t k, n;
    int share, low, high;
    bool comparable;
} shown[] = {
    {0, 0, 0, 0, 1000, false},           {0, 5, 0, 0, 435, false},
    {3, 3, 1000, 438, 1000, false},      {29, 30, 967, 833, 995, true},
    {28, 29, 966, 828, 994, false},      {95, 100, 950, 888, 979, true},
    {9999, 10000, 999, 999, 1000, true}, /* one was not: it is never all of them */
    {1, 10000, 1, 0, 1, true},           /* and one was: it is never none */
    {10256, 10288, 997, 995, 998, true}, {1, 3, 333, 61, 793, false},
    {2, 3, 667, 207, 939, false},
};

static void rates_are_shown_honestly(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(shown); i++) {
        struct rate r = rate_of(shown[i].k, shown[i].n);

        if (rate_permille(&r) != shown[i].share ||
            rate_low_permille(&r) != shown[i].low ||
            rate_high_permille(&r) != shown[i].high ||
            rate_comparable(&r) != shown[i].comparable)
            fail_msg("%lld/%lld: %d, %d-%d", (long long)shown[i].k, (long long)shown[i].n,
                     rate_permille(&r), rate_low_permille(&r), rate_high_permille(&r));
    }
}

static void a_share_is_written_with_one_digit(void **state)
{
    static const struct {
        int permille;
        const char *text;
    } rows[] = {{0, "0.0%"}, {1, "0.1%"}, {50, "5.0%"}, {999, "99.9%"}, {1000, "100.0%"}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char text[RATE_TEXT];

        rate_text(rows[i].permille, text);
        assert_string_equal(text, rows[i].text);
    }
}

static void grades_make_rates(void **state)
{
    struct grade_counts g = {{7, 1, 2, 4, 8, 16}}, sum = {{0}};

    (void)state;
    assert_int_equal(grades_rated(&g), 31); /* not the seven without an overall grade */
    assert_int_equal(grades_good(&g).k, 28);
    assert_int_equal(grades_strict(&g).k, 24);
    assert_int_equal(grades_bad(&g).k, 3);
    assert_int_equal(grades_bad(&g).n, 31);
    grades_add(&sum, &g);
    grades_add(&sum, &g);
    for (int i = 0; i <= 5; i++)
        assert_int_equal(sum.of[i], 2 * g.of[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_are_the_sheets),
        cmocka_unit_test(intervals_keep_their_definition),
        cmocka_unit_test(rates_are_shown_honestly),
        cmocka_unit_test(a_share_is_written_with_one_digit),
        cmocka_unit_test(grades_make_rates),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
