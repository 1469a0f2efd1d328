/*
 * weights_lab_test.c — the sheet's vectors; and shares, ranges and chances against a
 * plainer way of computing each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "domain/dice.h"
#include "domain/weights_lab.h"
#include "tests/unit/assess_book.h"

static void near(const char *what, double got, double expected, double by)
{
    if (!(fabs(got - expected) <= by))
        fail_msg("%s: %.9g for %.9g", what, got, expected);
}

static void the_sheets_vectors(void **state)
{
    static const struct {
        double w, spread, rest, share;
    } rows[] = {
        {.35, .2, 3, .001287}, {.35, 1, 3, .031210}, {.35, 3, 3, .224771},
        {.5, 3, 3, .5},        {.35, 3, 5, .094514}, {.35, 0, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        near("share", lab_share(rows[i].w, rows[i].spread, rows[i].rest), rows[i].share,
             5e-7);
    near("ratio", lab_ratio(.35, .35, 0), 1.362770, 5e-7);
    near("there and back", lab_share(.35, lab_ratio(.35, .2, 0) * 3, 3), .2, 1e-12);
    near("even", lab_ratio(.5, .5, .3), 1, 1e-12);
}

/* == Cities of marks alone, so that every score is as the test says ================ */

enum { UNITS = 20, PARTS = 4 };

static const int mark_weights[PARTS] = {2000, 1500, 4000, 2500};

static struct scheme marks_scheme(const int *weights, size_t count)
{
    static const enum measure measures[PARTS] = {MEASURE_OPENNESS, MEASURE_DAILY,
                                                 MEASURE_SHEET, MEASURE_SHEET};

    struct scheme s = scheme_of(count, measures, weights);

    s.rules.comparable = 1;
    return s;
}

static void put_marks(struct assess_book *b, const char *code, const int32_t *marks,
                      size_t count)
{
    memcpy(book_put(b, code, 0, 30, 30)->marks, marks, count * sizeof(*marks));
}

static struct assess_book marks_city(uint64_t seed, int spread)
{
    struct assess_book b = {NULL, 0};
    struct dice d = dice_seeded(seed);

    for (int i = 0; i < UNITS; i++) {
        int32_t marks[PARTS], common = (int32_t)dice_below(&d, 20001);
        char code[16];

        snprintf(code, sizeof(code), "u%02d", i);
        for (int p = 0; p < PARTS; p++)
            marks[p] = 800000 + common + (int32_t)dice_below(&d, (uint64_t)spread + 1);
        put_marks(&b, code, marks, PARTS);
    }
    return b;
}

static double mean_of(const double *x)
{
    double sum = 0;

    for (int i = 0; i < UNITS; i++)
        sum += x[i];
    return sum / UNITS;
}

static double covariance_of(const double *x, const double *y)
{
    double mx = mean_of(x), my = mean_of(y), sum = 0;

    for (int i = 0; i < UNITS; i++)
        sum += (x[i] - mx) * (y[i] - my);
    return sum / UNITS;
}

static void effective_weights_are_shares_of_variance(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct assess_book b = marks_city(seed, seed % 5 == 0 ? 500 : 100000);
        struct scheme s = marks_scheme(mark_weights, PARTS);
        struct assess_score *scores = assess_scores(&s, &b);
        double part[PARTS][UNITS], total[UNITS] = {0};
        struct lab_effects e;
        int sum = 0;

        for (int i = 0; i < UNITS; i++)
            for (int p = 0; p < PARTS; p++) {
                part[p][i] = b.units[i].marks[p] / 10000.0;
                total[i] += part[p][i] * mark_weights[p] / 10000.0;
            }
        lab_effects(&s, &b, scores, 0, &e);
        assert_true(e.units == UNITS && e.apart);
        for (int p = 0; p < PARTS; p++) {
            near("share", e.parts[p].share,
                 mark_weights[p] * covariance_of(part[p], total) /
                     covariance_of(total, total),
                 0.51);
            near("spread", e.parts[p].spread, sqrt(covariance_of(part[p], part[p])),
                 1e-6);
            sum += e.parts[p].share;
        }
        assert_true(abs(sum - 10000) <= PARTS / 2);
        assert_true(abs(e.hall.share + e.rest.share - 10000) <= 1);
        assert_int_equal(e.hall.weight, 3500);
        free(scores);
        assess_book_free(&b);
    }
}

