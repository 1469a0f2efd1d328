/*
 * trigger_test.c — which windows are called, by tables; and by simulation how often a
 * window is called where nothing is wrong, against the stated rate, and how soon where
 * something is. Nothing is wrong where a rate stands still, and where it goes up and down
 * within the tolerance.
 *
 * The seeds are fixed and printed. Under the sanitizers, which look at memory and not at
 * chance, fewer are drawn. A year is twelve months looked at one after another, each with
 * the twelve before it, as the program does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "domain/dice.h"
#include "domain/trigger.h"
#include "sanitized.h"

enum {
    FIRST_RAISED = 11,
    WINDOWS = 10,
    HISTORY = 24,
    YEARS = SANITIZED ? 20 : 200, /* 2,000 window-years */
    SWING_YEARS = SANITIZED ? 20 : 60,
};

/* == Tables ======================================================================= */

/* Ten windows of two departments, each with `n` ratings a month, `bad` of them bad, in
 * channel 0. */
static void fill(struct trigger_window *hall, int64_t bad, int64_t n)
{
    memset(hall, 0, WINDOWS * sizeof(*hall));
    for (int w = 0; w < WINDOWS; w++) {
        snprintf(hall[w].code, sizeof(hall[w].code), "W%d", w);
        snprintf(hall[w].department, sizeof(hall[w].department), "D%d", w / 5);
        for (int m = 0; m < TRIGGER_MONTHS; m++)
            hall[w].months[m].of[0] = (struct tally){bad, n};
    }
}

static void threshold_is_the_exact_interval(void **state)
{
    /* 12 % a year are 1 % a month; of 100 with 15 % bad, chance gives 24 in 1.19 %, 25 in
     * 0.61 %, 26 in 0.30 % */
    struct trigger_rules rules = trigger_rules_default;
    struct trigger_window hall[WINDOWS];
    const struct {
        struct tally first, second;
        bool raised;
        int64_t limit;
    } rows[] = {
        {{24, 100}, {0, 0}, false, 25}, {{25, 100}, {0, 0}, true, 25},
        {{25, 100}, {0, 9}, false, 26}, /* half of it for each of two channels */
        {{26, 100}, {0, 9}, true, 26},  {{3, 3}, {0, 0}, true, 3},
        {{2, 2}, {0, 0}, false, 3},     {{0, 0}, {0, 0}, false, 0},
    };

    (void)state;
    rules.alarms[TRIGGER_THRESHOLD] = 1200;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct alarm a;

        fill(hall, 0, 0);
        hall[0].months[0].of[0] = rows[i].first;
        hall[0].months[0].of[3] = rows[i].second;
        a = trigger_look(TRIGGER_THRESHOLD, hall, WINDOWS, 0, &rules);
        if (a.raised != rows[i].raised || a.limit != rows[i].limit)
            fail_msg("row %zu: raised %d, limit %lld, tail %g of %g", i, a.raised,
                     (long long)a.limit, a.tail, a.allowed);
        if (rows[i].first.n > 0)
            assert_int_equal(a.channel, 0);
    }
}

static void the_chart_says_what_it_compares_with(void **state)
{
    struct trigger_window hall[WINDOWS];
    struct alarm a;

    (void)state;
    fill(hall, 2, 50);
    a = trigger_look(TRIGGER_CHART, hall, WINDOWS, 0, &trigger_rules_default);
    assert_int_equal(a.base, BASE_OWN);
    assert_int_equal(a.baseline.n, 600);
    assert_false(a.raised);
    for (int bad = 0; bad <= 50;
         bad++) { /* 24 of 600 before: 11 of 50 are too many, once in 2,000 */
        hall[0].months[0].of[0].bad = bad;
        a = trigger_look(TRIGGER_CHART, hall, WINDOWS, 0, &trigger_rules_default);
        if (a.raised != (bad >= FIRST_RAISED) || a.raised != (bad >= a.limit) ||
            a.raised != (a.tail <= a.allowed))
            fail_msg("%d bad: raised %d, limit %lld, tail %g", bad, a.raised,
                     (long long)a.limit, a.tail);
    }

    for (int m = 1; m < TRIGGER_MONTHS; m++) /* a new window */
        hall[0].months[m].of[0] = (struct tally){0, 0};
    a = trigger_look(TRIGGER_CHART, hall, WINDOWS, 0, &trigger_rules_default);
    assert_int_equal(a.base, BASE_DEPARTMENT);
    assert_int_equal(a.baseline.n, 200);
    for (int w = 1; w < 5; w++)
        hall[w].months[0].of[0].n = 10;
    assert_int_equal(
        trigger_look(TRIGGER_CHART, hall, WINDOWS, 0, &trigger_rules_default).base,
        BASE_HALL);
    for (int w = 1; w < WINDOWS; w++)
        hall[w].months[0].of[0] = (struct tally){1, 1};
    a = trigger_look(TRIGGER_CHART, hall, WINDOWS, 0, &trigger_rules_default);
    assert_int_equal(a.base, BASE_NONE);
    assert_false(a.raised);
}

