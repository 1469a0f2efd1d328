/*
 * assess_test.c — scores to the last digit.
 *
 * The sheet's vectors; a table that a second implementation in Python made from the same
 * formulas; and what must hold whatever the counts are, from seeds that are printed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/dice.h"
#include "domain/standing.h"
#include "tests/unit/assess_book.h"

static int32_t only_score(const struct scheme *s, struct assess_book *b, const char *code)
{
    struct assess_score *scores;
    int32_t score;

    assess_book_sum(b);
    scores = assess_scores(s, b);
    score = scores[assess_book_find(b, code) - b->units].parts[0].score;
    free(scores);
    return score;
}

static void the_sheets_shrunk_rates(void **state)
{
    static const struct {
        int64_t k, n;
        int32_t score;
    } rows[] = {{3, 3, 952381}, {10, 12, 930556}, {95, 100, 950000}, {480, 500, 958929}};
    struct scheme s = good_only();

    (void)state;
    s.rules.prior_rate = 9500;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct assess_book b = {NULL, 0};

        book_put(&b, "x", 0, rows[i].k, rows[i].n);
        assert_int_equal(only_score(&s, &b, "x"), rows[i].score);
        assess_book_free(&b);
    }
}

static void nothing_known_is_no_score(void **state)
{
    struct scheme s = good_only();
    struct assess_book b = {NULL, 0};

    (void)state;
    book_put(&b, "x", 0, 0, 0);
    assert_int_equal(only_score(&s, &b, "x"), ASSESS_NONE); /* nobody to compare with */
    s.rules.prior_rate = 9500;
    assert_int_equal(only_score(&s, &b, "x"), 950000);
    s.rules.prior_weight = 0;
    assert_int_equal(only_score(&s, &b, "x"), ASSESS_NONE);
    book_put(&b, "x", 0, 2, 2);
    assert_int_equal(only_score(&s, &b, "x"), ASSESS_FULL);
    assess_book_free(&b);
}

static void units_are_kept_in_the_order_of_their_codes(void **state)
{
    static const char *const codes[] = {"m", "a", "z", "m", "b", "zz", "A", "a"};
    struct assess_book b = {NULL, 0};

    (void)state;
    for (size_t i = 0; i < LENGTH(codes); i++)
        assess_book_unit(&b, codes[i])->closed++;
    assert_int_equal(b.count, 6);
    for (size_t i = 1; i < b.count; i++)
        assert_true(strcmp(b.units[i - 1].code, b.units[i].code) < 0);
    assert_int_equal(assess_book_find(&b, "m")->closed, 2);
    assert_int_equal(assess_book_find(&b, "zz")->marks[SCHEME_PARTS_MOST - 1],
                     ASSESS_NONE);
    assert_null(assess_book_find(&b, "y"));
    assess_book_free(&b);
}

