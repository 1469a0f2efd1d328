/*
 * slip_test.c — templates: what they mean, what is refused and where, that values can not
 * become markup, and which profiles the settings make.
 */
#include "slip_sample.h"

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
        cmocka_unit_test(lists_are_gone_through),
        cmocka_unit_test(turns_are_limited),
        cmocka_unit_test(values_are_never_markup),
        cmocka_unit_test(a_value_stays_in_its_property),
        cmocka_unit_test(broken_utf8_is_named),
        cmocka_unit_test(source_reads_back),
        cmocka_unit_test(profiles_are_settings),
    };

    return cmocka_run_group_tests_name("slip", tests, NULL, forget_fonts);
}
