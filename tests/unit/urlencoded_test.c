/* urlencoded_test.c — queries with bytes of any kind, in and out. */
#include "gateways/urlencoded.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void values_are_found_and_decoded(void **state)
{
    static const struct {
        const char *query, *name;
        bool found;
        const char *value;
        size_t length;
    } rows[] = {
        {"a=1&b=2", "b", true, "2", 1},
        {"a=1&b=2", "c", false, "", 0},
        {"a=1&a=2", "a", true, "1", 1},
        {"a", "a", true, "", 0},
        {"a=", "a", true, "", 0},
        {"=5", "", true, "5", 1},
        {"a=b=c", "a", true, "b=c", 3},
        {"&&a=1&&", "a", true, "1", 1},
        {"a=1&", "", false, "", 0},
        {"", "a", false, "", 0},
        {"ab=1", "a", false, "", 0},
        {"a=1", "ab", false, "", 0},
        {"A=1", "a", false, "", 0},
        {"%61=1", "a", true, "1", 1},
        {"a+b=1", "a b", true, "1", 1},
        {"t=n%E1a%0F", "t", true,
         "n\xe1"
         "a\x0f",
         4},
        {"t=%00+%005", "t", true, "\0 \0005", 4},
        {"t=%e6%BB%a1", "t", true, "满", 3},
        {"t=1+2%2B3", "t", true, "1 2+3", 5},
        {"t=%26%3D%25", "t", true, "&=%", 3},
        /* Broken escapes stay as they are. */
        {"t=%", "t", true, "%", 1},
        {"t=%4", "t", true, "%4", 2},
        {"t=%4&u=1", "t", true, "%4", 2},
        {"t=%zz%4g%g4", "t", true, "%zz%4g%g4", 9},
        {"t=%%41", "t", true, "%A", 2},
        {"t=%u6ee1", "t", true, "%u6ee1", 6},
        {"t=%-1% 1", "t", true, "%-1% 1", 6},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        /* In a place of its own size, so that a byte too many is found. */
        size_t length = strlen(rows[i].query);
        char *query = malloc(length + 1);
        struct buf out = buf_new(100);
        bool found;

        assert_non_null(query);
        memcpy(query, rows[i].query, length);
        query[length] = '!';
        buf_add_text(&out, "before");
        found = urlencoded_value(query, length, rows[i].name, &out);
        if (found != rows[i].found || out.length != 6 + rows[i].length ||
            memcmp(buf_text(&out) + 6, rows[i].value, rows[i].length) != 0)
            fail_msg("row %zu: %s", i, rows[i].query);
        buf_free(&out);
        free(query);
    }
}

static void nothing_is_a_query_too(void **state)
{
    struct buf out = buf_new(10);
    char text[4] = "old";

    (void)state;
    assert_false(urlencoded_value(NULL, 0, "a", &out));
    assert_false(urlencoded_text(NULL, 0, "a", text, sizeof(text)));
    assert_string_equal(text, "");
    assert_int_equal(out.length, 0);
    urlencoded_encode(&out, NULL, 0);
    assert_int_equal(out.length, 0);
    buf_free(&out);
}

static void texts_are_cut_to_their_size(void **state)
{
    static const struct {
        const char *query;
        bool found;
        const char *text;
    } rows[] = {
        {"t=1234567", true, "1234567"},
        {"t=12345678", true, "1234567"},
        {"t=%00abc", true, ""},
        {"t=ab%00c", true, "ab"},
        {"t=", true, ""},
        {"x=1", false, ""},
        {"t=满意", true, "满意"},
        {"t=满意满意", true, "满意"}, /* whole ones only */
        {"t=abcde%E6%BB%A1", true, "abcde"},
        {"t=abc%F0%9F%98%80", true, "abc😀"},
        {"t=abcd%F0%9F%98%80", true, "abcd"},
        {"t=1234567%FF", true, "1234567"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char text[8] = "old";
        bool found = urlencoded_text(rows[i].query, strlen(rows[i].query), "t", text,
                                     sizeof(text));

        if (found != rows[i].found || strcmp(text, rows[i].text) != 0)
            fail_msg("row %zu: %s gives \"%s\"", i, rows[i].query, text);
    }
}

static void add_field(void *self, const char *name, size_t name_length, const char *value,
                      size_t value_length)
{
    struct buf *seen = self;

    assert_int_equal(name[name_length], 0);
    assert_int_equal(value[value_length], 0);
    buf_addf(seen, "[%s:%zu|%s:%zu]", name, name_length, value, value_length);
}

static void fields_come_in_order(void **state)
{
    static const char query[] = "b=2&a=%00x&&c&=&b=3&%00=";
    struct buf seen = buf_new(200);

    (void)state;
    urlencoded_fields(query, strlen(query), add_field, &seen);
    assert_string_equal(buf_text(&seen),
                        "[b:1|2:1][a:1|:2][c:1|:0][:0|:0][b:1|3:1][:1|:0]");
    buf_free(&seen);
}

static void what_is_encoded_comes_back(void **state)
{
    char bytes[256];
    struct buf out = buf_new(2000), back = buf_new(1000);

    (void)state;
    for (int i = 0; i < 256; i++)
        bytes[i] = (char)i;
    buf_add_text(&out, "x=");
    urlencoded_encode(&out, bytes, sizeof(bytes));
    assert_int_equal(out.length, 2 + 66 + 3 * (256 - 66));
    assert_int_equal(strspn(buf_text(&out) + 2,
                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                            "abcdefghijklmnopqrstuvwxyz0123456789-._~%"),
                     out.length - 2);
    assert_non_null(strstr(buf_text(&out), "%00%01"));
    assert_non_null(strstr(buf_text(&out), "%20%21%22%23%24%25%26%27%28%29%2A%2B%2C-."));
    assert_non_null(strstr(buf_text(&out), "%FE%FF"));
    assert_true(urlencoded_value(buf_text(&out), out.length, "x", &back));
    assert_int_equal(back.length, 256);
    assert_memory_equal(back.data, bytes, 256);
    buf_free(&out);
    buf_free(&back);
}

static void fields_are_added(void **state)
{
    struct buf out = buf_new(200);

    (void)state;
    urlencoded_add(&out, "a b", "1");
    urlencoded_add(&out, "c", "满&=");
    urlencoded_add(&out, "d", "");
    assert_string_equal(buf_text(&out), "a%20b=1&c=%E6%BB%A1%26%3D&d=");
    buf_clear(&out);
    buf_add_text(&out, "http://h/p?");
    urlencoded_add(&out, "a", "+");
    buf_add_byte(&out, '&');
    urlencoded_add(&out, "b", "2");
    assert_string_equal(buf_text(&out), "http://h/p?a=%2B&b=2");
    buf_free(&out);
}

/* A call of the largest size with nothing but fields is read in a moment. */
static void many_fields_do_not_take_long(void **state)
{
    struct buf query = buf_new(70000), out = buf_new(100);

    (void)state;
    for (int i = 0; i < 30000; i++)
        buf_add_text(&query, "a&");
    buf_add_text(&query, "z=5");
    assert_true(urlencoded_value(buf_text(&query), query.length, "z", &out));
    assert_string_equal(buf_text(&out), "5");
    buf_free(&query);
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_found_and_decoded),
        cmocka_unit_test(nothing_is_a_query_too),
        cmocka_unit_test(texts_are_cut_to_their_size),
        cmocka_unit_test(fields_come_in_order),
        cmocka_unit_test(what_is_encoded_comes_back),
        cmocka_unit_test(fields_are_added),
        cmocka_unit_test(many_fields_do_not_take_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
