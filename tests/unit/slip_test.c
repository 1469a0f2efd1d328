/*
 * slip_test.c — templates: what they mean, what is refused and where, that values can not
 * become markup, and that nothing ever overlaps or leaves the paper.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <png.h>

#include "base/memory.h"
#include "base/pack.h"
#include "domain/slip.h"
#include "domain/slip_cells.h"
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

static const struct slip_values full = {{
    [SLIP_HALL] = "新城区政务服务中心",
    [SLIP_SERVICE] = "不动产登记",
    [SLIP_NUMBER] = "A023",
    [SLIP_WINDOW_HINT] = "请到 3、4、5 号窗口区域等候",
    [SLIP_AHEAD] = "12",
    [SLIP_WAIT_MIN] = "20–35",
    [SLIP_TAKEN_AT] = "2026-11-23 09:41",
    [SLIP_QR_URL] = "https://pj.example.cn/t/7K3M9QXR2TBC5DFG8HJN4PVWYZ01",
    [SLIP_SHORT_CODE] = "K7QM3RXD",
    [SLIP_CAPTION] = "扫码评价本次服务",
    [SLIP_ROOT] = "1284 7QF2K",
}};

/* The template as plain text on paper of 32 cells; the error's sentence if there is one.
 */
static char *as_text(const char *template_text, const struct slip_values *values)
{
    struct profile p = profile_of("58mm");
    struct buf out = buf_new(PRINTER_BYTES_MAX);
    struct error err = {0};
    struct slip slip;

    if (!slip_compose(template_text, strlen(template_text), values, &p, &slip, &err)) {
        assert_int_equal(slip.row_count, 0);
        return memory_text(err.text);
    }
    assert_true(slip_render(&slip, &p, SLIP_TEXT, &out, &err));
    slip_free(&slip);
    return buf_take(&out);
}

/* ---- what templates mean
 * --------------------------------------------------------------- */

static const struct {
    const char *template_text, *text;
} meanings[] = {
    {"a", "                a\n"},
    {"|a", "a\n"},
    {"|a|b|", "       a                b\n"},
    {"|a |b |", "a               b\n"},
    {"|a | b|", "a                              b\n"},
    {"a|", "                               a\n"},
    {"a |b", "a               b\n"},
    {"a |", "a\n"},
    {"-", "--------------------------------\n"},
    {"---", "--------------------------------\n"},
    {"=", "\n"},
    {"|--|\n| - ",
     "--------------------------------\n--------------------------------\n"},
    {"|-|-|", "       -                -\n"}, /* signs in columns are texts */
    {"|=|", "\n"},
    {"\t|a\tb\t|", "ab\n"}, /* a tab at an end is a blank, in a text it is nothing */
    {"|a\n\n|b", "a\n\nb\n"},
    {"|a\r\n|b\r\n", "a\nb\n"},
    {"\xEF\xBB\xBF|a", "a\n"},
    {"{width:4,*}\n|ab |cd |", "ab   cd\n"},
    {"{w:4 0 *}\n|ab |x |cd |", "ab   cd\n"},
    {"{width:4,4;border:none;align:right}\n|ab |cd |",
     "                        ab  cd\n"},
    {"{width:4,4;border:2;align:left}\n|ab |cd |", "ab    cd\n"},
    {"{width:4,4;align:left}\n|ab", "ab\n"},
    {"{align:left;width:4}\n|abcdef |\n{width:auto}\n|abcdef |", "abcd\nef\nabcdef\n"},
    {"{align:left;width:4}\n|号码号码 |", "号码\n号码\n"},
    {"{align:left;width:5}\n|号码号 |", "号码\n号\n"}, /* never half a character */
    {"{align:left;width:9}\n|one two three |", "one two t\nhree\n"},
    {"{align:left;width:6}\n|号码号。 |", "号码号\n。\n"},
    {"{align:left;width:9;break:words}\n|one two three |", "one two\nthree\n"},
    {"{align:left;width:6;break:words}\n|号码号。 |", "号码\n号。\n"}, /* no mark first */
    {"{align:left;width:6;break:words}\n号码号码\n{break:anywhere}\n号码号码",
     " 号码\n 号码\n号码号\n  码\n"},
    {"|a\\\\ ", "a\\\n"}, /* an escaped backslash escapes nothing */
    {"{align:left;width:4,5;border:2}\n-\n{align:right}\n-\n{width:4,*}\n-",
     "-----------\n                     -----------\n--------------------------------\n"},
    {"|a\\|b\\{\\}\\-\\=\\~\\_\\\"\\`\\^\\\\\\x41", "a|b{}-=~_\"`^\\A\n"},
    {"|a~~b\\nc", "a  b\nc\n"},
    {"\\-", "                -\n"},
    {"|^^a^^b\"c", "abc\n"},
    {"|_a_b`c|d|", "      abc               d\n"},
    {"{_:a word to the reader;comment: another \\; one}\n|a", "a\n"},
    {"{}\n|a", "a\n"},
    {"{vertical:ᠮᠣᠩᠭᠣᠯ}\n|a", "ᠮᠣᠩᠭᠣᠯ\na\n"},
    {"{rows:4;vertical:ᠠ ᠡ\\nᠢ {{number}}}", "ᠠ ᠡ ᠢ A023\n"}, /* one line */
    {"|{{number}}", "A023\n"},
    {"|{{ number }}.", "A023.\n"},
    {"|\\{\\{number\\}\\}", "{{number}}\n"}, /* escaped braces begin no tag */
    {"{{! nothing to see }}\n|a", "a\n"},
    {"|{{short_code}}", "K7QM-3RXD\n"},
    {"{{#root}}\n|{{root}}\n{{/root}}\n|a", "1284 7QF2K\na\n"},
    {"{{^root}}\n|none\n\n{{/root}}\n|a", "a\n"},
    {"|x{{#root}} y{{/root}}{{^root}} z{{/root}}", "x y\n"},
    {"|^^^\"{{root}}\n|a", "1284 7QF2K\na\n"},
    {"{{#root}}{{#hall}}\n|b\n{{/hall}}{{/root}}", "b\n"},
    {"{{^root}}\n{code:{{qr_url}};option:qrcode}\n{{/root}}\n|a", "a\n"},
};

