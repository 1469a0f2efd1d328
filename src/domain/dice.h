/*
 * dice.h — chance that anyone can throw again: numbers from a seed that is kept.
 *
 * What is drawn for an assessment (bands, samples, lots) must come out the same on every
 * machine, byte for byte, years later. So the generator is our own, and so are the
 * logarithm and the exponential it needs, for those of libm differ between versions; both
 * use nothing but what IEEE 754 rounds exactly. Right to 14 digits, which is more than
 * chance needs. Not for secrets: whoever knows the seed knows every throw.
 *
 * Standards: xoshiro256** of Blackman and Vigna, seeded through splitmix64; the polar
 * method of Marsaglia; gamma variates of Marsaglia and Tsang 2000. Pure; a struct belongs
 * to one thread at a time.
 */
#ifndef DOMAIN_DICE_H
#define DOMAIN_DICE_H

#include <stdint.h>

struct dice {
    uint64_t state[4];
};

struct dice dice_seeded(uint64_t seed);

uint64_t dice_bits(struct dice *d);

/* 0 … below-1, each as likely; `below` is at least 1. */
uint64_t dice_below(struct dice *d, uint64_t below);

/* 0 ≤ x < 1, with 53 bits. */
double dice_unit(struct dice *d);

/* Normal with mean 0 and deviation 1. */
double dice_normal(struct dice *d);

/* Gamma of shape `a` > 0 and scale 1; Beta of `a`, `b` > 0. */
double dice_gamma(struct dice *d, double a);
double dice_beta(struct dice *d, double a, double b);

/* How many of `n` tries succeed, each with probability `p`. */
int64_t dice_binomial(struct dice *d, int64_t n, double p);

/* The same on every machine; `x` > 0, finite. */
double dice_log(double x);
double dice_exp(double x);

#endif
