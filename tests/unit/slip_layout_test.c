/*
 * slip_layout_test.c — cells and rows: nothing overlaps or leaves the paper, and no value
 * is lost in a column.
 */
#include "slip_sample.h"

#include <time.h>

#include "domain/slip_cells.h"

/* ---- cells
 * ----------------------------------------------------------------------------- */

static const struct {
    uint32_t cp;
    int cells, screen;
} widths[] = {
    {'A', 1, 1},     {0x4E2D, 2, 2},  {0x3400, 2, 2}, {0x20000, 2, 2}, {0x2CB56, 2, 2},
    {0xFF21, 2, 2},  {0xFF9E, 1, 1},  {0xFFE5, 2, 2}, {0xAC00, 2, 2},  {0x3002, 2, 2},
    {0x201C, 2, 1},  {0x2014, 2, 1},  {0x2013, 2, 1}, {0xB7, 2, 1},    {0x410, 2, 1},
    {0x3B1, 2, 1},   {0x2460, 2, 1},  {0xF6, 1, 1},   {0x1820, 1, 1},  {0x301, 0, 0},
    {0x200D, 0, 0},  {0xFE0F, 0, 0},  {0x180B, 0, 0}, {0x1F600, 2, 2}, {0x10FFFF, 1, 1},
    {0x303F, 1, 1},  {0x115F, 2, 2},  {0x1160, 1, 1}, {0x4DC0, 1, 1},  {0x4DBF, 2, 2},
    {0x3FFFD, 2, 2}, {0x40000, 1, 1},
};

static void characters_fill_their_cells(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(widths); i++)
        if (cells_of(widths[i].cp) != widths[i].cells ||
            cells_on_screen(widths[i].cp) != widths[i].screen)
            fail_msg("U+%04X: %d and %d", widths[i].cp, cells_of(widths[i].cp),
                     cells_on_screen(widths[i].cp));
}

static void utf8_there_and_back(void **state)
{
    static const uint32_t samples[] = {0,      0x7F,   0x80,   0x7FF,   0x800,
                                       0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF};
    char utf8[5];
    uint32_t cp;

    (void)state;
    for (size_t i = 0; i < LENGTH(samples); i++) {
        size_t n = utf8_write(samples[i], utf8);

        assert_int_equal(utf8_next(utf8, n, &cp), n);
        assert_int_equal(cp, samples[i]);
        if (n > 1)
            assert_int_equal(utf8_next(utf8, n - 1, &cp), 0);
    }
    assert_int_equal(utf8_next("\xf4\x90\x80\x80", 4, &cp), 0);
    assert_int_equal(utf8_next("\xf8\x88\x80\x80\x80", 5, &cp), 0);
    assert_int_equal(utf8_next("\xe0\x80\xaf", 3, &cp), 0);
}

/* ---- layout
 * ---------------------------------------------------------------------------- */

/* No run leaves the paper or touches its neighbour from behind. */
static void check_layout(const struct slip *slip, const struct profile *p, unsigned seed)
{
    for (size_t r = 0; r < slip->row_count; r++) {
        const struct slip_row *row = &slip->rows[r];
        int end = 0;

        if (row->kind == ROW_QR)
            assert_in_range((slip->qrs[row->qr].size + 8) * row->qr_dots, 1, p->dots);
        for (size_t i = 0; row->kind == ROW_TEXT && i < row->runs; i++) {
            const struct slip_run *run = &slip->runs[row->run + i];

            if (run->x_half < end || run->x_half + 2 * run->cells > 2 * p->columns ||
                run->high > row->high)
                fail_msg("seed %u: row %zu run %zu from %d, %d cells, after %d", seed, r,
                         i, run->x_half, run->cells, end);
            end = run->x_half + 2 * run->cells;
        }
    }
    assert_in_range(slip->dots, 0, SLIP_DOTS_MAX);
}

static unsigned draw(unsigned *seed, unsigned below)
{
    *seed = *seed * 1103515245u + 12345u;
    return (*seed >> 16) % below;
}

/* Random templates and values of every kind of sign: refused, or laid out soundly. */
static void nothing_overlaps(void **state)
{
    static const char *const bits[] = {"a",
                                       "号",
                                       " ",
                                       "|",
                                       "^",
                                       "^^^^",
                                       "\"",
                                       "{{hall}}",
                                       "{{number}}",
                                       "\n",
                                       "\\n",
                                       "word",
                                       "、",
                                       "ö",
                                       "{width:*,6}\n",
                                       "{width:auto}\n",
                                       "{text:nowrap}\n",
                                       "{text:wrap}\n",
                                       "{align:right;border:2}\n",
                                       "-",
                                       "~",
                                       "^^^^^^^",
                                       "{{#root}}",
                                       "{{/root}}",
                                       "é́"};
    unsigned start = (unsigned)time(NULL), composed = 0;

    (void)state;
    printf("seed %u\n", start);
    for (unsigned round = 0; round < 3000; round++) {
        unsigned seed = start + round, now = seed;
        struct profile p = profile_of(round % 2 ? "80mm" : "58mm");
        struct buf t = buf_new(SLIP_TEMPLATE_MAX);
        struct error err = {0};
        struct slip slip;

        for (unsigned i = 0, n = 1 + draw(&now, 40); i < n; i++)
            buf_add_text(&t, bits[draw(&now, LENGTH(bits))]);
        if (slip_compose(buf_text(&t), t.length, &full, &p, &slip, &err)) {
            check_layout(&slip, &p, seed);
            composed++;
        } else {
            assert_true(err.text[0] != '\0');
        }
        slip_free(&slip);
        buf_free(&t);
    }
    assert_in_range(composed, 100, 3000);
}