static void how_far_peers_lie_apart(void **state)
{
    static const struct {
        struct assess_count counts[4];
        int weight;
    } rows[] = {
        {{{95, 100}, {80, 100}, {99, 100}}, 8},
        {{{19, 20}, {18, 20}, {19, 20}}, 10000}, /* no further than chance */
        {{{0, 10}, {10, 10}}, 1},
        {{{1990, 2000}, {45, 50}, {700, 800}, {9, 9}}, 5},
        {{{4700, 5000}, {4900, 5000}, {4990, 5000}, {28, 30}}, 30},
        {{{1, 1}, {0, 1}}, 10000}, /* one each tells nothing */
        {{{5, 10}}, 10000},
        {{{0, 0}, {0, 0}}, 10000},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        if (assess_prior_weight(rows[i].counts, 4) != rows[i].weight)
            fail_msg("row %zu: %d", i, assess_prior_weight(rows[i].counts, 4));
}

/* A thousand million ratings in a group, the most there may be. */
static void the_greatest_counts_fit(void **state)
{
    struct scheme s = good_only();
    struct assess_book b = {NULL, 0};

    (void)state;
    s.rules.adjust = true;
    book_put(&b, "x", 0, 250000000, 500000000);
    book_put(&b, "y", 5, 500000000, 500000000);
    assert_int_equal(only_score(&s, &b, "x"), 750000);
    s.rules.adjust = false;
    assert_int_equal(only_score(&s, &b, "x"), 500000);
    s.rules.prior_weight = PRIOR_ESTIMATED;
    assert_int_equal(only_score(&s, &b, "y"), 1000000);
    assess_book_free(&b);
}

/* == The second implementation ===================================================== */

/* Seven units of two groups: counts of three strata, a dimension, promises, a mark. */
static const struct {
    const char *code;
    struct assess_count strata[3], attitude, promise;
    int32_t mark;
} judged[] = {
    {"a", {{3, 3}, {5, 5}, {4, 4}}, {0, 1}, {4, 5}, 769821},
    {"b", {{19, 19}, {11, 12}, {28, 32}}, {30, 32}, {0, 0}, 905719},
    {"c", {{191, 204}, {0, 0}, {0, 0}}, {229, 263}, {272, 282}, 883343},
    {"d", {{878, 892}, {342, 368}, {1351, 1596}}, {1342, 1522}, {2030, 2093}, 737786},
    {"e", {{8, 8}, {8, 8}, {8, 8}}, {3, 3}, {6, 6}, 702737},
    {"f", {{16, 19}, {44, 47}, {63, 81}}, {31, 34}, {75, 75}, 745914},
    {"g", {{274, 276}, {586, 631}, {581, 683}}, {541, 594}, {599, 616}, -1},
};

static const int judged_strata[] = {0, 13, 35};

static const struct {
    int prior_rate, prior_weight;
    bool adjust;
    struct {
        int32_t scores[4];
        int64_t hall, total;
    } units[LENGTH(judged)];
} judgements[] = {
    {-1,
     60,
     true,
     {
         {{917702, 866201, 955915, 769821}, 5964237500, 8658611000},
         {{912965, 900416, 968908, 905719}, 6027335000, 9197351500},
         {{872768, 872564, 965305, 883343}, 5857760000, 8949460500},
         {{905358, 881693, 969872, 737786}, 5978357500, 8560608500},
         {{924800, 915478, 977827, 702737}, 6103271000, 8562850500},
         {{864045, 911437, 989160, 745914}, 5937610500, 8548309500},
         {{905319, 910818, 972687, -1}, 6027558000, -1},
     }},
    {9500,
     60,
     false,
     {
         {{958333, 934426, 938462, 769821}, 6153562000, 8847935500},
         {{934959, 945652, 950000, 905719}, 6123355000, 9293371500},
         {{939394, 885449, 961988, 883343}, 6070331500, 9162032000},
         {{901235, 884324, 969345, 737786}, 5968881000, 8551132000},
         {{964286, 952381, 954545, 702737}, 6230519500, 8690099000},
         {{869565, 936170, 977778, 745914}, 5968506000, 8579205000},
         {{907879, 914373, 970414, -1}, 6036024500, -1},
     }},
    {-1,
     -1,
     true,
     {
         {{905965, 870853, 964054, 769821}, 5952282500, 8646656000},
         {{906001, 895676, 968908, 905719}, 5999333000, 9169349500},
         {{889596, 873230, 966176, 883343}, 5910985000, 9002685500},
         {{905158, 881674, 969826, 737786}, 5977637000, 8559888000},
         {{932479, 911279, 975899, 702737}, 6116153500, 8575733000},
         {{859786, 911254, 978791, 745914}, 5903821000, 8514520000},
         {{905365, 911225, 973839, -1}, 6030610500, -1},
     }},
    {9900,
     0,
     true,
     {
         {{989465, 0, 800000, 769821}, 4568395000, 7262768500},
         {{922123, 937500, -1, 905719}, -1, -1},
         {{863774, 870722, 964539, 883343}, 5826483000, 8918183500},
         {{905400, 881735, 969900, 737786}, 5978602500, 8560853500},
         {{982398, 1000000, 1000000, 702737}, 6447194000, 8906773500},
         {{848650, 911765, 1000000, 745914}, 5913597500, 8524296500},
         {{905453, 910774, 972403, -1}, 6027326000, -1},
     }},
    {-1,
     7,
     false,
     {
         {{964392, 770558, 898529, 769821}, 5846071000, 8540444500},
         {{918906, 927294, 968908, 905719}, 6085475000, 9255491500},
         {{935182, 870980, 964645, 883343}, 6041306000, 9133006500},
         {{900218, 881730, 969896, 737786}, 5963041000, 8545292000},
         {{977817, 937876, 986867, 702737}, 6313999000, 8773578500},
         {{839690, 911677, 997918, 745914}, 5882421500, 8493120500},
         {{906269, 910780, 972439, -1}, 6029855000, -1},
     }},
};

static struct scheme judged_scheme(void)
{
    static const enum measure measures[] = {MEASURE_GOOD, MEASURE_ATTITUDE,
                                            MEASURE_PROMISE, MEASURE_SHEET};
    static const int weights[] = {3000, 1500, 2000, 3500};
    struct scheme s = scheme_of(4, measures, weights);

    s.peer_count = 1;
    s.peers[0].departments = calloc(4, sizeof(s.peers[0].departments[0]));
    s.peers[0].count = 4;
    for (size_t i = 0; i < 4; i++)
        s.peers[0].departments[i][0] = judged[i].code[0];
    return s;
}

/* The units in an order of their own. */
static struct assess_book judged_book(const size_t *order)
{
    struct assess_book b = {NULL, 0};

    for (size_t i = 0; i < LENGTH(judged); i++) {
        size_t at = order[i];
        struct assess_unit *u;

        for (int j = 0; j < 3; j++)
            book_put(&b, judged[at].code, judged_strata[j], judged[at].strata[j].k,
                     judged[at].strata[j].n);
        u = assess_book_unit(&b, judged[at].code);
        u->counts[MEASURE_ATTITUDE] = judged[at].attitude;
        u->counts[MEASURE_PROMISE] = judged[at].promise;
        u->marks[3] = judged[at].mark;
    }
    assess_book_sum(&b);
    return b;
}

static void judge(const struct scheme *s, const struct assess_book *b, size_t rule)
{
    struct assess_score *scores = assess_scores(s, b);

    for (size_t i = 0; i < b->count; i++) {
        for (size_t part = 0; part < 4; part++)
            if (scores[i].parts[part].score != judgements[rule].units[i].scores[part])
                fail_msg("rule %zu, unit %s, part %zu: %d", rule, b->units[i].code, part,
                         scores[i].parts[part].score);
        assert_true(scores[i].hall == judgements[rule].units[i].hall);
        assert_true(scores[i].total == judgements[rule].units[i].total);
        assert_int_equal(scores[i].ranked, scores[i].total != ASSESS_NONE &&
                                               b->units[i].counts[MEASURE_GOOD].n >= 30);
    }
    free(scores);
}

static void a_second_implementation_agrees_in_any_order(void **state)
{
    struct scheme s = judged_scheme();
    struct dice d = dice_seeded(11);

    (void)state;
    for (int round = 0; round < 20; round++) {
        size_t order[LENGTH(judged)];
        struct assess_book b;

        for (size_t i = 0; i < LENGTH(judged); i++) {
            size_t with = (size_t)dice_below(&d, i + 1);

            order[i] = order[with];
            order[with] = i;
        }
        b = judged_book(order);
        for (size_t rule = 0; rule < LENGTH(judgements); rule++) {
            s.rules.prior_rate = judgements[rule].prior_rate;
            s.rules.prior_weight = judgements[rule].prior_weight;
            s.rules.adjust = judgements[rule].adjust;
            judge(&s, &b, rule);
        }
        assess_book_free(&b);
    }
    scheme_free(&s);
}

/* == Whatever the counts =========================================================== */

/* A book of three to nine units; all in one stratum, or in any of them. */
static struct assess_book thrown(struct dice *d, bool one_stratum)
{
    struct assess_book b = {NULL, 0};
    size_t count = 3 + (size_t)dice_below(d, 7);
    int only = (int)dice_below(d, ASSESS_STRATA);

    for (size_t i = 0; i < count; i++) {
        char code[24];

        snprintf(code, sizeof(code), "u%zu", i);
        for (int j = 0; j < 5; j++) {
            int64_t n = (int64_t)dice_below(d, 1 + dice_below(d, 400));
            int stratum = one_stratum ? only : (int)dice_below(d, ASSESS_STRATA);

            book_put(&b, code, stratum, dice_binomial(d, n, 0.7 + 0.3 * dice_unit(d)), n);
        }
    }
    assess_book_sum(&b);
    return b;
}

static struct scheme thrown_rules(struct dice *d)
{
    struct scheme s = good_only();

    s.rules.prior_weight =
        dice_below(d, 3) == 0 ? PRIOR_ESTIMATED : (int)dice_below(d, 200);
    if (dice_below(d, 2) == 0)
        s.rules.prior_rate = (int)dice_below(d, 10001);
    return s;
}

static void one_stratum_is_the_plain_formula(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct dice d = dice_seeded(seed);
        struct assess_book b = thrown(&d, true);
        struct scheme s = thrown_rules(&d);
        struct assess_score *plain = assess_scores(&s, &b), *adjusted;

        s.rules.adjust = true;
        adjusted = assess_scores(&s, &b);
        for (size_t i = 0; i < b.count; i++)
            if (plain[i].parts[0].score != adjusted[i].parts[0].score)
                fail_msg("seed %llu, unit %zu: %d, %d", (unsigned long long)seed, i,
                         plain[i].parts[0].score, adjusted[i].parts[0].score);
        free(plain);
        free(adjusted);
        assess_book_free(&b);
    }
}

