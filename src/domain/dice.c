/*
 * dice.c — see dice.h.
 *
 * Promise: every operation on a double is +, -, *, /, sqrt, frexp or ldexp, each of which
 * IEEE 754 rounds in one way only, and no two are fused (the build says so). Many tries
 * of a binomial are split by the beta variate of their median, so that no sum runs over
 * them one by one.
 */
#include "domain/dice.h"

#include <assert.h>
#include <math.h>

static const double ln2_high = 0x1.62e42fefap-1, ln2_low = 0x1.cf79abc9e3b3ap-40;

static uint64_t rotated(uint64_t x, int by)
{
    return (x << by) | (x >> (64 - by));
}

static uint64_t splitmix(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

struct dice dice_seeded(uint64_t seed)
{
    struct dice d;

    for (int i = 0; i < 4; i++)
        d.state[i] = splitmix(&seed);
    return d;
}

uint64_t dice_bits(struct dice *d)
{
    uint64_t *s = d->state, out = rotated(s[1] * 5, 7) * 9, t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotated(s[3], 45);
    return out;
}

uint64_t dice_below(struct dice *d, uint64_t below)
{
    uint64_t uneven = -below % below, bits; /* so many at the bottom are thrown again */

    assert(below > 0);
    do
        bits = dice_bits(d);
    while (bits < uneven);
    return bits % below;
}

double dice_unit(struct dice *d)
{
    return (double)(dice_bits(d) >> 11) * 0x1p-53;
}

/* The argument is brought between sqrt(1/2) and sqrt(2); there log x is twice the area
 * tangent of (x-1)/(x+1), whose series loses two digits a term at the least. */
double dice_log(double x)
{
    int power;
    double m = frexp(x, &power), s, square, sum = 0;

    assert(x > 0);
    if (m < 0.70710678118654752) {
        m *= 2;
        power--;
    }
    s = (m - 1) / (m + 1);
    square = s * s;
    for (int odd = 23; odd > 1; odd -= 2)
        sum = (sum + 1.0 / odd) * square;
    return power * ln2_high + (power * ln2_low + (2 * s + 2 * s * sum));
}

double dice_exp(double x)
{
    double power, rest, sum = 1;

    if (x < -745)
        return 0;
    assert(x < 709);
    power = floor(x / (ln2_high + ln2_low) + 0.5);
    rest = (x - power * ln2_high) - power * ln2_low;
    for (int i = 14; i > 0; i--)
        sum = 1 + sum * rest / i;
    return ldexp(sum, (int)power);
}

double dice_normal(struct dice *d)
{
    double u, v, square;

    do {
        u = 2 * dice_unit(d) - 1;
        v = 2 * dice_unit(d) - 1;
        square = u * u + v * v;
    } while (square >= 1 || square == 0);
    return u * sqrt(-2 * dice_log(square) / square);
}

/* A shape under 1 is drawn as the next one, times a power of a unit. */
double dice_gamma(struct dice *d, double a)
{
    double boost = 1, third, c;

    assert(a > 0);
    if (a < 1) {
        boost = dice_exp(dice_log(1 - dice_unit(d)) / a);
        a += 1;
    }
    third = a - 1.0 / 3;
    c = 1 / sqrt(9 * third);
    for (;;) {
        double x = dice_normal(d), v = 1 + c * x, u;

        if (v <= 0)
            continue;
        v = v * v * v;
        u = 1 - dice_unit(d);
        if (dice_log(u) < 0.5 * x * x + third * (1 - v + dice_log(v)))
            return boost * third * v;
    }
}

double dice_beta(struct dice *d, double a, double b)
{
    double x = dice_gamma(d, a), y = dice_gamma(d, b);

    return x + y > 0 ? x / (x + y) : a / (a + b);
}

int64_t dice_binomial(struct dice *d, int64_t n, double p)
{
    int64_t found = 0;

    assert(n >= 0 && p >= 0 && p <= 1);
    while (n > 32) { /* the value of the middle one of n units in their order */
        int64_t below = n / 2;
        double middle = dice_beta(d, (double)(below + 1), (double)(n - below));

        if (middle <= p) {
            found += below + 1;
            n -= below + 1;
            p = middle < 1 ? (p - middle) / (1 - middle) : 0;
        } else {
            n = below;
            p /= middle;
        }
    }
    while (n-- > 0)
        found += dice_unit(d) < p;
    return found;
}
