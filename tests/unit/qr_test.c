/*
 * qr_test.c — symbols are of the promised size and level, and what cannot be scanned is
 * refused. That they can be read is proved in escpos_test.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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

static unsigned draw(unsigned *seed, unsigned below)
{
    *seed = *seed * 1103515245u + 12345u;
    return (*seed >> 16) % below;
}

/* Some of `set`, up to the end of text. */
static void draw_text(unsigned *seed, const char *set, size_t length, char *text)
{
    size_t at = strlen(text);

    while (length-- > 0)
        text[at++] = set[draw(seed, (unsigned)strlen(set))];
    text[at] = '\0';
}

/* The same symbol that the library makes when it chooses the mask itself, of every size:
 * bytes, then `packed` capitals and digits. */
static void must_be_the_librarys(const char *text, int packed)
{
    int bytes = (int)strlen(text) - packed;
    QRinput *input = QRinput_new2(3, QR_ECLEVEL_M);
    struct error err = {0};
    struct qr qr;
    QRcode *code;

    if (bytes > 0)
        assert_int_equal(
            QRinput_append(input, QR_MODE_8, bytes, (const unsigned char *)text), 0);
    if (packed > 0)
        assert_int_equal(QRinput_append(input, QR_MODE_AN, packed,
                                        (const unsigned char *)text + bytes),
                         0);
    code = QRcode_encodeInput(input);
    assert_non_null(code);
    assert_true(qr_encode(text, &qr, &err));
    assert_int_equal(qr.size, code->width);
    for (int y = 0; y < qr.size; y++)
        for (int x = 0; x < qr.size; x++)
            if (qr_dark(&qr, x, y) != ((code->data[y * qr.size + x] & 1) != 0))
                fail_msg("\"%s\" differs at %d, %d", text, x, y);
    QRcode_free(code);
    QRinput_free(input);
}

static void masks_are_chosen_as_the_library_does(void **state)
{
    unsigned seed = 20261128;

    (void)state;
    for (int i = 0; i < 5000; i++) {
        char text[QR_TEXT_MAX + 1] = "";
        int packed = i % 4 == 0 ? 0 : 6 + (int)draw(&seed, 40);

        draw_text(&seed, "abcdefghijklmnopqrstuvwxyz0123456789.:/-_?",
                  draw(&seed, i % 3 == 0 ? 60 : 20), text);
        draw_text(&seed, "abc_?=", packed == 0 || text[0] != '\0', text);
        draw_text(&seed, "0123456789ABCDEFGHJKMNPQRSTVWXYZ", (size_t)packed, text);
        must_be_the_librarys(text, packed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_and_refusals),
        cmocka_unit_test(looks_like_a_symbol),
        cmocka_unit_test(masks_are_chosen_as_the_library_does),
    };

    return cmocka_run_group_tests_name("qr", tests, NULL, NULL);
}