/* One more good rating among as many never lowers a unit's own score. With the weight
 * of the peers' knowledge estimated it may: the unit then lies further from them. */
static void a_score_moves_with_its_k(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct dice d = dice_seeded(seed);
        struct assess_book b = thrown(&d, false);
        struct scheme s = thrown_rules(&d);
        struct assess_unit *u = &b.units[dice_below(&d, b.count)];

        s.rules.adjust = dice_below(&d, 2) == 0;
        s.rules.prior_weight = s.rules.prior_weight < 0 ? 60 : s.rules.prior_weight;
        for (int stratum = 0; stratum < ASSESS_STRATA; stratum++) {
            int32_t before = only_score(&s, &b, u->code), after;

            if (u->strata[stratum].k == u->strata[stratum].n)
                continue;
            u->strata[stratum].k++;
            after = only_score(&s, &b, u->code);
            if (after < before)
                fail_msg("seed %llu, stratum %d: from %d to %d", (unsigned long long)seed,
                         stratum, before, after);
        }
        assess_book_free(&b);
    }
}

/* Two equal departments, of which one is rated at the desk only, where everybody gets
 * more: unadjusted it would lie ahead. */
static void a_gentle_channel_gains_nothing(void **state)
{
    int sms = assess_stratum(0, 1, 0), desk = assess_stratum(3, 0, 0);
    struct scheme s = good_only();
    struct assess_book b = {NULL, 0};

    (void)state;
    s.rules.prior_weight = 0;
    book_put(&b, "desk", desk, 990, 1000);
    book_put(&b, "sms", sms, 900, 1000);
    book_put(&b, "w", sms, 900, 1000);
    book_put(&b, "w", desk, 990, 1000);
    assert_true(only_score(&s, &b, "desk") == 990000 &&
                only_score(&s, &b, "sms") == 900000);
    s.rules.adjust = true;
    assert_int_equal(only_score(&s, &b, "desk"), 945000);
    assert_int_equal(only_score(&s, &b, "sms"), 945000);
    assert_int_equal(only_score(&s, &b, "w"), 945000);
    assess_book_free(&b);
}

