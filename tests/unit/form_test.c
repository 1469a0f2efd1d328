/*
 * form_test.c — languages, cookies, forms and queries as browsers and attackers send
 * them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "web/accept.h"
#include "web/form.h"

static const struct {
    const char *header, *query;
    enum lang lang;
} langs[] = {
    {NULL, NULL, LANG_ZH},
    {"", "", LANG_ZH},
    {"en", NULL, LANG_EN},
    {"zh-CN,zh;q=0.9,en;q=0.8", NULL, LANG_ZH},
    {"en-US,en;q=0.9,zh-CN;q=0.8", NULL, LANG_EN},
    {"en;q=0.3, zh;q=0.7", NULL, LANG_ZH},
    {"zh;q=0.3,\ten-GB ; Q=0.301", NULL, LANG_EN},
    {"en, zh", NULL, LANG_EN},
    {"zh, en", NULL, LANG_ZH},
    {"fi, sv;q=0.5", NULL, LANG_ZH},
    {"fi, en;q=0.1", NULL, LANG_EN},
    {"*", NULL, LANG_ZH},
    {"zh;q=0, *", NULL, LANG_EN},
    {"zh;q=0.5, *;q=0.9", NULL, LANG_EN},
    {"en;q=0.5, *;q=0.9", NULL, LANG_ZH},
    {"en;q=0", NULL, LANG_ZH},
    {"en;q=0,zh;q=0", NULL, LANG_ZH},
    {"EN-us", NULL, LANG_EN},
    /* What is not a range is passed over. */
    {"eng, enx-US, e, -en", NULL, LANG_ZH},
    {"en;q=1.001", NULL, LANG_ZH},
    {"en;q=2", NULL, LANG_ZH},
    {"en;q=0.1234", NULL, LANG_ZH},
    {"en;q=.5", NULL, LANG_ZH},
    {"en;q=-1", NULL, LANG_ZH},
    {"en;q=", NULL, LANG_ZH},
    {"en;x=1", NULL, LANG_ZH},
    {"en;", NULL, LANG_ZH},
    {"en;q=1.,zh;q=0.9", NULL, LANG_EN},
    {",,;, ,en", NULL, LANG_EN},
    {"\xFF\xFE;q=\x80,en", NULL, LANG_EN},
    /* The query wins where it names a language of ours. */
    {"en", "zh", LANG_ZH},
    {"zh", "en", LANG_EN},
    {"en", "zh-CN", LANG_ZH},
    {"en", "ZH-cn", LANG_ZH},
    {"en", "mn", LANG_EN},
    {"en", "zhx", LANG_EN},
    {"en", "", LANG_EN},
};

static void test_language(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(langs); i++) {
        if (accept_language(langs[i].header, langs[i].query) != langs[i].lang)
            fail_msg("%s with ?lang=%s", langs[i].header, langs[i].query);
    }
    assert_string_equal(lang_tag(LANG_ZH), "zh-CN");
    assert_string_equal(lang_tag(LANG_EN), "en");
    assert_string_equal(lang_tag(LANG_MN_CYRL), "mn-Cyrl");
    assert_string_equal(lang_tag(LANG_MN_MONG), "mn-Mong");
}

enum {
    CYRL = LANGS_EVERYWHERE | 1 << LANG_MN_CYRL,
    MONG = LANGS_EVERYWHERE | 1 << LANG_MN_MONG,
    BOTH = CYRL | MONG,
};

static const struct {
    unsigned offered;
    const char *header, *query;
    enum lang lang;
} scripts[] = {
    {BOTH, "mn", NULL, LANG_MN_CYRL},
    {BOTH, "mn-MN,mn;q=0.9", NULL, LANG_MN_CYRL},
    {BOTH, "mn-CN,zh;q=0.9", NULL, LANG_MN_MONG},
    {BOTH, "mn-Mong-CN", NULL, LANG_MN_MONG},
    {BOTH, "zh-CN,mn;q=0.9", NULL, LANG_ZH},
    {BOTH, "en", "mn", LANG_MN_CYRL},
    {BOTH, "en", "mn-Mong", LANG_MN_MONG},
    {BOTH, "en", "MN-cyrl", LANG_MN_CYRL},
    {BOTH, "mnx", NULL, LANG_ZH},
    {CYRL, "mn-CN", NULL, LANG_MN_CYRL},
    {CYRL, "en", "mn-Mong", LANG_MN_CYRL},
    {MONG, "mn", NULL, LANG_MN_MONG},
    {MONG, "en", "mn-Cyrl", LANG_MN_MONG},
    {LANGS_EVERYWHERE, "mn,en;q=0.5", "mn", LANG_EN},
    {0, "en", "en", LANG_ZH},
};

