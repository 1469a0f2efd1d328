/*
 * trial.c — see trial.h.
 *
 * Promise: the verdict is made of exact tails. The interval uses square roots and the
 * Wilson interval, which IEEE 754 rounds exactly, too; it is rounded outward.
 */
#include "domain/trial.h"

#include <math.h>
#include <string.h>

#include "domain/rate.h"

const struct trial_rules trial_rules_default = {
    .level = 250, .tolerance = 125, .least = 30};

static const char *const verdict_names[TRIAL_VERDICTS] = {
    [TRIAL_WORKED] = "worked",
    [TRIAL_NOT_SHOWN] = "not_shown",
    [TRIAL_WORSE] = "worse",
};

const char *trial_verdict_name(enum trial_verdict verdict)
{
    return verdict_names[verdict];
}

enum trial_verdict trial_verdict_read(const char *name)
{
    int verdict = 0;

    while (verdict < TRIAL_VERDICTS && strcmp(verdict_names[verdict], name) != 0)
        verdict++;
    return (enum trial_verdict)verdict;
}

static void add(struct tally *to, const struct tally *more)
{
    to->bad += more->bad;
    to->n += more->n;
}

/* == The test ===================================================================== */

/* The bad ones after, of all channels, if the odds changed by `times` that at the others.
 */
static struct odds distribution(const struct trial *t, double times)
{
    struct odds sum = odds_certain(0);

    for (int i = 0; i < TRIAL_CHANNELS; i++) {
        const struct trial_channel *c = &t->of[i];
        struct odds o =
            odds_changed(c->before, c->after, c->others_before, c->others_after, times);

        odds_add(&sum, &o);
        odds_free(&o);
    }
    return sum;
}

static void test(const struct trial *t, double tolerance, struct trial_result *out)
{
    struct odds same = distribution(t, 1), less = distribution(t, 1 / tolerance),
                more = distribution(t, tolerance);

    for (int i = 0; i < TRIAL_CHANNELS; i++) {
        const struct trial_channel *c = &t->of[i];

        add(&out->sum.before, &c->before);
        add(&out->sum.after, &c->after);
        add(&out->sum.others_before, &c->others_before);
        add(&out->sum.others_after, &c->others_after);
    }
    out->expected = odds_mean(&same);
    out->fewer = odds_lower(&less, out->sum.after.bad);
    out->more = odds_upper(&more, out->sum.after.bad);
    odds_free(&same);
    odds_free(&less);
    odds_free(&more);
}

/* == How much ===================================================================== */

static struct rate good(const struct tally *t)
{
    return rate_of(t->n - t->bad, t->n);
}

static double share(const struct rate *r)
{
    return (double)r->k / (double)r->n;
}

struct effect {
    double weights, sum, down, up; /* the latter two are squares */
};

/* `sign` is that of the rate in the difference of differences. */
static void add_rate(struct effect *e, double weight, int sign, const struct tally *t)
{
    const struct rate r = good(t);
    double below = share(&r) - r.low, above = r.high - share(&r);

    e->sum += sign * weight * share(&r);
    e->down += weight * weight * (sign > 0 ? below * below : above * above);
    e->up += weight * weight * (sign > 0 ? above * above : below * below);
}

static void measure(const struct trial *t, struct trial_result *out)
{
    struct effect e = {0};

    out->low = -TRIAL_WHOLE;
    out->high = TRIAL_WHOLE;
    for (int i = 0; i < TRIAL_CHANNELS; i++) {
        const struct trial_channel *c = &t->of[i];
        double weight;

        if (c->before.n == 0 || c->after.n == 0 || c->others_before.n == 0 ||
            c->others_after.n == 0)
            continue;
        weight =
            (double)c->before.n * (double)c->after.n / (double)(c->before.n + c->after.n);
        e.weights += weight;
        add_rate(&e, weight, 1, &c->after);
        add_rate(&e, weight, -1, &c->before);
        add_rate(&e, weight, -1, &c->others_after);
        add_rate(&e, weight, 1, &c->others_before);
    }
    if (e.weights <= 0)
        return;
    out->effect = (int)floor(e.sum / e.weights * TRIAL_WHOLE + 0.5);
    out->low = (int)floor((e.sum - sqrt(e.down)) / e.weights * TRIAL_WHOLE);
    out->high = (int)ceil((e.sum + sqrt(e.up)) / e.weights * TRIAL_WHOLE);
}

struct trial_result trial_judge(const struct trial *t, const struct trial_rules *rules)
{
    struct trial_result out = {.verdict = TRIAL_NOT_SHOWN};
    double level = (double)rules->level / TRIAL_WHOLE;

    test(t, rules->tolerance / 100.0, &out);
    measure(t, &out);
    out.few = out.sum.before.n < rules->least || out.sum.after.n < rules->least;
    if (!out.few && out.fewer <= level)
        out.verdict = TRIAL_WORKED;
    else if (!out.few && out.more <= level)
        out.verdict = TRIAL_WORSE;
    return out;
}