static void templates_mean(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(meanings); i++) {
        char *text = as_text(meanings[i].template_text, &full);

        if (strcmp(text, meanings[i].text) != 0)
            fail_msg("template «%s»\ngives «%s»\nnot   «%s»", meanings[i].template_text,
                     text, meanings[i].text);
        free(text);
    }
}

/* ---- what is refused, and where
 * -------------------------------------------------------- */

static const struct {
    const char *template_text, *sentence; /* a part of it */
} refusals[] = {
    {"a\n{image:AAAA}", "line 2, column 2: image is refused"},
    {"{x:\\x41}", "line 1, column 2: command is refused"},
    {"{i:AAAA}", "image is refused"},
    {"{colour:red}", "line 1, column 2: there is no property \"colour\""},
    {"{width:*; colour:red}", "line 1, column 11: there is no property \"colour\""},
    {"{width}", "line 1, column 2: a property is key:value"},
    {"{width:x}", "line 1, column 8: width is auto"},
    {"{width:1}", "line 1, column 8: width"},
    {"{width:}", "line 1, column 2: width"},
    {"{align:middle}", "line 1, column 8: align is left, center or right"},
    {"{border:line}", "line 1, column 9: border"},
    {"{text:fold}", "text is wrap or nowrap"},
    {"a\\ ", "line 1, column 2: a backslash with nothing behind it"},
    {"{code:a\\\\}", "line 1, column 1: a code needs option"},
    {"{break:never}", "break is words or anywhere"},
    {"{width:20,20}\n-", "line 2, column 1: its rule is longer than the 32 cells"},
    {"{vertical:}", "line 1, column 2: the vertical text has nothing to say"},
    {"a\n{v:ᠠ}", "line 2, column 2: there is no property \"v\""},
    {"{rows:3}", "line 1, column 7: rows is how high a vertical text is: 4 to 60"},
    {"{rows:61}", "rows is"},
    {"{rows:4x}", "rows is"},
    {"{rows:}", "rows is"},
    {"{vertical:a;vertical:b}", "line 1, column 13: a line holds one"},
    {"{option:qrcode;code:a;vertical:b}", "a line holds one"},
    {"{vertical:1\\n2\\n3\\n4\\n5\\n6\\n7\\n8\\n9\\n10\\n11}", "than the 10 columns"},
    {"{option:code128}", "option is qrcode"},
    {"{option:qrcode,9}", "option is qrcode"},
    {"{option:qrcode,7,h}", "option is qrcode"},
    {"{option:7}", "option must say qrcode"},
    {"{code:abc}", "line 1, column 1: a code needs option:qrcode"},
    {"{code:;option:qrcode}", "the code has nothing to say"},
    {"{code:a{b;option:qrcode}", "column 8: '{' stands in a property"},
    {"{width:*,*}\na|b|c", "line 2, column 5: the line has more columns"},
    {"{width:30,30}\na|b", "line 2, column 1: its columns do not fit into the 32 cells"},
    {"1|2|3|4|5|6|7|8|9|0|1|2|3|4|5|6|7", "more than 16 columns"},
    {"a {width:*}", "line 1, column 3: '{' stands in a text"},
    {"a|{width:*}", "column 3: '{'"},
    {"a}b", "column 2: '}'"},
    {"^^^^^^^^a", "seven '^' are the largest"},
    {"a\\qb", "line 1, column 2: this backslash escapes nothing"},
    {"a\\", "a backslash with nothing behind it"},
    {"\\x0a", "two hexadecimal digits from 20 to 7e"},
    {"\\x7f", "two hexadecimal digits"},
    {"\\xzz", "two hexadecimal digits"},
    {"ok\n  {{{hall}}}", "line 2, column 3: raw values are refused"},
    {"{{&hall}}", "line 1, column 1: raw values are refused"},
    {"{{phone}}", "line 1, column 1: a ticket has no variable \"phone\""},
    {"{{Hall}}", "no variable \"Hall\""},
    {"{{}}", "no variable \"\""},
    {"{{^root}}{{#hall}}{{name}}{{/hall}}{{/root}}",
     "column 19: a ticket has no variable"},
    {"{{>part}}", "a ticket knows {{name}}"},
    {"{{hall", "line 1, column 1: \"{{\" without its \"}}\""},
    {"{{hall\n}}", "without its \"}}\""},
    {"a\n{{#hall}}b", "line 2, column 1: the section of \"hall\" has no end"},
    {"{{/hall}}", "ends a section that nothing began"},
    {"{{#hall}}\n{{/root}}",
     "line 2, column 1: {{/root}} ends the section {{#hall}} of line 1"},
    {"{{#hall}}{{#hall}}{{#hall}}{{#hall}}{{#hall}}{{#hall}}{{#hall}}{{#hall}}{{#hall}}",
     "more than 8 sections"},
    {"a\n\x01", "line 2, column 1: a control character"},
    {"a\rb", "column 2: a control character"},
    {"号\xff", "line 1, column 2: this is not UTF-8"},
    {"\xed\xa0\x80", "this is not UTF-8"},
    {"\xc0\xaf", "this is not UTF-8"},
};

