/*
 * visit_plan_test.c — risks of whole numbers, and a lot that `sha256sum` makes, too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "domain/lot.h"
#include "domain/visit_plan.h"

#define SEED "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

/* What `printf %s SEED:NAME | sha256sum` says. */
static void lots_are_those_of_common_tools(void **state)
{
    static const struct {
        const char *name, *lot;
    } rows[] = {
        {"W1", "c523a79dd2d4b6699aa88bcddf026fb8df648b91194b61486d74d6cff6f89a49"},
        {"W2", "9e33eb420ac529bf4abb943f2e5ce2bae31258409560eea27e820bf4c739e2e2"},
        {"窗口三", "8469c28935eaa1291ffe91b86d6a635d327c22bef6518946a87b42c0831b8492"},
    };
    char text[LOT_TEXT];

    (void)state;
    lot_commitment(SEED, text);
    assert_string_equal(
        text, "2a8abfa8cb9906290437854193ca6bca41d4d4e26d1d454bd66a35158095e737");
    for (size_t i = 0; i < LENGTH(rows); i++) {
        lot_of(SEED, rows[i].name, text);
        assert_string_equal(text, rows[i].lot);
    }
    assert_true(lot_seed_fits(SEED));
    assert_false(lot_seed_fits(""));
    assert_false(
        lot_seed_fits("00112233445566778899AABBCCDDEEFF00112233445566778899aabbcc"
                      "ddeeff"));
    assert_false(lot_seed_fits(SEED "0"));
}

static void drawing(void **state)
{
    static const char *const names[] = {"W1", "W2", "W3", "W4", "W5"};
    static const char *const turned[] = {"W5", "W4", "W3", "W2", "W1"};
    size_t drawn[8], again[8];

    (void)state;
    assert_int_equal(lot_draw(SEED, names, 5, 0, drawn), 0);
    assert_int_equal(lot_draw(SEED, names, 0, 3, drawn), 0);
    assert_int_equal(lot_draw(SEED, names, 5, 8, drawn), 5);
    assert_int_equal(lot_draw(SEED, names, 5, 3, drawn), 3);
    assert_int_equal(lot_draw(SEED, turned, 5, 3, again), 3);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(names[drawn[i]], turned[again[i]]);
    assert_string_equal(names[drawn[0]], "W5");
    assert_string_equal(names[drawn[1]], "W4");
    assert_string_equal(names[drawn[2]], "W2");
}

static const struct visit_rules rules = {.bad_weight = 4000,
                                         .since_weight = 3000,
                                         .overdue_weight = 2000,
                                         .log_weight = 1000,
                                         .bad_full = 200,
                                         .days_full = 90,
                                         .overdue_full = 4,
                                         .log_full = 5,
                                         .look_back_days = 90};

static void risks(void **state)
{
    static const struct {
        struct visit_facts facts;
        int permille, bad, since, overdue, log;
    } rows[] = {
        {{"a", 0, 0, VISIT_NEVER, 0, 0}, 1000, 4000, 3000, 0, 0},
        {{"b", 0, 30, 0, 0, 0}, 114, 2280, 0, 0, 0}, /* 0/30: up to 11.35 % */
        {{"c", 0, 2000, 89, 1, 1}, 2, 40, 2966, 500, 200},
        {{"d", 20, 100, 90, 4, 5}, 289, 4000, 3000, 2000, 1000},
        {{"e", 1, 1, 1000, 99, 99}, 1000, 4000, 3000, 2000, 1000},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct visit_risk r = visit_risk_of(&rules, &rows[i].facts);

        if (r.bad_permille != rows[i].permille || r.bad != rows[i].bad ||
            r.since != rows[i].since || r.overdue != rows[i].overdue ||
            r.log != rows[i].log || r.total != r.bad + r.since + r.overdue + r.log)
            fail_msg("%s: %d %d %d %d %d", rows[i].facts.code, r.bad_permille, r.bad,
                     r.since, r.overdue, r.log);
    }
}

