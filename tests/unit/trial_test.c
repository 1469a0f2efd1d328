/*
 * trial_test.c — did it help? By tables, and by simulation: how often "worked" and
 * "worse" are said where nothing was done, also of windows that were picked for being
 * bad, and how often an effect that is there is shown. Seeds are fixed and printed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "domain/dice.h"
#include "domain/trial.h"
#include "domain/trigger.h"

static void verdicts_by_table(void **state)
{
    static const struct {
        const char *what;
        struct trial_channel first, second;
        enum trial_verdict verdict;
        bool few;
    } rows[] = {
        {"much better than the others",
         {{20, 100}, {4, 100}, {50, 1000}, {50, 1000}},
         {{0, 0}, {0, 0}, {0, 0}, {0, 0}},
         TRIAL_WORKED,
         false},
        {"better, but so are all",
         {{20, 100}, {4, 100}, {200, 1000}, {40, 1000}},
         {{0, 0}, {0, 0}, {0, 0}, {0, 0}},
         TRIAL_NOT_SHOWN,
         false},
        {"the same while all others fall behind",
         {{20, 200}, {20, 200}, {50, 1000}, {150, 1000}},
         {{0, 0}, {0, 0}, {0, 0}, {0, 0}},
         TRIAL_WORKED,
         false},
        {"worse",
         {{4, 100}, {20, 100}, {50, 1000}, {50, 1000}},
         {{0, 0}, {0, 0}, {0, 0}, {0, 0}},
         TRIAL_WORSE,
         false},
        {"only another way of asking: 90 % by text before, at the desk after",
         {{36, 180}, {4, 20}, {200, 1000}, {200, 1000}},
         {{0, 20}, {2, 180}, {10, 1000}, {10, 1000}},
         TRIAL_NOT_SHOWN,
         false},
        {"nobody to compare with",
         {{20, 100}, {0, 100}, {0, 0}, {0, 0}},
         {{0, 0}, {0, 0}, {0, 0}, {0, 0}},
         TRIAL_NOT_SHOWN,
         false},
        {"others in another channel only",
         {{20, 100}, {0, 100}, {0, 0}, {0, 0}},
         {{0, 0}, {0, 0}, {50, 1000}, {50, 1000}},
         TRIAL_NOT_SHOWN,
         false},
        {"too few after",
         {{100, 100}, {0, 29}, {50, 1000}, {50, 1000}},
         {{0, 0}, {0, 0}, {0, 0}, {0, 0}},
         TRIAL_NOT_SHOWN,
         true},
        {"nothing at all",
         {{0, 0}, {0, 0}, {0, 0}, {0, 0}},
         {{0, 0}, {0, 0}, {0, 0}, {0, 0}},
         TRIAL_NOT_SHOWN,
         true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct trial t = {0};
        struct trial_result r;

        t.of[0] = rows[i].first;
        t.of[5] = rows[i].second;
        r = trial_judge(&t, &trial_rules_default);
        if (r.verdict != rows[i].verdict || r.few != rows[i].few)
            fail_msg("%s: %s, chance gives so few in %g, so many in %g", rows[i].what,
                     trial_verdict_name(r.verdict), r.fewer, r.more);
        assert_true(r.low <= r.effect && r.effect <= r.high);
    }
    assert_int_equal(trial_verdict_read("not_shown"), TRIAL_NOT_SHOWN);
    assert_int_equal(trial_verdict_read("nothing"), TRIAL_VERDICTS);
}

/* Newcombe 1998: the difference of two proportions. Where the others stand still in great
 * numbers, the interval is his: 56/70 against 48/80 gives 0.0524 to 0.3339. */
static void the_interval_is_newcombes(void **state)
{
    const struct trial t = {
        .of = {{{32, 80}, {14, 70}, {0, 2000000000}, {0, 2000000000}}}};
    struct trial_result r = trial_judge(&t, &trial_rules_default);

    (void)state;
    assert_int_equal(r.effect, 2000);
    assert_in_range(r.low, 523, 524);
    assert_in_range(r.high, 3339, 3340);
}