static void templates_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(refusals); i++) {
        char *text = as_text(refusals[i].template_text, &full);

        if (strstr(text, refusals[i].sentence) == NULL)
            fail_msg("template «%s»\ngives «%s»\nnot   «%s»", refusals[i].template_text,
                     text, refusals[i].sentence);
        free(text);
    }
}

/* Refused as too large, where it becomes so; the template is used up. */
static void expect_too_large(struct buf *template_text, const char *place)
{
    struct profile p = profile_of("80mm");
    struct error err = {0};
    struct slip slip;

    assert_false(slip_compose(buf_text(template_text), template_text->length, &full, &p,
                              &slip, &err));
    if (err.kind != ERROR_TOO_LARGE || strstr(err.text, place) == NULL)
        fail_msg("«%s» does not say «%s»", err.text, place);
    assert_string_equal(err.field, "template");
    slip_free(&slip);
    buf_free(template_text);
}

static void limits_hold(void **state)
{
    struct buf t = buf_new(1 << 20);

    (void)state;
    for (int i = 0; i < 201; i++)
        buf_add_text(&t, "{_:x}\n");
    expect_too_large(&t, "Template line 201, column 1: ");
    buf_add_text(&t, "号\n");
    for (int i = 0; i < 16384; i++)
        buf_add_byte(&t, 'x');
    expect_too_large(&t, "Template line 2, column 16381: ");
    for (int i = 0; i < 150; i++) /* 134 rows of 30 dots pass 4000 */
        buf_add_text(&t, "a\n");
    expect_too_large(&t, "Template line 134, column 1: ");
    buf_add_text(&t, "a\n{vertical:");
    for (int i = 0; i < 5000; i++)
        buf_add_byte(&t, 'x');
    buf_add_text(&t, "}");
    expect_too_large(&t, "Template line 2, column 11: ");
}