/* Drawn out to the spread that is said to be needed, the hall weighs what it should. */
static void the_spread_that_is_needed_is_enough(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct assess_book b = marks_city(seed, 40000);
        struct scheme s = marks_scheme(mark_weights, PARTS);
        struct assess_score *scores = assess_scores(&s, &b);
        struct lab_effects before, after;
        double factor;

        lab_effects(&s, &b, scores, 0, &before);
        free(scores);
        factor = before.needed / before.hall.spread;
        for (int p = 0; p < 2; p++)
            for (int i = 0; i < UNITS; i++)
                b.units[i].marks[p] =
                    850000 + (int32_t)lround((b.units[i].marks[p] - 830000) * factor);
        scores = assess_scores(&s, &b);
        lab_effects(&s, &b, scores, 0, &after);
        near("spread", after.hall.spread, before.needed, 1e-3);
        near("share", after.hall.share, 3500, 1);
        free(scores);
        assess_book_free(&b);
    }
}

static void where_all_are_alike_nothing_weighs(void **state)
{
    struct assess_book b = {NULL, 0};
    struct scheme s = marks_scheme(mark_weights, PARTS);
    struct assess_score *scores;
    struct lab_effects e;

    (void)state;
    scores = assess_scores(&s, &b);
    lab_effects(&s, &b, scores, 0, &e);
    assert_true(e.units == 0 && !e.apart && e.needed == 0);
    free(scores);
    for (int i = 0; i < 3; i++)
        put_marks(&b, (const char *[]){"a", "b", "c"}[i],
                  (const int32_t[]){900000, 900000, 900000, 900000}, PARTS);
    scores = assess_scores(&s, &b);
    lab_effects(&s, &b, scores, 0, &e);
    assert_true(e.units == 3 && !e.apart && e.hall.share == 0 && e.hall.spread == 0);
    free(scores);
    b.units[1].marks[0] += 10000; /* one part alone sets them apart */
    scores = assess_scores(&s, &b);
    lab_effects(&s, &b, scores, 0, &e);
    assert_true(e.apart && e.parts[0].share == 10000 && e.parts[2].share == 0);
    assert_true(e.needed == 0); /* against a rest that is all alike */
    free(scores);
    assess_book_free(&b);
}

/* == Ranges ======================================================================== */

static void two_units_cross_where_they_must(void **state)
{
    static const int weights[] = {2000, 1500, 6500};
    struct scheme s = marks_scheme(weights, 3);
    struct assess_book b = {NULL, 0};
    struct lab_range first, last;
    struct assess_score *scores;

    (void)state;
    /* The one leads by 10 points of the hall, the other by 10 of the rest. */
    put_marks(&b, "a", (const int32_t[]){900000, 900000, 800000}, 3);
    put_marks(&b, "b", (const int32_t[]){800000, 800000, 900000}, 3);
    scores = assess_scores(&s, &b);
    assert_true(lab_ranges(&s, &b, scores, 0, 1, &first, &last));
    assert_true(first.low == 0 && first.leaves_below == 2 && first.enters_below == 2);
    assert_int_equal(first.high, 4999); /* at 50.00 they are level; the code decides */
    assert_true(first.leaves_above == 1 && first.enters_above == 0);
    assert_true(last.low == 0 && last.high == 4999 && last.leaves_above == 0);
    assert_false(lab_ranges(&s, &b, scores, 0, 0, &first, &last));
    assert_false(lab_ranges(&s, &b, scores, 0, 2, &first, &last));
    s.parts[2].weight = 0;
    assert_false(lab_ranges(&s, &b, scores, 0, 1, &first, &last));
    free(scores);
    assess_book_free(&b);
}