static void risk_first_then_lot(void **state)
{
    static const struct visit_facts facts[] = {
        {"W1", 0, 300, 5, 0, 0}, {"W2", 0, 300, 5, 0, 0},  {"W3", 30, 100, 80, 2, 0},
        {"W4", 0, 300, 5, 0, 0}, {"W5", 0, 300, 60, 0, 0},
    };
    static const struct {
        size_t by_risk, by_lot, count;
        const char *codes;
    } rows[] = {
        {0, 0, 0, ""},
        {1, 0, 1, "W3 "},
        {2, 0, 2, "W3 W5 "},
        {3, 0, 3, "W3 W5 W1 "}, /* equal risks: by code */
        {9, 9, 5, "W3 W5 W1 W2 W4 "},
        {0, 2, 2, "W5 W4 "},
        {1, 2, 3, "W3 W5 W4 "},
        {2, 1, 3, "W3 W5 W4 "},
        {2, 3, 5, "W3 W5 W4 W2 W1 "},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct visit_choice out[20];
        char codes[64] = "";
        size_t count =
            visit_plan(&rules, facts, 5, rows[i].by_risk, rows[i].by_lot, SEED, out);

        for (size_t k = 0; k < count; k++) {
            snprintf(codes + strlen(codes), sizeof(codes) - strlen(codes), "%s ",
                     facts[out[k].place].code);
            assert_int_equal(out[k].reason,
                             k < rows[i].by_risk ? VISIT_BY_RISK : VISIT_BY_LOT);
        }
        if (count != rows[i].count || strcmp(codes, rows[i].codes) != 0)
            fail_msg("row %zu: %s", i, codes);
    }
}

/* Neither side does what is the other's. */
static void sides_and_kinds(void **state)
{
    static const bool fits[VISIT_SIDES][VISIT_KINDS] = {
        [VISIT_HALL] = {[VISIT_OPEN] = true, [VISIT_MYSTERY] = true},
        [VISIT_ORGANISATION] = {[VISIT_MYSTERY] = true, [VISIT_PROCEDURE] = true},
    };

    (void)state;
    for (int s = 0; s < VISIT_SIDES; s++)
        for (int k = 0; k < VISIT_KINDS; k++) {
            enum visit_side side = (enum visit_side)s;
            enum visit_kind kind = (enum visit_kind)k;

            assert_int_equal(visit_kind_fits(side, kind), fits[s][k]);
            assert_int_equal(visit_side_read(visit_side_name(side)), side);
            assert_int_equal(visit_kind_read(visit_kind_name(kind)), kind);
        }
    assert_int_equal(visit_kind_read("visit"), VISIT_KINDS);
    assert_int_equal(visit_side_read(""), VISIT_SIDES);
    for (int r = 0; r < VISIT_REASONS; r++)
        assert_int_equal(visit_reason_read(visit_reason_name((enum visit_reason)r)), r);
}

/* Over many seeds each window that is left is drawn about as often as any other. */
static void the_lot_is_fair(void **state)
{
    static const char *const names[] = {"W1", "W2", "W3", "W4", "W5"};
    int often[5] = {0};

    (void)state;
    for (int i = 0; i < 5000; i++) {
        char seed[LOT_TEXT];
        size_t drawn[2];

        snprintf(seed, sizeof(seed), "%064x", i);
        assert_int_equal(lot_draw(seed, names, 5, 2, drawn), 2);
        often[drawn[0]]++;
        often[drawn[1]]++;
    }
    for (int i = 0; i < 5; i++) /* 2000 expected, 5 deviations are 173 */
        assert_true(often[i] > 1827 && often[i] < 2173);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lots_are_those_of_common_tools),
        cmocka_unit_test(drawing),
        cmocka_unit_test(risks),
        cmocka_unit_test(risk_first_then_lot),
        cmocka_unit_test(sides_and_kinds),
        cmocka_unit_test(the_lot_is_fair),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
