/*
 * qr_test.c — symbols are of the promised size and level, what cannot be scanned is
 * refused, and libqrencode, an encoder with another author, lays the same modules under
 * its mask. That phones can read them is proved in escpos_test.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <qrencode.h>

#include "domain/qr.h"

static const struct {
    const char *text;
    int size; /* 0: refused */
} rows[] = {
    {"A", 29}, /* never below version 3 */
    {"https://pj.example.cn/q/7K3M9QXR2TBC5DFG", 29},
    {"https://pj.example.cn/t/7K3M9QXR2TBC5DFG8HJN4PVWYZ01", 33},
    {"https://pj.example.cn/t/abcdefghijklmnopqrstuvwxyz01", 33},
    {"smsto:10690000:K7QM3RXD", 29},
    {"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhhiii"
     "i"
     "iiiiiijjjjjjjjjjkkkkkk",
     41}, /* 106 bytes */
    {"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggghhhhhhhhhhiii"
     "i"
     "iiiiiijjjjjjjjjjkkkkkkX",
     0}, /* 107 */
    {"", 0},
    {"two\nlines", 0},
    {"bell\a", 0},
    {"\x7f", 0},
};

static void sizes_and_refusals(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct error err = {0};
        struct qr qr = {.size = 7};
        bool ok = qr_encode(rows[i].text, &qr, &err);

        if (ok != (rows[i].size > 0) || (ok && qr.size != rows[i].size))
            fail_msg("\"%s\": %d, size %d, %s", rows[i].text, ok, qr.size, err.text);
        if (!ok) {
            assert_int_equal(qr.size, 7); /* untouched */
            assert_int_equal(err.kind, ERROR_INPUT);
            assert_true(err.text[0] != '\0');
        }
    }
}

/* Finder patterns stand in three corners, and the format bits say level M. */
static void looks_like_a_symbol(void **state)
{
    struct error err = {0};
    struct qr qr;
    int level;

    (void)state;
    assert_true(qr_encode("https://pj.example.cn/t/0123456789", &qr, &err));
    for (int corner = 0; corner < 3; corner++) {
        int x0 = corner == 1 ? qr.size - 7 : 0, y0 = corner == 2 ? qr.size - 7 : 0;

        for (int y = 0; y < 7; y++)
            for (int x = 0; x < 7; x++) {
                int ring = x < 6 - x ? x : 6 - x;
                int other = y < 6 - y ? y : 6 - y;

                ring = ring < other ? ring : other;
                assert_int_equal(qr_dark(&qr, x0 + x, y0 + y), ring != 1);
            }
    }
    level = qr_dark(&qr, 0, 8) << 1 | qr_dark(&qr, 1, 8);
    assert_int_equal(level ^ 2, 0); /* M is 00, masked with 10 */
    assert_false(qr_dark(&qr, -1, 0));
    assert_false(qr_dark(&qr, 0, qr.size));
}

/* ---- the other encoder
 * ----------------------------------------------------------------- */

static bool turned(int mask, int x, int y)
{
    int product = x * y;
    const bool masks[] = {
        (x + y) % 2 == 0,
        y % 2 == 0,
        x % 3 == 0,
        (x + y) % 3 == 0,
        (y / 2 + x / 3) % 2 == 0,
        product % 2 + product % 3 == 0,
        (product % 2 + product % 3) % 2 == 0,
        ((x + y) % 2 + product % 3) % 2 == 0,
    };

    return masks[mask];
}

static bool lib_dark(const QRcode *code, int x, int y)
{
    return (code->data[y * code->width + x] & 1) != 0;
}

/* Both copies of the format are alike; the mask is its low three bits. */
static int mask_of(const QRcode *code)
{
    static const int pattern = 5; /* of 101010000010010, the first five bits: 10101 */
    int mask = 0;

    for (int i = 0; i < 3; i++)
        mask = mask << 1 | lib_dark(code, 2 + i, 8);
    return mask ^ pattern;
}

static int mask_of_ours(const struct qr *qr)
{
    int mask = 0;

    for (int i = 0; i < 3; i++)
        mask = mask << 1 | qr_dark(qr, 2 + i, 8);
    return mask ^ 5;
}

/* Every module but those of the format: data without its mask, the rest as it is. */
static void expect_same(const char *text, const struct qr *qr, const QRcode *code)
{
    int ours = mask_of_ours(qr), theirs = mask_of(code);

    if (qr->size != code->width)
        fail_msg("«%s»: %d modules, not %d", text, qr->size, code->width);
    for (int y = 0; y < qr->size; y++)
        for (int x = 0; x < qr->size; x++) {
            unsigned char kind = code->data[y * code->width + x];
            bool data = (kind & 0x80) == 0, a = qr_dark(qr, x, y);
            bool b = (kind & 1) != 0;

            if ((kind & 0x04) != 0 && (kind & 0x80) != 0)
                continue; /* format */
            if (data) {
                a ^= turned(ours, x, y);
                b ^= turned(theirs, x, y);
            }
            if (a != b)
                fail_msg("«%s»: module %d,%d (kind %02x) differs", text, x, y, kind);
        }
}

static unsigned draw(unsigned *seed, unsigned below)
{
    *seed = *seed * 1103515245u + 12345u;
    return (*seed >> 16) % below;
}