/* Half of the citizens answer by text, where one in five is dissatisfied everywhere, and
 * not one in a hundred at the desk. Whoever moves from desk to text is not worse. */
static void another_way_of_asking_is_no_alarm(void **state)
{
    struct trigger_window hall[WINDOWS];
    struct alarm a;

    (void)state;
    fill(hall, 0, 0);
    for (int w = 0; w < WINDOWS; w++)
        for (int m = 0; m < TRIGGER_MONTHS; m++) {
            hall[w].months[m].of[3] = (struct tally){1, 200};
            hall[w].months[m].of[0] = (struct tally){10, 50};
        }
    hall[4].months[0].of[3] = (struct tally){0, 20};
    hall[4].months[0].of[0] = (struct tally){40, 200};
    hall[4].months[1] = hall[4].months[0];
    for (int rule = TRIGGER_CHART; rule < TRIGGER_RULES; rule++) {
        a = trigger_look((enum trigger_rule)rule, hall, WINDOWS, 4,
                         &trigger_rules_default);
        if (a.raised || fabs(a.expected - a.seen.bad) > 3)
            fail_msg("%s: expected %g, seen %lld", trigger_rule_name(rule), a.expected,
                     (long long)a.seen.bad);
    }
}

static void the_bottom_wants_months_windows_and_numbers(void **state)
{
    const struct {
        int64_t now, before, n; /* bad ones at the window, of n in a month */
        int windows;
        bool raised;
    } rows[] = {
        {12, 12, 60, WINDOWS, true}, {12, 3, 60, WINDOWS, false}, /* one month only */
        {12, 12, 60, 4, false},      {12, 12, 29, WINDOWS, false},
        {4, 4, 60, WINDOWS, false}, /* the lowest, but by chance */
        {0, 0, 60, WINDOWS, false},
    };
    struct trigger_window hall[WINDOWS];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct alarm a;

        fill(hall, 3, 60);
        hall[0].months[0].of[0] = (struct tally){rows[i].now, rows[i].n};
        hall[0].months[1].of[0] = (struct tally){rows[i].before, rows[i].n};
        a = trigger_look(TRIGGER_BOTTOM, hall, (size_t)rows[i].windows, 0,
                         &trigger_rules_default);
        if (a.raised != rows[i].raised)
            fail_msg("row %zu: raised %d, tail %g, %d compared", i, a.raised, a.tail,
                     a.compared);
    }
}

static void a_rule_may_be_off(void **state)
{
    struct trigger_rules rules = trigger_rules_default;
    struct trigger_window hall[WINDOWS];

    (void)state;
    fill(hall, 1, 100);
    hall[0].months[0].of[0].bad = hall[0].months[1].of[0].bad = 100;
    for (int rule = 0; rule < TRIGGER_RULES; rule++) {
        assert_true(
            trigger_look((enum trigger_rule)rule, hall, WINDOWS, 0, &rules).raised);
        rules.alarms[rule] = 0;
        assert_false(
            trigger_look((enum trigger_rule)rule, hall, WINDOWS, 0, &rules).raised);
        assert_int_equal(trigger_rule_read(trigger_rule_name((enum trigger_rule)rule)),
                         rule);
    }
    assert_int_equal(trigger_rule_read("mood"), TRIGGER_RULES);
}

/* == Simulations ================================================================== */

struct world {
    const char *name;
    uint64_t seed;
    int least, most; /* ratings of a window in a month */
    double good[3];  /* true rates of three channels; 0: not in use */
    int threshold;   /* that the true rate just keeps */
    bool drifts;     /* the mix of channels wanders, and differs among windows */
    double wander; /* the odds of a month are up to its square root times more or less */
    double swing; /* the rate of a month is drawn with this deviation, as a share of it */
};

struct history {
    struct trigger_month of[WINDOWS][HISTORY];
};

static double odds_times(double share, double by)
{
    double odds = share / (1 - share) * by;

    return odds / (1 + odds);
}

/* Between the two ends, either way as likely. */
static double wander(struct dice *d, double most)
{
    double up = 1 + dice_unit(d) * (sqrt(most) - 1);

    return dice_below(d, 2) == 0 ? up : 1 / up;
}

/* The rate of a month beside the usual one: from a beta distribution (in the first
 * channel the count is beta-binomial), whose mean is 1 here. */
