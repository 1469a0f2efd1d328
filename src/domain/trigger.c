/*
 * trigger.c — see trigger.h.
 *
 * Promise: what is decided is decided by exact tails and whole numbers, so that every
 * machine finds the same windows. A channel without a baseline says nothing: given its
 * margins, its count is certain.
 */
#include "domain/trigger.h"

#include <math.h>
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

enum {
    LEAVE_OUT_FROM = 4
}; /* windows of a hall in which the most restless is left out */

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

/* == How months wander ============================================================ */

/* A baseline: its sums, and the squares of the numbers that make it up, for the fewer
 * months or windows it has, the more of their wander it has itself. */
struct baseline {
    struct trigger_month sum;
    double squares;
};

static void baseline_add(struct baseline *to, const struct trigger_month *more)
{
    double n = (double)trigger_total(more).n;

    month_add(&to->sum, more);
    to->squares += n * n;
}

/* Of one month of a window: how far its bad ratings were from its own rate, squared, what
 * chance alone makes of that, and what a wander of the whole rate by 1 would add. */
struct restless {
    double apart, chance, swing;
};

/* The months before of a window, by its own rate in each channel over them. */
static void months_of_window(const struct trigger_window *w,
                             struct restless out[TRIGGER_MONTHS])
{
    struct trigger_month all = {0};
    double mean[TRIGGER_MONTHS] = {0}, whole = 0, squares = 0;

    for (int m = 1; m < TRIGGER_MONTHS; m++)
        month_add(&all, &w->months[m]);
    for (int m = 1; m < TRIGGER_MONTHS; m++) {
        out[m] = (struct restless){0};
        for (int c = 0; c < TRIGGER_CHANNELS; c++) {
            double n = (double)w->months[m].of[c].n;
            double share = n > 0 ? (double)all.of[c].bad / (double)all.of[c].n : 0;

            mean[m] += n * share;
            out[m].chance += n * share * (1 - share);
        }
        whole += mean[m];
        squares += mean[m] * mean[m];
    }
    for (int m = 1; whole > 0 && m < TRIGGER_MONTHS; m++) {
        double apart = (double)trigger_total(&w->months[m]).bad - mean[m];
        double part = mean[m] / whole;

        out[m].apart = apart * apart;
        out[m].chance *= 1 - part;
        out[m].swing = mean[m] * mean[m] * (1 - 2 * part) + part * part * squares;
    }
}

/* How much more than chance the months before of a window say. */
static double restlessness(const struct trigger_window *w)
{
    struct restless months[TRIGGER_MONTHS] = {{0}};
    double more = 0;

    months_of_window(w, months);
    for (int m = 1; m < TRIGGER_MONTHS; m++)
        more += months[m].apart - months[m].chance;
    return more;
}

/* The other window that is most restless, for something may be wrong there; none
 * (`count`) where there are few. */
static size_t most_restless(const struct trigger_window *hall, size_t count, size_t which)
{
    size_t most = count;
    double more, greatest = 0;

    for (size_t w = 0; count > LEAVE_OUT_FROM && w < count; w++) {
        more = w != which ? restlessness(&hall[w]) : 0;
        if (more > greatest) {
            greatest = more;
            most = w;
        }
    }
    return most;
}

/*
 * The square of the share by which the rate of a month goes up and down by itself, from
 * the months before of the other windows, and a deviation more than they show, for few
 * months tell little of it. The window itself is left out, lest a fall of its own be
 * taken for restlessness, and so is the most restless other one; where a window is alone,
 * its own months speak.
 */
static double wander_of(const struct trigger_window *hall, size_t count, size_t which,
                        double deviations)
{
    struct restless months[TRIGGER_MONTHS] = {{0}};
    size_t most = most_restless(hall, count, which);
    double more = 0, swing = 0, doubt = 0, wander = 0;

    for (int pass = 0; pass < 2; pass++) {
        for (size_t w = 0; w < count; w++) {
            if ((w == which && count > 1) || w == most)
                continue;
            months_of_window(&hall[w], months);
            for (int m = 1; m < TRIGGER_MONTHS; m++) {
                const struct restless *r = &months[m];
                double beside = r->apart - r->chance - wander * r->swing;

                if (pass == 0) {
                    more += beside;
                    swing += r->swing;
                } else {
                    doubt += beside * beside;
                }
            }
        }
        if (swing <= 0)
            return 0;
        wander = more > 0 ? more / swing : 0;
    }
    more += deviations * sqrt(doubt);
    return more > 0 ? more / swing : 0;
}

