/*
 * image_test.c — letters on white paper: what is kept is what would be drawn anew, dots
 * stand where the cells are, codes are whole dots, columns of Mongolian run downwards and
 * from left to right, and characters that no font has are named.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/pack.h"
#include "domain/slip.h"
#include "domain/slip_cells.h"
#include "printers/bitmap.h"
#include "printers/printer.h"
#include "printers/profile.h"
#include "tests/unit/drawing.h"

static struct profile profile_of(const char *name)
{
    struct error err = {0};
    struct profile p;

    assert_true(profile_builtin(name, &p, &err));
    return p;
}

static struct slip compose(const char *t, size_t length, const struct slip_values *v,
                           const struct profile *p)
{
    struct error err = {0};
    struct slip slip;

    if (!slip_compose(t, length, v, p, &slip, &err))
        fail_msg("%s", err.text);
    return slip;
}

static struct bitmap draw_cached(const char *t, const struct profile *p,
                                 struct printer_cache *cache)
{
    struct slip_values none = {{0}};
    struct slip slip = compose(t, strlen(t), &none, p);
    struct image_place all = {.count = slip.row_count};
    struct bitmap b = image_draw(&slip, p, all, cache);

    slip_free(&slip);
    return b;
}

static struct bitmap draw_slip(const char *t, const struct profile *p)
{
    return draw_cached(t, p, NULL);
}

static bool any_dark(const struct bitmap *b, int x, int y, int width, int height)
{
    for (int row = y; row < y + height; row++)
        for (int dot = x; dot < x + width; dot++)
            if (bitmap_dark(b, dot, row))
                return true;
    return false;
}

/* ---- the cache
 * ------------------------------------------------------------------------- */

static unsigned draw(unsigned *seed, unsigned below)
{
    *seed = *seed * 1103515245u + 12345u;
    return (*seed >> 16) % below;
}

static void random_text(unsigned *seed, char *out, size_t size)
{
    static const char *const parts[] = {
        "新", "城",     "区", "A",         "7", "3", " ", "，", "é", "𬱖",
        "龘", "ᠮᠣᠩᠭᠣᠯ", "བོད", "e\xCC\x81", "–", "“", "W", "g",  "😀", "-"};
    size_t length = 0, count = draw(seed, 9);

    out[0] = '\0';
    for (size_t i = 0; i < count; i++)
        length += (size_t)snprintf(out + length, size - length, "%s",
                                   parts[draw(seed, LENGTH(parts))]);
}

/* 1,000 random tickets, one cache for all of them, beside none. */
static void kept_letters_change_nothing(void **state)
{
    static const char *const templates[] = {"templates/tickets/normal.receipt",
                                            "templates/tickets/mongolian.receipt"};
    static const char *const encodings[] = {"gb18030", "raster"};
    struct printer_cache *cache = printer_cache_new();
    unsigned seed = 20261124;

    (void)state;
    printer_cache_warm(cache);
    for (int i = 0; i < 1000; i++) {
        const struct pack_file *file = pack_find(templates[i % 10 == 0]);
        struct profile p = profile_of(i % 2 == 0 ? "80mm" : "58mm");
        struct buf kept = buf_new(PRINTER_BYTES_MAX), anew = buf_new(PRINTER_BYTES_MAX);
        enum slip_format format = i % 5 == 0   ? SLIP_PNG
                                  : i % 5 == 1 ? SLIP_SVG
                                               : SLIP_ESCPOS;
        char text[SLIP_VARIABLES][128];
        struct slip_values v = {{0}};
        struct error err = {0};
        struct slip slip;

        assert_true(profile_set(&p, "encoding", encodings[i % 3 == 0], &err));
        for (int n = 0; n < SLIP_VARIABLES; n++) {
            random_text(&seed, text[n], sizeof(text[n]));
            v.text[n] = text[n];
        }
        snprintf(text[SLIP_QR_URL], 128, "https://pj.example.cn/t/%08X%04X", seed, i);
        slip = compose((const char *)file->bytes, file->length, &v, &p);
        if (!slip_render_cached(&slip, &p, format, cache, &kept, &err) ||
            !slip_render(&slip, &p, format, &anew, &err))
            fail_msg("%s", err.text);
        if (kept.length != anew.length || memcmp(kept.data, anew.data, kept.length) != 0)
            fail_msg("ticket %d differs", i);
        if (i % 300 == 299)
            printer_cache_forget(cache);
        slip_free(&slip);
        buf_free(&kept);
        buf_free(&anew);
    }
    printer_cache_free(cache);
    printer_cache_free(NULL);
}

