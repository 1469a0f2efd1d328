/*
 * effect_test.c — what one rating moves is what is missing when its case is counted
 * without it, to the last digit; for every kind of rating there is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "domain/assess_case.h"
#include "domain/dice.h"
#include "domain/effect.h"

enum { DEPARTMENTS = 4, CASES = 1500 };

static struct assess_case cases[CASES];

static void draw_cases(uint64_t seed)
{
    struct dice d = dice_seeded(seed);

    for (int i = 0; i < CASES; i++) {
        struct assess_case *c = &cases[i];

        *c = (struct assess_case){.id = i + 1,
                                  .kind = (enum hall_kind)dice_below(&d, 2),
                                  .ratable = true,
                                  .channel = (int)dice_below(&d, ASSESS_CHANNELS),
                                  .delay = (int)dice_below(&d, ASSESS_DELAYS),
                                  .grade = (int)dice_below(&d, 6)};
        snprintf(c->department, sizeof(c->department), "D%d",
                 (int)dice_below(&d, DEPARTMENTS));
        c->promised = c->kind == HALL_KIND_PROMISE ? 5 : -1;
        c->taken = c->promised < 0 ? -1 : (int)dice_below(&d, 8);
        for (int dim = 0; dim < 4; dim++)
            c->dims[dim] = (int)dice_below(&d, 6);
    }
}

static bool belongs(const struct assess_case *c, const struct effect *e)
{
    bool scored = assess_channel_scored(c->channel);

    switch (e->measure) {
    case MEASURE_GOOD:
        return scored && c->grade > 0 && (c->grade >= 3) == e->good &&
               assess_stratum(c->channel, c->delay, c->kind) == e->stratum;
    case MEASURE_PROMISE:
        return c->promised >= 0 && (c->taken <= c->promised) == e->good;
    case MEASURE_RECTIFICATION:
        return false;
    default:
        return scored && c->dims[e->measure] > 0 && (c->dims[e->measure] >= 3) == e->good;
    }
}

/* All cases, one of them without what the effect is of. */
static void count_without(const struct assess_case *left_out, const struct effect *e,
                          struct assess_book *book)
{
    *book = (struct assess_book){0};
    for (int i = 0; i < CASES; i++) {
        struct assess_case c = cases[i];

        if (&cases[i] == left_out && e->measure == MEASURE_GOOD)
            c.grade = 0;
        if (&cases[i] == left_out && e->measure == MEASURE_PROMISE)
            c.promised = c.taken = -1;
        if (&cases[i] == left_out && e->measure < MEASURE_GOOD)
            c.dims[e->measure] = 0;
        assess_case_count(book, ASSESS_DEPARTMENT, &c);
    }
    assess_book_sum(book);
}

/* A scheme of what citizens and records say alone, so that there is a total. */
static void only_counted(struct scheme *s)
{
    size_t kept = 0;

    scheme_first(2026, s);
    for (size_t i = 0; i < s->part_count; i++)
        if (measure_counted(s->parts[i].measure) &&
            s->parts[i].measure != MEASURE_RECTIFICATION)
            s->parts[kept++] = s->parts[i];
    s->part_count = kept;
}

static void judge(const struct scheme *s, size_t unit, const struct effect *e,
                  int64_t before, int64_t *seen)
{
    const struct assess_case *one = NULL;
    struct assess_score *scores;
    struct assess_book book;
    char code[24];

    snprintf(code, sizeof(code), "D%zu", unit);
    for (int i = 0; i < CASES; i++)
        if (strcmp(cases[i].department, code) == 0 && belongs(&cases[i], e)) {
            one = &cases[i];
            (*seen)++;
        }
    assert_non_null(one);
    assert_int_equal(*seen, e->count);
    count_without(one, e, &book);
    scores = assess_scores(s, &book);
    if (before - scores[unit].total != e->points)
        fail_msg("measure %d stratum %d %d: %lld, not %lld", e->measure, e->stratum,
                 e->good, (long long)e->points, (long long)(before - scores[unit].total));
    assert_true(e->good ? e->points >= 0 : e->points <= 0);
    free(scores);
    assess_book_free(&book);
}

static void an_effect_is_what_is_missing_without_it(void **state)
{
    struct effect effects[EFFECTS_MOST], none = {.measure = MEASURE_SHEET};
    struct scheme s;

    (void)state;
    only_counted(&s);
    for (uint64_t seed = 1; seed <= 2; seed++) {
        struct assess_score *scores;
        struct assess_book book;

        draw_cases(seed);
        count_without(NULL, &none, &book);
        scores = assess_scores(&s, &book);
        for (size_t unit = 0; unit < book.count; unit++) {
            size_t count = effects_of(&s, &book, unit, effects);

            assert_true(count > 40);
            for (size_t i = 0; i < count; i++) {
                int64_t seen = 0;

                judge(&s, unit, &effects[i], scores[unit].total, &seen);
            }
        }
        free(scores);
        assess_book_free(&book);
    }
    scheme_free(&s);
}

/* Marks of the hall and of sheets lack, so there is no total; what a rating moves is
 * known all the same. */
static void it_is_known_without_a_total(void **state)
{
    struct effect some[EFFECTS_MOST], all[EFFECTS_MOST],
        none = {.measure = MEASURE_SHEET};
    struct assess_score *scores;
    struct assess_book book;
    struct scheme whole, counted;
    size_t count;

    (void)state;
    scheme_first(2026, &whole);
    only_counted(&counted);
    draw_cases(3);
    count_without(NULL, &none, &book);
    scores = assess_scores(&whole, &book);
    assert_int_equal(scores[0].total, ASSESS_NONE);
    count = effects_of(&whole, &book, 0, some);
    assert_int_equal(count, effects_of(&counted, &book, 0, all));
    for (size_t i = 0; i < count; i++)
        assert_int_equal(some[i].points, all[i].points);
    free(scores);
    assess_book_free(&book);
    scheme_free(&whole);
    scheme_free(&counted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_effect_is_what_is_missing_without_it),
        cmocka_unit_test(it_is_known_without_a_total),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
