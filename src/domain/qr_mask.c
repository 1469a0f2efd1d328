/*
 * qr_mask.c — see qr_mask.h.
 *
 * A line of the symbol is one word of bits, so that runs, squares and look-alikes of the
 * finder are counted for all its modules at once and never module by module: libqrencode
 * spends nine tenths of its time here on guesses that the processor gets wrong.
 *
 * Promise: the choice is libqrencode's own, module by module the same symbol; a test asks
 * it. Not here: codewords and where they lie.
 */
#include "domain/qr_mask.h"

#include <stdlib.h>
#include <string.h>

enum { MASKS = 8, PATTERN_ROWS = 12, RUN_PENALTY = 3, FINDER_PENALTY = 40 };

/* What each mask turns: bit x of row y stands for all x + 6n, y + 12n. */
static const unsigned char patterns[MASKS][PATTERN_ROWS] = {
    {0x15, 0x2a, 0x15, 0x2a, 0x15, 0x2a, 0x15, 0x2a, 0x15, 0x2a, 0x15, 0x2a},
    {0x3f, 0x00, 0x3f, 0x00, 0x3f, 0x00, 0x3f, 0x00, 0x3f, 0x00, 0x3f, 0x00},
    {0x09, 0x09, 0x09, 0x09, 0x09, 0x09, 0x09, 0x09, 0x09, 0x09, 0x09, 0x09},
    {0x09, 0x24, 0x12, 0x09, 0x24, 0x12, 0x09, 0x24, 0x12, 0x09, 0x24, 0x12},
    {0x07, 0x07, 0x38, 0x38, 0x07, 0x07, 0x38, 0x38, 0x07, 0x07, 0x38, 0x38},
    {0x3f, 0x01, 0x09, 0x15, 0x09, 0x01, 0x3f, 0x01, 0x09, 0x15, 0x09, 0x01},
    {0x3f, 0x07, 0x1b, 0x15, 0x2d, 0x31, 0x3f, 0x07, 0x1b, 0x15, 0x2d, 0x31},
    {0x15, 0x38, 0x31, 0x2a, 0x07, 0x0e, 0x15, 0x38, 0x31, 0x2a, 0x07, 0x0e},
};

/* The bits that tell of level M and the mask, with their correction. */
static const unsigned formats[MASKS] = {0x5412, 0x5125, 0x5E7C, 0x5B4B,
                                        0x45F9, 0x40CE, 0x4F97, 0x4AA0};

static uint64_t pattern_row(int mask, int y)
{
    return patterns[mask][y % PATTERN_ROWS] * 0x1041041041041041u; /* every sixth bit */
}

static int count(uint64_t bits)
{
    return __builtin_popcountll(bits);
}

/* ---- one symbol under one mask ------------------------------------------------------
 */

static void turn(struct qr *qr, int x, int y)
{
    qr->rows[y] ^= (uint64_t)1 << x;
}

/* Rewrites both copies of the format from mask 0 to another. */
static void put_format(struct qr *qr, int mask)
{
    unsigned change = formats[0] ^ formats[mask];
    int last = qr->size - 1;

    for (int bit = 0; bit < 15; bit++) {
        if ((change >> bit & 1) == 0)
            continue;
        if (bit < 8) {
            turn(qr, last - bit, 8);
            turn(qr, 8, bit < 6 ? bit : bit + 1);
        } else {
            turn(qr, 8, last - 14 + bit);
            turn(qr, bit == 8 ? 7 : 14 - bit, 8);
        }
    }
}

static void wear(const struct qr *zero, const uint64_t data[QR_SIZE_MAX], int mask,
                 struct qr *out)
{
    *out = *zero;
    for (int y = 0; y < out->size; y++)
        out->rows[y] ^= (pattern_row(0, y) ^ pattern_row(mask, y)) & data[y];
    put_format(out, mask);
}

/* Rows become columns: squares of bits are swapped across the middle, large ones first.
 */