static void a_number_shrinks_before_it_wraps(void **state)
{
    static const char t[] = "{text:nowrap}\n^^^^^^^{{number}}";
    static const struct {
        const char *number;
        int high;
    } rows[] = {{"A023", 6}, {"A1000", 6}, {"AB1000", 5}, {"ABCDE12345", 3}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct slip_values v = {{[SLIP_NUMBER] = rows[i].number}};
        struct profile p = profile_of("58mm");
        struct error err = {0};
        struct slip slip;

        assert_true(slip_compose(t, strlen(t), &v, &p, &slip, &err));
        assert_int_equal(slip.row_count, 1);
        assert_int_equal(slip.rows[0].high, rows[i].high);
        check_layout(&slip, &p, 0);
        slip_free(&slip);
    }
}

static void qr_squares_are_large_enough(void **state)
{
    static const struct {
        const char *template_text, *profile;
        int dots;
    } rows[] = {
        {"{option:qrcode,m;code:{{qr_url}}}", "80mm", 8},
        {"{option:qrcode,m;code:{{qr_url}}}", "58mm", 7},
        {"{option:qrcode,7,m;code:{{qr_url}}}", "80mm", 7},
        {"{option:qrcode,3,m;code:{{qr_url}}}", "80mm", 6},
        {"{option:qrcode,8;code:{{qr_url}}}", "58mm", 8},
        {"{o:qrcode 8;c:{{qr_url}}{{qr_url}}}", "58mm", 7}, /* 392 dots would not fit */
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct profile p = profile_of(rows[i].profile);
        struct error err = {0};
        struct slip slip;

        if (!slip_compose(rows[i].template_text, strlen(rows[i].template_text), &full, &p,
                          &slip, &err))
            fail_msg("%s: %s", rows[i].template_text, err.text);
        assert_int_equal(slip.rows[0].kind, ROW_QR);
        assert_int_equal(slip.rows[0].qr_dots, rows[i].dots);
        slip_free(&slip);
    }
}

/* ---- columns that are read downwards
 * ---------------------------------------------------- */

static const struct {
    const char *template_text;
    int high, columns, x_half; /* of the first column */
} blocks[] = {
    {"{vertical:ᠠ}", 10, 1, 29}, /* in the middle of 32 cells */
    {"{align:left;vertical:ᠠ}", 10, 1, 0},
    {"{align:right;vertical:ᠠ\\nᠡ}", 10, 2, 52},
    {"{rows:4;vertical:ᠠᠡᠢᠣᠤᠥ}", 4, 1, 29},
    {"{rows:4;vertical:ᠠᠡᠢᠣᠤᠥᠠ}", 4, 2, 26},  /* 98 dots in 96 */
    {"{rows:4;vertical:ᠠᠡᠢᠣ ᠤᠥᠠ}", 4, 2, 26}, /* parted at the blank */
    {"{rows:4;vertical:ᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠ}", 4,
     10, 2},
    {"{rows:4;vertical:ᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠᠠ}", 5,
     8, 8}, /* higher */
};

static void columns_fit_the_paper(void **state)
{
    struct profile p = profile_of("58mm");

    (void)state;
    for (size_t i = 0; i < LENGTH(blocks); i++) {
        const char *t = blocks[i].template_text;
        struct error err = {0};
        struct slip slip;
        const struct slip_row *row;

        if (!slip_compose(t, strlen(t), &full, &p, &slip, &err))
            fail_msg("«%s»: %s", t, err.text);
        row = slip.rows;
        if (slip.row_count != 1 || row->kind != ROW_VERTICAL ||
            row->high != blocks[i].high || row->runs != (size_t)blocks[i].columns ||
            slip.runs[0].x_half != blocks[i].x_half)
            fail_msg("«%s»: %d high, %zu columns from %d", t, row->high, row->runs,
                     slip.runs[0].x_half);
        assert_int_equal(slip.dots, row->high * 24 + 6);
        slip_free(&slip);
    }
}

/* No value is lost, whatever it is; a block that passes the ticket's limit is an error.
 */
static void long_columns_grow_or_end_in_an_error(void **state)
{
    static const char t[] = "{vertical:{{hall}}}";
    struct profile p = profile_of("58mm");
    struct slip_values none = {{0}};
    struct error nothing = {0};
    struct slip empty;

    (void)state;
    assert_true(slip_compose(t, strlen(t), &none, &p, &empty, &nothing));
    assert_int_equal(empty.row_count, 0); /* a value that is not there makes no block */
    slip_free(&empty);
    for (size_t length = 1; length < 6000; length += length / 3 + 1) {
        struct slip_values v = {{0}};
        struct error err = {0};
        struct slip slip;
        char *text = calloc(1, length + 1);
        size_t there = 0;

        memset(text, 'w', length);
        v.text[SLIP_HALL] = text;
        if (slip_compose(t, strlen(t), &v, &p, &slip, &err)) {
            for (size_t i = 0; i < slip.run_count; i++)
                there += slip.runs[i].length;
            assert_int_equal(there, length);
            assert_in_range(slip.run_count, 1, 10);
            slip_free(&slip);
        } else {
            assert_int_equal(err.kind, ERROR_TOO_LARGE);
            assert_true(length > 1000);
        }
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_fill_their_cells),
        cmocka_unit_test(utf8_there_and_back),
        cmocka_unit_test(nothing_overlaps),
        cmocka_unit_test(a_number_shrinks_before_it_wraps),
        cmocka_unit_test(qr_squares_are_large_enough),
        cmocka_unit_test(columns_fit_the_paper),
        cmocka_unit_test(long_columns_grow_or_end_in_an_error),
    };

    return cmocka_run_group_tests_name("slip_layout", tests, NULL, forget_fonts);
}
