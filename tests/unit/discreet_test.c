/*
 * discreet_test.c — nobody can be found by difference, whatever the groups are.
 *
 * An attacker takes what is told from every sum that is told, in two storeys: windows of
 * departments of a hall, as on the public page. Drawn by lot, beside a few by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/compiler.h"
#include "domain/discreet.h"

enum { LEAST = 5, MOST = 8 };

static void by_hand(void **state)
{
    static const struct {
        int64_t n[MOST];
        size_t count;
        const char *hidden; /* x where hidden */
    } rows[] = {
        {{50, 60, 70}, 3, "..."},
        {{4, 60, 70}, 3, "xx."},
        {{4, 4, 70}, 3, "xx."},
        {{1, 2, 70, 9}, 4, "xx.x"},
        {{4, 0, 70}, 3, "x.x"},
        {{0, 0, 70}, 3, "..."},
        {{3}, 1, "x"},
        {{3, 0, 0}, 3, "x.."},
        {{1, 1, 1, 1, 1}, 5, "xxxxx"},
        {{1, 1, 1, 1, 99}, 5, "xxxxx"},
        {{5, 5, 5}, 3, "..."},
        {{4, 5, 6}, 3, "xx."},
    };

    (void)state;
    for (size_t r = 0; r < LENGTH(rows); r++) {
        struct discreet_group groups[MOST] = {{0}};
        char seen[MOST + 1] = "";

        for (size_t i = 0; i < rows[r].count; i++)
            groups[i].n = rows[r].n[i];
        discreet_hide(groups, rows[r].count, LEAST);
        for (size_t i = 0; i < rows[r].count; i++)
            seen[i] = groups[i].hidden ? 'x' : '.';
        if (strcmp(seen, rows[r].hidden) != 0)
            fail_msg("row %zu: %s, not %s", r, seen, rows[r].hidden);
    }
}

static uint32_t lot(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % below;
}

/* What the told parts leave of a told sum is nobody, or enough people in several groups.
 */
static void nothing_is_left(const struct discreet_group *parts, size_t count,
                            bool sum_told)
{
    int64_t left = 0;
    size_t groups = 0;

    for (size_t i = 0; i < count; i++) {
        if (parts[i].hidden) {
            left += parts[i].n;
            groups += parts[i].n > 0;
        } else {
            assert_true(parts[i].n == 0 || parts[i].n >= LEAST);
        }
    }
    if (!sum_told || left == 0)
        return;
    assert_true(left >= LEAST);
    assert_true(groups >= 2);
}

static void no_difference_finds_anybody(void **state)
{
    uint32_t seed = 7;

    (void)state;
    for (int round = 0; round < 20000; round++) {
        struct discreet_group halls[MOST] = {{0}}, windows[MOST][MOST] = {{{0}}};
        size_t departments = 1 + lot(&seed, MOST), count[MOST];
        uint32_t size = lot(&seed, 2) ? 12 : 60;
        int64_t people = 0;
        bool sum;

        for (size_t d = 0; d < departments; d++) {
            count[d] = 1 + lot(&seed, MOST);
            for (size_t w = 0; w < count[d]; w++) {
                windows[d][w].n = lot(&seed, 3) ? (int64_t)lot(&seed, size) : 0;
                halls[d].n += windows[d][w].n;
            }
            people += halls[d].n;
        }
        discreet_hide(halls, departments, LEAST);
        sum = discreet_sum_fits(halls, departments, LEAST);
        assert_true(!sum || people == 0 || people >= LEAST);
        nothing_is_left(halls, departments, sum);
        for (size_t d = 0; d < departments; d++) {
            for (size_t w = 0; w < count[d]; w++)
                windows[d][w].hidden = halls[d].hidden;
            discreet_hide(windows[d], count[d], LEAST);
            nothing_is_left(windows[d], count[d], !halls[d].hidden);
            for (size_t w = 0; halls[d].hidden && w < count[d]; w++)
                assert_true(windows[d][w].hidden);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),
        cmocka_unit_test(no_difference_finds_anybody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
