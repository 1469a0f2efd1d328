/* charset_test.c — what SMS and gateways write, to UTF-8 and back; nothing is guessed. */
#include "base/charset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

/* The bytes of a literal, with the NULs in it. */
#define BYTES(literal) literal, sizeof(literal) - 1

static void utf8_becomes_utf16be(void **state)
{
    static const struct {
        const char *text;
        bool ok;
        const char *bytes;
        size_t length;
    } rows[] = {
        {"满意", true,
         BYTES("n\xe1"
               "a\x0f")},
        {"5", true, BYTES("\0005")},
        {"😀", true, BYTES("\xd8\x3d\xde\x00")},
        {"\U0010ffff", true, BYTES("\xdb\xff\xdf\xff")},
        {"\U00010000", true, BYTES("\xd8\x00\xdc\x00")},
        {"\uffff", true, BYTES("\xff\xff")},
        {"", true, BYTES("")},
        {"a\xff", false, BYTES("")},
        {"\xed\xa0\xbd\xed\xb8\x80", false, BYTES("")}, /* surrogates as UTF-8 */
        {"\xc0\x80", false, BYTES("")},
        {"\xf4\x90\x80\x80", false, BYTES("")},
        {"\xe6\xbb", false, BYTES("")},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct buf out = buf_new(100);

        if (charset_to_utf16be(rows[i].text, strlen(rows[i].text), &out) != rows[i].ok ||
            out.length != rows[i].length ||
            memcmp(buf_text(&out), rows[i].bytes, out.length) != 0)
            fail_msg("row %zu: %s", i, rows[i].text);
        buf_free(&out);
    }
}

static void names_decide_and_nothing_is_guessed(void **state)
{
    static const struct {
        const char *name, *bytes;
        size_t length;
        const char *text; /* NULL where it must fail */
    } rows[] = {
        {"UTF-16BE",
         BYTES("n\xe1"
               "a\x0f"),
         "满意"},
        {"ucs-2", BYTES("\0005"), "5"},
        {"UCS2", BYTES("\xd8\x3d\xde\x00"), "😀"},
        {"UTF-16BE", BYTES(""), ""},
        {"UTF-16BE", BYTES("\x20\x20\x20\x0d"), "\u2020\u200d"},
        {"UTF-16BE", BYTES("\xfe\xff\0005"), "\ufeff5"},
        {"UTF-16BE", BYTES("\0005\0"), NULL},
        {"UTF-16BE", BYTES("5"), NULL},
        {"UTF-16BE", BYTES("\0\0"), NULL},
        {"UTF-16BE", BYTES("\xd8\x3d"), NULL},
        {"UTF-16BE", BYTES("\xd8\x3d\0005"), NULL},
        {"UTF-16BE", BYTES("\xde\0"), NULL},
        {"UTF-16BE", BYTES("\xde\0\xd8\x3d"), NULL},
        {"UTF-16BE", BYTES("\xd8\x3d\xd8\x3d\xde\0"), NULL},
        {"UTF-8", BYTES("满意5😀"), "满意5😀"},
        {"utf-8", BYTES(""), ""},
        {"UTF-8", BYTES("5\xff"), NULL},
        {"UTF-8", BYTES("5\0"), NULL},
        {"UTF-8", BYTES("\xc1\xb5"), NULL},
        {"GBK", BYTES("\xc2\xfa\xd2\xe2"), "满意"},
        {"gbk", BYTES("5\xb7\xd6"), "5分"},
        {"GBK", BYTES("\xc2"), NULL},
        {"GBK", BYTES("\xff\xff"), NULL},
        {"GBK", BYTES("\xc2\xfa\0"), NULL},
        {"GB18030", BYTES("\xc2\xfa\x94\x39\xfc\x36"), "满😀"},
        {"GB18030", BYTES("\x94\x39\xfc"), NULL},
        {"ISO-8859-1", BYTES("caf\xe9"), "café"},
        {"WINDOWS-1252", BYTES("5\x80"), "5€"},
        {"windows-1252", BYTES("\x81"), NULL}, /* no character has this byte */
        {"US-ASCII", BYTES("ok 5"), "ok 5"},
        {"US-ASCII", BYTES("\xe9"), NULL},
        {"US-ASCII", BYTES("a\0b"), NULL},
        {"KOI8-R", BYTES("5"), NULL},
        {"", BYTES("5"), NULL},
        {"UTF-16", BYTES("\0005"), NULL},
        {"GBK//IGNORE", BYTES("5"), NULL},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct buf out = buf_new(100);
        bool ok;

        buf_add_text(&out, "before");
        ok = charset_decode(rows[i].name, rows[i].bytes, rows[i].length, &out);
        if (ok != (rows[i].text != NULL) || strncmp(buf_text(&out), "before", 6) != 0 ||
            strcmp(buf_text(&out) + 6, ok ? rows[i].text : "") != 0)
            fail_msg("row %zu, %s: %s", i, rows[i].name, buf_text(&out));
        buf_free(&out);
    }
}

