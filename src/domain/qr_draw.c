/*
 * qr_draw.c — the picture of a QR symbol: fixed patterns, code words, the best of eight
 * masks (ISO/IEC 18004, 6.3 and 7.7 to 7.9).
 *
 * A row is a word of 64 bits, bit x is column x, so that a rule of the penalty is counted
 * for a whole row at once; a column is the same bit of neighbouring rows. The area around
 * the symbol counts as light. Not here: what the code words say (qr.c).
 */
#include "domain/qr_part.h"

#include <string.h>

enum {
    SIDE = QR_SIZE_MAX + 8, /* rows with a light border of four above and below */
    MASKS = 8,
};

struct symbol {
    int size;
    uint64_t all;                /* a bit for each column */
    uint64_t fixed[QR_SIZE_MAX]; /* modules that carry no data */
    uint64_t dark[QR_SIZE_MAX];
};

static int ones(uint64_t v)
{
    v -= v >> 1 & 0x5555555555555555;
    v = (v & 0x3333333333333333) + (v >> 2 & 0x3333333333333333);
    v = (v + (v >> 4)) & 0x0F0F0F0F0F0F0F0F;
    return (int)(v * 0x0101010101010101 >> 56);
}

/* ---- fixed patterns (6.3)
 * -------------------------------------------------------------- */

/* A square of rings: `rows` from its top left on, each `side` wide. */
static void put_square(struct symbol *s, int x, int y, const unsigned char *rows,
                       int side)
{
    for (int i = 0; i < side; i++) {
        s->fixed[y + i] |= ((1ULL << side) - 1) << x;
        s->dark[y + i] |= (uint64_t)rows[i] << x;
    }
}

static void put_fixed(struct symbol *s)
{
    static const unsigned char finder[] = {0x7F, 0x41, 0x5D, 0x5D, 0x5D, 0x41, 0x7F};
    static const unsigned char alignment[] = {0x1F, 0x11, 0x15, 0x11, 0x1F};
    int size = s->size, far = size - 8;

    for (int i = 0; i < size; i++) { /* timing, then finders write over its ends */
        s->fixed[i] |= 1ULL << 6;
        s->dark[i] |= (uint64_t)(i % 2 == 0) << 6;
    }
    s->fixed[6] = s->all;
    s->dark[6] = s->all & 0x5555555555555555;
    for (int i = 0; i < 9; i++) { /* with separators and what the format takes */
        s->fixed[i] |= 0x1FF | 0xFFULL << far;
        s->dark[i] &= ~(0xFFULL | 0xFFULL << far);
        if (i == 8)
            continue;
        s->fixed[far + i] |= 0x1FF;
        s->dark[far + i] &= ~0xFFULL;
    }
    s->dark[8] |= 1ULL << 6;
    put_square(s, 0, 0, finder, 7);
    put_square(s, size - 7, 0, finder, 7);
    put_square(s, 0, size - 7, finder, 7);
    put_square(s, size - 9, size - 9, alignment, 5);
}

/* 7.7.3: two columns at a time, up and down in turn, from the right; the timing column is
 * left out. */
static void put_words(struct symbol *s, const unsigned char *words, int count)
{
    int i = 0;

    for (int right = s->size - 1; right > 0; right -= 2) {
        bool up;

        if (right == 6)
            right = 5;
        up = ((right + 1) & 2) == 0;
        for (int step = 0; step < s->size; step++) {
            int y = up ? s->size - 1 - step : step;

            for (int x = right; x >= right - 1; x--) {
                if ((s->fixed[y] >> x & 1) != 0)
                    continue;
                if (i < count * 8 && (words[i / 8] >> (7 - i % 8) & 1) != 0)
                    s->dark[y] |= 1ULL << x;
                i++;
            }
        }
    }
}

/* ---- masks (7.8)
 * ----------------------------------------------------------------------- */

static bool turned(int mask, int x, int y)
{
    switch (mask) {
    case 0:
        return (x + y) % 2 == 0;
    case 1:
        return y % 2 == 0;
    case 2:
        return x % 3 == 0;
    case 3:
        return (x + y) % 3 == 0;
    case 4:
        return (y / 2 + x / 3) % 2 == 0;
    case 5:
        return x * y % 2 + x * y % 3 == 0;
    case 6:
        return (x * y % 2 + x * y % 3) % 2 == 0;
    default:
        return ((x + y) % 2 + x * y % 3) % 2 == 0;
    }
}

/* Every mask repeats after six columns and after twelve rows. */
static void turn(const struct symbol *s, int mask, uint64_t *rows)
{
    uint64_t pattern[12];

    for (int y = 0; y < 12; y++) {
        pattern[y] = 0;
        for (int x = 0; x < 6; x++)
            pattern[y] |= (uint64_t)turned(mask, x, y) << x;
        pattern[y] *= 0x1041041041041041;
    }
    for (int y = 0; y < s->size; y++)
        rows[y] = s->dark[y] ^ (pattern[y % 12] & ~s->fixed[y] & s->all);
}

