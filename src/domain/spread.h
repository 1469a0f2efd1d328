/*
 * spread.h — how far the units of a group lie apart in truth, and how sure that is.
 *
 * The true rates of the units are taken to lie around a common rate P as Beta(m·P,
 * m·(1 - P)) does; ratings are binomial around each. Of 30 units neither P nor m is known
 * well, and bands that take them for known are too narrow: where the units seem equal, 95
 * of 100 would cover as few as 83. So both are drawn anew in each draw of standing.h: m
 * from what the counts say of it (the beta-binomial likelihood at steps of a quarter of a
 * power of two from 1 to 65536; beforehand, a deviation of the true rates is as likely as
 * its square root), and P from Beta(N·p + 1/2, N·(1 - p) + 1/2), where with the weights w
 * = n·m/(n + m) of the units N is their sum and p the mean rate.
 *
 * Pure, and the same on every machine, as dice.h is. A struct belongs to its caller; one
 * that is not drawn from does not change.
 */
#ifndef DOMAIN_SPREAD_H
#define DOMAIN_SPREAD_H

#include <stdbool.h>
#include <stddef.h>

#include "domain/assess.h"
#include "domain/dice.h"

enum { SPREAD_STEPS = 65 };

struct spread {
    struct spread_step {
        double m;         /* how many ratings the knowledge of the peers is worth */
        double good, bad; /* P is drawn from Beta(good, bad) */
        double up_to;     /* share of draws that have this m or a smaller one */
    } steps[SPREAD_STEPS];
    size_t count;
    double rate; /* P where it is given */
    bool given;
};

/*
 * From the counts of a group's units. `weight` is m, or PRIOR_ESTIMATED; `rate` is P in
 * billionths, or PRIOR_PEERS.
 */
void spread_of(const struct assess_count *counts, size_t count, int weight, int64_t rate,
               struct spread *out);

void spread_draw(const struct spread *s, struct dice *d, double *m, double *rate);

/* log Γ(x), x > 0; right to 12 digits. */
double spread_log_gamma(double x);

#endif
