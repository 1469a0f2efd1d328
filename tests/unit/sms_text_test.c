/*
 * sms_text_test.c — lengths against two public packages' vectors, the carriers' rule and
 * the command that shows them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <jansson.h>

#include "base/buf.h"
#include "cli/sms_count.h"
#include "domain/sms_text.h"

static struct sms_count count_of(const char *text, size_t length, bool carrier_cn)
{
    struct sms_count c = {0};

    if (!sms_count(text, length, carrier_cn, &c))
        fail_msg("“%.*s” was not counted", (int)length, text);
    return c;
}

/* `text` so many times. */
static struct buf repeat(const char *text, int times)
{
    struct buf b = buf_new(100000);

    for (int i = 0; i < times; i++)
        buf_add_text(&b, text);
    return b;
}

/*
 * The packages' own figures: bits of each segment and characters of each part. Characters
 * differ from our units where a surrogate pair is one and we count two (as the standard
 * does); parts agree everywhere, also where a pair or an escape sequence must not be cut.
 */
static void as_the_public_packages(void **state)
{
    json_error_t trouble;
    json_t *root = json_load_file(SHARED_DIR "/vectors/segments.json", 0, &trouble);
    json_t *vector;
    size_t i;

    (void)state;
    if (root == NULL) {
        print_message("no vectors here: %s\n", trouble.text);
        skip();
    }
    assert_true(json_array_size(json_object_get(root, "vectors")) >= 19);
    json_array_foreach(json_object_get(root, "vectors"), i, vector)
    {
        const char *name, *text, *encoding;
        json_t *bits, *split;
        int utf16, segments, parts, sum = 0;
        struct sms_count c;

        assert_int_equal(json_unpack(vector, "{s:s,s:s,s:s,s:i,s:i,s:o,s:o}", "name",
                                     &name, "text", &text, "encoding", &encoding,
                                     "utf16_units", &utf16, "segments", &segments,
                                     "segment_units", &bits, "split_sms", &split),
                         0);
        parts = (int)json_integer_value(json_object_get(split, "parts"));
        for (size_t n = 0; n < json_array_size(bits); n++)
            sum += (int)json_integer_value(json_array_get(bits, n));
        c = count_of(text, strlen(text), false);
        if (c.gsm7 != (strcmp(encoding, "GSM-7") == 0) || c.parts != segments ||
            c.parts != parts || c.units != sum / (c.gsm7 ? 7 : 16) ||
            (!c.gsm7 && c.units != utf16))
            fail_msg("%s: gsm7 %d, %d units, %d parts", name, c.gsm7, c.units, c.parts);
        c = count_of(text, strlen(text), true);
        assert_false(c.gsm7);
        assert_int_equal(c.units, utf16);
    }
    json_decref(root);
}

static void as_the_carriers_bill(void **state)
{
    static const struct {
        int length, parts;
    } rows[] = {{0, 1},   {1, 1},   {69, 1},  {70, 1},  {71, 2}, {134, 2},
                {135, 3}, {160, 3}, {201, 3}, {202, 4}, {500, 8}};
    static const char *const letters[] = {"a", "测", "5", "，", " ", "{", "€"};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        for (size_t n = 0; n < LENGTH(letters); n++) {
            struct buf b = repeat(letters[n], rows[i].length);
            struct sms_count c = count_of(buf_text(&b), b.length, true);

            assert_int_equal(c.units, rows[i].length);
            if (c.parts != rows[i].parts)
                fail_msg("%d of %s: %d parts", rows[i].length, letters[n], c.parts);
            buf_free(&b);
        }
    }
}

static void single_texts(void **state)
{
    static const struct {
        const char *text;
        bool gsm7;
        int units;
    } rows[] = {{"", true, 0},
                {"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ", true, 31},
                {" !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCXYZÄÖÑÜ§¿abcxyzäöñüà", true, 56},
                {"^{}\\[~]|€\f", true, 20},
                {"ç", false, 1},
                {"`", false, 1},
                {"\t", false, 1},
                {"\x1b", false, 1},
                {"\x7f", false, 1},
                {"𠮷", false, 2},
                {"👍🏽", false, 4},
                {"{测}", false, 3},
                {"【青城政务】hello", false, 11}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct sms_count c = count_of(rows[i].text, strlen(rows[i].text), false);

        if (c.gsm7 != rows[i].gsm7 || c.units != rows[i].units || c.parts != 1)
            fail_msg("“%s”: gsm7 %d, %d units", rows[i].text, c.gsm7, c.units);
    }
    assert_false(count_of("a\0b", 3, false).gsm7); /* a NUL is a character of its own */
    assert_int_equal(count_of("a\0b", 3, false).units, 3);
}