/* == Simulations ================================================================== */

enum { RUNS = 2000 };

struct world {
    const char *name;
    int n, others;  /* ratings a period at the window, at the others */
    double good[3]; /* of three channels; 0: not in use */
    double shift;   /* odds of a bad rating are multiplied by it everywhere, after */
    double effect;  /* at the window alone, besides */
    bool drifts;    /* another mix of channels after */
    double wander;  /* the window's own odds go up and down within this */
};

static double odds_times(double share, double by)
{
    double odds = share / (1 - share) * by;

    return odds / (1 + odds);
}

/* Between the two ends, either way as likely. */
static double wander(struct dice *d, double most)
{
    double up = most > 1 ? 1 + dice_unit(d) * (sqrt(most) - 1) : 1;

    return dice_below(d, 2) == 0 ? up : 1 / up;
}

static void draw_side(struct dice *d, const struct world *w, int64_t n, double by,
                      bool after, struct tally out[3])
{
    static const double part[2][3] = {{0.5, 0.3, 1}, {0.1, 0.6, 1}};

    for (int c = 0; c < 3; c++) {
        int64_t m = w->good[c] <= 0 ? 0
                    : c == 2 || w->good[c + 1] <= 0
                        ? n
                        : dice_binomial(d, n, part[w->drifts && after][c]);

        n -= m;
        out[c] = (struct tally){
            w->good[c] <= 0 ? 0 : dice_binomial(d, m, odds_times(1 - w->good[c], by)), m};
    }
}

static void draw(struct dice *d, const struct world *w, struct trial *t)
{
    struct tally of[4][3];

    draw_side(d, w, w->n, wander(d, w->wander), false, of[0]);
    draw_side(d, w, w->n, w->shift * w->effect * wander(d, w->wander), true, of[1]);
    draw_side(d, w, w->others, 1, false, of[2]);
    draw_side(d, w, w->others, w->shift, true, of[3]);
    *t = (struct trial){0};
    for (int c = 0; c < 3; c++)
        t->of[c] = (struct trial_channel){of[0][c], of[1][c], of[2][c], of[3][c]};
}

static void count(const struct world *w, uint64_t seed, int said[TRIAL_VERDICTS],
                  int *covered)
{
    struct trial_rules rules = trial_rules_default;
    struct dice d = dice_seeded(seed);

    rules.tolerance = (int)(w->wander * 100);
    for (int run = 0; run < RUNS; run++) {
        struct trial t;
        struct trial_result r;

        draw(&d, w, &t);
        r = trial_judge(&t, &rules);
        said[r.verdict]++;
        *covered += r.low <= 0 && r.high >= 0;
    }
}

/* 2.5 % and three deviations of RUNS tries. */
static int most_false(void)
{
    double p = (double)trial_rules_default.level / TRIAL_WHOLE;

    return (int)(RUNS * p + 3 * sqrt(RUNS * p * (1 - p)));
}

static void no_effect_is_seldom_shown(void **state)
{
    static const struct world worlds[] = {
        {"as few as may be", 30, 300, {0.95}, 1, 1, false, 1},
        {"as few, and few others", 30, 30, {0.8}, 1, 1, false, 1},
        {"real desk", 300, 3000, {0.9969}, 1, 1, false, 1},
        {"a bad month for all", 200, 2000, {0.9}, 2, 1, false, 1},
        {"three channels that drift", 300, 3000, {0.8, 0.9, 0.99}, 1, 1, true, 1},
        {"the same, better for all", 300, 1000, {0.8, 0.9, 0.99}, 0.5, 1, true, 1},
        {"windows that wander", 400, 4000, {0.8, 0.9, 0.99}, 1, 1, true, 1.25},
        {"the same, in a bad month", 400, 4000, {0.9}, 2, 1, false, 1.25},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(worlds) / sizeof(worlds[0]); i++) {
        int said[TRIAL_VERDICTS] = {0}, covered = 0;

        count(&worlds[i], 100 + i, said, &covered);
        print_message("seed %zu, %-26s no effect: worked %d, worse %d of %d (stated"
                      " 2.5 %% each); interval holds 0 in %.1f %%\n",
                      100 + i, worlds[i].name, said[TRIAL_WORKED], said[TRIAL_WORSE],
                      RUNS, 100.0 * covered / RUNS);
        assert_in_range(said[TRIAL_WORKED], 0, most_false());
        assert_in_range(said[TRIAL_WORSE], 0, most_false());
    }
}