/* ---- bitmaps
 * --------------------------------------------------------------------------- */

static void grey_becomes_bits(void **state)
{
    unsigned char grey[256], bits[32];

    (void)state;
    for (int i = 0; i < 256; i++)
        grey[i] = (unsigned char)i;
    bitmap_pack(bits, grey, 32);
    for (int i = 0; i < 256; i++)
        if (((bits[i / 8] & 0x80 >> i % 8) != 0) != (i >= 110))
            fail_msg("grey %d", i);
}

/* At every shift, over every edge, beside dots set one by one. */
static void bits_are_laid_anywhere(void **state)
{
    enum { STRIDE = 9, ROWS = 3 };
    unsigned char bits[STRIDE * ROWS + BITMAP_SPARE] = {0};
    unsigned seed = 3;

    (void)state;
    for (int x = -STRIDE * 8 - 2; x < 130; x++) {
        struct bitmap fast = bitmap_new(128, 8), slow = bitmap_new(128, 8);
        int y = x % 7 - 2;

        for (int i = 0; i < STRIDE * ROWS; i++)
            bits[i] = (unsigned char)draw(&seed, 256);
        bitmap_fill(&fast, 5, 0, 3, 8);
        bitmap_fill(&slow, 5, 0, 3, 8);
        bitmap_or(&fast, x, y, bits, STRIDE, ROWS);
        for (int i = 0; i < STRIDE * 8 * ROWS; i++)
            if ((bits[i / 8] & 0x80 >> i % 8) != 0)
                bitmap_fill(&slow, x + i % (STRIDE * 8), y + i / (STRIDE * 8), 1, 1);
        if (memcmp(fast.bits, slow.bits, fast.stride * 8) != 0)
            fail_msg("at %d, %d", x, y);
        bitmap_free(&fast);
        bitmap_free(&slow);
    }
}

static void modules_are_whole_dots(void **state)
{
    struct error err = {0};
    struct qr qr;

    (void)state;
    assert_true(
        qr_encode("https://pj.example.cn/t/7K3M9QXR2TBC5DFG8HJN4PVWYZ01", &qr, &err));
    for (int dots = 6; dots <= 8; dots++)
        for (int x = 0; x < 9; x += 8 / 3) {
            struct bitmap b = bitmap_new(400, 300);

            bitmap_qr(&b, &qr, x, 5, dots, false);
            for (int i = 0; i < b.width * b.height; i++) {
                int column = i % b.width - x, row = i / b.width - 5;
                bool dark =
                    column >= 0 && row >= 0 && qr_dark(&qr, column / dots, row / dots);

                if (bitmap_dark(&b, i % b.width, i / b.width) != dark)
                    fail_msg("%d dots at %d: dot %d, %d", dots, x, column, row);
            }
            bitmap_free(&b);
        }
}

/* Each edge of dark to light loses a dot, and nothing else does. */
static void shaved_edges(void **state)
{
    struct error err = {0};
    struct bitmap b = bitmap_new(400, 300);
    struct qr qr;

    (void)state;
    assert_true(qr_encode("https://pj.example.cn/t/7K3M9QXR2TBC5DFG", &qr, &err));
    bitmap_qr(&b, &qr, 8, 0, 7, true);
    for (int y = 0; y < qr.size; y++)
        for (int x = 0; x < qr.size; x++) {
            bool dark = qr_dark(&qr, x, y);

            assert_int_equal(bitmap_dark(&b, 8 + 7 * x + 3, 7 * y + 3), dark);
            if (!dark) {
                assert_false(any_dark(&b, 8 + 7 * x, 7 * y, 7, 7));
                continue;
            }
            assert_int_equal(bitmap_dark(&b, 8 + 7 * x, 7 * y + 3),
                             qr_dark(&qr, x - 1, y));
            assert_int_equal(bitmap_dark(&b, 8 + 7 * x + 6, 7 * y + 3),
                             qr_dark(&qr, x + 1, y));
            assert_int_equal(bitmap_dark(&b, 8 + 7 * x + 3, 7 * y),
                             qr_dark(&qr, x, y - 1));
            assert_int_equal(bitmap_dark(&b, 8 + 7 * x + 3, 7 * y + 6),
                             qr_dark(&qr, x, y + 1));
        }
    bitmap_free(&b);
}

