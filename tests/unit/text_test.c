/*
 * text_test.c — base/text: what is valid, what a text amounts to, how long and wide it
 * is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static void valid_utf8(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
        bool valid;
    } rows[] = {
        {"", 0, true},
        {"a", 1, true},
        {"\x7F", 1, true},
        {"满", 3, true},
        {"\xF0\x9F\x91\x8D", 4, true}, /* a thumb */
        {"\xF4\x8F\xBF\xBF", 4, true}, /* U+10FFFF */
        {"\xED\x9F\xBF", 3, true},     /* the last before the surrogates */
        {"a\0b", 3, false},            /* a NUL inside */
        {"\0", 1, false},
        {"\x80", 1, false},     /* a tail without a head */
        {"\xC0\xAF", 2, false}, /* overlong */
        {"\xC1\xBF", 2, false},
        {"\xE0\x9F\xBF", 3, false},
        {"\xF0\x8F\xBF\xBF", 4, false},
        {"\xED\xA0\x80", 3, false}, /* a surrogate */
        {"\xED\xBF\xBF", 3, false},
        {"\xF4\x90\x80\x80", 4, false}, /* above U+10FFFF */
        {"\xF5\x80\x80\x80", 4, false},
        {"\xFF", 1, false},
        {"\xE6\xBB", 2, false}, /* cut off */
        {"\xE6\xBB\x41", 3, false},
        {"5\xC4\xFA", 3, false}, /* GB 18030 taken for UTF-8 */
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        if (text_valid_utf8(rows[i].bytes, rows[i].length) != rows[i].valid)
            fail_msg("row %zu", i);
}

static void normalises(void **state)
{
    static const struct {
        const char *text, *plain;
    } rows[] = {
        {"", ""},
        {"Very SATISFIED", "very satisfied"},
        {"５分！", "5分!"},
        {"ＡＢｃ", "abc"},
        {"⑤", "5"},
        {"⑩", "10"},
        {"❺➄➎⓹", "5555"},
        {"❿➉➓⓾", "10101010"},
        {"⓫⓴", "1120"},
        {"⓿🄋🄌", "000"},
        {"🔟", "10"},
        {"5️⃣", "5"},
        {"5⃣", "5"},
        {"⒌", "5."},
        {"⑸", "(5)"},
        {"𝟓", "5"},
        {"㈤", "(五)"},
        {"٥۵५๕᠕༥", "555555"},
        {"᠐᠙", "09"},
        {"非\u200B常\uFE0F满意", "非常满意"},
        {"\uFEFF5\u00AD", "5"},
        {"½", "1\u20442"},
        {"a\tb\r\nc", "a\tb\r\nc"},
        {"é", "é"},
        {"e\u0301", "é"},
        {"Straße", "strasse"},
        {"满意", "满意"},
        {"…", "..."},
        {"满　意", "满 意"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct buf out = buf_new(200);

        assert_true(text_normalise(rows[i].text, strlen(rows[i].text), &out));
        if (strcmp(buf_text(&out), rows[i].plain) != 0)
            fail_msg("'%s' became '%s'", rows[i].text, buf_text(&out));
        buf_free(&out);
    }
}

static void refuses_broken_text(void **state)
{
    struct buf out = buf_new(20);

    (void)state;
    assert_false(text_normalise("5\xFF", 2, &out));
    assert_false(text_normalise("5\0", 2, &out));
    assert_int_equal(out.length, 0);
    buf_free(&out);
}

static void walks_code_points(void **state)
{
    static const char text[] = "a¢满\xF0\x9F\x91\x8D";
    static const uint32_t expected[] = {'a', 0xA2, 0x6EE1, 0x1F44D};
    size_t at = 0;
    uint32_t cp;

    (void)state;
    for (size_t i = 0; i < LENGTH(expected); i++) {
        at += text_next(text + at, strlen(text) - at, &cp);
        assert_int_equal(cp, expected[i]);
    }
    assert_int_equal(at, strlen(text));
    assert_int_equal(text_next(text + at, 0, &cp), 0);
    assert_int_equal(text_next("\xFFx", 2, &cp), 1);
    assert_int_equal(cp, 0xFFFD);
}

static void classifies(void **state)
{
    static const struct {
        uint32_t cp;
        enum text_class class;
    } rows[] = {
        {'5', TEXT_DIGIT},     {0x1815, TEXT_DIGIT},  {'a', TEXT_LETTER},
        {0x1830, TEXT_LETTER}, {0x3042, TEXT_LETTER}, {0x6EE1, TEXT_HAN},
        {0x3007, TEXT_HAN},    {0x20000, TEXT_HAN},   {' ', TEXT_SPACE},
        {'\n', TEXT_SPACE},    {0x3000, TEXT_SPACE},  {'.', TEXT_PUNCT},
        {0x3002, TEXT_PUNCT},  {'+', TEXT_SYMBOL},    {0x2605, TEXT_SYMBOL},
        {0x2B50, TEXT_SYMBOL}, {0x1F44D, TEXT_EMOJI}, {0x2764, TEXT_EMOJI},
        {0x2160, TEXT_NUMBER}, {0x0301, TEXT_MARK},   {0x07, TEXT_OTHER},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        if (text_classify(rows[i].cp) != rows[i].class)
            fail_msg("U+%04X", (unsigned)rows[i].cp);
}

static void measures(void **state)
{
    static const struct {
        const char *text;
        size_t units, cells;
    } rows[] = {
        {"", 0, 0},
        {"abc", 3, 3},
        {"满意", 2, 4},
        {"【】", 2, 4},
        {"\xF0\x9F\x91\x8D", 2, 2},
        {"a满\xF0\x9F\x91\x8D", 4, 5},
        {"e\u0301", 2, 1},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        size_t length = strlen(rows[i].text);

        assert_int_equal(text_utf16_units(rows[i].text, length), rows[i].units);
        assert_int_equal(text_cells(rows[i].text, length), rows[i].cells);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_utf8),          cmocka_unit_test(normalises),
        cmocka_unit_test(refuses_broken_text), cmocka_unit_test(walks_code_points),
        cmocka_unit_test(classifies),          cmocka_unit_test(measures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
