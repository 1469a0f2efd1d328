/*
 * quota_test.c — the arithmetic of the excellence quota, row by row, and that sums match
 * whatever the numbers are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "domain/quota.h"

enum { MOST = 6 };

static size_t groups_of(const int64_t *staff, struct quota_group *out)
{
    size_t count = 0;

    memset(out, 0, MOST * sizeof(*out));
    for (; count < MOST && staff[count] >= 0; count++)
        out[count].staff = staff[count];
    return count;
}

static void each_by_itself(void **state)
{
    static const struct {
        int base, hall;
        enum quota_round round;
        int64_t staff[MOST], places[MOST], total;
    } rows[] = {
        {2000, 0, QUOTA_FLOOR, {10, 4, 5, 0, -1}, {2, 0, 1, 0}, 3},
        {2000, 0, QUOTA_HALF_UP, {12, 13, 2, 3, -1}, {2, 3, 0, 1}, 6}, /* 2.4 2.6 .4 .6 */
        {2000, 500, QUOTA_HALF_UP, {10, 2, 1, -1}, {3, 1, 0}, 4},      /* 2.5 0.5 0.25 */
        {2000, 500, QUOTA_FLOOR, {10, 2, 1, -1}, {2, 0, 0}, 2},
        {2000, 500, QUOTA_CEILING, {10, 2, 1, 4, 0, -1}, {3, 1, 1, 1, 0}, 6},
        {1, 0, QUOTA_CEILING, {1, 10000, -1}, {1, 1}, 2},
        {1234, 0, QUOTA_HALF_UP, {77, -1}, {10}, 10}, /* 9.5018 */
        {1500, 0, QUOTA_HALF_UP, {23, -1}, {3}, 3},   /* 3.45 */
        {10000, 0, QUOTA_FLOOR, {7, 100000, -1}, {7, 100000}, 100007},
        {0, 0, QUOTA_CEILING, {7, -1}, {0}, 0},
        {0, 2500, QUOTA_HALF_UP, {6, -1}, {2}, 2}, /* 1.5: half goes up */
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct quota_group groups[MOST];
        struct quota q;
        struct error err = {0};
        const struct quota_rule rule = {
            rows[i].base, rows[i].hall, rows[i].round, QUOTA_EACH, 0, false};
        size_t count = groups_of(rows[i].staff, groups);

        assert_true(quota_compute(&rule, groups, count, &q, &err));
        for (size_t k = 0; k < count; k++)
            if (groups[k].places != rows[i].places[k])
                fail_msg("row %zu, %lld people: %lld places", i,
                         (long long)groups[k].staff, (long long)groups[k].places);
        assert_int_equal(q.total, rows[i].total);
        assert_int_equal(q.sum, rows[i].total);
        assert_int_equal(q.open, 0);
    }
}

