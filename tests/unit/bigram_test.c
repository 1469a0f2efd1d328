/*
 * bigram_test.c — pairs of neighbouring characters, in every script and width.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/memory.h"
#include "base/text.h"
#include "domain/bigram.h"

/* "等太 太久", in the order of their numbers. */
static void said(const char *text, size_t length, struct buf *out)
{
    uint64_t pairs[BIGRAMS_MOST];
    size_t count = bigrams_of(text, length, pairs);

    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_add_text(out, " ");
        text_add(out, (uint32_t)(pairs[i] >> 32));
        text_add(out, (uint32_t)pairs[i]);
    }
}

static void pairs_of_a_text(void **state)
{
    static const struct {
        const char *text, *pairs;
    } rows[] = {
        {"", ""},     {"久", ""},         {"等太", "等太"}, {"等，太", ""},
        {"A1", "a1"}, {"Ａ１", "a1"},     {"aaaa", "aa"},   {"好 好", ""},
        {"👍👍", ""},   {"ab cd", "ab cd"}, {"\xff\xfe", ""}, {"é", ""},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct buf got = buf_new(1000);

        said(rows[i].text, strlen(rows[i].text), &got);
        if (strcmp(buf_text(&got), rows[i].pairs) != 0)
            fail_msg("“%s”: “%s”, not “%s”", rows[i].text, buf_text(&got), rows[i].pairs);
        buf_free(&got);
    }
}

static void a_long_text_ends(void **state)
{
    uint64_t pairs[BIGRAMS_MOST];
    struct buf text = buf_new(100000);

    (void)state;
    for (uint32_t cp = 0x4e00; cp < 0x4e00 + 4000; cp++)
        text_add(&text, cp);
    assert_int_equal(bigrams_of(buf_text(&text), text.length, pairs), BIGRAMS_MOST);
    buf_free(&text);
}

static void what_holds_what(void **state)
{
    static const struct {
        const char *text, *part;
        bool holds;
    } rows[] = {
        {"等得太久了", "太久", true}, {"等得太久了", "久太", false},
        {"等太，久了", "太久", true}, {"Too SLOW", "oslow", true},
        {"太", "太久", false},        {"太久", "", false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        if (bigram_text_holds(rows[i].text, strlen(rows[i].text), rows[i].part,
                              strlen(rows[i].part)) != rows[i].holds)
            fail_msg("“%s” in “%s”", rows[i].part, rows[i].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_of_a_text),
        cmocka_unit_test(a_long_text_ends),
        cmocka_unit_test(what_holds_what),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