/* Whether `unit` is among the k first (or last) at this weight, by plain sums. */
static bool plainly_among(const struct assess_book *b, int unit, int weight, size_t k,
                          bool first)
{
    int64_t own = 0;
    size_t before = 0;

    for (int j = -1; j < UNITS; j++) {
        const int32_t *m = b->units[j < 0 ? unit : j].marks;
        /* Times 3500·6500, so that it stays whole. */
        int64_t total =
            ((int64_t)m[0] * 2000 + (int64_t)m[1] * 1500) * weight / 500 * 65 +
            ((int64_t)m[2] * 4000 + (int64_t)m[3] * 2500) * (10000 - weight) / 500 * 35;

        if (j < 0)
            own = total;
        else if (j != unit)
            before += (total > own || (total == own && j < unit)) == first;
    }
    return before < k;
}

static void check_range(const struct assess_book *b, const struct lab_range *r, size_t k,
                        bool first)
{
    for (int weight = 0; weight <= SCHEME_WEIGHT_WHOLE; weight += 1) {
        bool same = true, near_end = weight > r->low - 3 && weight < r->high + 3;

        if (weight % 97 != 0 &&
            !(near_end && (weight < r->low + 3 || weight > r->high - 3)))
            continue;
        for (int i = 0; i < UNITS; i++)
            same = same && plainly_among(b, i, weight, k, first) ==
                               plainly_among(b, i, 3500, k, first);
        if (weight >= r->low && weight <= r->high)
            assert_true(same);
        if (weight == r->low - 1) {
            assert_false(same);
            assert_false(plainly_among(b, (int)r->leaves_below, weight, k, first));
            assert_true(plainly_among(b, (int)r->enters_below, weight, k, first));
        }
        if (weight == r->high + 1) {
            assert_false(same);
            assert_false(plainly_among(b, (int)r->leaves_above, weight, k, first));
            assert_true(plainly_among(b, (int)r->enters_above, weight, k, first));
        }
    }
}

static void ranges_end_where_somebody_changes(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 15; seed++) {
        struct assess_book b = marks_city(seed, 100000);
        struct scheme s = marks_scheme(mark_weights, PARTS);
        struct assess_score *scores = assess_scores(&s, &b);
        struct lab_range first, last;
        size_t k = 1 + seed % 5;

        assert_true(lab_ranges(&s, &b, scores, 0, k, &first, &last));
        check_range(&b, &first, k, true);
        check_range(&b, &last, k, false);
        free(scores);
        assess_book_free(&b);
    }
}

/* == Chance ======================================================================== */

static struct lab_chance *chances(const struct scheme *s, const struct assess_book *b,
                                  size_t k, int range, int draws, uint64_t seed,
                                  size_t *count)
{
    struct assess_score *scores = assess_scores(s, b);
    struct lab_chance *out = lab_chances(s, b, scores, 0, k, range, draws, seed, count);

    free(scores);
    return out;
}

static void of_two_parts_each_weight_is_as_likely(void **state)
{
    static const int weights[] = {3500, 0, 6500};
    struct scheme s = marks_scheme(weights, 3);
    struct assess_book b = {NULL, 0};
    struct lab_chance *out;
    size_t count;

    (void)state;
    put_marks(&b, "a", (const int32_t[]){900000, 1000000, 800000}, 3);
    put_marks(&b, "b", (const int32_t[]){800000, ASSESS_NONE, 900000}, 3);
    out = chances(&s, &b, 1, 2000, 40000, 8, &count);
    assert_int_equal(count, 2);
    /* a is first from 50.00 on, of 15.00 … 55.00. */
    near("a first", out[0].first[LAB_WEIGHTS] / 40000.0, 501 / 4001.0, 0.01);
    near("b last", out[1].last[LAB_BOTH] / 40000.0, 501 / 4001.0, 0.01);
    assert_int_equal(out[0].first[LAB_RATINGS], 0);
    free(out);
    assess_book_free(&b);
}

