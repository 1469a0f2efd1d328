/*
 * standing_test.c — places, intervals and bands: by their definition, by a second way of
 * computing, and the same bytes for the same seed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "domain/spread.h"
#include "domain/standing.h"
#include "tests/unit/assess_book.h"

static struct standings draw(const struct scheme *s, const struct assess_book *b,
                             uint64_t seed)
{
    struct assess_score *scores = assess_scores(s, b);
    struct standings out;

    standings_draw(s, b, scores, seed, NULL, &out);
    free(scores);
    return out;
}

/* A city of `count` departments with 20 to 520 ratings each, in two channels. */
static struct assess_book city(uint64_t seed, int count)
{
    struct dice d = dice_seeded(seed);
    struct assess_book b = {NULL, 0};

    for (int i = 0; i < count; i++) {
        double rate = dice_beta(&d, 40, 4);
        struct assess_unit *u = NULL;
        char code[16];

        snprintf(code, sizeof(code), "u%02d", i);
        for (int stratum = 0; stratum < 20; stratum += 19) {
            int64_t n = 10 + (int64_t)dice_below(&d, 250);

            u = book_put(&b, code, stratum, dice_binomial(&d, n, rate), n);
        }
        u->counts[MEASURE_PROMISE].n = (int64_t)dice_below(&d, 300);
        u->counts[MEASURE_PROMISE].k =
            dice_binomial(&d, u->counts[MEASURE_PROMISE].n, 0.97);
        u->marks[2] = 900000 + (int32_t)dice_below(&d, 50001);
    }
    return b;
}

static struct scheme city_scheme(void)
{
    static const enum measure measures[] = {MEASURE_GOOD, MEASURE_PROMISE, MEASURE_SHEET};
    static const int weights[] = {2500, 1000, 6500};
    struct scheme s = scheme_of(3, measures, weights);

    s.rules.adjust = true;
    s.rules.prior_weight = PRIOR_ESTIMATED;
    return s;
}

/* Of some members of two groups, so that there are unranked ones, too. */
static void grouped(struct scheme *s, int members)
{
    s->peer_count = 1;
    s->peers[0].departments = calloc((size_t)members, HALL_CODE_SIZE);
    s->peers[0].count = (size_t)members;
    for (int i = 0; i < members; i++)
        snprintf(s->peers[0].departments[i], HALL_CODE_SIZE, "u%02d", 2 * i);
    s->rules.comparable = 150;
}

static void the_same_seed_gives_the_same_bytes(void **state)
{
    struct assess_book b = city(1, 12);
    struct scheme s = city_scheme();
    struct standings one = draw(&s, &b, 5), two = draw(&s, &b, 5),
                     other = draw(&s, &b, 6);

    (void)state;
    assert_memory_equal(one.list, two.list, one.count * sizeof(*one.list));
    assert_memory_equal(one.ahead, two.ahead, b.count * b.count * sizeof(*one.ahead));
    assert_memory_not_equal(one.ahead, other.ahead,
                            b.count * b.count * sizeof(*one.ahead));
    standings_free(&one);
    standings_free(&two);
    standings_free(&other);
    assess_book_free(&b);
}

/* Whoever changes these changes what every frozen assessment is replayed to. */
static void the_same_on_every_machine(void **state)
{
    static const char *const expected[] = {
        "u04 1 1 1-1 9381495500-9546823500 0",  "u05 2 2 2-4 9260428500-9408473000 18",
        "u03 3 2 2-3 9251658500-9427935500 18", "u01 4 3 3-5 9171143000-9310912000 0",
        "u02 5 3 4-6 9091705000-9264809000 0",  "u00 6 4 5-6 8969270000-9181592000 0",
    };
    struct assess_book b = city(2, 6);
    struct scheme s = city_scheme();
    struct standings got = draw(&s, &b, 20261128);

    (void)state;
    for (size_t i = 0; i < LENGTH(expected); i++) {
        const struct standing *x = &got.list[i];
        char said[160];

        snprintf(said, sizeof(said), "%s %d %d %d-%d %lld-%lld %u", b.units[x->unit].code,
                 x->place, x->band, x->place_low, x->place_high, (long long)x->low,
                 (long long)x->high, got.ahead[i * got.count + 0]);
        assert_string_equal(said, expected[i]);
    }
    standings_free(&got);
    assess_book_free(&b);
}

/* == By definition ================================================================= */

static bool all_apart(const struct standings *got, size_t first, size_t cut, size_t end,
                      int apart)
{
    for (size_t i = first; i < cut; i++)
        for (size_t j = cut; j < end; j++)
            if ((int64_t)got->ahead[i * got->count + j] * 10000 <
                (int64_t)apart * 2 * got->draws)
                return false;
    return true;
}