/* Small letters alone, so that both take the byte mode; every length there is. */
static void as_another_encoder(void **state)
{
    unsigned seed = 7;

    (void)state;
    for (int round = 0; round < 10; round++)
        for (int length = 1; length <= QR_TEXT_MAX; length++) {
            char text[QR_TEXT_MAX + 1] = "";
            struct error err = {0};
            struct qr qr;
            QRcode *code;

            for (int i = 0; i < length; i++)
                text[i] = (char)('a' + draw(&seed, 26));
            assert_true(qr_encode(text, &qr, &err));
            code = QRcode_encodeString(text, 3, QR_ECLEVEL_M, QR_MODE_8, 1);
            assert_non_null(code);
            expect_same(text, &qr, code);
            QRcode_free(code);
        }
}

/* Letters, capitals and digits mixed: never a larger symbol than the other's. */
static void never_larger(void **state)
{
    static const char signs[] = "abcdefXYZABC0123456789012345/:-.";
    unsigned seed = 11;

    (void)state;
    for (int round = 0; round < 1000; round++) {
        int length = (int)draw(&seed, QR_TEXT_MAX) + 1;
        char text[QR_TEXT_MAX + 1] = "";
        struct error err = {0};
        struct qr qr;
        QRcode *code;

        for (int i = 0, from = 0; i < length; i++) {
            from = draw(&seed, 8) == 0 ? (int)draw(&seed, 4) * 8 : from;
            text[i] = signs[from + (int)draw(&seed, 8)];
        }
        assert_true(qr_encode(text, &qr, &err));
        code = QRcode_encodeString(text, 3, QR_ECLEVEL_M, QR_MODE_8, 1);
        assert_non_null(code);
        if (qr.size > code->width)
            fail_msg("«%s»: %d modules, the other %d", text, qr.size, code->width);
        QRcode_free(code);
    }
}

/* The standard's own words for its rules, module by module, in the order of 7.8.3. */
static int slow_penalty(const bool *dark, int size)
{
    static const bool finder[] = {1, 0, 1, 1, 1, 0, 1};
    int points = 0, total = 0;

    for (int line = 0; line < 2 * size; line++) {
        bool m[QR_SIZE_MAX + 8] = {0};
        int length = 0;

        for (int i = 0; i < size; i++)
            m[i + 4] = line < size ? dark[line * size + i] : dark[i * size + line - size];
        for (int i = 4; i < size + 4; i++) {
            length = i > 4 && m[i] == m[i - 1] ? length + 1 : 1;
            points += length == 5 ? 3 : length > 5 ? 1 : 0;
        }
        for (int i = 4; i + 7 <= size + 4; i++)
            if (memcmp(m + i, finder, 7) == 0) {
                points += !m[i - 1] && !m[i - 2] && !m[i - 3] && !m[i - 4] ? 40 : 0;
                points += !m[i + 7] && !m[i + 8] && !m[i + 9] && !m[i + 10] ? 40 : 0;
            }
    }
    for (int y = 0; y < size; y++)
        for (int x = 0; x < size; x++) {
            bool d = dark[y * size + x];

            total += d;
            if (x + 1 < size && y + 1 < size && dark[y * size + x + 1] == d &&
                dark[(y + 1) * size + x] == d && dark[(y + 1) * size + x + 1] == d)
                points += 3;
        }
    for (int k = 0; k < 10; k++) /* each five in a hundred away from the half */
        if (20 * total >= (11 + k) * size * size || 20 * total <= (9 - k) * size * size)
            points += 10;
    return points;
}

/* Fifteen bits of the format for level M, as annex C tables them. */
static const unsigned formats[] = {0x5412, 0x5125, 0x5E7C, 0x5B4B,
                                   0x45F9, 0x40CE, 0x4F97, 0x4AA0};

static void put_format(bool *dark, int size, int mask)
{
    for (int i = 0; i < 15; i++) {
        bool bit = (formats[mask] >> i & 1) != 0;
        int y = i < 6 ? i : i < 8 ? i + 1 : size - 15 + i;
        int x = i < 8 ? size - 1 - i : i == 8 ? 7 : 14 - i;

        dark[y * size + 8] = bit;
        dark[8 * size + x] = bit;
    }
}

/* No other mask would have had fewer points. */
static void mask_is_the_best(void **state)
{
    unsigned seed = 5;

    (void)state;
    for (int round = 0; round < 40; round++) {
        char text[QR_TEXT_MAX + 1] = "";
        int length = 20 + (int)draw(&seed, 80), points[8], ours;
        struct error err = {0};
        struct qr qr;
        QRcode *code;

        for (int i = 0; i < length; i++)
            text[i] = (char)('a' + draw(&seed, 26));
        assert_true(qr_encode(text, &qr, &err));
        code = QRcode_encodeString(text, 3, QR_ECLEVEL_M, QR_MODE_8, 1); /* for kinds */
        ours = mask_of_ours(&qr);
        for (int mask = 0; mask < 8; mask++) {
            bool dark[QR_SIZE_MAX * QR_SIZE_MAX];

            for (int i = 0; i < qr.size * qr.size; i++) {
                int x = i % qr.size, y = i / qr.size;

                dark[i] = qr_dark(&qr, x, y);
                if ((code->data[i] & 0x80) == 0)
                    dark[i] ^= turned(ours, x, y) ^ turned(mask, x, y);
            }
            put_format(dark, qr.size, mask);
            points[mask] = slow_penalty(dark, qr.size);
        }
        QRcode_free(code);
        for (int mask = 0; mask < 8; mask++)
            if (points[mask] < points[ours])
                fail_msg("«%s»: mask %d has %d points, mask %d has %d", text, ours,
                         points[ours], mask, points[mask]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_and_refusals), cmocka_unit_test(looks_like_a_symbol),
        cmocka_unit_test(as_another_encoder), cmocka_unit_test(never_larger),
        cmocka_unit_test(mask_is_the_best),
    };

    return cmocka_run_group_tests_name("qr", tests, NULL, NULL);
}