static void no_bytes_are_a_text_in_every_charset(void **state)
{
    static const char *const names[] = {"UTF-16BE",     "UTF-8",      "GBK",
                                        "WINDOWS-1252", "ISO-8859-1", "no such"};

    (void)state;
    for (size_t i = 0; i < LENGTH(names); i++) {
        struct buf out = buf_new(10);

        assert_int_equal(charset_decode(names[i], NULL, 0, &out), i != 5);
        charset_salvage(names[i], NULL, 0, &out);
        assert_int_equal(out.length, 0);
        buf_free(&out);
    }
    assert_false(charset_is_mistaken(NULL, 0));
}

/* Longer than iconv's own piece, with a character across its end. */
static void long_texts_are_read_whole(void **state)
{
    for (size_t shift = 0; shift < 4; shift++) {
        struct buf in = buf_new(10000), out = buf_new(10000);

        (void)state;
        for (size_t i = 0; i < shift; i++)
            buf_add_byte(&in, 'x');
        for (int i = 0; i < 1000; i++)
            buf_add(&in, "\xc2\xfa", 2);
        assert_true(charset_decode("GBK", in.data, in.length, &out));
        assert_int_equal(out.length, shift + 3000);
        for (size_t i = shift; i < out.length; i += 3)
            assert_memory_equal(out.data + i, "满", 3);
        buf_clear(&out);
        buf_add(&in, "\xff", 1);
        assert_false(charset_decode("GBK", in.data, in.length, &out));
        assert_int_equal(out.length, 0);
        charset_salvage("GBK", in.data, in.length, &out);
        assert_int_equal(out.length, shift + 3000 + 3);
        assert_string_equal(out.data + shift + 3000, "\ufffd");
        buf_free(&in);
        buf_free(&out);
    }
}