static void flip(const struct qr *qr, struct qr *out)
{
    uint64_t rows[64] = {0}, keep = 0xFFFFFFFFu;

    memcpy(rows, qr->rows, sizeof(qr->rows));
    for (int side = 32; side > 0; side >>= 1, keep ^= keep << side)
        for (int y = 0; y < 64; y = ((y | side) + 1) & ~side) {
            uint64_t swap = (rows[y] >> side ^ rows[y | side]) & keep;

            rows[y] ^= swap << side;
            rows[y | side] ^= swap;
        }
    out->size = qr->size;
    memcpy(out->rows, rows, sizeof(out->rows));
}

/* ---- its penalty --------------------------------------------------------------------
 */

/* Bits at which `length` set ones begin. */
static uint64_t runs_of(uint64_t bits, int length)
{
    uint64_t runs = bits;

    for (int i = 1; i < length; i++)
        runs &= bits >> i;
    return runs;
}

/* Bits before which `length` clear ones lie; left of the symbol all is clear. */
static uint64_t light_before(uint64_t bits, int length)
{
    uint64_t dark = 0;

    for (int i = 1; i <= length; i++)
        dark |= bits << i;
    return ~dark;
}

/* How often 1:1:3:1:1 stands in a line in modules of `unit`, with four of them light on
 * one side; beyond the symbol all is light. */
static int finders(uint64_t bits, int unit)
{
    uint64_t dark = runs_of(bits, unit), light = runs_of(~bits, unit);
    uint64_t found = dark & light >> unit & runs_of(bits, 3 * unit) >> 2 * unit &
                     light >> 5 * unit & dark >> 6 * unit;
    uint64_t after = ~(bits >> 7 * unit);

    if (found == 0)
        return 0;
    found &= light_before(bits, 1) & after;
    return count(found & (light_before(bits, 4 * unit) | runs_of(after, 4 * unit)));
}

static int line_penalty(uint64_t bits, uint64_t inner)
{
    uint64_t same = ~(bits ^ bits >> 1) & inner, five = runs_of(same, 4);
    int penalty = count(five) + (RUN_PENALTY - 1) * count(five & ~(five << 1));

    penalty += FINDER_PENALTY * finders(bits, 1);
    if (runs_of(bits, 6) != 0)
        for (int unit = 2; 7 * unit <= QR_SIZE_MAX; unit++)
            penalty += FINDER_PENALTY * finders(bits, unit);
    return penalty;
}

/* Squares of two by two modules of one colour. */
static int squares(const struct qr *qr, uint64_t inner)
{
    int found = 0;

    for (int y = 0; y + 1 < qr->size; y++) {
        uint64_t a = qr->rows[y], b = qr->rows[y + 1];

        found += count(~(a ^ a >> 1) & ~(b ^ b >> 1) & ~(a ^ b) & inner);
    }
    return found;
}

/* Ten for each twentieth by which the dark modules are off the half. */
static int imbalance(const struct qr *qr)
{
    int all = qr->size * qr->size, dark = 0;

    for (int y = 0; y < qr->size; y++)
        dark += count(qr->rows[y]);
    return abs((200 * dark + all) / all / 2 - 50) / 5 * 10;
}

static int penalty_of(const struct qr *qr)
{
    uint64_t inner = ((uint64_t)1 << (qr->size - 1)) - 1; /* all but the last */
    int penalty = imbalance(qr) + RUN_PENALTY * squares(qr, inner);
    struct qr flipped;

    flip(qr, &flipped);
    for (int i = 0; i < qr->size; i++)
        penalty +=
            line_penalty(qr->rows[i], inner) + line_penalty(flipped.rows[i], inner);
    return penalty;
}

void qr_mask_choose(struct qr *qr, const uint64_t data[QR_SIZE_MAX])
{
    struct qr zero = *qr, other;
    int least = penalty_of(qr);

    for (int mask = 1; mask < MASKS; mask++) {
        int penalty;

        wear(&zero, data, mask, &other);
        penalty = penalty_of(&other);
        if (penalty >= least)
            continue;
        least = penalty;
        *qr = other;
    }
}