/* With three parts, every set of weights in the range is counted beforehand. */
static void of_three_parts_each_set_is_as_likely(void **state)
{
    static const int weights[] = {60, 3000, 6940};
    struct scheme s = marks_scheme(weights, 3);
    struct assess_book b = {NULL, 0};
    struct lab_chance *out;
    int all = 0, ahead = 0;
    size_t count;

    (void)state;
    for (int x = 0; x <= 160; x++)
        for (int y = 2900; y <= 3100; y++) {
            int z = 10000 - x - y;

            if (z < 6840 || z > 7040)
                continue;
            all++;
            ahead += 2 * x + y >= 3200;
        }
    /* Then a has 20000·x + 10000·y - 3200·10000 more than b. */
    put_marks(&b, "a", (const int32_t[]){920000 - 3200, 910000 - 3200, 900000 - 3200}, 3);
    put_marks(&b, "b", (const int32_t[]){900000, 900000, 900000}, 3);
    out = chances(&s, &b, 1, 100, 40000, 9, &count);
    near("a first", out[0].first[LAB_WEIGHTS] / 40000.0, ahead / (double)all, 0.012);
    free(out);
    assess_book_free(&b);
}

static void ratings_are_drawn_as_bands_are(void **state)
{
    struct scheme s = good_only();
    struct assess_book b = {NULL, 0};
    struct lab_chance *out, *again, *other;
    size_t count;

    (void)state;
    s.rules.prior_weight = 0;
    book_put(&b, "x", 0, 95, 100);
    book_put(&b, "y", 0, 90, 100);
    out = chances(&s, &b, 1, 500, 40000, 1, &count);
    assert_int_equal(out[0].first[LAB_WEIGHTS], 40000); /* one part has no other weight */
    near("x first", out[0].first[LAB_RATINGS] / 40000.0, 0.911009, 0.006);
    assert_int_equal(out[0].first[LAB_RATINGS], out[1].last[LAB_RATINGS]);
    again = chances(&s, &b, 1, 500, 40000, 1, &count);
    other = chances(&s, &b, 1, 500, 40000, 2, &count);
    assert_memory_equal(out, again, count * sizeof(*out));
    assert_memory_not_equal(out, other, count * sizeof(*out));
    free(out);
    free(again);
    free(other);
    out = chances(&s, &b, 2, 500, 1000, 1, &count);
    assert_int_equal(count, 0);
    free(out);
    assess_book_free(&b);
}

static void somebody_is_always_first_and_last(void **state)
{
    struct assess_book b = marks_city(4, 30000);
    struct scheme s = marks_scheme(mark_weights, PARTS);
    struct lab_chance *out;
    size_t count;

    (void)state;
    out = chances(&s, &b, 3, 500, 1000, 4, &count);
    assert_int_equal(count, UNITS);
    for (int cause = 0; cause < LAB_CAUSES; cause++) {
        int first = 0, last = 0;

        for (size_t i = 0; i < count; i++) {
            first += out[i].first[cause];
            last += out[i].last[cause];
        }
        assert_true(first == 3000 && last == 3000);
    }
    free(out);
    assess_book_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sheets_vectors),
        cmocka_unit_test(effective_weights_are_shares_of_variance),
        cmocka_unit_test(the_spread_that_is_needed_is_enough),
        cmocka_unit_test(where_all_are_alike_nothing_weighs),
        cmocka_unit_test(two_units_cross_where_they_must),
        cmocka_unit_test(ranges_end_where_somebody_changes),
        cmocka_unit_test(of_two_parts_each_weight_is_as_likely),
        cmocka_unit_test(of_three_parts_each_set_is_as_likely),
        cmocka_unit_test(ratings_are_drawn_as_bands_are),
        cmocka_unit_test(somebody_is_always_first_and_last),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