static void an_effect_is_shown(void **state)
{
    static const struct {
        struct world w;
        int least; /* of a hundred */
    } rows[] = {
        {{"bad 20 % to 5 %", 150, 2000, {0.8}, 1, 0.21, false, 1.25}, 85},
        {{"bad 10 % to 5 %", 300, 3000, {0.9}, 1, 0.47, false, 1.25}, 25},
        {{"bad 10 % to 5 %", 60, 3000, {0.9}, 1, 0.47, false, 1.25}, 3},
        {{"halved in three channels", 600, 3000, {0.8, 0.9, 0.99}, 1, 0.5, true, 1.25},
         20},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int said[TRIAL_VERDICTS] = {0}, covered = 0;

        count(&rows[i].w, 200 + i, said, &covered);
        print_message(
            "seed %zu, %s, %d ratings: worked %.1f %%, not shown %.1f %%,"
            " worse %.1f %%\n",
            200 + i, rows[i].w.name, rows[i].w.n, 100.0 * said[TRIAL_WORKED] / RUNS,
            100.0 * said[TRIAL_NOT_SHOWN] / RUNS, 100.0 * said[TRIAL_WORSE] / RUNS);
        assert_in_range(said[TRIAL_WORKED] * 100 / RUNS, rows[i].least, 100);
    }
}

/* Windows of one same rate, of which those are taken whose month raised an alarm. With
 * that month as "before" chance alone looks like success; with the month after it, not.
 */
static void what_was_picked_for_being_bad_is_left_out(void **state)
{
    enum { N = 100, OTHERS = 2000 };
    struct trigger_rules rules = trigger_rules_default;
    struct trigger_window hall[1] = {{"W", "D", {{{{0, 0}}}}}};
    struct dice d = dice_seeded(300);
    int picked = 0, naive = 0, fair = 0;

    (void)state;
    rules.alarms[TRIGGER_CHART] = 1200;
    rules.tolerance = 100;
    while (picked < 1000) {
        struct trial t = {
            .of = {{.after = {dice_binomial(&d, N, 0.1), N},
                    .others_before = {dice_binomial(&d, OTHERS, 0.1), OTHERS},
                    .others_after = {dice_binomial(&d, OTHERS, 0.1), OTHERS}}}};

        for (int m = 0; m < TRIGGER_MONTHS; m++)
            hall[0].months[m].of[0] = (struct tally){dice_binomial(&d, N, 0.1), N};
        if (!trigger_look(TRIGGER_CHART, hall, 1, 0, &rules).raised)
            continue;
        picked++;
        t.of[0].before = hall[0].months[0].of[0];
        naive += trial_judge(&t, &trial_rules_default).verdict == TRIAL_WORKED;
        t.of[0].before = (struct tally){dice_binomial(&d, N, 0.1), N};
        fair += trial_judge(&t, &trial_rules_default).verdict == TRIAL_WORKED;
    }
    print_message(
        "seed 300, nothing done at 1000 windows that were picked: worked %.1f %%"
        " with the month that picked them, %.1f %% without\n",
        naive / 10.0, fair / 10.0);
    assert_true(naive > 100);
    assert_in_range(fair, 0, 25 + 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts_by_table),
        cmocka_unit_test(the_interval_is_newcombes),
        cmocka_unit_test(no_effect_is_seldom_shown),
        cmocka_unit_test(an_effect_is_shown),
        cmocka_unit_test(what_was_picked_for_being_bad_is_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
