/*
 * part_sum_test.c — the line that is shown is the sum that was done: each is worked out
 * again from its own numbers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "tests/unit/assess_book.h"
#include "web/part_sum.h"

/* Two departments, rated by SMS later than a day and at once by ticket. */
static void fill(struct assess_book *b)
{
    int late = assess_stratum(0, 2, 0), soon = assess_stratum(1, 0, 0);

    book_put(b, "a", late, 80, 100);
    book_put(b, "a", soon, 48, 50);
    book_put(b, "b", late, 15, 20);
    book_put(b, "b", soon, 190, 200);
}

static void line_of(const struct scheme *s, const struct assess_book *b, size_t unit,
                    struct buf *out, struct part_score *part)
{
    struct assess_score *scores = assess_scores(s, b);
    struct assess_adjustment a;

    *part = scores[unit].parts[0];
    assess_adjust(s, b, unit, &a);
    part_sum_text(part, &a, out);
    free(scores);
}

static void the_plain_line(void **state)
{
    struct scheme s = good_only();
    struct assess_book b = {NULL, 0};
    struct buf out = buf_new(1024);
    struct part_score part;

    (void)state;
    fill(&b);
    s.rules.prior_rate = 9500;
    line_of(&s, &b, 0, &out, &part);
    assert_string_equal(buf_text(&out),
                        "(128 + 60 × 0.950000000) ÷ (150 + 60) × 100 = 88.0952");
    buf_clear(&out);
    part_points_text(&s.parts[0], &part, &out);
    assert_string_equal(buf_text(&out), "100.00 % × 88.0952 = 88.09520000");
    buf_free(&out);
    assess_book_free(&b);
}

/* Peers got 95/120 late and 238/250 soon, 333/370 in all; E = 100·P + 50·P. */
static void the_adjusted_line(void **state)
{
    struct scheme s = good_only();
    struct assess_book b = {NULL, 0};
    struct buf out = buf_new(1024);
    struct part_score part;
    double k, e, n, own, m, p, score;

    (void)state;
    fill(&b);
    s.rules.adjust = true;
    line_of(&s, &b, 0, &out, &part);
    assert_int_equal(sscanf(buf_text(&out), "(%lf − %lf + %lf × %lf + %lf × %lf)", &k, &e,
                            &n, &own, &m, &p),
                     6);
    score = strtod(strstr(buf_text(&out), "= ") + 2, NULL);
    assert_true(k == 128 && n == 150 && m == 60);
    assert_true(fabs(e - (100 * 95.0 / 120 + 50 * 238.0 / 250)) < 1e-6);
    assert_true(fabs(own - 333.0 / 370) < 1e-8);
    assert_true(fabs((k - e + n * own + m * p) / (n + m) * 100 - score) < 0.00005);
    assert_true(fabs(score - part.score / 10000.0) < 1e-9);
    buf_free(&out);
    assess_book_free(&b);
}

static void what_is_not_known_has_no_line(void **state)
{
    const struct part_score none = {.score = ASSESS_NONE, .prior_rate = -1};
    const struct part_score mark = {.score = 935000, .prior_rate = -1};
    const struct scheme_part part = {.weight = 4000};
    struct buf out = buf_new(1024);
    char text[32];

    (void)state;
    part_sum_text(&none, NULL, &out);
    part_sum_text(&mark, NULL, &out);
    part_points_text(&part, &none, &out);
    assert_string_equal(buf_text(&out), "");
    part_points_text(&part, &mark, &out);
    assert_string_equal(buf_text(&out), "40.00 % × 93.5000 = 37.40000000");
    points_exact_text(ASSESS_NONE, text);
    assert_string_equal(text, "—");
    points_exact_text(INT64_C(10000000000), text);
    assert_string_equal(text, "100.00000000");
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_plain_line),
        cmocka_unit_test(the_adjusted_line),
        cmocka_unit_test(what_is_not_known_has_no_line),
    };

    return cmocka_run_group_tests_name("sums", tests, NULL, NULL);
}