static void huge_values_end_in_an_error(void **state)
{
    struct slip_values v = full;
    char *huge = memory_new(300000);
    char *text;

    (void)state;
    memset(huge, 'x', 299999);
    v.text[SLIP_HALL] = huge;
    text = as_text("a\n  {{hall}}", &v);
    assert_non_null(strstr(text, "line 2, column 3: "));
    assert_non_null(strstr(text, "characters"));
    free(text);
    memset(huge + 40000, 0, 1);
    text = as_text("a\n{{hall}}", &v);
    assert_non_null(strstr(text, "line 2, column 1: "));
    assert_non_null(strstr(text, "longer than"));
    free(text);
    v.text[SLIP_QR_URL] = huge;
    text = as_text("{code:{{qr_url}};option:qrcode}", &v);
    assert_non_null(strstr(text, "line 1, column 7: the QR code carries more than 106"));
    free(text);
    free(huge);
}

/* A section is for each item of a list, and what stands in it is the item. */
static void lists_are_gone_through(void **state)
{
    static const struct {
        const char *list, *template_text, *text;
    } rows[] = {
        {"1\x1e"
         "2\x1e"
         "3",
         "|{{#hall}}{{.}};{{/hall}}", "1;2;3;\n"},
        {"1\x1e"
         "2",
         "{{#hall}}\n|{{.}}\n{{/hall}}\n|end", "1\n2\nend\n"},
        {"1\x1e"
         "2",
         "|a{{#hall}}{{hall}}{{/hall}}b", "a12b\n"},
        {"1\x1e"
         "2",
         "|{{hall}}", "1、2\n"},
        {"1\x1e"
         "2",
         "|{{#hall}}{{number}}{{.}}{{/hall}}", "A1A2\n"},
        {"1\x1e"
         "2",
         "|{{#hall}}({{#number}}{{.}}{{hall}}{{/number}}){{/hall}}", "(A1)(A2)\n"},
        {"1\x1e"
         "2",
         "|{{#hall}}{{#hall}}{{.}}{{/hall}}{{/hall}}", "12\n"},
        {"1\x1e"
         "2",
         "|{{^number}}{{#hall}}{{.}}{{/hall}}{{/number}}end", "end\n"},
        {"1\x1e"
         "2",
         "|{{^hall}}none{{/hall}}end", "end\n"},
        {"", "|{{#hall}}{{.}}{{/hall}}end", "end\n"},
        {"one", "|{{#hall}}{{.}}{{/hall}}", "one\n"},
        {"-\x1e"
         "=",
         "{{#hall}}\n|{{.}}\n{{/hall}}", "-\n=\n"}, /* never markup either */
        {"a|b\x1e"
         "{x}",
         "|{{#hall}}{{.}} {{/hall}}", "a|b {x}\n"},
        {"\x1e", "|{{#hall}}<{{.}}>{{/hall}}", "<><>\n"},
        {"1", "{{.}}", "Template line 1, column 1: {{.}} is the item of a section"},
        {"1", "{{^hall}}{{.}}{{/hall}}", "Template line 1, column 10: {{.}} is the item"},
        {"1", "{{#hall}}{{#.}}{{/hall}}", "Template line 1, column 1: the section of"},
        {"1\x1e"
         "2",
         "{{#hall}}\n{a:b}\n{{/hall}}", "Template line 2, column 4: align"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct slip_values v = {{[SLIP_HALL] = rows[i].list, [SLIP_NUMBER] = "A"}};
        char *text = as_text(rows[i].template_text, &v);

        if (strncmp(text, rows[i].text, strlen(rows[i].text)) != 0)
            fail_msg("row %zu «%s»: %s", i, rows[i].template_text, text);
        free(text);
    }
}

/* Lists in lists would take for ever long before they filled a ticket. */
static void turns_are_limited(void **state)
{
    struct slip_values v = {{0}};
    char list[200] = "";
    char *text;

    (void)state;
    for (int i = 0; i < 60; i++)
        strcat(list, "\x1e"
                     "x");
    v.text[SLIP_HALL] = v.text[SLIP_NUMBER] = v.text[SLIP_SERVICE] = list;
    text =
        as_text("{{#hall}}{{#number}}{{#service}}{{/service}}{{/number}}{{/hall}}", &v);
    assert_non_null(strstr(text, "line 1, column 33: "));
    assert_non_null(strstr(text, "too long"));
    free(text);
}

/* ---- values
 * ---------------------------------------------------------------------------- */

static const struct {
    const char *value, *text; /* in the template "|{{hall}}" */
} hostile[] = {
    {"-", "-\n"},
    {"===", "===\n"},
    {"a|b", "a|b\n"},
    {"{image:AAAA}", "{image:AAAA}\n"},
    {"{{number}}", "{{number}}\n"},
    {"\"^^^big", "\"^^^big\n"},
    {"\\x1b@\\n", "\\x1b@\\n\n"},
    {"a\r\nb", "ab\n"},
    {"\x1b"
     "@a\x01"
     "b\x7f\xc2\x85"
     "c",
     "@abc\n"},
    {"a\xe2\x80\xae"
     "b\xe2\x80\xa8"
     "c",
     "abc\n"}, /* direction override, line separator */
    {"~_`;:", "~_`;:\n"},
    {"", ""},
};

static void values_are_never_markup(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(hostile); i++) {
        struct slip_values v = {{[SLIP_HALL] = hostile[i].value}};
        char *text = as_text("|{{hall}}", &v);

        if (strcmp(text, hostile[i].text) != 0)
            fail_msg("value «%s» gives «%s»", hostile[i].value, text);
        free(text);
    }
}