static void check_group(const struct scheme *s, const struct assess_score *scores,
                        const struct standings *got, size_t first, size_t end)
{
    int band = 1;

    for (size_t i = first; i < end; i++) {
        const struct standing *x = &got->list[i];
        int64_t total = scores[x->unit].total;

        if (i > first) {
            const struct standing *above = &got->list[i - 1];

            assert_true(scores[above->unit].total > total ||
                        (scores[above->unit].total == total && above->unit < x->unit));
            band += all_apart(got, first, i, end, s->rules.apart);
        }
        assert_int_equal(x->band, band);
        assert_int_equal(x->place, (int)(i - first) + 1);
        assert_true(x->place_low <= x->place && x->place <= x->place_high);
        assert_true(x->place_low >= 1 && x->place_high <= (int)(end - first));
        assert_true(x->low <= total && total <= x->high);
        for (size_t j = first; j < end; j++)
            assert_int_equal(got->ahead[i * got->count + j] +
                                 got->ahead[j * got->count + i],
                             i == j ? 0 : 2 * got->draws);
    }
}

static void places_and_bands_are_what_they_are_said_to_be(void **state)
{
    int bands = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct assess_book b = city(seed, 20);
        struct scheme s = city_scheme();
        struct assess_score *scores;
        struct standings got;
        size_t at = 0;

        grouped(&s, 7);
        s.rules.apart = seed % 2 == 0 ? 9000 : 6000;
        scores = assess_scores(&s, &b);
        got = draw(&s, &b, seed);
        assert_int_equal(got.count, b.count);
        for (size_t peer = 0; peer < 2; peer++) {
            size_t first = at;

            while (at < got.count && got.list[at].peer == peer && got.list[at].place > 0)
                at++;
            check_group(&s, scores, &got, first, at);
            bands += at > first ? got.list[at - 1].band : 0;
            for (; at < got.count && got.list[at].peer == peer; at++) {
                assert_false(scores[got.list[at].unit].ranked);
                assert_int_equal(got.list[at].band, 0);
                assert_true(got.list[at].low == ASSESS_NONE);
            }
        }
        assert_int_equal(at, got.count);
        free(scores);
        standings_free(&got);
        scheme_free(&s);
        assess_book_free(&b);
    }
    assert_true(bands > 24); /* some cuts were made, or nothing was tested */
}

static void marks_alone_leave_nothing_to_chance(void **state)
{
    static const enum measure measures[] = {MEASURE_SHEET};
    static const int weights[] = {SCHEME_WEIGHT_WHOLE};
    static const struct {
        const char *code;
        int32_t mark;
        int place, band, low, high;
    } rows[] = {
        {"c", 910000, 1, 1, 1, 1}, {"a", 900000, 2, 2, 2, 4}, {"b", 900000, 3, 2, 2, 4},
        {"d", 900000, 4, 2, 2, 4}, {"e", 899999, 5, 3, 5, 5},
    };
    struct scheme s = scheme_of(1, measures, weights);
    struct assess_book b = {NULL, 0};
    struct standings got;

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        book_put(&b, rows[i].code, 0, 30, 30)->marks[0] = rows[i].mark;
    got = draw(&s, &b, 1);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct standing *x = &got.list[i];

        assert_string_equal(b.units[x->unit].code, rows[i].code);
        assert_true(x->place == rows[i].place && x->band == rows[i].band);
        assert_true(x->place_low == rows[i].low && x->place_high == rows[i].high);
        assert_true(x->low == (int64_t)rows[i].mark * 10000 && x->high == x->low);
    }
    standings_free(&got);
    assess_book_free(&b);
}

static void nobody_ranked_is_no_trouble(void **state)
{
    struct scheme s = good_only();
    struct assess_book b = {NULL, 0};
    struct standings got = draw(&s, &b, 1);

    (void)state;
    assert_int_equal(got.count, 0);
    standings_free(&got);
    book_put(&b, "x", 0, 2, 3);
    got = draw(&s, &b, 1);
    assert_true(got.count == 1 && got.list[0].place == 0 && got.list[0].band == 0);
    standings_free(&got);
    assess_book_free(&b);
}

/* Rates of all or nothing, with and without peers' knowledge. */
static void perfect_rates_are_not_certain(void **state)
{
    static const int weights[] = {0, 60, PRIOR_ESTIMATED};

    (void)state;
    for (size_t i = 0; i < LENGTH(weights); i++) {
        struct scheme s = good_only();
        struct assess_book b = {NULL, 0};
        struct standings got;

        s.rules.prior_weight = weights[i];
        book_put(&b, "x", 0, 40, 40);
        book_put(&b, "y", 0, 50, 50);
        got = draw(&s, &b, 1);
        assert_int_equal(got.list[1].band, 1);
        for (size_t j = 0; j < 2; j++) {
            assert_true(got.list[j].high == (int64_t)ASSESS_FULL * 10000);
            assert_true(got.list[j].low < got.list[j].high);
        }
        standings_free(&got);
        assess_book_free(&b);
    }
}

