/*
 * trigger.c — see trigger.h.
 *
 * Promise: what is decided is decided by exact tails and whole numbers, so that every
 * machine finds the same windows. A channel without a baseline says nothing: given its
 * margins, its count is certain.
 */
#include "domain/trigger.h"

#include <string.h>

const struct trigger_rules trigger_rules_default = {
    .threshold = 8500,
    .alarms = {100, 100, 100},
    .tolerance = 150,
    .base_months = 12,
    .base_least = 100,
    .bottom_months = 2,
    .bottom_places = 1,
    .bottom_least = 30,
    .bottom_windows = 5,
};

static const char *const rule_names[TRIGGER_RULES] = {
    [TRIGGER_THRESHOLD] = "threshold",
    [TRIGGER_CHART] = "chart",
    [TRIGGER_BOTTOM] = "bottom",
};

static const char *const base_names[] = {
    [BASE_THRESHOLD] = "threshold",
    [BASE_OWN] = "own",
    [BASE_DEPARTMENT] = "department",
    [BASE_HALL] = "hall",
    [BASE_NONE] = "none",
};

const char *trigger_rule_name(enum trigger_rule rule)
{
    return rule_names[rule];
}

enum trigger_rule trigger_rule_read(const char *name)
{
    int rule = 0;

    while (rule < TRIGGER_RULES && strcmp(rule_names[rule], name) != 0)
        rule++;
    return (enum trigger_rule)rule;
}

const char *trigger_base_name(enum trigger_base base)
{
    return base_names[base];
}

enum trigger_base trigger_base_read(const char *name)
{
    int base = 0;

    while (base < BASE_NONE && strcmp(base_names[base], name) != 0)
        base++;
    return (enum trigger_base)base;
}

/* == Sums ========================================================================= */

static void add(struct tally *to, const struct tally *more)
{
    to->bad += more->bad;
    to->n += more->n;
}

static void month_add(struct trigger_month *to, const struct trigger_month *more)
{
    for (int c = 0; c < TRIGGER_CHANNELS; c++)
        add(&to->of[c], &more->of[c]);
}

struct tally trigger_total(const struct trigger_month *m)
{
    struct tally sum = {0, 0};

    for (int c = 0; c < TRIGGER_CHANNELS; c++)
        add(&sum, &m->of[c]);
    return sum;
}

/* What of a baseline lies in channels that the month has, too. */
static struct tally shared_total(const struct trigger_month *base,
                                 const struct trigger_month *month)
{
    struct tally sum = {0, 0};

    for (int c = 0; c < TRIGGER_CHANNELS; c++)
        if (month->of[c].n > 0)
            add(&sum, &base->of[c]);
    return sum;
}

static double allowed_a_month(const struct trigger_rules *rules, enum trigger_rule rule)
{
    return (double)rules->alarms[rule] / (12.0 * TRIGGER_WHOLE);
}

/* == The threshold ================================================================ */

static struct alarm look_at_channel(struct tally seen, int channel,
                                    const struct trigger_rules *rules, double allowed)
{
    double bad_share = (double)(TRIGGER_WHOLE - rules->threshold) / TRIGGER_WHOLE;
    struct alarm a = {.channel = channel,
                      .base = BASE_THRESHOLD,
                      .tolerance = 100,
                      .seen = seen,
                      .allowed = allowed};
    struct odds o = odds_binomial(seen.n, bad_share);

    a.expected = odds_mean(&o);
    a.limit = odds_limit(&o, allowed);
    a.tail = odds_upper(&o, seen.bad);
    a.raised = seen.bad >= a.limit;
    odds_free(&o);
    return a;
}

/* The channel that says most; each has its part of what is allowed. */
static struct alarm look_at_threshold(const struct trigger_month *month,
                                      const struct trigger_rules *rules)
{
    struct alarm worst = {.channel = -1, .base = BASE_NONE, .tolerance = 100, .tail = 1};
    int channels = 0;

    for (int c = 0; c < TRIGGER_CHANNELS; c++)
        channels += month->of[c].n > 0;
    for (int c = 0; c < TRIGGER_CHANNELS; c++) {
        struct alarm a;

        if (month->of[c].n == 0)
            continue;
        a = look_at_channel(month->of[c], c, rules,
                            allowed_a_month(rules, TRIGGER_THRESHOLD) / channels);
        if (worst.base == BASE_NONE || a.tail < worst.tail)
            worst = a;
    }
    return worst;
}

/* == Against a baseline =========================================================== */

/* A count's distribution at the baseline's rate, and at the worst that is tolerated. */
struct weighing {
    struct odds at_base, tolerated;
    double times;
};

static struct weighing weighing_new(const struct trigger_rules *rules)
{
    return (struct weighing){.at_base = odds_certain(0),
                             .tolerated = odds_certain(0),
                             .times = rules->tolerance / 100.0};
}

static void add_odds(struct odds *sum, struct odds more)
{
    odds_add(sum, &more);
    odds_free(&more);
}

/* Each channel against its own baseline; their counts are added to those so far. */
static void weigh(struct weighing *w, struct alarm *a, const struct trigger_month *month,
                  const struct trigger_month *base)
{
    const struct tally total = trigger_total(month), shared = shared_total(base, month);

    for (int c = 0; c < TRIGGER_CHANNELS; c++) {
        const struct tally *m = &month->of[c], *b = &base->of[c];

        if (m->n == 0)
            continue;
        add_odds(&w->at_base, odds_drawn(m->n, m->bad + b->bad, m->n + b->n, 1));
        add_odds(&w->tolerated, odds_drawn(m->n, m->bad + b->bad, m->n + b->n, w->times));
    }
    add(&a->seen, &total);
    add(&a->baseline, &shared);
}