/* ---- letters and columns
 * --------------------------------------------------------------- */

/* Left, middle and right of the paper: ink in their cells and nowhere else. */
static void letters_stand_in_their_cells(void **state)
{
    struct profile p = profile_of("58mm");
    struct bitmap b = draw_slip("{width:4,*,4}\n号 |^^^中| 号", &p);

    (void)state;
    assert_int_equal(b.width, 384);
    assert_true(any_dark(&b, 0, 24, 48, 30));
    assert_true(any_dark(&b, 168, 0, 48, 54));
    assert_true(any_dark(&b, 336, 24, 48, 30));
    assert_false(any_dark(&b, 52, 0, 112, 54));
    assert_false(any_dark(&b, 220, 0, 112, 54));
    assert_false(any_dark(&b, 0, 0, 160, 20));
    bitmap_free(&b);
}

/*
 * A Mongolian word is longer than high, so upright it is higher than wide: its ink lies
 * in its column of 36 dots and goes on far below. The first text stands to the left.
 */
static void columns_run_downwards(void **state)
{
    static const char both[] = "{rows:8;align:left;vertical:ᠮᠣᠩᠭᠣᠯ\\nᠠ}";
    struct profile p = profile_of("58mm");
    struct bitmap b = draw_slip(both, &p);

    (void)state;
    assert_int_equal(b.height, 8 * 24 + 6);
    assert_true(any_dark(&b, 0, 0, 36, 20));
    assert_true(any_dark(&b, 0, 50, 36, 20)); /* the long word goes on */
    assert_true(any_dark(&b, 40, 0, 32, 40)); /* the short one stands to its right */
    assert_false(any_dark(&b, 40, 60, 300, 138));
    assert_false(any_dark(&b, 80, 0, 300, 198));
    bitmap_free(&b);
}

/* However long a word is, it stays in its block: it is squeezed. */
static void columns_stay_in_their_block(void **state)
{
    struct profile p = profile_of("58mm");
    struct bitmap b = draw_slip("{rows:4;vertical:ᠴᠴᠴᠴᠴᠴᠵᠵᠵᠵᠵᠵᠵᠴᠴᠴ}\n|", &p);

    (void)state;
    assert_false(any_dark(&b, 0, 4 * 24, 384, 6));
    bitmap_free(&b);
}

/* Beside the same without: what is under the letters, and all that they stand on. */
static void letters_are_underlined_and_inverted(void **state)
{
    struct profile p = profile_of("58mm");
    struct bitmap plain = draw_slip("|^^^号1 |", &p), under = draw_slip("|_^^^号1 |", &p),
                  inverse = draw_slip("|`^^^号1 |", &p);

    (void)state;
    for (int y = 0; y < plain.height; y++)
        for (int x = 0; x < plain.width; x++) {
            bool dark = bitmap_dark(&plain, x, y);

            assert_int_equal(bitmap_dark(&under, x, y),
                             dark || (x < 72 && (y == 47 || y == 48)));
            assert_int_equal(bitmap_dark(&inverse, x, y), dark != (x < 72 && y < 48));
        }
    bitmap_free(&plain);
    bitmap_free(&under);
    bitmap_free(&inverse);
}

/* Letters that hang deep, as stacks of Tibetan do, shrink before they run into the line
 * below. */
static void deep_letters_stay_above_the_next_line(void **state)
{
    static const char *const sizes[] = {"", "^^", "^^^", "^^^^^^^"};
    struct profile p = profile_of("80mm");

    (void)state;
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        char t[64];
        struct bitmap b;
        int row;

        snprintf(t, sizeof(t), "|%sསྐྱོང་ལྗོངས\n\n", sizes[i]);
        b = draw_slip(t, &p);
        row = b.height - 30;
        assert_true(any_dark(&b, 0, row / 2, b.width, row / 2));
        if (any_dark(&b, 0, row, b.width, 30))
            fail_msg("«%s» runs into the next line", t);
        bitmap_free(&b);
    }
}