/* A wander is an estimate from few months. In simulations a limit that took it for known
 * called more than was stated, by as large a share as months go up and down; so much
 * smaller is the tail that is allowed. */
static double doubt_of(double wander)
{
    return 1 + sqrt(wander);
}

/* == The threshold ================================================================ */

/* Two ratings of a month are so much alike where its rate wanders. */
static double likeness(double wander, double share)
{
    const double most = 1.0 / 3;
    double rho = wander * share / (1 - share);

    return rho < most ? rho : most;
}

static struct alarm look_at_channel(struct tally seen, int channel,
                                    const struct trigger_rules *rules, double allowed,
                                    double wander)
{
    double bad_share = (double)(TRIGGER_WHOLE - rules->threshold) / TRIGGER_WHOLE;
    struct alarm a = {.channel = channel,
                      .base = BASE_THRESHOLD,
                      .tolerance = 100,
                      .seen = seen,
                      .allowed = allowed};
    struct odds o = odds_swinging(seen.n, bad_share, likeness(wander, bad_share));

    a.expected = odds_mean(&o);
    a.limit = odds_limit(&o, allowed / doubt_of(wander));
    a.tail = fmin(1, odds_upper(&o, seen.bad) * doubt_of(wander));
    a.raised = seen.bad >= a.limit;
    odds_free(&o);
    return a;
}

/* The channel that says most; each has its part of what is allowed. */
static struct alarm look_at_threshold(const struct trigger_window *hall, size_t count,
                                      size_t which, const struct trigger_rules *rules)
{
    const struct trigger_month *month = &hall[which].months[0];
    const double wander = wander_of(hall, count, which, 0.75);
    struct alarm worst = {.channel = -1, .base = BASE_NONE, .tolerance = 100, .tail = 1};
    int channels = 0;

    for (int c = 0; c < TRIGGER_CHANNELS; c++)
        channels += month->of[c].n > 0;
    for (int c = 0; c < TRIGGER_CHANNELS; c++) {
        struct alarm a;

        if (month->of[c].n == 0)
            continue;
        a = look_at_channel(month->of[c], c, rules,
                            allowed_a_month(rules, TRIGGER_THRESHOLD) / channels, wander);
        if (worst.base == BASE_NONE || a.tail < worst.tail)
            worst = a;
    }
    return worst;
}

/* == Against a baseline =========================================================== */

/*
 * A count's distribution at the baseline's rate, and at the worst that is tolerated; and
 * what makes up the third, in which months wander: the bad ratings that are to be
 * expected, among so many, what chance makes of their number (its variance), and what a
 * wander of the months adds to that.
 */
struct weighing {
    struct odds at_base, tolerated;
    double times, wander;
    double mean, chance, swing;
    int64_t n, certain;
};

static struct weighing weighing_new(const struct trigger_rules *rules, double wander)
{
    return (struct weighing){.at_base = odds_certain(0),
                             .tolerated = odds_certain(0),
                             .times = rules->tolerance / 100.0,
                             .wander = wander};
}

static void add_odds(struct odds *sum, struct odds more)
{
    odds_add(sum, &more);
    odds_free(&more);
}

/* A month's wander, and the baseline's: that of its own months or windows, and chance. */
static void weigh_wander(struct weighing *w, const struct trigger_month *month,
                         const struct baseline *base)
{
    double mean = 0, n = (double)trigger_total(&base->sum).n, own;
    int64_t bad = 0;

    for (int c = 0; c < TRIGGER_CHANNELS; c++) {
        const struct tally *m = &month->of[c], *b = &base->sum.of[c];
        double share;

        if (m->n == 0)
            continue;
        if (b->n == 0) { /* it says nothing */
            w->certain += m->bad;
            continue;
        }
        share = ((double)b->bad + 0.5) / ((double)b->n + 1);
        mean += (double)m->n * share;
        w->chance += (double)m->n * share * (1 - share);
        w->n += m->n;
        bad += b->bad;
    }
    if (n > 0) {
        own = w->wander * base->squares / (n * n);
        own = own < 0.25 ? own : 0.25;
        mean /= 1 - own;
        w->swing +=
            mean * mean *
            ((1 + w->wander) * (1 + own / (1 - 2 * own)) * (1 + 1 / ((double)bad + 1)) -
             1);
    }
    w->mean += mean;
}

