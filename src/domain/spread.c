/*
 * spread.c — see spread.h.
 *
 * Promise: sums run over the units in the order given, logarithms are those of dice.h;
 * nothing here depends on a machine's own mathematics.
 */
#include "domain/spread.h"

#include <assert.h>

double spread_log_gamma(double x)
{
    static const double half_log_two_pi = 0.91893853320467274178;
    double product = 1, square;

    assert(x > 0);
    for (; x < 10; x += 1)
        product *= x;
    square = x * x;
    return (x - 0.5) * dice_log(x) - x + half_log_two_pi +
           (1.0 / 12 -
            (1.0 / 360 -
             (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / square) / square) / square) /
                square) /
               x -
           dice_log(product);
}

/* log B(a, b), without what does not depend on the place. */
static double log_beta(double a, double b)
{
    return spread_log_gamma(a) + spread_log_gamma(b) - spread_log_gamma(a + b);
}

/* Mean and worth of the units' rates, were m known. */
static void step_centre(const struct assess_count *counts, size_t count,
                        struct spread_step *step)
{
    double worth = 0, good = 0;

    for (size_t i = 0; i < count; i++) {
        double n = (double)counts[i].n, w;

        if (counts[i].n == 0)
            continue;
        w = n * step->m / (n + step->m);
        worth += w;
        good += w * ((double)counts[i].k / n);
    }
    step->good = good + 0.5;
    step->bad = worth - good + 0.5;
}

/* How well the step explains the counts, as a logarithm. */
static double step_likelihood(const struct assess_count *counts, size_t count,
                              const struct spread_step *step, double rate)
{
    double a = step->m * rate, b = step->m * (1 - rate), base = log_beta(a, b), sum = 0;

    for (size_t i = 0; i < count; i++)
        if (counts[i].n > 0)
            sum += log_beta(a + (double)counts[i].k,
                            b + (double)(counts[i].n - counts[i].k)) -
                   base;
    return sum;
}

/* A rate that is drawn from or explained by must leave room on both sides. */
static double inner(double rate)
{
    return rate < 1e-6 ? 1e-6 : rate > 1 - 1e-6 ? 1 - 1e-6 : rate;
}

/* The deviation of the true rates goes with (m + 1)^-1/2. Were each deviation as likely
 * beforehand, the steps, which are even in the logarithm of m, would weigh m·(m +
 * 1)^-3/2; were each variance, m·(m + 1)^-2. Between the two the intervals cover best. */
static void spread_estimate(const struct assess_count *counts, size_t count,
                            struct spread *out)
{
    double said[SPREAD_STEPS], most = 0, sum = 0;

    for (size_t i = 0; i < SPREAD_STEPS; i++) {
        struct spread_step *step = &out->steps[i];

        step->m = dice_exp((double)i / 4 * dice_log(2));
        step_centre(counts, count, step);
        said[i] =
            step_likelihood(
                counts, count, step,
                inner(out->given ? out->rate : step->good / (step->good + step->bad))) +
            dice_log(step->m) - 1.75 * dice_log(step->m + 1);
        most = i == 0 || said[i] > most ? said[i] : most;
    }
    for (size_t i = 0; i < SPREAD_STEPS; i++) {
        sum += dice_exp(said[i] - most);
        out->steps[i].up_to = sum;
    }
    for (size_t i = 0; i < SPREAD_STEPS; i++)
        out->steps[i].up_to /= sum;
    out->count = SPREAD_STEPS;
}

void spread_of(const struct assess_count *counts, size_t count, int weight, int64_t rate,
               struct spread *out)
{
    *out = (struct spread){.given = rate != PRIOR_PEERS, .rate = (double)rate / 1e9};
    if (weight == PRIOR_ESTIMATED) {
        spread_estimate(counts, count, out);
        return;
    }
    out->count = 1;
    out->steps[0] = (struct spread_step){.m = weight, .up_to = 1};
    step_centre(counts, count, &out->steps[0]);
}

void spread_draw(const struct spread *s, struct dice *d, double *m, double *rate)
{
    const struct spread_step *step = &s->steps[0];

    if (s->count > 1) {
        double u = dice_unit(d);

        while (step < &s->steps[s->count - 1] && u >= step->up_to)
            step++;
    }
    *m = step->m;
    *rate = s->given ? s->rate : dice_beta(d, step->good, step->bad);
}
