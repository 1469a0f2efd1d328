/*
 * trigger.h — which windows are looked at a second time: three rules over settled months.
 *
 * Good is a grade of 3 or more, bad 1 or 2; the counts are those of active ratings with
 * an overall grade that no appeal took out, by the month of closing. Channels are never
 * pooled: each is weighed against its own expectation, and only what is then over or
 * under is added up, so that a window is neither helped nor harmed by the way its
 * citizens answer.
 *
 * threshold: in some channel the whole interval of the good rate lies below the
 * threshold. The interval's upper end is exact (Clopper-Pearson), shared among the
 * channels.
 *
 * chart: a control chart for the share of bad ratings, the month against the window's own
 * months before it; where those are too few, against the other windows of its department
 * in that month, else of the hall. The limits are exact for a baseline that is itself
 * only counted (hypergeometric tails), so that a short history makes no false alarms.
 *
 * bottom: the window was among the lowest of the comparable windows in each of the last
 * months, and all of them together are not explained by chance when compared with the
 * other windows.
 *
 * Stated rate of false alarms. Each rule has a number: of 10,000 window-years in which
 * nothing is wrong, at most so many are called by it. Nothing is wrong means: threshold:
 * the true good rate is the threshold or better in every channel; chart and bottom: in
 * every channel the true odds of a bad rating are no more than the tolerance (1.5) times
 * those of the baseline, the other windows. A month has a twelfth of the rate, whatever
 * the number of ratings; tails are exact, so the sum over twelve months holds, whatever
 * depends on whatever, where the rate stands still or moves within the tolerance.
 *
 * Months also wander by themselves: their rates go up and down by more than chance, and
 * by more than the tolerance. By how much (the deviation of a month's true rate, as a
 * share of it) is read from the months of the other windows, but the most restless one,
 * with what few months leave open; the limit is then that of a beta-binomial count with
 * this wander and with what the baseline's own months leave open, if it is later than the
 * exact one. In simulations with known truth the stated rate holds with a wander of 1/2;
 * with one of 1, where single months have three times their usual share of bad ratings, a
 * rule that states 1 % calls 1.5 % at the most. A wander that the other windows do not
 * have, or that began this month, is an alarm. Where no other window has months before,
 * only the tolerance speaks. Pure; any thread.
 */
#ifndef DOMAIN_TRIGGER_H
#define DOMAIN_TRIGGER_H

#include <stdbool.h>

#include "domain/odds.h"

enum trigger_rule { TRIGGER_THRESHOLD, TRIGGER_CHART, TRIGGER_BOTTOM, TRIGGER_RULES };

/* "threshold" …; TRIGGER_RULES for a word that is none. */
const char *trigger_rule_name(enum trigger_rule rule);
enum trigger_rule trigger_rule_read(const char *name);

/* What a month was compared with. */
enum trigger_base { BASE_THRESHOLD, BASE_OWN, BASE_DEPARTMENT, BASE_HALL, BASE_NONE };
const char *trigger_base_name(enum trigger_base base);
enum trigger_base trigger_base_read(const char *name);

enum {
    TRIGGER_CHANNELS = 8,    /* rating channels, in the order of the store */
    TRIGGER_BASE_MOST = 12,  /* months of a baseline */
    TRIGGER_BOTTOM_MOST = 6, /* months in a row */
    TRIGGER_MONTHS = 13,     /* that are looked at: one, and those before it */
    TRIGGER_WHOLE = 10000,   /* a hundredth of a per cent is one of so many */
};

struct trigger_rules {
    int threshold;             /* good rate, of TRIGGER_WHOLE */
    int alarms[TRIGGER_RULES]; /* of TRIGGER_WHOLE window-years; 0: the rule is off */
    int tolerance; /* hundredths: odds of a bad rating so many times those of the baseline
                      are no alarm yet; of the chart and the bottom */
    int base_months, base_least;      /* a baseline: months, and ratings at the least */
    int bottom_months, bottom_places; /* so often in a row among so many lowest … */
    int bottom_least, bottom_windows; /* … of so many windows with so many ratings each */
};
extern const struct trigger_rules trigger_rules_default;

/* A month of a window, by channel. */
struct trigger_month {
    struct tally of[TRIGGER_CHANNELS];
};
struct tally trigger_total(const struct trigger_month *m);

struct trigger_window {
    char code[40], department[40];
    struct trigger_month months[TRIGGER_MONTHS]; /* [0] is looked at; then backward */
};

/* What a rule found, raised or not. */
struct alarm {
    bool raised;
    int channel; /* of the threshold; -1: all, each against its own expectation */
    enum trigger_base base;
    int tolerance; /* hundredths of the baseline's odds; 100 for the threshold */
    struct tally seen, baseline; /* the baseline's sums, for people */
    double expected;             /* bad ratings, by the baseline */
    int64_t limit; /* so many bad ones raise it, if there were as many in both together;
                      above seen.n: none can */
    double tail, allowed; /* how often chance gives as many; how often it may, a month */
    int compared;         /* windows, of the rule of the bottom */
};

/* One rule at one window of the hall's. */
struct alarm trigger_look(enum trigger_rule rule, const struct trigger_window *hall,
                          size_t count, size_t which, const struct trigger_rules *rules);

#endif