/* Each channel against its own baseline; their counts are added to those so far. */
static void weigh(struct weighing *w, struct alarm *a, const struct trigger_month *month,
                  const struct baseline *base)
{
    const struct tally total = trigger_total(month),
                       shared = shared_total(&base->sum, month);

    weigh_wander(w, month, base);
    for (int c = 0; c < TRIGGER_CHANNELS; c++) {
        const struct tally *m = &month->of[c], *b = &base->sum.of[c];

        if (m->n == 0)
            continue;
        add_odds(&w->at_base, odds_drawn(m->n, m->bad + b->bad, m->n + b->n, 1));
        add_odds(&w->tolerated, odds_drawn(m->n, m->bad + b->bad, m->n + b->n, w->times));
    }
    add(&a->seen, &total);
    add(&a->baseline, &shared);
}

/* The count's distribution where months wander as they do: one beta-binomial of the same
 * mean and variance. */
static struct odds wandering(const struct weighing *w)
{
    const double most = 1.0 / 3, share = w->n > 0 ? w->mean / (double)w->n : 0;
    double even = (double)w->n * share * (1 - share), rho = 0;

    if (share <= 0 || share >= 1)
        return odds_certain(0);
    if (w->n > 1 && even > 0)
        rho = ((w->chance + w->swing) / even - 1) / (double)(w->n - 1);
    return odds_swinging(w->n, share, rho < 0 ? 0 : rho < most ? rho : most);
}

/* The later of two limits: what the tolerance explains is no alarm, nor what months that
 * wander explain. */
static void weighed(struct weighing *w, struct alarm *a)
{
    struct odds o = wandering(w);
    int64_t limit = odds_limit(&o, a->allowed / doubt_of(w->wander)) + w->certain;
    double tail = fmin(1, odds_upper(&o, a->seen.bad - w->certain) * doubt_of(w->wander));

    odds_free(&o);
    a->expected = odds_mean(&w->at_base);
    a->limit = odds_limit(&w->tolerated, a->allowed);
    a->tail = odds_upper(&w->tolerated, a->seen.bad);
    if (limit > a->limit)
        a->limit = limit;
    if (tail > a->tail)
        a->tail = tail;
    a->raised = a->seen.bad >= a->limit;
    odds_free(&w->at_base);
    odds_free(&w->tolerated);
}

/* The other windows in month `at`; those of one department only, or of any (NULL). */
static void others(const struct trigger_window *hall, size_t count, size_t which, int at,
                   const char *department, struct baseline *out)
{
    for (size_t w = 0; w < count; w++)
        if (w != which &&
            (department == NULL || strcmp(hall[w].department, department) == 0))
            baseline_add(out, &hall[w].months[at]);
}

/* The first of the three that is large enough. Only the numbers of ratings choose it,
 * never what they say, so that the choice itself makes no alarm. */
static enum trigger_base choose_base(const struct trigger_window *hall, size_t count,
                                     size_t which, const struct trigger_rules *rules,
                                     struct baseline *base)
{
    const struct trigger_window *me = &hall[which];

    for (int kind = BASE_OWN; kind < BASE_NONE; kind++) {
        *base = (struct baseline){0};
        for (int m = 1; kind == BASE_OWN && m <= rules->base_months; m++)
            baseline_add(base, &me->months[m]);
        if (kind != BASE_OWN)
            others(hall, count, which, 0, kind == BASE_DEPARTMENT ? me->department : NULL,
                   base);
        if (shared_total(&base->sum, &me->months[0]).n >= rules->base_least)
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
    struct weighing sum = weighing_new(rules, wander_of(hall, count, which, 1.5));
    struct baseline base;

    a.base = choose_base(hall, count, which, rules, &base);
    if (a.base == BASE_NONE)
        base = (struct baseline){0}; /* then nothing is known */
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
    struct baseline all = {0};
    int64_t mine;
    int worse = 0;

    *compared = 0;
    if (trigger_total(&hall[which].months[at]).n < rules->bottom_least)
        return false;
    others(hall, count, count, at, NULL, &all);
    mine = excess(&hall[which].months[at], &all.sum);
    for (size_t w = 0; w < count; w++) {
        if (trigger_total(&hall[w].months[at]).n < rules->bottom_least)
            continue;
        ++*compared;
        worse += excess(&hall[w].months[at], &all.sum) > mine;
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
    struct weighing sum = weighing_new(rules, wander_of(hall, count, which, 1.5));
    bool low = true;

    for (int m = rules->bottom_months - 1; m >= 0; m--) {
        struct baseline theirs = {0};

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
        a = look_at_threshold(hall, count, which, rules);
    else if (rule == TRIGGER_CHART)
        a = look_at_chart(hall, count, which, rules);
    else
        a = look_at_bottom(hall, count, which, rules);
    a.raised = a.raised && rules->alarms[rule] > 0;
    return a;
}