static void test_scripts_of_mongolian(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(scripts); i++)
        if (accept_language_of(scripts[i].header, scripts[i].query, scripts[i].offered) !=
            scripts[i].lang)
            fail_msg("%s with ?lang=%s of %x", scripts[i].header, scripts[i].query,
                     scripts[i].offered);
}

static const struct {
    const char *header;
    bool gzip;
} encodings[] = {
    {NULL, false},
    {"", false},
    {"gzip", true},
    {"gzip, deflate, br", true},
    {"br;q=1.0, GZIP;q=0.8, *;q=0.1", true},
    {"gzip;q=0", false},
    {"gzip;q=0.000, *", false},
    {"gzip;q=0.001", true},
    {"*", true},
    {"*;q=0", false},
    {"identity", false},
    {"deflate, br", false},
    {"xgzip, gzipx", false},
    {"gzip;level=9", false},
    {"gzip;q=2", false},
    {",, gzip ,", true},
    {"\xFF\xFE;q=\x80,gzip", true},
};

static void test_encoding(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(encodings); i++)
        if (accept_gzip(encodings[i].header) != encodings[i].gzip)
            fail_msg("row %zu %s", i, encodings[i].header);
}

static const struct {
    const char *header, *name, *value; /* NULL: not found */
} cookies[] = {
    {"sid=abc", "sid", "abc"},
    {"a=1; sid=abc; b=2", "sid", "abc"},
    {"a=1;sid=abc;b=2", "sid", "abc"},
    {" \tsid=abc \t; x", "sid", "abc"},
    {"sid=abc; sid=def", "sid", "abc"},
    {"__Host-yp=A-_.~=", "__Host-yp", "A-_.~="},
    {"sid=\"abc\"", "sid", "abc"},
    {"sid=", "sid", ""},
    {"sid=\"\"", "sid", ""},
    {"sid=12345678", "sid", "12345678"},
    {"sid=123456789", "sid", NULL}, /* does not fit */
    {"xsid=abc", "sid", NULL},
    {"sidx=abc", "sid", NULL},
    {"Sid=abc", "sid", NULL},
    {"sid", "sid", NULL},
    {"a=sid=abc", "sid", NULL},
    {"sid =abc", "sid", NULL},
    {"sid=a b", "sid", NULL},
    {"sid=a\"b", "sid", NULL},
    {"sid=\"", "sid", NULL},
    {"sid=a\x01", "sid", NULL},
    {"sid=\xE4\xBD\xA0", "sid", NULL},
    {";;;=;", "sid", NULL},
    {"", "sid", NULL},
    {NULL, "sid", NULL},
};

static void test_cookie(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(cookies); i++) {
        char out[9] = "as it";
        bool found = cookie_find(cookies[i].header, cookies[i].name, out, sizeof(out));
        const char *expected = cookies[i].value != NULL ? cookies[i].value : "as it";

        if (found != (cookies[i].value != NULL) || strcmp(out, expected) != 0)
            fail_msg("%s: got %s", cookies[i].header, out);
    }
}

#define MANY8(x)  x x x x x x x x
#define MANY64(x) MANY8(MANY8(x))

static const struct {
    const char *body;
    const char *fields; /* "name=value|" each; NULL: malformed */
} forms[] = {
    {"", ""},
    {"grade=5&n=abc", "grade=5|n=abc|"},
    {"words=%E6%9C%8D%E5%8A%A1+%2B%26%3D%25&x=", "words=服务 +&=%|x=|"},
    {"tag=1&tag=2&tag=1", "tag=1|tag=2|tag=1|"},
    {"a", "a=|"},
    {"a&b=1", "a=|b=1|"},
    {"&&a=1&&", "a=1|"},
    {"=v", "=v|"},
    {"a=b=c", "a=b=c|"},
    {"%61%3d=%26", "a==&|"},
    {"a=\xE4\xBD\xA0\xF0\x9F\x98\x80", "a=你😀|"},
    {"a=%0D%0A%09", "a=\r\n\t|"},
    {MANY64("a&"), MANY64("a=|")},
    {MANY64("a&") "a", NULL},
    {"a=%", NULL},
    {"a=%4", NULL},
    {"a=%4&b=1", NULL},
    {"a=%GG", NULL},
    {"a=% 41", NULL},
    {"a=%00", NULL},
    {"%00=a", NULL},
    {"a=%FF", NULL},
    {"a=\x80", NULL},
    {"a=%C0%80", NULL},       /* long form of NUL */
    {"a=%C1%BF", NULL},       /* long form */
    {"a=%E0%9F%BF", NULL},    /* long form */
    {"a=%ED%A0%80", NULL},    /* surrogate */
    {"a=%F0%8F%BF%BF", NULL}, /* long form */
    {"a=%F4%90%80%80", NULL}, /* beyond U+10FFFF */
    {"a=%F5%80%80%80", NULL},
    {"a=%E4%BD", NULL},       /* cut short */
    {"a=%E4&%BD%A0=1", NULL}, /* cut by the field's end */
    {"a=%E4%BDx", NULL},
};