/* Nothing that rises or hangs gets into the white around a code. */
static void codes_keep_their_white(void **state)
{
    static const char letters[] = "E\u0302\u0301\u0302\u0301\u0302\u0301\u0316\u0317ع😀";
    struct profile p = profile_of("58mm");

    (void)state;
    for (int size = 0; size < 8; size++) {
        char t[160];
        struct bitmap b;
        int top;

        snprintf(t, sizeof(t), "|%.*s%s\n{code:1;option:qrcode,6}\n|%.*s%s", size,
                 "^^^^^^^", letters, size, "^^^^^^^", letters);
        b = draw_slip(t, &p);
        top = (b.height - 37 * 6) / 2; /* as much above it as below */
        if (any_dark(&b, 0, top, 384, 24) || any_dark(&b, 0, top + 33 * 6, 384, 24))
            fail_msg("«%s»: ink in the quiet zone", t);
        assert_true(any_dark(&b, 0, top + 24, 384, 6));
        bitmap_free(&b);
    }
}

static bool same_bits(const struct bitmap *a, const struct bitmap *b)
{
    return a->width == b->width && a->height == b->height &&
           memcmp(a->bits, b->bits, a->stride * (size_t)a->height) == 0;
}

/* What has no ink may be the first that is ever drawn, on printers without letters. */
static void white_letters_may_come_first(void **state)
{
    static const char *const rows[] = {"　",     "\u00A0", "\u200B", "\u180E",
                                       "\uFE0F", "\u302A", "\u0301", "`　`"};
    struct profile p = profile_of("58mm");

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct bitmap b = draw_slip(rows[i], &p);

        assert_int_equal(b.height, 30);
        bitmap_free(&b);
    }
}

/* A mark without a letter before it has no cell of its own; what is drawn after it stands
 * as ever. */
static void lone_marks_spoil_nothing(void **state)
{
    struct profile p = profile_of("58mm");
    struct printer_cache *cache = printer_cache_new();
    struct bitmap before = draw_cached("^^^号A2", &p, cache);

    (void)state;
    for (uint32_t cp = 0x80; cp < 0x20000; cp++) {
        char t[5];
        struct bitmap b, after;

        if (cells_of(cp) != 0 || (cp >= 0x2028 && cp <= 0x202E) || cp == 0xFEFF)
            continue;
        t[utf8_write(cp, t)] = '\0';
        b = draw_cached(t, &p, cache);
        printer_cache_forget(cache);
        after = draw_cached("^^^号A2", &p, cache);
        if (!same_bits(&before, &after))
            fail_msg("after U+%04X nothing is drawn as before", (unsigned)cp);
        bitmap_free(&b);
        bitmap_free(&after);
    }
    bitmap_free(&before);
    printer_cache_free(cache);
}

static void missing_letters_are_named(void **state)
{
    static const struct {
        const char *t, *missing; /* NULL: all can be drawn */
    } rows[] = {
        {"号A é𬱖", NULL},
        {"{vertical:ᠮᠣᠩᠭᠣᠯ᠋ 12 中}", NULL},
        {"a\U000E1234号", "\U000E1234"},
        {"{vertical:ᠮᠣ\uE123}", "\uE123"},
    };
    struct profile p = profile_of("80mm");
    struct slip_values none = {{0}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct slip slip = compose(rows[i].t, strlen(rows[i].t), &none, &p);
        char found[5] = "";

        if (image_missing(&slip, NULL, found) != (rows[i].missing != NULL) ||
            (rows[i].missing != NULL && strcmp(found, rows[i].missing) != 0))
            fail_msg("«%s»: found «%s»", rows[i].t, found);
        slip_free(&slip);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kept_letters_change_nothing),
        cmocka_unit_test(grey_becomes_bits),
        cmocka_unit_test(bits_are_laid_anywhere),
        cmocka_unit_test(modules_are_whole_dots),
        cmocka_unit_test(shaved_edges),
        cmocka_unit_test(letters_stand_in_their_cells),
        cmocka_unit_test(columns_run_downwards),
        cmocka_unit_test(columns_stay_in_their_block),
        cmocka_unit_test(letters_are_underlined_and_inverted),
        cmocka_unit_test(deep_letters_stay_above_the_next_line),
        cmocka_unit_test(codes_keep_their_white),
        cmocka_unit_test(white_letters_may_come_first),
        cmocka_unit_test(lone_marks_spoil_nothing),
        cmocka_unit_test(missing_letters_are_named),
    };

    return cmocka_run_group_tests_name("image", tests, NULL, forget_fonts);
}
