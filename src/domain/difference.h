/*
 * difference.h — how far two groups of cases lie apart, compared like with like.
 *
 * A stratum holds cases that may be compared: of one matter, and for ratings of one
 * channel. Within each the groups are set against each other; the differences are weighed
 * by n1 n0 / (n1 + n0) (Mantel and Haenszel), so that a stratum with one group alone says
 * nothing. The interval is of 95 %:
 *
 *   means   sum of w^2 (s1^2/n1 + s0^2/n0), of each stratum's own variances (Welch)
 *   shares  sum of w^2 (q1/n1 + q0/n0), where q = p (1 - p) of the group over all strata
 *           with two successes and two failures added (Agresti and Coull), so that it is
 *           never empty where everybody is satisfied
 *
 * It says how far they lie apart, not why: who gets a service is not drawn by lot. Pure;
 * any thread.
 */
#ifndef DOMAIN_DIFFERENCE_H
#define DOMAIN_DIFFERENCE_H

#include <stdbool.h>
#include <stdint.h>

/* Of a number of days: how many, their sum and that of their squares. */
struct difference_days {
    int64_t n, sum, squares;
};

struct difference_share {
    int64_t k, n;
};

/* Zeroed to begin with. */
struct difference_sum {
    double weight, moved; /* sum of w, of w d */
    double one, two;      /* means: sum of w^2 v, 0; shares: of w^2/n1, of w^2/n0 */
    struct difference_share with, without; /* that were compared; k of shares only */
};

/* Sets the two sides of a stratum against each other. Means need two cases a side, and
 * one that took more than no day. */
void difference_add_days(struct difference_sum *e, const struct difference_days *with,
                         const struct difference_days *without);
void difference_add_share(struct difference_sum *e, const struct difference_share *with,
                          const struct difference_share *without);

struct difference {
    int64_t with, without;   /* cases compared */
    double value, low, high; /* with minus without: days, or 0 … 1 */
    bool known;              /* there was something to compare */
    bool comparable;         /* and enough of it: RATE_COMPARABLE a side */
};

struct difference difference_of_days(const struct difference_sum *e);
struct difference difference_of_shares(const struct difference_sum *e);

#endif