static void test_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(forms); i++) {
        /* A copy without NUL, so that a sanitizer sees a read past the end. */
        size_t length = strlen(forms[i].body);
        char *body = malloc(length > 0 ? length : 1);
        struct buf got = buf_new(4096);
        struct form form;
        struct error err = {0};
        bool ok;

        assert_non_null(body);
        memcpy(body, forms[i].body, length);
        ok = form_parse(body, length, &form, &err);
        for (size_t k = 0; k < form.count; k++)
            buf_addf(&got, "%s=%s|", form.fields[k].name, form.fields[k].value);
        if (ok != (forms[i].fields != NULL) ||
            strcmp(buf_text(&got), ok ? forms[i].fields : "") != 0)
            fail_msg("%s: got %s", forms[i].body, buf_text(&got));
        assert_int_equal(err.kind, ok ? ERROR_NONE : ERROR_MALFORMED);
        form_free(&form);
        form_free(&form);
        buf_free(&got);
        free(body);
    }
}

static void test_form_find(void **state)
{
    struct form form;
    struct error err = {0};

    (void)state;
    assert_true(form_parse("b=1&a=2&a=3&c", 13, &form, &err));
    assert_string_equal(form_find(&form, "a"), "2");
    assert_string_equal(form_find(&form, "c"), "");
    assert_null(form_find(&form, "d"));
    form_free(&form);
    assert_false(form_parse("a=1\0", 4, &form, &err));
}

static void test_percent(void **state)
{
    static const char all[] = "-._~aZ09 %/?&=+#\"<>\x7F\xE4\xBD\xA0";
    struct buf out = buf_new(100);
    struct buf back = buf_new(100);
    struct buf tight = buf_new(2);

    (void)state;
    percent_encode(&out, all, strlen(all));
    assert_string_equal(buf_text(&out),
                        "-._~aZ09%20%25%2F%3F%26%3D%2B%23%22%3C%3E%7F%E4%BD%A0");
    assert_true(percent_decode(buf_text(&out), out.length, &back));
    assert_string_equal(buf_text(&back), all);
    assert_true(percent_decode("+%00", 4, &back));
    assert_int_equal(back.length, strlen(all) + 2);
    assert_false(percent_decode("ab%4", 4, &back));
    assert_false(percent_decode("ab%4x", 5, &back));
    assert_int_equal(back.length, strlen(all) + 2);
    assert_false(percent_decode("abc", 3, &tight));
    assert_string_equal(buf_text(&tight), "");
    buf_free(&out);
    buf_free(&back);
    buf_free(&tight);
}

static void test_query(void **state)
{
    struct buf out = buf_new(200);

    (void)state;
    buf_add_text(&out, "/ratings");
    query_add(&out, "from", NULL);
    query_add(&out, "q", "办事 & 快");
    query_add(&out, "a?b", "");
    query_add(&out, "next", "x=");
    assert_string_equal(buf_text(&out), "/ratings?q=%E5%8A%9E%E4%BA%8B%20%26%20%E5%BF%AB"
                                        "&a%3Fb=&next=x%3D");
    buf_free(&out);
    query_add(&out, "a", "1");
    assert_string_equal(buf_text(&out), "?a=1");
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_language), cmocka_unit_test(test_scripts_of_mongolian),
        cmocka_unit_test(test_encoding), cmocka_unit_test(test_cookie),
        cmocka_unit_test(test_form),     cmocka_unit_test(test_form_find),
        cmocka_unit_test(test_percent),  cmocka_unit_test(test_query),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
