/*
 * odds.h — how often chance alone gives so many: exact distributions of a count.
 *
 * A distribution is a row of shares that sum to 1, from the least count that happens to
 * the greatest; what happens less than once in 10^25 beside the likeliest count is left
 * out. It is made from the likeliest count outward by the ratio of neighbours, with
 * nothing but what IEEE 754 rounds exactly, so that it is the same on every machine: no
 * logarithm, no factorial, no table. Pure; any thread; `odds_free` for each that was
 * made.
 */
#ifndef DOMAIN_ODDS_H
#define DOMAIN_ODDS_H

#include <stddef.h>
#include <stdint.h>

/* Ratings of one kind: of n, so many were bad. 0 <= bad <= n. */
struct tally {
    int64_t bad, n;
};

struct odds {
    int64_t least; /* the count of share[0] */
    size_t count;
    double *share;
};

void odds_free(struct odds *o);

/* Always this count. */
struct odds odds_certain(int64_t at);

/* Of n, each with probability p; 0 <= p <= 1. */
struct odds odds_binomial(int64_t n, double p);

/*
 * The same where p itself is drawn anew for the whole: from a beta distribution with
 * mean p, by which any two of the n are alike with correlation `rho` (beta-binomial).
 * 0 < p < 1, 0 <= rho <= 1/3.
 */
struct odds odds_swinging(int64_t n, double p, double rho);

/*
 * The bad ones among `drawn`, where `bad` of `all` are bad, and the odds of a bad one are
 * `times` as high among those drawn as among the rest (1: drawn by lot; else Fisher's
 * noncentral distribution). times > 0.
 */
struct odds odds_drawn(int64_t drawn, int64_t bad, int64_t all, double times);

/*
 * The bad ratings of `here` after a change, where all four margins of both tables are as
 * they were seen and the odds of a bad rating changed here by `times` what they changed
 * by there, whatever that is (1: the same change; M. Zelen 1971, the exact test of equal
 * odds ratios). `before` and `after` of either may be empty. times > 0.
 */
struct odds odds_changed(struct tally here_before, struct tally here_after,
                         struct tally there_before, struct tally there_after,
                         double times);

/* The sum of two that do not depend on each other, in place of `to`. */
void odds_add(struct odds *to, const struct odds *more);

/* The share of counts of at least, at most `at`. */
double odds_upper(const struct odds *o, int64_t at);
double odds_lower(const struct odds *o, int64_t at);

double odds_mean(const struct odds *o);

/* The least count that is reached or passed with a share of `allowed` at the most. */
int64_t odds_limit(const struct odds *o, double allowed);

#endif