static void a_value_stays_in_its_property(void **state)
{
    struct slip_values v = {{[SLIP_QR_URL] = "x;image:AAAA}\\{"}};
    static const char t[] = "{code:{{qr_url}};option:qrcode}";
    struct profile p = profile_of("80mm");
    struct error err = {0};
    struct slip slip;
    struct qr qr;

    (void)state;
    assert_true(qr_encode("x;image:AAAA}\\{", &qr, &err));
    assert_true(slip_compose(t, strlen(t), &v, &p, &slip, &err));
    assert_int_equal(slip.row_count, 1);
    assert_memory_equal(&slip.qrs[0], &qr, sizeof(qr));
    slip_free(&slip);
}

static void broken_utf8_is_named(void **state)
{
    struct slip_values v = {{[SLIP_HALL] = "\xb9\xfa"}}; /* GBK */
    char *text = as_text("{{hall}}", &v);

    (void)state;
    assert_non_null(strstr(text, "\"hall\" is not UTF-8"));
    free(text);
}

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

/* Both escapers: what they wrote, read as a template without values, is the same slip. */
static void source_reads_back(void **state)
{
    static const char *const parts[] = {"a",  "b|c", "{",    "}",  "{x}", "\\",  "-",
                                        "=",  "---", "~",    "_",  "\"",  "`",   "^^",
                                        " ",  ";",   ":",    "{{", "}}",  "\\n", "\\x41",
                                        "号", "，",  "𬱖", "é",  "/t/"};
    static const char *const forms[] = {"|{{hall}}",
                                        "{{hall}}",
                                        " |{{hall}}| {{hall}}x|",
                                        "^^{{hall}}\"{{number}}",
                                        "{width:8,*;break:words}\n|{{hall}} |{{hall}}",
                                        "a {{root}}\n---{{root}}\n^{{root}}^b",
                                        "{code: {{root}} a {{root}};option:qrcode}",
                                        "{code:{{hall}}a;option:qrcode}"};
    uint32_t seed = 7;

    (void)state;
    for (int i = 0; i < 600; i++) {
        char value[100] = "", *made, *again;
        struct slip_values v = {{[SLIP_HALL] = value, [SLIP_NUMBER] = "A1"}},
                           none = {{0}};
        struct buf source = buf_new(65536);
        struct error err = {0};

        for (int n = 0; n < 1 + i % 5; n++) {
            seed = seed * 1664525 + 1013904223;
            strcat(value, parts[(seed >> 8) % LENGTH(parts)]);
        }
        const char *form = forms[i % (int)LENGTH(forms)];

        assert_true(slip_source(form, strlen(form), &v, &source, &err));
        made = as_text(form, &v);
        again = as_text(buf_text(&source), &none);
        if (strcmp(made, again) != 0 || strncmp(made, "Template", 8) == 0)
            fail_msg("«%s» in «%s» became\n%s\n%s\nnot %s", value, form,
                     buf_text(&source), again, made);
        free(made);
        free(again);
        buf_free(&source);
    }
}

