/*
 * cohort_test.c — no two looks at a clerk's grades differ by fewer than the least number,
 * however she times them, and what was shown once stays as it was.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "base/day.h"
#include "domain/cohort.h"

enum { LEAST = 5, HOLD = 7, MONDAY = 20780 }; /* 2026-11-23 */
static const struct cohort_rules rules = {LEAST, HOLD};

static void when_a_cohort_appears(void **state)
{
    /* Ratings by day after that Monday, and from which day on they are seen. */
    static const struct {
        int days[8], n[8];
        int today, shown; /* how many grades are seen */
    } rows[] = {
        {{0}, {5}, 13, 0},                /* the Sunday after next is not over */
        {{0}, {5}, 14, 5},                /* the week ended seven whole days ago */
        {{6}, {5}, 14, 5},                /* of its last day, too */
        {{0}, {4}, 300, 0},               /* four are never seen */
        {{0, 7}, {4, 1}, 20, 0},          /* the second week has to be over, too */
        {{0, 7}, {4, 1}, 21, 5},          /* and then both come at once */
        {{0, 7}, {5, 4}, 100, 5},         /* the rest waits for more */
        {{0, 7, 200}, {5, 4, 1}, 209, 5}, /* however long */
        {{0, 7, 200}, {5, 4, 1}, 210, 10},
        {{0, 7, 14}, {5, 1, 5}, 100, 11},
    };

    (void)state;
    assert_int_equal(day_weekday(MONDAY), 0);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct cohorts c = {0};
        struct grade_counts sum;

        for (int k = 0; k < 8 && rows[i].n[k] > 0; k++)
            cohorts_add(&c, MONDAY + rows[i].days[k], 0, 5, rows[i].n[k]);
        cohorts_release(&c, &rules, MONDAY + rows[i].today);
        sum = cohorts_sum(&c, 0, 0, c.count);
        if (grades_rated(&sum) != rows[i].shown)
            fail_msg("row %zu: %lld are seen", i, (long long)grades_rated(&sum));
        cohorts_free(&c);
    }
}

static uint32_t lot(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % below;
}

enum { DAYS = 400 };

/* What is in the store on the evening of `today`, as it is shown then. */
static struct cohorts look(const int64_t given[DAYS][COHORT_MEASURES][6], int today)
{
    struct cohorts c = {0};

    for (int day = 0; day <= today; day++)
        for (int m = 0; m < COHORT_MEASURES; m++)
            for (int grade = 0; grade <= 5; grade++)
                if (given[day][m][grade] > 0)
                    cohorts_add(&c, MONDAY + day, m, grade, given[day][m][grade]);
    cohorts_release(&c, &rules, MONDAY + today);
    return c;
}

static void fill(int64_t given[DAYS][COHORT_MEASURES][6], uint32_t *seed)
{
    uint32_t busy = 1 + lot(seed, 12); /* one in so many days has somebody who rates */

    memset(given, 0, sizeof(int64_t[DAYS][COHORT_MEASURES][6]));
    for (int day = 0; day < DAYS; day++)
        for (int n = lot(seed, busy) == 0 ? 1 + (int)lot(seed, 3) : 0; n > 0; n--) {
            given[day][0][lot(seed, 6)]++;
            for (int m = 1; m < COHORT_MEASURES; m++)
                if (lot(seed, 3) == 0)
                    given[day][m][1 + lot(seed, 5)]++;
        }
}

/* Do two looks differ by nothing, or by enough? */
static void compare(const struct cohorts *old, const struct cohorts *new, int measure,
                    uint32_t seed)
{
    size_t a = cohorts_prefix(old, measure, LEAST),
           b = cohorts_prefix(new, measure, LEAST);
    struct grade_counts before = cohorts_sum(old, measure, 0, a);
    struct grade_counts after = cohorts_sum(new, measure, 0, b);
    int64_t more = grades_rated(&after) - grades_rated(&before);

    assert_true(a <= old->count && b <= new->count);
    if (more != 0 && more < LEAST)
        fail_msg("seed %u, measure %d: two looks differ by %lld", seed, measure,
                 (long long)more);
    for (int grade = 1; grade <= 5; grade++)
        assert_true(after.of[grade] >= before.of[grade]);
}

static void two_looks_tell_nothing_of_one(void **state)
{
    static int64_t given[DAYS][COHORT_MEASURES][6];

    (void)state;
    for (uint32_t trial = 1; trial <= 60; trial++) {
        uint32_t seed = trial;
        struct cohorts old = {0};

        fill(given, &seed);
        for (int today = 0; today < DAYS; today++) {
            struct cohorts new = look(given, today);

            assert_true(new.count >= old.count);
            if (old.count > 0) /* what was shown is not changed */
                assert_memory_equal(old.list, new.list, old.count * sizeof(*old.list));
            for (size_t i = old.count; i < new.count; i++)
                assert_true(grades_rated(&new.list[i].counts[0]) >= LEAST &&
                            new.list[i].to_day + HOLD < MONDAY + today);
            for (int m = 0; m < COHORT_MEASURES; m++)
                compare(&old, &new, m, trial);
            if (new.count > old.count) /* only ever on a Monday */
                assert_int_equal(today % 7, 0);
            cohorts_free(&old);
            old = new;
        }
        cohorts_free(&old);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(when_a_cohort_appears),
        cmocka_unit_test(two_looks_tell_nothing_of_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