static double swing(struct dice *d, const struct world *w)
{
    double share = 1 - w->good[0], rho = w->swing * w->swing * share / (1 - share);

    return dice_beta(d, share * (1 / rho - 1), (1 - share) * (1 / rho - 1)) / share;
}

static void draw(struct dice *d, const struct world *w, struct history *h)
{
    for (int i = 0; i < WINDOWS; i++)
        for (int m = 0; m < HISTORY; m++) {
            int64_t left =
                w->least + (int64_t)dice_below(d, (uint64_t)(w->most - w->least + 1));

            const double by = w->wander > 1 ? wander(d, w->wander) : 1;
            const double times = w->swing > 0 ? swing(d, w) : 1;

            h->of[i][m] = (struct trigger_month){0};
            for (int c = 2; c >= 0; c--) {
                double part = c == 0 ? 1 : w->drifts ? dice_unit(d) : 0.5;
                int64_t n;

                if (w->good[c] <= 0)
                    continue;
                n = c == 0 ? left : dice_binomial(d, left, part);
                h->of[i][m].of[c] = (struct tally){
                    dice_binomial(d, n, fmin(1, odds_times(1 - w->good[c], by) * times)),
                    n};
                left -= n;
            }
        }
}

static void look_back(const struct history *h, int month, struct trigger_window *hall)
{
    for (int i = 0; i < WINDOWS; i++) {
        snprintf(hall[i].code, sizeof(hall[i].code), "W%d", i);
        snprintf(hall[i].department, sizeof(hall[i].department), "D%d", i / 5);
        for (int m = 0; m < TRIGGER_MONTHS; m++)
            hall[i].months[m] = h->of[i][month - m];
    }
}

/* Stated rates that are tried, of TRIGGER_WHOLE. A count that one of them calls has a
 * tail of a month's part of it at the most, so one look tells of both. */
static const int stated[] = {100, 1000};
enum { STATED = 2 };

/* How many window-years were called by each rule, and by any, at each stated rate. */
static void count_alarms(const struct world *w, const struct trigger_rules *rules,
                         int years, int called[STATED][TRIGGER_RULES + 1])
{
    struct dice d = dice_seeded(w->seed);
    static struct trigger_window hall[WINDOWS];
    static struct history h;

    for (int year = 0; year < years; year++) {
        bool by[WINDOWS][STATED][TRIGGER_RULES + 1] = {{{false}}};

        draw(&d, w, &h);
        for (int at = 0; at < 12 * WINDOWS * TRIGGER_RULES; at++) {
            int rule = at % TRIGGER_RULES, i = at / TRIGGER_RULES % WINDOWS;
            struct alarm a;

            if (at % (WINDOWS * TRIGGER_RULES) == 0)
                look_back(&h, HISTORY - 12 + at / (WINDOWS * TRIGGER_RULES), hall);
            a = trigger_look((enum trigger_rule)rule, hall, WINDOWS, (size_t)i, rules);
            for (int s = 0; s < STATED; s++)
                if (a.raised && a.tail * stated[STATED - 1] <= a.allowed * stated[s])
                    by[i][s][rule] = by[i][s][TRIGGER_RULES] = true;
        }
        for (int i = 0; i < WINDOWS; i++)
            for (int s = 0; s < STATED; s++)
                for (int rule = 0; rule <= TRIGGER_RULES; rule++)
                    called[s][rule] += by[i][s][rule];
    }
}

/* Three deviations above the stated rate: chance goes there once in 700 such tests. */
static int most_calls(int alarms, int years)
{
    double p = (double)alarms / TRIGGER_WHOLE, n = (double)years * WINDOWS;

    return (int)(n * p + 3 * sqrt(n * p * (1 - p)));
}

static void keeps_its_rate(const struct world *w, int tolerance, int years)
{
    struct trigger_rules rules = trigger_rules_default;
    int called[STATED][TRIGGER_RULES + 1] = {{0}}, alarms;

    rules.threshold = w->threshold;
    rules.tolerance = tolerance;
    for (int rule = 0; rule < TRIGGER_RULES; rule++)
        rules.alarms[rule] = stated[STATED - 1];
    count_alarms(w, &rules, years, called);
    for (int s = 0; s < STATED; s++) {
        print_message("seed %d, %-25s stated %4.1f %% a rule; of %d window-years:"
                      " threshold %d, chart %d, bottom %d, any %d\n",
                      (int)w->seed, w->name, stated[s] / 100.0, years * WINDOWS,
                      called[s][0], called[s][1], called[s][2], called[s][3]);
        alarms = w->swing > 0.5 ? stated[s] * 3 / 2 : stated[s];
        for (int rule = 0; rule < TRIGGER_RULES; rule++)
            assert_in_range(called[s][rule], 0, most_calls(alarms, years));
        assert_in_range(called[s][TRIGGER_RULES], 0,
                        most_calls(TRIGGER_RULES * alarms, years));
    }
}