/* == By a second way =============================================================== */

/* How likely one rate is ahead of another, by integrals that Python took. */
static void pairs_are_what_integrals_say(void **state)
{
    static const struct {
        int prior_rate, prior_weight;
        struct assess_count x, y;
        double ahead;
    } rows[] = {
        {PRIOR_PEERS, 0, {95, 100}, {90, 100}, 0.911009},
        {9500, 60, {480, 500}, {95, 100}, 0.661585},
        {9500, 60, {3, 3}, {10, 12}, 0.720010},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct scheme s = good_only();
        struct assess_book b = {NULL, 0};
        struct standings got;
        double ahead;

        s.rules = (struct scheme_rules){.prior_rate = rows[i].prior_rate,
                                        .prior_weight = rows[i].prior_weight,
                                        .comparable = 1,
                                        .apart = 9000,
                                        .draws = 50000};
        book_put(&b, "x", 0, rows[i].x.k, rows[i].x.n);
        book_put(&b, "y", 0, rows[i].y.k, rows[i].y.n);
        got = draw(&s, &b, 3);
        assert_int_equal(got.list[0].unit, 0);
        ahead = got.ahead[1] / 2.0 / got.draws;
        if (fabs(ahead - rows[i].ahead) > 0.01)
            fail_msg("row %zu: %g, not %g", i, ahead, rows[i].ahead);
        assert_int_equal(got.list[1].band, rows[i].ahead > 0.9 ? 2 : 1);
        standings_free(&got);
        assess_book_free(&b);
    }
}

static void log_gamma_is_right(void **state)
{
    struct dice d = dice_seeded(4);

    (void)state;
    for (int i = 0; i < 100000; i++) {
        double x = dice_exp(30 * dice_unit(&d) - 12), y = lgamma(x);

        if (fabs(spread_log_gamma(x) - y) > 1e-12 * (1 + fabs(y)))
            fail_msg("log gamma of %a is %a, not %a", x, spread_log_gamma(x), y);
    }
}

/* What is drawn for m lies about what the truth was. */
static void a_spread_is_found_again(void **state)
{
    static const double truths[] = {10, 60, 300};
    struct dice d = dice_seeded(9);

    (void)state;
    for (size_t t = 0; t < LENGTH(truths); t++) {
        struct assess_count counts[400];
        struct spread s;
        double sum = 0, rates = 0;

        for (size_t i = 0; i < LENGTH(counts); i++) {
            counts[i].n = 300;
            counts[i].k =
                dice_binomial(&d, 300, dice_beta(&d, truths[t] * 0.9, truths[t] * 0.1));
        }
        spread_of(counts, LENGTH(counts), PRIOR_ESTIMATED, PRIOR_PEERS, &s);
        for (int i = 0; i < 2000; i++) {
            double m, rate;

            spread_draw(&s, &d, &m, &rate);
            sum += dice_log(m);
            rates += rate;
        }
        if (fabs(dice_exp(sum / 2000) / truths[t] - 1) > 0.25 ||
            fabs(rates / 2000 - 0.9) > 0.02)
            fail_msg("m %g for %g, rate %g", dice_exp(sum / 2000), truths[t],
                     rates / 2000);
    }
}

/* == Progress ====================================================================== */

static void told(void *self, int64_t done, int64_t of)
{
    int64_t *last = self;

    assert_true(done > *last && done <= of && of == 2000);
    *last = done;
}

static void progress_is_told_to_the_end(void **state)
{
    struct assess_book b = city(3, 20);
    struct scheme s = city_scheme();
    struct assess_score *scores;
    struct standings got;
    int64_t last = 0;
    struct standing_progress progress = {told, &last};

    (void)state;
    grouped(&s, 7);
    scores = assess_scores(&s, &b);
    standings_draw(&s, &b, scores, 1, &progress, &got);
    assert_int_equal(last, 2000);
    standings_free(&got);
    free(scores);
    scheme_free(&s);
    assess_book_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_gives_the_same_bytes),
        cmocka_unit_test(the_same_on_every_machine),
        cmocka_unit_test(places_and_bands_are_what_they_are_said_to_be),
        cmocka_unit_test(marks_alone_leave_nothing_to_chance),
        cmocka_unit_test(nobody_ranked_is_no_trouble),
        cmocka_unit_test(perfect_rates_are_not_certain),
        cmocka_unit_test(pairs_are_what_integrals_say),
        cmocka_unit_test(log_gamma_is_right),
        cmocka_unit_test(a_spread_is_found_again),
        cmocka_unit_test(progress_is_told_to_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