static void pairs_are_not_cut(void **state)
{
    static const struct {
        const char *head;
        int times;
        const char *tail;
        int units, parts;
    } rows[] = {{"a", 152, "€", 154, 1}, {"a", 158, "€", 160, 1}, {"a", 159, "€", 161, 2},
                {"€", 153, "", 306, 3}, /* 76 of them in a part of 153 */
                {"😀", 67, "", 134, 3},  /* 33 of them in a part of 67 */
                {"😀", 35, "", 70, 1}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct buf b = repeat(rows[i].head, rows[i].times);
        struct sms_count c;

        buf_add_text(&b, rows[i].tail);
        c = count_of(buf_text(&b), b.length, false);
        if (c.units != rows[i].units || c.parts != rows[i].parts)
            fail_msg("row %zu: %d units, %d parts", i, c.units, c.parts);
        buf_free(&b);
    }
}

static void broken_utf8_is_refused(void **state)
{
    static const char *const rows[] = {"\xff",
                                       "\x80",
                                       "a\xc3",
                                       "\xc0\x80",
                                       "\xe0\x80\x80",
                                       "\xed\xa0\x80",
                                       "\xf5\x80\x80\x80",
                                       "\xf4\x90\x80\x80",
                                       "\xe6\xb5",
                                       "\xf0\x9f\x98"};
    struct sms_count c;

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        size_t length = strlen(rows[i]);
        char *copy = malloc(length); /* exactly so long, for the sanitizer */

        memcpy(copy, rows[i], length);
        if (sms_count(copy, length, false, &c) || sms_count(copy, length, true, &c))
            fail_msg("row %zu was counted", i);
        free(copy);
    }
}

static void the_command_writes_a_line_each(void **state)
{
    static const struct {
        const char *in;
        bool carrier_cn;
        bool ok;
        const char *out;
    } rows[] = {
        {"", false, true, ""},
        {"\n", false, true, "{\"encoding\":\"gsm7\",\"units\":0,\"parts\":1}\n"},
        {"hello\n满意\n", false, true,
         "{\"encoding\":\"gsm7\",\"units\":5,\"parts\":1}\n"
         "{\"encoding\":\"ucs2\",\"units\":2,\"parts\":1}\n"},
        {"hello", true, true, "{\"encoding\":\"ucs2\",\"units\":5,\"parts\":1}\n"},
        {"a\\nb\r\n", false, true, "{\"encoding\":\"gsm7\",\"units\":3,\"parts\":1}\n"},
        {"a\\", false, true, "{\"encoding\":\"gsm7\",\"units\":3,\"parts\":1}\n"},
        {"a\n\xff\nb\n", false, false,
         "{\"encoding\":\"gsm7\",\"units\":1,\"parts\":1}\n"}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        FILE *in = tmpfile();
        char *written = NULL;
        size_t length = 0;
        FILE *out = open_memstream(&written, &length);
        struct error err = {0};
        bool ok;

        assert_non_null(in);
        assert_non_null(out);
        fputs(rows[i].in, in);
        rewind(in);
        ok = sms_count_lines(in, out, rows[i].carrier_cn, &err);
        fclose(in);
        fclose(out);
        assert_int_equal(ok, rows[i].ok);
        assert_string_equal(written, rows[i].out);
        if (!ok)
            assert_non_null(strstr(err.text, "Line 2"));
        free(written);
    }
}

static void wrong_use_is_two(void **state)
{
    static const char *const rows[][3] = {{"--carrier", NULL, NULL},
                                          {"--carrier", "us", NULL},
                                          {"--carriers=cn", NULL, NULL},
                                          {"text", NULL, NULL},
                                          {"--carrier", "cn", "text"}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char *argv[5] = {(char *)"sms-count"};
        int argc = 1;

        for (size_t n = 0; n < LENGTH(rows[i]) && rows[i][n] != NULL; n++)
            argv[argc++] = (char *)rows[i][n];
        assert_int_equal(cli_sms_count(argc, argv), 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_the_public_packages),
        cmocka_unit_test(as_the_carriers_bill),
        cmocka_unit_test(single_texts),
        cmocka_unit_test(pairs_are_not_cut),
        cmocka_unit_test(broken_utf8_is_refused),
        cmocka_unit_test(the_command_writes_a_line_each),
        cmocka_unit_test(wrong_use_is_two),
    };

    return cmocka_run_group_tests_name("sms_text", tests, NULL, NULL);
}