static void false_alarms_keep_their_stated_rate(void **state)
{
    static const struct world worlds[] = {
        {"tiny", 1, 0, 5, {0.95}, 9500, false, 1, 0},
        {"small", 2, 5, 50, {0.95}, 9500, false, 1, 0},
        {"middle, three channels", 3, 20, 200, {0.85, 0.95, 0.99}, 8500, true, 1, 0},
        {"real desk", 4, 50, 600, {0.9969}, 9969, false, 1, 0},
        {"great", 5, 300, 1500, {0.8, 0.9, 0.97}, 8000, true, 1, 0},
        {"months that wander", 6, 20, 600, {0.8, 0.9, 0.97}, 7000, true, 1.5, 0},
        {"the same, real desk", 7, 50, 600, {0.9969}, 9950, false, 1.5, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(worlds) / sizeof(worlds[0]); i++)
        keeps_its_rate(&worlds[i], (int)(worlds[i].wander * 100), YEARS);
}

/* Months whose rates go up and down by more than the tolerance forgives: how much they do
 * is read from the other windows' months, and the stated rate is passed by the deviation
 * at the most (trigger.h). Without that, the threshold called 1,152 of 2,000 window-years
 * in the first of these worlds, the chart 890 in the second, for 20. */
static void false_alarms_keep_their_rate_where_months_swing(void **state)
{
    static const struct world worlds[] = {
        {"swing 1/2", 22, 50, 600, {0.95}, 9500, false, 1, 0.5},
        {"swing 1", 23, 20, 200, {0.95}, 9500, false, 1, 1},
        {"swing 1, real desk", 24, 50, 600, {0.9969}, 9969, false, 1, 1},
        {"swing 1/2, three channels",
         25,
         20,
         200,
         {0.85, 0.95, 0.99},
         8500,
         true,
         1,
         0.5},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(worlds) / sizeof(worlds[0]); i++)
        keeps_its_rate(&worlds[i], trigger_rules_default.tolerance, SWING_YEARS);
}

/* One window of ten falls to a lower rate from the first month on. */
static void what_is_wrong_is_found(void **state)
{
    static const struct {
        double good, fallen;
        int n;
        int least; /* of a hundred, found by any rule within six months */
    } rows[] = {
        {0.95, 0.80, 60, 90},    {0.95, 0.85, 60, 55}, {0.95, 0.85, 200, 95},
        {0.9969, 0.97, 300, 90}, {0.95, 0.75, 15, 15},
    };
    static struct trigger_window hall[WINDOWS];
    static struct history h;

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct world w = {"", 70 + i, rows[i].n, rows[i].n, {rows[i].good},
                          0,  false,  1,         0};
        struct dice d = dice_seeded(w.seed);
        int found[TRIGGER_RULES + 1] = {0};

        for (int run = 0; run < 100; run++) {
            bool by[TRIGGER_RULES + 1] = {false};

            draw(&d, &w, &h);
            for (int m = HISTORY - 6; m < HISTORY; m++)
                h.of[0][m].of[0].bad = dice_binomial(&d, rows[i].n, 1 - rows[i].fallen);
            for (int m = HISTORY - 6; m < HISTORY; m++) {
                look_back(&h, m, hall);
                for (int rule = 0; rule < TRIGGER_RULES; rule++)
                    if (trigger_look((enum trigger_rule)rule, hall, WINDOWS, 0,
                                     &trigger_rules_default)
                            .raised)
                        by[rule] = by[TRIGGER_RULES] = true;
            }
            for (int rule = 0; rule <= TRIGGER_RULES; rule++)
                found[rule] += by[rule];
        }
        print_message("seed %d, %.2f %% falls to %.2f %%, %d a month: within six months"
                      " threshold %d, chart %d, bottom %d, any %d of 100\n",
                      (int)w.seed, 100 * rows[i].good, 100 * rows[i].fallen, rows[i].n,
                      found[0], found[1], found[2], found[3]);
        assert_in_range(found[TRIGGER_RULES], rows[i].least, 100);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threshold_is_the_exact_interval),
        cmocka_unit_test(the_chart_says_what_it_compares_with),
        cmocka_unit_test(another_way_of_asking_is_no_alarm),
        cmocka_unit_test(the_bottom_wants_months_windows_and_numbers),
        cmocka_unit_test(a_rule_may_be_off),
        cmocka_unit_test(false_alarms_keep_their_stated_rate),
        cmocka_unit_test(false_alarms_keep_their_rate_where_months_swing),
        cmocka_unit_test(what_is_wrong_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