/* `chosen` is a bit for each group that a person names. */
static void a_total_is_divided(void **state)
{
    static const struct {
        enum quota_split split;
        int base;
        enum quota_round round;
        int64_t typed, staff[MOST];
        unsigned chosen;
        bool reasoned;
        int64_t places[MOST], total, open;
        size_t tied;
        bool misfit;
    } rows[] = {
        /* 20 % of 30 is 6: shares 2.4, 2.6, 1.0 */
        {QUOTA_SHARED,
         2000,
         QUOTA_HALF_UP,
         0,
         {12, 13, 5, -1},
         0,
         false,
         {2, 3, 1},
         6,
         0,
         0,
         false},
        /* 20 % of 9 is 1.8: two places for 0.6, 0.6, 0.6 of three */
        {QUOTA_SHARED,
         2000,
         QUOTA_HALF_UP,
         0,
         {3, 3, 3, -1},
         0,
         false,
         {0, 0, 0},
         2,
         2,
         3,
         false},
        {QUOTA_SHARED,
         2000,
         QUOTA_HALF_UP,
         0,
         {3, 3, 3, -1},
         5,
         true,
         {1, 0, 1},
         2,
         0,
         3,
         false},
        /* nobody is taken at his word without a reason, nor with too many or too few */
        {QUOTA_SHARED,
         2000,
         QUOTA_HALF_UP,
         0,
         {3, 3, 3, -1},
         5,
         false,
         {0, 0, 0},
         2,
         2,
         3,
         true},
        {QUOTA_SHARED,
         2000,
         QUOTA_HALF_UP,
         0,
         {3, 3, 3, -1},
         7,
         true,
         {0, 0, 0},
         2,
         2,
         3,
         true},
        {QUOTA_SHARED,
         2000,
         QUOTA_HALF_UP,
         0,
         {3, 3, 3, -1},
         1,
         true,
         {0, 0, 0},
         2,
         2,
         3,
         true},
        {QUOTA_SHARED,
         2000,
         QUOTA_FLOOR,
         0,
         {3, 3, 3, -1},
         2,
         true,
         {0, 1, 0},
         1,
         0,
         3,
         false},
        /* whoever is not in the tie cannot be chosen into it: 10.2, 0.9, 0.9 of 12 */
        {QUOTA_FIXED,
         2000,
         QUOTA_FLOOR,
         1,
         {10, 10, 5, -1},
         4,
         true,
         {0, 0, 0},
         1,
         1,
         2,
         true},
        {QUOTA_FIXED,
         2000,
         QUOTA_FLOOR,
         1,
         {10, 10, 5, -1},
         1,
         true,
         {1, 0, 0},
         1,
         0,
         2,
         false},
        /* one above the tie has his place in any case: 5 of 20: 1.75, 1.25, 1.25, .75 */
        {QUOTA_FIXED,
         0,
         QUOTA_FLOOR,
         5,
         {7, 5, 5, 3, -1},
         0,
         false,
         {2, 1, 1, 1},
         5,
         0,
         0,
         false},
        {QUOTA_FIXED,
         0,
         QUOTA_FLOOR,
         6,
         {7, 5, 5, 3, -1},
         0,
         false,
         {2, 1, 1, 1},
         6,
         1,
         2,
         false}, /* 2.1 1.5 1.5 0.9 */
        /* a choice where there is no tie is told, and changes nothing */
        {QUOTA_FIXED,
         0,
         QUOTA_FLOOR,
         5,
         {7, 5, 5, 3, -1},
         1,
         true,
         {2, 1, 1, 1},
         5,
         0,
         0,
         true},
        /* whole shares never compete */
        {QUOTA_FIXED,
         0,
         QUOTA_FLOOR,
         4,
         {10, 10, 20, -1},
         0,
         false,
         {1, 1, 2},
         4,
         0,
         0,
         false},
        {QUOTA_FIXED, 0, QUOTA_FLOOR, 0, {10, 10, -1}, 0, false, {0, 0}, 0, 0, 0, false},
        {QUOTA_FIXED,
         0,
         QUOTA_FLOOR,
         20,
         {10, 10, 0, -1},
         0,
         false,
         {10, 10, 0},
         20,
         0,
         0,
         false},
        {QUOTA_FIXED, 0, QUOTA_FLOOR, 0, {0, -1}, 0, false, {0}, 0, 0, 0, false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct quota_group groups[MOST];
        struct quota q;
        struct error err = {0};
        const struct quota_rule rule = {.base = rows[i].base,
                                        .round = rows[i].round,
                                        .split = rows[i].split,
                                        .total = rows[i].typed,
                                        .reasoned = rows[i].reasoned};
        size_t count = groups_of(rows[i].staff, groups);

        for (size_t k = 0; k < count; k++)
            groups[k].chosen = (rows[i].chosen >> k & 1) != 0;
        assert_true(quota_compute(&rule, groups, count, &q, &err));
        for (size_t k = 0; k < count; k++)
            if (groups[k].places != rows[i].places[k])
                fail_msg("row %zu, group %zu: %lld places", i, k,
                         (long long)groups[k].places);
        if (q.total != rows[i].total || q.open != rows[i].open ||
            q.tied != rows[i].tied || q.misfit != rows[i].misfit)
            fail_msg("row %zu: %lld total, %lld open, %zu tied, misfit %d", i,
                     (long long)q.total, (long long)q.open, q.tied, q.misfit);
    }
}

static uint32_t lot(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % below;
}

/* Whatever the numbers are: all is given or open, nobody gets more than his share rounded
 * up or less than it rounded down, and the order of the departments changes nothing. */
static void sums_match(void **state)
{
    uint32_t seed = 20261128;

    (void)state;
    for (int turn = 0; turn < 20000; turn++) {
        struct quota_group groups[MOST] = {0}, turned[MOST] = {0};
        struct quota q, r;
        struct error err = {0};
        size_t count = 1 + lot(&seed, MOST);
        int64_t staff = 0, open = 0;
        struct quota_rule rule = {.base = (int)lot(&seed, 5001),
                                  .hall = (int)lot(&seed, 5001),
                                  .round = (enum quota_round)lot(&seed, QUOTA_ROUNDS),
                                  .split = (enum quota_split)lot(&seed, QUOTA_SPLITS)};

        for (size_t i = 0; i < count; i++) {
            groups[i].staff = lot(&seed, turn % 3 == 0 ? 6 : 90);
            turned[count - 1 - i].staff = groups[i].staff;
            staff += groups[i].staff;
        }
        rule.total = lot(&seed, (uint32_t)staff + 1);
        assert_true(quota_compute(&rule, groups, count, &q, &err));
        assert_true(quota_compute(&rule, turned, count, &r, &err));
        assert_int_equal(q.sum + q.open, q.total);
        assert_true(q.open == r.open && q.sum == r.sum && q.tied == r.tied);
        for (size_t i = 0; i < count; i++) {
            const struct quota_group *g = &groups[i];

            assert_int_equal(g->places, turned[count - 1 - i].places);
            assert_true(g->whole * q.by + g->rest == g->staff * q.of || q.by == 0);
            assert_true(g->places == g->whole + (g->extra ? 1 : 0));
            assert_true(!g->extra || g->rest > 0);
            assert_true(g->places <= g->staff);
            open += g->tied;
        }
        assert_int_equal(open, q.tied);
        assert_true(q.seats < (int64_t)q.tied || q.tied == 0);
    }
}

static void what_is_refused(void **state)
{
    static const struct {
        int base, hall;
        int64_t staff, total;
        const char *field;
    } rows[] = {{10001, 0, 1, 0, "base"},   {-1, 0, 1, 0, "base"},
                {6000, 4001, 1, 0, "hall"}, {0, -1, 1, 0, "hall"},
                {0, 0, -1, 0, "staff"},     {0, 0, QUOTA_STAFF_MOST + 1, 0, "staff"},
                {0, 0, 5, 6, "total"},      {0, 0, 5, -1, "total"}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct quota_group group = {.staff = rows[i].staff};
        const struct quota_rule rule = {.base = rows[i].base,
                                        .hall = rows[i].hall,
                                        .split = QUOTA_FIXED,
                                        .total = rows[i].total};
        struct quota q;
        struct error err = {0};

        assert_false(quota_compute(&rule, &group, 1, &q, &err));
        assert_int_equal(err.kind, ERROR_INPUT);
        assert_string_equal(err.field, rows[i].field);
    }
}

static void percents_as_people_write_them(void **state)
{
    static const struct {
        const char *text;
        int value; /* -1: refused */
        const char *back;
    } rows[] = {{"20", 2000, "20.00"},
                {"20.5", 2050, "20.50"},
                {"0.05", 5, "0.05"},
                {"100", 10000, "100.00"},
                {"100.00", 10000, "100.00"},
                {"100.01", -1, ""},
                {"007.5", 750, "7.50"},
                {"", -1, ""},
                {".5", -1, ""},
                {"5.", -1, ""},
                {"5.123", -1, ""},
                {"-1", -1, ""},
                {"5%", -1, ""},
                {" 5", -1, ""},
                {"1e1", -1, ""},
                {"99999999999", -1, ""}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char back[QUOTA_TEXT];
        int value = -1;

        if (quota_percent_read(rows[i].text, &value) != (rows[i].value >= 0) ||
            value != rows[i].value)
            fail_msg("%s: %d", rows[i].text, value);
        if (value < 0)
            continue;
        quota_percent_text(value, back);
        assert_string_equal(back, rows[i].back);
    }
    assert_int_equal(quota_share(1, 3), 3333);
    assert_int_equal(quota_share(2, 3), 6667);
    assert_int_equal(quota_share(0, 0), 0);
    assert_int_equal(quota_round_read("up"), QUOTA_ROUNDS);
    assert_int_equal(quota_split_read("fixed"), QUOTA_FIXED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_by_itself),
        cmocka_unit_test(a_total_is_divided),
        cmocka_unit_test(sums_match),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(percents_as_people_write_them),
    };

    return cmocka_run_group_tests_name("quota", tests, NULL, NULL);
}