static void parts_that_lack_make_no_total(void **state)
{
    static const enum measure measures[] = {MEASURE_GOOD, MEASURE_SHEET};
    static const int weights[] = {3500, 6500};
    struct scheme s = scheme_of(2, measures, weights);
    struct assess_book b = {NULL, 0};
    struct assess_score *scores;

    (void)state;
    s.rules.prior_weight = 0;
    book_put(&b, "x", 0, 80, 100);
    assess_book_sum(&b);
    scores = assess_scores(&s, &b);
    assert_true(scores[0].hall == (int64_t)3500 * 800000);
    assert_true(scores[0].total == ASSESS_NONE && !scores[0].ranked);
    free(scores);
    b.units[0].marks[1] = 1000000;
    scores = assess_scores(&s, &b);
    assert_true(scores[0].total == (int64_t)3500 * 800000 + (int64_t)6500 * 1000000);
    assert_true(scores[0].ranked);
    free(scores);
    b.units[0].marks[1] = ASSESS_NONE;
    s.parts[0].weight = 10000; /* what weighs nothing is not missed */
    s.parts[1].weight = 0;
    scores = assess_scores(&s, &b);
    assert_true(scores[0].total == (int64_t)10000 * 800000);
    free(scores);
    assess_book_free(&b);
}

static void figures_are_rounded_half_up(void **state)
{
    static const struct {
        int64_t points;
        const char *text;
    } points[] = {{ASSESS_NONE, "—"},     {0, "0.00"},           {499999, "0.00"},
                  {500000, "0.01"},       {9326500000, "93.27"}, {9326499999, "93.26"},
                  {10000000000, "100.00"}};
    char text[16];

    (void)state;
    for (size_t i = 0; i < LENGTH(points); i++) {
        assess_points_text(points[i].points, text);
        assert_string_equal(text, points[i].text);
    }
    assess_score_text(952381, text);
    assert_string_equal(text, "95.2381");
    assess_score_text(ASSESS_NONE, text);
    assert_string_equal(text, "—");
}