/* ---- the built-in templates
 * ------------------------------------------------------------ */

static char *builtin_text(const char *name, const struct slip_values *values)
{
    const struct pack_file *file = pack_find(name);

    assert_non_null(file);
    return as_text((const char *)file->bytes, values);
}

/* What a ticket must say, from top to bottom; 58 mm paper breaks the longer lines. */
static const struct {
    const char *name, *order[16];
} tickets[] = {
    {"normal",
     {"新城区政务", "服务中心", "不动产登记", "A023", "请到 3、4、5 号窗口区域等候",
      "前面等候 12 人，约 20–35 分钟", "取号时间 2026-11-23 09:41", "█",
      "扫码评价本次服务", "短码 K7QM-3RXD", "评不评、评几分都由您决定。", "1284 7QF2K"}},
    {"normal.en",
     {"不动产登记", "A023", "12 people ahead", "20–35 min", "Taken at 2026-11-23", "█",
      "扫码评价本次服务", "Short code K7QM-3RXD", "Rating is up to you", "1284 7QF2K"}},
    {"large",
     {"服务中心", "不动产登记", "A023", "3、4、5", "等候", "前面 12 人",
      "约等 20–35 分钟", "2026-11-23 09:41 取号", "█", "扫码评价本次服务", "K7QM-3RXD",
      "评不评、评几分都由您决定。", "1284 7QF2K"}},
    {"large.en",
     {"服务中心", "不动产登记", "A023", "12 ahead", "20–35", "2026-11-23 09:41", "█",
      "扫码评价本次服务", "K7QM-3RXD", "Rating is up to you", "1284 7QF2K"}},
    {"bilingual",
     {"服务中心", "不动产登记", "您的号码 Your number", "A023",
      "请到 3、4、5 号窗口区域等候", "Wait near the window above",
      "前面等候 12 人，约 20–35 分钟", "12 ahead, about 20–35 min",
      "取号 Taken 2026-11-23 09:41", "█", "扫码评价本次服务", "Scan to follow and rate",
      "短码 Code K7QM-3RXD", "评不评、评几分都由您决定。", "1284 7QF2K"}},
};

static void builtin_shows_all_in_order(void **state)
{
    (void)state;
    for (size_t t = 0; t < LENGTH(tickets); t++) {
        char name[64], *text, *at;

        snprintf(name, sizeof(name), "templates/tickets/%s.receipt", tickets[t].name);
        text = at = builtin_text(name, &full);
        for (size_t i = 0; i < LENGTH(tickets[t].order) && tickets[t].order[i]; i++) {
            at = strstr(at, tickets[t].order[i]);
            if (at == NULL)
                fail_msg("%s: «%s» is not in its place in\n%s", name, tickets[t].order[i],
                         text);
        }
        free(text);
    }
}

static void builtin_leaves_out_what_is_not_there(void **state)
{
    struct slip_values v = full;
    char *text;

    (void)state;
    v.text[SLIP_WAIT_MIN] = NULL;
    v.text[SLIP_ROOT] = "";
    text = builtin_text("templates/tickets/normal.receipt", &v);
    assert_non_null(strstr(text, "前面等候 12 人\n"));
    assert_null(strstr(text, "分钟"));
    assert_null(strstr(text, "校验码"));
    free(text);
    v.text[SLIP_AHEAD] = "0"; /* nobody ahead is said, not left out */
    text = builtin_text("templates/tickets/normal.receipt", &v);
    assert_non_null(strstr(text, "前面等候 0 人"));
    free(text);
    v.text[SLIP_AHEAD] = v.text[SLIP_QR_URL] = NULL;
    text = builtin_text("templates/tickets/normal.en.receipt", &v);
    assert_null(strstr(text, "ahead"));
    assert_null(strstr(text, "█"));
    free(text);
}