static void what_can_be_kept_is_kept(void **state)
{
    static const struct {
        const char *name, *bytes;
        size_t length;
        const char *text;
    } rows[] = {
        {"UTF-16BE", BYTES("n\xe1\0005"), "满5"},
        {"UTF-16BE", BYTES("n\xe1\0"), "满\ufffd"},
        {"UTF-16BE", BYTES("\xd8\x3d\xde\0\0"), "😀\ufffd"},
        {"UTF-16BE", BYTES("\xd8\x3d\0005"), "\ufffd5"},
        {"UTF-16BE", BYTES("\xd8\x3d\xd8\x3d\xde\0"), "\ufffd😀"},
        {"UTF-16BE", BYTES("\xde\0\xde\0"), "\ufffd\ufffd"},
        {"UTF-16BE", BYTES("\0\0\0005"), "\ufffd5"},
        {"UTF-16BE", BYTES("\xd8"), "\ufffd"},
        {"UTF-16BE", BYTES("\xd8\x3d\xde"), "\ufffd\ufffd"},
        {"UTF-8", BYTES("5\xff满"), "5\ufffd满"},
        {"UTF-8", BYTES("\xe6\xbb"), "\ufffd\ufffd"},
        {"UTF-8", BYTES("5\0006"), "5\ufffd6"},
        {"GBK",
         BYTES("\xc2\xfa\xff"
               "5"),
         "满\ufffd5"},
        {"GBK", BYTES("\xc2\xfa\xd2"), "满\ufffd"},
        {"GBK", BYTES("\0\xc2\xfa\0"), "\ufffd满\ufffd"},
        {"WINDOWS-1252", BYTES("\x81\xe9"), "\ufffdé"},
        {"US-ASCII", BYTES("a\xe9z"), "a\ufffdz"},
        {"KOI8-R", BYTES("5\xc1\xe6\xbb\xa1"), "5\ufffd\ufffd\ufffd\ufffd"},
        {"KOI8-R", BYTES("\0005"), "\ufffd5"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct buf out = buf_new(100);

        charset_salvage(rows[i].name, rows[i].bytes, rows[i].length, &out);
        if (strcmp(buf_text(&out), rows[i].text) != 0)
            fail_msg("row %zu, %s: %s", i, rows[i].name, buf_text(&out));
        buf_free(&out);
    }
}

/*
 * Any text that was written as UTF-8 and read as Latin-1 or Windows-1252 is found, and
 * no text that somebody means is.
 */
static void a_mistaken_charset_is_seen(void **state)
{
    static const char *const mistaken[] = {
        "æ»¡æ\xc2\x84\xc2\x8f",                     /* 满意 as Latin-1 */
        "æ»¡æ„\xc2\x8f",                            /* the same as Windows-1252 */
        "5åˆ†",                                     /* 5分 */
        "å¾ˆæ»¡æ„\xc2\x8fï¼Œè°¢è°¢",                /* 很满意，谢谢 */
        "ðŸ˜€",                                     /* an emoji */
        "â‚¬5",                                     /* 5€ */
        "cafÃ©",                                    /* café */
        "Merci Ã\xc2\xa0 vous, Ã\xc2\xa0 bientÃ´t", /* with blanks that do not break */
        "5Â°",                                      /* 5° */
        "CAFÃ‰",                                    /* CAFÉ */
        "\u00d0\u00a1\u00d0\u00bf\u00d0\u00b0\u00d1\xc2\x81\u00d0\u00b8\u00d0\u00b1\u00d0"
        "\u00be",
        "5\ufffd",
        "\ufffd\ufffd",
        "满\ufffd", /* a hole says nothing, whatever stands beside it */
        "n\u00e1"
        "a\x0f", /* 满意 as UTF-16 read byte by byte */
        "a\x01",
        "\xc2\x85",
    };
    static const char *const meant[] = {
        "",
        "5",
        "ok, thanks!\r\n\t5",
        "满意",
        "满意é",
        "5€",
        "5 €",
        "£5",
        "Merci à vous",
        "Très bien, merci à vous tous",
        "À bientôt…",
        "«Très bien»",
        "« Très bien »",
        "“schön”",
        "„ÄÖÜ“",
        "CAFÉ…",
        "RÉSUMÉ»",
        "JÄ…",
        "ÀÉÎÕÜ",
        "naïve façade",
        "Größe: 5°",
        "señor ¿qué?",
        "5½",
        "©®™",
        "‘5’",
        "5–4—3•",
        "Ω≈ç√",
        "спасибо",
        "有点慢😀",
        "😀",
        "５分",
        "à",
        "Â",
        "Ã",
        "Ã5",
        "é5",
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(mistaken); i++)
        if (!charset_is_mistaken(mistaken[i], strlen(mistaken[i])))
            fail_msg("\"%s\" is taken for a text", mistaken[i]);
    for (size_t i = 0; i < LENGTH(meant); i++)
        if (charset_is_mistaken(meant[i], strlen(meant[i])))
            fail_msg("\"%s\" is taken for a mistake", meant[i]);
}

/* Every Chinese character, as bytes that each of the two took for its own. */
static void no_chinese_character_escapes(void **state)
{
    static const char *const names[] = {"ISO-8859-1", "WINDOWS-1252"};

    (void)state;
    for (uint32_t cp = 0x4e00; cp <= 0x9fff; cp++) {
        char utf8[3] = {(char)(0xe0 | cp >> 12), (char)(0x80 | (cp >> 6 & 0x3f)),
                        (char)(0x80 | (cp & 0x3f))};

        for (size_t i = 0; i < LENGTH(names); i++) {
            struct buf seen = buf_new(20);

            if (charset_decode(names[i], utf8, 3, &seen) &&
                !charset_is_mistaken(buf_text(&seen), seen.length))
                fail_msg("U+%04X in %s", (unsigned)cp, names[i]);
            buf_free(&seen);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_becomes_utf16be),
        cmocka_unit_test(names_decide_and_nothing_is_guessed),
        cmocka_unit_test(no_bytes_are_a_text_in_every_charset),
        cmocka_unit_test(long_texts_are_read_whole),
        cmocka_unit_test(what_can_be_kept_is_kept),
        cmocka_unit_test(a_mistaken_charset_is_seen),
        cmocka_unit_test(no_chinese_character_escapes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