/* A year in which nobody rated badly has no rectification: it is left out for all, told
 * by what the sums are out of, and they are ranked all the same. */
static void what_nobody_has_is_left_out(void **state)
{
    struct assess_book book = {0};
    struct assess_score *scores;
    struct standings standings;
    struct scheme s;
    char code[24];

    (void)state;
    scheme_first(2026, &s);
    for (int i = 0; i < 3; i++) {
        struct assess_unit *u;

        snprintf(code, sizeof(code), "D%d", i);
        u = assess_book_unit(&book, code);
        snprintf(u->department, sizeof(u->department), "D%d", i);
        for (int m = 0; m < MEASURES; m++)
            if (measure_counted((enum measure)m) && m != MEASURE_RECTIFICATION)
                u->counts[m] = (struct assess_count){90 + i, 100};
        u->strata[0] = u->counts[MEASURE_GOOD];
        for (size_t p = 0; p < s.part_count; p++)
            u->marks[p] = measure_counted(s.parts[p].measure) ? ASSESS_NONE : 900000;
    }
    scores = assess_scores(&s, &book);
    standings_draw(&s, &book, scores, 7, NULL, &standings);
    for (int i = 0; i < 3; i++) {
        assert_true(scores[i].ranked && scores[i].total > 0);
        assert_int_equal(scores[i].out_of, 9700);
        assert_int_equal(scores[i].hall_out_of, 3200);
        assert_true(standings.list[i].place > 0 &&
                    standings.list[i].high <= 9700 * 1000000ll);
    }
    standings_free(&standings);
    free(scores);
    /* One unit that has some brings the part back for all of its group. */
    book.units[0].counts[MEASURE_RECTIFICATION] = (struct assess_count){1, 1};
    scores = assess_scores(&s, &book);
    assert_int_equal(scores[2].out_of, 10000);
    assert_true(scores[2].ranked);
    free(scores);
    assess_book_free(&book);
    scheme_free(&s);
}

/* Which marks still have to come. */
static void marks_are_owed_by_part(void **state)
{
    enum { NO = 0, YES = 1 };
    static const enum measure measures[] = {MEASURE_GOOD, MEASURE_OPENNESS, MEASURE_DAILY,
                                            MEASURE_SHEET, MEASURE_SHEET};
    static const int weights[] = {4000, 2000, 2000, 2000, 0};
    static const struct {
        int64_t closed;
        int32_t marks[5];
        int owed[5];
    } rows[] = {
        {1, {-1, -1, -1, -1, -1}, {NO, YES, YES, YES, NO}},
        {1, {-1, 0, -1, -1, -1}, {NO, NO, YES, YES, NO}},
        {1, {-1, 0, 0, ASSESS_FULL, -1}, {NO, NO, NO, NO, NO}},
        {0, {-1, -1, -1, -1, -1}, {NO, NO, NO, NO, NO}}, /* nobody speaks of it */
        {0, {-1, 0, -1, -1, -1}, {NO, NO, NO, YES, NO}}, /* no day of a log to mark */
    };
    struct scheme s = scheme_of(5, measures, weights);

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct assess_book b = {0};
        struct assess_unit *u = assess_book_unit(&b, "YB");

        u->closed = rows[i].closed;
        for (size_t p = 0; p < 5; p++)
            u->marks[p] = rows[i].marks[p];
        for (size_t p = 0; p < 5; p++)
            if (assess_mark_owed(&s, u, p) != (rows[i].owed[p] == YES))
                fail_msg("row %zu, part %zu", i, p);
        assess_book_free(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sheets_shrunk_rates),
        cmocka_unit_test(nothing_known_is_no_score),
        cmocka_unit_test(units_are_kept_in_the_order_of_their_codes),
        cmocka_unit_test(how_far_peers_lie_apart),
        cmocka_unit_test(the_greatest_counts_fit),
        cmocka_unit_test(a_second_implementation_agrees_in_any_order),
        cmocka_unit_test(one_stratum_is_the_plain_formula),
        cmocka_unit_test(a_score_moves_with_its_k),
        cmocka_unit_test(a_gentle_channel_gains_nothing),
        cmocka_unit_test(parts_that_lack_make_no_total),
        cmocka_unit_test(figures_are_rounded_half_up),
        cmocka_unit_test(what_nobody_has_is_left_out),
        cmocka_unit_test(marks_are_owed_by_part),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