/* 7.9: level M is 00; ten bits of BCH, and a mask so that they are never all light. */
static void put_format(int size, int mask, uint64_t *rows)
{
    unsigned rest = (unsigned)mask, bits;

    for (int i = 0; i < 10; i++)
        rest = rest << 1 ^ (rest >> 9) * 0x537;
    bits = ((unsigned)mask << 10 | rest) ^ 0x5412;
    for (int i = 0; i < 15; i++) {
        uint64_t bit = bits >> i & 1;
        int upright = i < 6 ? i : i < 8 ? i + 1 : size - 15 + i;
        int flat = i < 8 ? size - 1 - i : i == 8 ? 7 : 14 - i;

        rows[upright] = (rows[upright] & ~(1ULL << 8)) | bit << 8;
        rows[8] = (rows[8] & ~(1ULL << flat)) | bit << flat;
    }
    rows[size - 8] |= 1ULL << 8; /* always dark */
}

/* ---- the penalty (7.8.3)
 * --------------------------------------------------------------- */

/* Stretches of five and more: three points, and one more for each module beyond five.
 * `four` has a bit where five modules of one colour begin. */
static int stretches(uint64_t four, uint64_t before)
{
    return four == 0 ? 0 : ones(four) + 2 * ones(four & ~before);
}

/* Finder-like patterns, with four light modules before or behind. */
static int finders(uint64_t core, uint64_t before, uint64_t behind)
{
    return core == 0 ? 0 : 40 * (ones(core & ~before) + ones(core & ~behind));
}

static int penalty_of_row(uint64_t row, uint64_t all)
{
    uint64_t same = ~(row ^ row >> 1) & all >> 1, p = row << 4;
    uint64_t four = same & same >> 1 & same >> 2 & same >> 3;
    uint64_t core = p & ~(p >> 1) & p >> 2 & p >> 3 & p >> 4 & ~(p >> 5) & p >> 6;

    return stretches(four, four << 1) + finders(core, p << 1 | p << 2 | p << 3 | p << 4,
                                                p >> 7 | p >> 8 | p >> 9 | p >> 10);
}

/* The same downwards, all columns at once. `r` is row y, with ten rows behind it. */
static int penalty_of_columns(const uint64_t *r, const uint64_t *same, uint64_t before)
{
    uint64_t core = r[0] & ~r[1] & r[2] & r[3] & r[4] & ~r[5] & r[6];
    int points = stretches(same[0] & same[1] & same[2] & same[3], before);

    if (core != 0)
        points +=
            finders(core, r[-1] | r[-2] | r[-3] | r[-4], r[7] | r[8] | r[9] | r[10]);
    return points;
}

static int penalty(int size, uint64_t all, const uint64_t *rows)
{
    uint64_t padded[SIDE + 8] = {0}, same[SIDE] = {0}, before = 0;
    uint64_t *r = padded + 4;
    int points = 0, dark = 0, total = size * size;

    memcpy(r, rows, (size_t)size * sizeof(*r));
    for (int y = 0; y + 1 < size; y++)
        same[y] = ~(r[y] ^ r[y + 1]) & all;
    for (int y = 0; y < size; y++) {
        points += penalty_of_row(r[y], all);
        points += penalty_of_columns(r + y, same + y, before);
        before = same[y] & same[y + 1] & same[y + 2] & same[y + 3];
        /* squares of two: both rows even there, and like each other */
        points += 3 * ones(same[y] & same[y] >> 1 & ~(r[y] ^ r[y] >> 1) & all >> 1);
        dark += ones(r[y]);
    }
    /* ten points for each five in a hundred away from the half */
    dark = dark * 20 - total * 10;
    return points + 10 * ((dark < 0 ? -dark : dark) / total);
}

void qr_draw(int version, const unsigned char *words, int count, struct qr *out)
{
    struct symbol s = {.size = 17 + 4 * version};
    uint64_t rows[QR_SIZE_MAX] = {0};
    int least = -1;

    s.all = (1ULL << s.size) - 1;
    put_fixed(&s);
    put_words(&s, words, count);
    memset(out, 0, sizeof(*out));
    out->size = s.size;
    for (int mask = 0; mask < MASKS; mask++) {
        int points;

        turn(&s, mask, rows);
        put_format(s.size, mask, rows);
        points = penalty(s.size, s.all, rows);
        if (least >= 0 && points >= least)
            continue;
        least = points;
        memcpy(out->rows, rows, sizeof(out->rows));
    }
}
