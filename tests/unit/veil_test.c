/*
 * veil_test.c — whoever sees all but the small parts learns nothing of them from the
 * total: any of their counts gives the same range.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "domain/veil.h"
#include "tests/unit/assess_book.h"

enum { LEAST = 5 };

static struct scheme three_parts(int prior_weight, bool adjust)
{
    static const enum measure measures[] = {MEASURE_GOOD, MEASURE_ATTITUDE,
                                            MEASURE_RECTIFICATION};
    static const int weights[] = {5000, 3000, 2000};
    struct scheme s = scheme_of(3, measures, weights);

    s.rules.prior_rate = 9000; /* that anybody knows */
    s.rules.prior_weight = prior_weight;
    s.rules.adjust = adjust;
    return s;
}

static struct veil veil_of(const struct scheme *s, struct assess_count small)
{
    struct assess_book b = {0};
    struct assess_unit *u = book_put(&b, "YB", 0, 90, 100);
    struct assess_score *scores;
    struct veil out;

    u->counts[MEASURE_ATTITUDE] = (struct assess_count){.k = 40, .n = 41};
    u->counts[MEASURE_RECTIFICATION] = small;
    scores = assess_scores(s, &b);
    out = veil_over(s, &scores[0], LEAST);
    assert_true(!out.drawn || (out.low * 1000000 <= scores[0].total &&
                               scores[0].total <= out.high * 1000000));
    assert_int_equal(veil_hides(&scores[0].parts[2], LEAST), out.drawn);
    assert_false(veil_over(s, &scores[0], 0).drawn);
    free(scores);
    assess_book_free(&b);
    return out;
}

static void one_hidden_part_is_not_told_by_the_total(void **state)
{
    static const int weights[] = {0, 1, 60, 10000};

    (void)state;
    for (size_t w = 0; w < LENGTH(weights); w++) {
        struct scheme s = three_parts(weights[w], false);
        struct veil first = veil_of(&s, (struct assess_count){.k = 0, .n = 1});

        assert_true(first.drawn);
        assert_true(first.low < first.high);
        for (int n = 1; n < LEAST; n++)
            for (int k = 0; k <= n; k++) {
                struct veil v = veil_of(&s, (struct assess_count){.k = k, .n = n});

                assert_int_equal(v.low, first.low);
                assert_int_equal(v.high, first.high);
            }
    }
}

static void what_is_shown_needs_no_range(void **state)
{
    struct scheme s = three_parts(60, false);

    (void)state;
    assert_false(veil_of(&s, (struct assess_count){.k = 4, .n = 5}).drawn);
    assert_false(veil_of(&s, (struct assess_count){.k = 0, .n = 0}).drawn);
}

/* The good rate is moved by how its few were rated: it may be anything. */
static void an_adjusted_part_may_be_anything(void **state)
{
    struct scheme s = three_parts(60, true);
    struct assess_book b = {0};
    struct assess_unit *u = book_put(&b, "YB", 0, 1, 2);
    struct assess_score *scores;
    struct veil out;

    (void)state;
    u->counts[MEASURE_ATTITUDE] = (struct assess_count){.k = 40, .n = 41};
    u->counts[MEASURE_RECTIFICATION] = (struct assess_count){.k = 9, .n = 9};
    scores = assess_scores(&s, &b);
    out = veil_over(&s, &scores[0], LEAST);
    assert_true(out.drawn);
    assert_true(out.high - out.low >= 5000 && out.high - out.low <= 5001);
    free(scores);
    assess_book_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_hidden_part_is_not_told_by_the_total),
        cmocka_unit_test(what_is_shown_needs_no_range),
        cmocka_unit_test(an_adjusted_part_may_be_anything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