static void weighed(struct weighing *w, struct alarm *a)
{
    a->expected = odds_mean(&w->at_base);
    a->limit = odds_limit(&w->tolerated, a->allowed);
    a->tail = odds_upper(&w->tolerated, a->seen.bad);
    a->raised = a->seen.bad >= a->limit;
    odds_free(&w->at_base);
    odds_free(&w->tolerated);
}

/* The other windows in month `at`; those of one department only, or of any (NULL). */
static void others(const struct trigger_window *hall, size_t count, size_t which, int at,
                   const char *department, struct trigger_month *out)
{
    for (size_t w = 0; w < count; w++)
        if (w != which &&
            (department == NULL || strcmp(hall[w].department, department) == 0))
            month_add(out, &hall[w].months[at]);
}

/* The first of the three that is large enough. Only the numbers of ratings choose it,
 * never what they say, so that the choice itself makes no alarm. */
static enum trigger_base choose_base(const struct trigger_window *hall, size_t count,
                                     size_t which, const struct trigger_rules *rules,
                                     struct trigger_month *base)
{
    const struct trigger_window *me = &hall[which];

    for (int kind = BASE_OWN; kind < BASE_NONE; kind++) {
        *base = (struct trigger_month){0};
        for (int m = 1; kind == BASE_OWN && m <= rules->base_months; m++)
            month_add(base, &me->months[m]);
        if (kind != BASE_OWN)
            others(hall, count, which, 0, kind == BASE_DEPARTMENT ? me->department : NULL,
                   base);
        if (shared_total(base, &me->months[0]).n >= rules->base_least)
            return (enum trigger_base)kind;
    }
    return BASE_NONE;
}

static struct alarm look_at_chart(const struct trigger_window *hall, size_t count,
                                  size_t which, const struct trigger_rules *rules)
{
    const struct trigger_month *month = &hall[which].months[0];
    struct alarm a = {.channel = -1,
                      .tolerance = rules->tolerance,
                      .tail = 1,
                      .allowed = allowed_a_month(rules, TRIGGER_CHART)};
    struct weighing sum = weighing_new(rules);
    struct trigger_month base;

    a.base = choose_base(hall, count, which, rules, &base);
    if (a.base == BASE_NONE)
        base = (struct trigger_month){0}; /* then nothing is known */
    weigh(&sum, &a, month, &base);
    weighed(&sum, &a);
    return a;
}

/* == The bottom =================================================================== */

/* Bad ratings in a million above what the hall's rate in each channel gives. */
static int64_t excess(const struct trigger_month *month, const struct trigger_month *all)
{
    const int64_t million = 1000000;
    struct tally total = trigger_total(month);
    int64_t sum = total.bad * million;

    for (int c = 0; c < TRIGGER_CHANNELS; c++)
        if (month->of[c].n > 0)
            sum -= (int64_t)((double)month->of[c].n * (double)all->of[c].bad /
                             (double)all->of[c].n * (double)million);
    return sum / total.n;
}

/* Is the window in month `at` among the lowest, of so many that can be compared? */
static bool is_low(const struct trigger_window *hall, size_t count, size_t which, int at,
                   const struct trigger_rules *rules, int *compared)
{
    struct trigger_month all = {0};
    int64_t mine;
    int worse = 0;

    *compared = 0;
    if (trigger_total(&hall[which].months[at]).n < rules->bottom_least)
        return false;
    others(hall, count, count, at, NULL, &all);
    mine = excess(&hall[which].months[at], &all);
    for (size_t w = 0; w < count; w++) {
        if (trigger_total(&hall[w].months[at]).n < rules->bottom_least)
            continue;
        ++*compared;
        worse += excess(&hall[w].months[at], &all) > mine;
    }
    return *compared >= rules->bottom_windows && worse < rules->bottom_places && mine > 0;
}

static struct alarm look_at_bottom(const struct trigger_window *hall, size_t count,
                                   size_t which, const struct trigger_rules *rules)
{
    struct alarm a = {.channel = -1,
                      .base = BASE_HALL,
                      .tolerance = rules->tolerance,
                      .tail = 1,
                      .allowed = allowed_a_month(rules, TRIGGER_BOTTOM)};
    struct weighing sum = weighing_new(rules);
    bool low = true;

    for (int m = rules->bottom_months - 1; m >= 0; m--) {
        struct trigger_month theirs = {0};

        low = is_low(hall, count, which, m, rules, &a.compared) && low;
        others(hall, count, which, m, NULL, &theirs);
        weigh(&sum, &a, &hall[which].months[m], &theirs);
    }
    weighed(&sum, &a);
    a.raised = a.raised && low;
    return a;
}

struct alarm trigger_look(enum trigger_rule rule, const struct trigger_window *hall,
                          size_t count, size_t which, const struct trigger_rules *rules)
{
    struct alarm a;

    if (rule == TRIGGER_THRESHOLD)
        a = look_at_threshold(&hall[which].months[0], rules);
    else if (rule == TRIGGER_CHART)
        a = look_at_chart(hall, count, which, rules);
    else
        a = look_at_bottom(hall, count, which, rules);
    a.raised = a.raised && rules->alarms[rule] > 0;
    return a;
}