static void builtins_may_be_saved(void **state)
{
    static const char *const profiles[] = {"80mm", "58mm"};
    size_t count;
    const struct pack_file *file = pack_below("templates/tickets/", &count);

    (void)state;
    assert_in_range(count, 2, 100);
    for (size_t i = 0; i < 2 * count; i++) {
        struct profile p = profile_of(profiles[i % 2]);
        struct error err = {0};

        if (!slip_check((const char *)file[i / 2].bytes, file[i / 2].length, &p, &err))
            fail_msg("%s: %s", file[i / 2].name, err.text);
    }
}

static void check_reads_both_sides_of_a_section(void **state)
{
    struct profile p = profile_of("80mm");
    struct error err = {0};
    static const char hidden[] = "{{^hall}}\n{image:A}\n{{/hall}}";
    static const char shown[] = "{{#hall}}\n{image:A}\n{{/hall}}";

    (void)state;
    assert_false(slip_check(hidden, strlen(hidden), &p, &err));
    assert_non_null(strstr(err.text, "line 2, column 2"));
    error_clear(&err);
    assert_false(slip_check(shown, strlen(shown), &p, &err));
}

/* ---- pictures
 * -------------------------------------------------------------------------- */

static struct buf render_builtin(const char *profile, enum slip_format format,
                                 const struct slip_values *values)
{
    const struct pack_file *file = pack_find("templates/tickets/normal.receipt");
    struct profile p = profile_of(profile);
    struct buf out = buf_new(PRINTER_BYTES_MAX);
    struct error err = {0};
    struct slip slip;

    assert_true(
        slip_compose((const char *)file->bytes, file->length, values, &p, &slip, &err));
    assert_true(slip_render(&slip, &p, format, &out, &err));
    slip_free(&slip);
    return out;
}

static void png_is_one_bit_and_as_wide_as_the_paper(void **state)
{
    static const struct {
        const char *profile;
        int dots;
    } rows[] = {{"80mm", 576}, {"58mm", 384}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct buf png = render_builtin(rows[i].profile, SLIP_PNG, &full);
        const unsigned char *head = (const unsigned char *)png.data;
        png_image image = {.version = PNG_IMAGE_VERSION};
        size_t black = 0, edge = 0;
        unsigned char *grey;

        assert_memory_equal(head, "\x89PNG\r\n\x1a\n", 8);
        assert_int_equal(head[24], 1); /* bits */
        assert_int_equal(head[25], 0); /* grey */
        assert_true(png_image_begin_read_from_memory(&image, png.data, png.length));
        assert_int_equal(image.width, rows[i].dots);
        image.format = PNG_FORMAT_GRAY;
        grey = memory_new(PNG_IMAGE_SIZE(image));
        assert_true(png_image_finish_read(&image, NULL, grey, 0, NULL));
        for (size_t d = 0; d < PNG_IMAGE_SIZE(image); d++) {
            size_t x = d % image.width;

            assert_true(grey[d] == 0 || grey[d] == 255);
            black += grey[d] == 0;
            edge += grey[d] == 0 && (x == 0 || x == image.width - 1);
        }
        assert_int_equal(edge, 0);
        assert_in_range(black, 20000, 150000);
        free(grey);
        buf_free(&png);
    }
}

static void svg_refers_to_nothing_outside(void **state)
{
    struct slip_values v = full;
    struct buf svg;

    (void)state;
    v.text[SLIP_HALL] = "<a href=\"x\">&</a>";
    svg = render_builtin("80mm", SLIP_SVG, &v);
    assert_non_null(strstr(buf_text(&svg), "&lt;a"));
    assert_null(strstr(buf_text(&svg), "<a"));
    assert_null(strstr(buf_text(&svg), "href=\"#"));
    assert_null(strstr(buf_text(&svg), "url("));
    assert_null(strstr(buf_text(&svg), "<image"));
    assert_non_null(strstr(buf_text(&svg), "width=\"576\""));
    assert_non_null(strstr(buf_text(&svg), ">A023<"));
    buf_free(&svg);
}

static void dialects_have_names(void **state)
{
    static const char *const names[] = {"escpos", "png", "svg", "text"};

    (void)state;
    for (size_t i = 0; i < LENGTH(names); i++)
        assert_string_equal(printer_find(names[i])->name, names[i]);
    assert_null(printer_find("pdf"));
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

/* ---- profiles
 * -------------------------------------------------------------------------- */

static const struct {
    const char *key, *value, *sentence; /* NULL: allowed */
} settings[] = {
    {"dots", "512", NULL},
    {"columns", "42", NULL},
    {"encoding", "gbk", NULL},
    {"encoding", "raster", NULL},
    {"cutter", "none", NULL},
    {"qr_dots", "6", NULL},
    {"qr_dots", "5", "qr_dots = \"5\" is no number from 6 to 8"},
    {"dots", "wide", "dots = \"wide\""},
    {"dots", "", "dots"},
    {"encoding", "big5", NULL},
    {"encoding", "utf-8", NULL},
    {"encoding", "gb2312", "gb18030, gbk, big5, utf-8 and raster"},
    {"qr", "native", NULL},
    {"qr", "stamp", "raster and native"},
    {"qr_shave", "yes", NULL},
    {"qr_shave", "1", "no and yes"},
    {"dialect", "image", NULL},
    {"dialect", "escpos", NULL},
    {"dialect", "star", "escpos and image"},
    {"band_rows", "24", NULL},
    {"band_rows", "257", "no number from 24 to 256"},
    {"cutter", "saw", "partial, full and none"},
    {"colour", "red", "has no setting \"colour\""},
};

static void profiles_are_settings(void **state)
{
    struct profile p = profile_of("80mm");
    struct error err = {0};

    (void)state;
    for (size_t i = 0; i < LENGTH(settings); i++) {
        bool ok = profile_set(&p, settings[i].key, settings[i].value, &err);

        if (ok != (settings[i].sentence == NULL) ||
            (!ok && strstr(err.text, settings[i].sentence) == NULL))
            fail_msg("%s = %s: %s", settings[i].key, settings[i].value, err.text);
        error_clear(&err);
    }
    assert_true(profile_check(&p, &err));
    assert_true(profile_set(&p, "columns", "43", &err));
    assert_false(profile_check(&p, &err));
    error_clear(&err);
    assert_false(profile_builtin("76mm", &p, &err));
    assert_non_null(strstr(err.text, "80mm and 58mm"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(templates_mean),
        cmocka_unit_test(templates_are_refused),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(huge_values_end_in_an_error),
        cmocka_unit_test(source_reads_back),
        cmocka_unit_test(lists_are_gone_through),
        cmocka_unit_test(turns_are_limited),
        cmocka_unit_test(values_are_never_markup),
        cmocka_unit_test(a_value_stays_in_its_property),
        cmocka_unit_test(broken_utf8_is_named),
        cmocka_unit_test(characters_fill_their_cells),
        cmocka_unit_test(utf8_there_and_back),
        cmocka_unit_test(nothing_overlaps),
        cmocka_unit_test(a_number_shrinks_before_it_wraps),
        cmocka_unit_test(qr_squares_are_large_enough),
        cmocka_unit_test(builtin_shows_all_in_order),
        cmocka_unit_test(builtin_leaves_out_what_is_not_there),
        cmocka_unit_test(builtins_may_be_saved),
        cmocka_unit_test(check_reads_both_sides_of_a_section),
        cmocka_unit_test(png_is_one_bit_and_as_wide_as_the_paper),
        cmocka_unit_test(svg_refers_to_nothing_outside),
        cmocka_unit_test(dialects_have_names),
        cmocka_unit_test(columns_fit_the_paper),
        cmocka_unit_test(long_columns_grow_or_end_in_an_error),
        cmocka_unit_test(profiles_are_settings),
    };

    return cmocka_run_group_tests_name("slip", tests, NULL, forget_fonts);
}
