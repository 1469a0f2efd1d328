/*
 * mustache_test.c — the standard's own cases, by name, and our promises beyond it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/mustache.h"

/* One template "t" with at most two partials "p" and "q", rendered into `out`. */
static bool render(const char *t, const char *p, const char *q, const char *data,
                   struct buf *out, struct error *err)
{
    struct mustache_set *set = mustache_set_new(0);
    json_t *json = json_loads(data, JSON_DECODE_ANY, NULL);
    bool ok;

    assert_non_null(json);
    ok = (p == NULL || mustache_set_add(set, "p", p, strlen(p), err)) &&
         (q == NULL || mustache_set_add(set, "q", q, strlen(q), err)) &&
         mustache_set_add(set, "t", t, strlen(t), err) && mustache_set_check(set, err) &&
         mustache_render(set, "t", json, out, err);
    json_decref(json);
    mustache_set_free(set);
    return ok;
}

/* ------------------------------------------------------------- the standard */

static const struct {
    const char *file;
    size_t cases;
} spec_files[] = {
    {"comments", 12}, {"delimiters", 14}, {"interpolation", 42}, {"inverted", 22},
    {"partials", 12}, {"sections", 34},   {"~inheritance", 27},
};

static bool spec_case(const char *file, json_t *test)
{
    const char *name = json_string_value(json_object_get(test, "name"));
    const char *t = json_string_value(json_object_get(test, "template"));
    const char *expected = json_string_value(json_object_get(test, "expected"));
    struct mustache_set *set = mustache_set_new(0);
    struct buf out = buf_new(1 << 16);
    struct error err = {0};
    const char *key;
    json_t *partial;
    bool ok = true;

    json_object_foreach(json_object_get(test, "partials"), key, partial)
    {
        ok = ok && mustache_set_add(set, key, json_string_value(partial),
                                    json_string_length(partial), &err);
    }
    ok =
        ok && mustache_set_add(set, "the template", t, strlen(t), &err) &&
        mustache_render(set, "the template", json_object_get(test, "data"), &out, &err) &&
        strcmp(buf_text(&out), expected) == 0;
    if (!ok)
        print_error("%s: %s\n  template %s\n  expected %s\n  got      %s\n  error %s\n",
                    file, name, t, expected, buf_text(&out), err.text);
    buf_free(&out);
    mustache_set_free(set);
    return ok;
}

static void test_spec(void **state)
{
    size_t total = 0;
    size_t failed = 0;

    (void)state;
    for (size_t i = 0; i < LENGTH(spec_files); i++) {
        json_error_t trouble;
        char path[512];
        json_t *file;
        json_t *tests;

        snprintf(path, sizeof(path), "%s/mustache-spec/%s.json", SHARED_DIR,
                 spec_files[i].file);
        file = json_load_file(path, 0, &trouble);
        if (file == NULL)
            fail_msg("%s: %s", path, trouble.text);
        tests = json_object_get(file, "tests");
        assert_int_equal(json_array_size(tests), spec_files[i].cases);
        for (size_t k = 0; k < spec_files[i].cases; k++) {
            total++;
            failed += !spec_case(spec_files[i].file, json_array_get(tests, k));
        }
        json_decref(file);
    }
    assert_int_equal(total, 136 + 27);
    assert_int_equal(failed, 0);
}

/* ------------------------------------------------------------- our promises */

static const struct {
    const char *t, *p, *q, *data, *expected;
} rows[] = {
    /* What holds and what does not. */
    {"{{#a}}y{{/a}}{{^a}}n{{/a}}", NULL, NULL, "{\"a\":\"\"}", "n"},
    {"{{#a}}y{{/a}}{{^a}}n{{/a}}", NULL, NULL, "{\"a\":0}", "y"},
    {"{{#a}}y{{/a}}{{^a}}n{{/a}}", NULL, NULL, "{\"a\":{}}", "y"},
    {"{{#a}}y{{/a}}{{^a}}n{{/a}}", NULL, NULL, "{\"a\":[[]]}", "y"},
    {"{{#a}}{{b}}{{/a}}", NULL, NULL, "{\"a\":{\"b\":null},\"b\":1}", ""},
    {"{{a}}{{b}}", NULL, NULL, "{\"a\":{\"x\":1},\"b\":[1]}", ""},
    {"{{a}} {{b}}", NULL, NULL, "{\"a\":true,\"b\":false}", "true false"},
    /* Escaping. */
    {"{{a}}", NULL, NULL, "{\"a\":\"<a href='x' b=\\\"y\\\">&\"}",
     "&lt;a href=&#39;x&#39; b=&quot;y&quot;&gt;&amp;"},
    {"{{{a}}}{{&a}}", NULL, NULL, "{\"a\":\"<>\"}", "<><>"},
    {"{{满意}}", NULL, NULL, "{\"满意\":\"非常满意\"}", "非常满意"},
    /* Numbers. */
    {"{{.}}", NULL, NULL, "9223372036854775807", "9223372036854775807"},
    {"{{.}}", NULL, NULL, "-9223372036854775808", "-9223372036854775808"},
    {"{{.}}", NULL, NULL, "0", "0"},
    {"{{.}}", NULL, NULL, "0.1", "0.1"},
    {"{{.}}", NULL, NULL, "1.21", "1.21"},
    {"{{.}}", NULL, NULL, "5.0", "5"},
    {"{{.}}", NULL, NULL, "0.30000000000000004", "0.30000000000000004"},
    {"{{.}}", NULL, NULL, "9007199254740993.0", "9007199254740992"},
    {"{{.}}", NULL, NULL, "5e-324", "5e-324"},
    {"{{.}}", NULL, NULL, "1.7976931348623157e308", "1.7976931348623157e+308"},
    /* Names: dotted ones begin at the nearest value, "." is the value in hand. */
    {"{{#a}}{{#.}}{{.}},{{/.}}{{/a}}", NULL, NULL, "{\"a\":[[1,2],[3]]}", "1,2,3,"},
    {"{{#a}}{{b.c}}{{/a}}", NULL, NULL, "{\"a\":{},\"b\":{\"c\":1}}", "1"},
    /* Lines: a standalone tag takes its line along, with any line ending. */
    {"a\r\n  {{#b}}\r\nc\r\n  {{/b}}\t \r\nd", NULL, NULL, "{\"b\":1}", "a\r\nc\r\nd"},
    {"{{#b}}\n{{x}}\n{{/b}}\n", NULL, NULL, "{\"b\":[{\"x\":1},{\"x\":2}]}", "1\n2\n"},
    /* Indentation reaches every line of a partial but empty ones and the data's. */
    {"  {{>p}}\n.", "a\n\n{{x}}\n{{#x}}b{{/x}}\n{{!c}} d\n", NULL, "{\"x\":\"1\\n2\"}",
     "  a\n\n  1\n2\n  b\n   d\n."},
    {" {{>p}}\n", "a\n {{>q}}\nb\n", "1\n2\n", "{}", " a\n  1\n  2\n b\n"},
    {" {{>p}}\n", "a\n{{>q}} z\nb\n", "1\n2", "{}", " a\n 1\n2 z\n b\n"},
    {" {{>p}}\n", "{{#x}}\n- {{.}}\n{{/x}}\n", NULL, "{\"x\":[1,2]}", " - 1\n - 2\n"},
    /* Parents and blocks. */
    {"{{<p}}\n{{! said }}\n{{$a}}\n<b>{{x}}</b>\n{{/a}}\n{{/p}}\n",
     "<main>\n  {{$a}}\n  {{/a}}\n</main>\n", NULL, "{\"x\":1}",
     "<main>\n  <b>1</b>\n</main>\n"},
    {"{{<p}}{{$a}}x{{/a}}{{/p}}", "[{{$a}}{{/a}}|{{$a}}{{/a}}]", NULL, "{}", "[x|x]"},
    {"{{<p}}{{$a}}({{$a}}own{{/a}}){{/a}}{{/p}}", "{{$a}}{{/a}}", NULL, "{}", "(own)"},
    {"{{<p}}{{$a}}x{{/a}}{{/p}}", "{{>q}}", "{{$a}}d{{/a}}", "{}", "x"},
    {"{{#l}}{{<p}}{{$a}}{{.}}{{/a}}{{/p}}{{/l}}", "<{{$a}}{{/a}}>", NULL, "{\"l\":[1,2]}",
     "<1><2>"},
    {"{{<p}}{{$a}}\n    one\n      two\n\n    {{x}}\n    {{>q}}\n{{/a}}{{/p}}",
     "+\n\t{{$a}}\n\t{{/a}}\n+", "q\nr\n", "{\"x\":3}",
     "+\n\tone\n\t  two\n\n\t3\n\tq\n\tr\n+"},
    {" {{<p}}{{$a}}\n1\n2\n{{/a}}{{/p}}\n.", "<{{$a}}{{/a}}>\n", NULL, "{}",
     " <1\n 2\n>\n."},
    {"  {{<p}}{{/p}} tail\n", "x\ny", NULL, "{}", "  x\ny tail\n"},
    {"{{<p}}{{=<% %>=}}<%$a%>{{x}}<%/a%><%/p%><%x%>", "{{$a}}{{/a}}", NULL, "{\"x\":1}",
     "{{x}}1"},
    /* Not tags, and the whole of nothing. */
    {"{ {a} } }} {", NULL, NULL, "{}", "{ {a} } }} {"},
    {"", NULL, NULL, "{}", ""},
    {"{{>p}}", "", NULL, "{}", ""},
};

static void test_rows(void **state)
{
    size_t failed = 0;

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct buf out = buf_new(1 << 16);
        struct error err = {0};

        if (!render(rows[i].t, rows[i].p, rows[i].q, rows[i].data, &out, &err) ||
            strcmp(buf_text(&out), rows[i].expected) != 0) {
            print_error("%s with %s\n  expected %s\n  got      %s\n  error %s\n",
                        rows[i].t, rows[i].data, rows[i].expected, buf_text(&out),
                        err.text);
            failed++;
        }
        buf_free(&out);
    }
    assert_int_equal(failed, 0);
}

static const struct {
    const char *t;
    const char *error;
} wrong[] = {
    {"a\n{{#a}}\n{{b}}", "t, line 2: the section {{#a}} is never closed."},
    {"\n\n{{$a}}", "t, line 3: the section {{$a}} is never closed."},
    {"{{<p}}", "t, line 1: the section {{<p}} is never closed."},
    {"{{^a}}", "t, line 1: the section {{^a}} is never closed."},
    {"{{/a}}", "t, line 1: {{/a}} closes what was never opened."},
    {"{{#a}}\n{{#b}}\n{{/a}}{{/b}}",
     "t, line 3: {{/a}} stands where {{/b}} of line 2 is due."},
    {"{{#a}}{{/a.b}}", "t, line 1: {{/a.b}} stands where {{/a}} of line 1 is due."},
    {"x\n{{a", "t, line 2: a tag is opened and not closed; }} is missing."},
    {"{{", "t, line 1: a tag is opened and not closed; }} is missing."},
    {"{{#", "t, line 1: a tag is opened and not closed; }} is missing."},
    {"{{{a}}", "t, line 1: a tag is opened and not closed; }}} is missing."},
    {"{{!", "t, line 1: a tag is opened and not closed; }} is missing."},
    {"{{=<% %>}}", "t, line 1: a tag is opened and not closed; =}} is missing."},
    {"{{}}", "t, line 1: a tag has no name."},
    {"{{# }}", "t, line 1: a tag has no name."},
    {"{{a b}}", "t, line 1: the name \"a b\" has a blank in it. Is a tag not closed?"},
    {"{{ #a}}", "t, line 1: the name #a begins with a sign. Is a blank before it?"},
    {"{{a..b}}", "t, line 1: the name a..b has an empty part or too many."},
    {"{{.a}}", "t, line 1: the name .a has an empty part or too many."},
    {"{{a.}}", "t, line 1: the name a. has an empty part or too many."},
    {"{{a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a}}",
     "t, line 1: the name a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a has an empty part or too "
     "many."},
    {"{{>*a}}", "t, line 1: the dynamic name *a is not known here."},
    {"{{=<%=}}", "t, line 1: new delimiters are written like {{=<% %>=}}."},
    {"{{=a b c=}}", "t, line 1: new delimiters are written like {{=<% %>=}}."},
    {"{{==}}", "t, line 1: new delimiters are written like {{=<% %>=}}."},
    {"{{= =}}", "t, line 1: new delimiters are written like {{=<% %>=}}."},
    {"{{=1234567890123456 >=}}",
     "t, line 1: new delimiters are written like {{=<% %>=}}."},
    {"{{<p}}{{a}}{{/p}}",
     "t, line 1: inside {{<p}} only blocks like {{$name}} may stand."},
    {"{{<p}}{{#a}}{{/a}}{{/p}}",
     "t, line 1: inside {{<p}} only blocks like {{$name}} may stand."},
    {"{{<p}}{{<p}}{{/p}}{{/p}}",
     "t, line 1: inside {{<p}} only blocks like {{$name}} may stand."},
    {"a\n\n{{>nobody}}", "t, line 3: there is no template nobody."},
    {"{{<nobody}}{{/nobody}}", "t, line 1: there is no template nobody."},
    {"{{>t}}", "t, line 1: templates nest more than 256 deep. Does one include itself?"},
    {"{{<t}}{{/t}}",
     "t, line 1: templates nest more than 256 deep. Does one include itself?"},
};

static void test_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(wrong); i++) {
        struct buf out = buf_new(1 << 16);
        struct error err = {0};

        if (render(wrong[i].t, NULL, NULL, "{}", &out, &err))
            fail_msg("%s was taken", wrong[i].t);
        assert_int_equal(err.kind, ERROR_SETUP);
        assert_string_equal(err.text, wrong[i].error);
        assert_string_equal(buf_text(&out), "");
        buf_free(&out);
    }
}

static void test_raw_refused(void **state)
{
    static const char *const raws[] = {"ok\n{{{url}}}", "ok\n{{&url}}",
                                       "ok\n{{=<% %>=}}<%&url%>"};
    struct mustache *t = NULL;

    (void)state;
    for (size_t i = 0; i < LENGTH(raws); i++) {
        struct error err = {0};

        assert_false(
            mustache_parse("slip", raws[i], strlen(raws[i]), MUSTACHE_NO_RAW, &t, &err));
        assert_null(t);
        assert_string_equal(
            err.text, "slip, line 2: url would be written raw, which is not allowed "
                      "here. Write {{url}}.");
    }
    assert_true(
        mustache_parse("slip", "{{url}}", 7, MUSTACHE_NO_RAW, &t, &(struct error){0}));
    mustache_free(t);
    mustache_free(NULL);
    mustache_set_free(NULL);
}

static void test_set(void **state)
{
    static const char *const names[] = {"m", "a", "z", "mm", "b/c.html", "n", ""};
    struct mustache_set *set = mustache_set_new(0);
    struct error err = {0};
    struct buf out = buf_new(100);

    (void)state;
    for (size_t i = 0; i < LENGTH(names); i++)
        assert_true(mustache_set_add(set, names[i], names[i], strlen(names[i]), &err));
    for (size_t i = 0; i < LENGTH(names); i++) {
        buf_clear(&out);
        assert_non_null(mustache_find(set, names[i]));
        assert_true(mustache_render(set, names[i], NULL, &out, &err));
        assert_string_equal(buf_text(&out), names[i]);
    }
    assert_null(mustache_find(set, "mmm"));
    assert_null(mustache_find(set, "b"));
    assert_false(mustache_set_add(set, "mm", "", 0, &err));
    assert_string_equal(err.text, "Two templates have the name mm.");
    error_clear(&err);
    assert_false(mustache_render(set, "none", NULL, &out, &err));
    assert_int_equal(err.kind, ERROR_ABSENT);
    buf_free(&out);
    mustache_set_free(set);
}

static void escape_percent(struct buf *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '-')
            buf_add_byte(out, '%');
        buf_add_byte(out, (unsigned char)text[i]);
    }
}

static void test_escape(void **state)
{
    struct mustache_set *set = mustache_set_new(0);
    json_t *data = json_pack("{s:s, s:i}", "a", "<->", "n", -5);
    struct buf out = buf_new(100);
    struct error err = {0};

    (void)state;
    assert_true(mustache_set_add(set, "t", "-{{a}}{{n}}{{&n}}", 17, &err));
    assert_true(mustache_render_escaped(set, "t", data, escape_percent, &out, &err));
    assert_string_equal(buf_text(&out), "-<%->%-5-5");
    json_decref(data);
    buf_free(&out);
    mustache_set_free(set);
}

/* What was in the buffer stays as it was when a rendering fails. */
static void test_ceiling(void **state)
{
    struct mustache_set *set = mustache_set_new(0);
    struct buf out = buf_new(10);
    struct error err = {0};

    (void)state;
    buf_add_text(&out, "12345");
    assert_true(mustache_set_add(set, "t", "abc{{!}}def", 11, &err));
    assert_false(mustache_render(set, "t", NULL, &out, &err));
    assert_int_equal(err.kind, ERROR_TOO_LARGE);
    assert_string_equal(buf_text(&out), "12345");
    assert_int_equal(out.length, 5);
    buf_add_text(&out, "67890");
    assert_string_equal(buf_text(&out), "1234567890");
    buf_free(&out);
    mustache_set_free(set);
}

/* ----------------------------------------------------------------- bad days */

/* Opens `depth` sections and closes them again. */
static bool nested(unsigned depth, struct error *err)
{
    struct buf t = buf_new(1 << 16);
    struct buf out = buf_new(10);
    bool ok;

    for (unsigned i = 0; i < depth; i++)
        buf_add_text(&t, "{{#a}}");
    buf_add_text(&t, "x");
    for (unsigned i = 0; i < depth; i++)
        buf_add_text(&t, "{{/a}}");
    ok = render(buf_text(&t), NULL, NULL, "{\"a\":1}", &out, err);
    assert_string_equal(buf_text(&out), ok ? "x" : "");
    buf_free(&out);
    buf_free(&t);
    return ok;
}

static void test_depth(void **state)
{
    struct error err = {0};

    (void)state;
    assert_true(nested(MUSTACHE_DEEPEST, &err));
    assert_false(nested(MUSTACHE_DEEPEST + 1, &err));
    assert_string_equal(err.text, "t, line 1: sections nest more than 64 deep.");
}

/* Templates that would take for ever without writing a byte. */
static void test_endless(void **state)
{
    static const char *const partials[] = {
        "{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/"
        "l}}{{/l}}"
        "{{/l}}{{/l}}",
        "{{#l}}{{>p}}{{/l}}",
        "{{^x}}{{>p}}{{>p}}{{/x}}",
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(partials); i++) {
        struct buf out = buf_new(1000);
        struct error err = {0};

        assert_false(render("{{>p}}", partials[i], NULL,
                            "{\"l\":[1,1,1,1,1,1,1,1,1,1,1,1,1]}", &out, &err));
        assert_int_equal(err.kind, ERROR_SETUP);
        buf_free(&out);
    }
}

/* Pieces of templates thrown together end in a page or an error that names a line. */
static void test_thrown_together(void **state)
{
    static const char *const pieces[] = {
        "{{#a}}",  "{{/a}}", "{{^b}}", "{{/b}}",      "{{$c}}",      "{{/c}}", "{{<p}}",
        "{{/p}}",  "{{>q}}", "{{>p}}", "{{a.b}}",     "{{.}}",       "\n",     "\n",
        "  ",      "text",   "{{!x}}", "{{=<% %>=}}", "<%={{ }}=%>", "{{",     "}}",
        "{{{a}}}", "\r\n",   "{{&a}}", "<%a%>",
    };
    uint32_t seed = 20240229;
    unsigned pages = 0;

    (void)state;
    for (unsigned round = 0; round < 20000; round++) {
        struct buf texts[3] = {buf_new(4096), buf_new(4096), buf_new(4096)};
        struct buf out = buf_new(4096);
        struct error err = {0};

        for (unsigned i = 0; i < 3; i++) {
            for (unsigned n = (seed >> 8) % 9; n > 0; n--) {
                seed = seed * 1664525 + 1013904223;
                buf_add_text(&texts[i], pieces[(seed >> 8) % LENGTH(pieces)]);
            }
            seed = seed * 1664525 + 1013904223;
        }
        if (render(buf_text(&texts[0]), buf_text(&texts[1]), buf_text(&texts[2]),
                   "{\"a\":[1,{\"b\":\"<\"}],\"c\":\"x\"}", &out, &err))
            pages++;
        else if (strstr(err.text, "line") == NULL && err.kind != ERROR_TOO_LARGE)
            fail_msg("round %u: %s", round, err.text);
        for (unsigned i = 0; i < 3; i++)
            buf_free(&texts[i]);
        buf_free(&out);
    }
    assert_true(pages > 100);
}

/* ------------------------------------------------------------------ threads */

struct reader {
    const struct mustache_set *set;
    json_t *data;
    unsigned wrong;
};

static void *reader_run(void *arg)
{
    struct reader *reader = arg;

    for (unsigned i = 0; i < 2000; i++) {
        struct buf out = buf_new(1000);
        struct error err = {0};

        reader->wrong += !mustache_render(reader->set, "t", reader->data, &out, &err) ||
                         strcmp(buf_text(&out), "<1><2>1.5") != 0;
        buf_free(&out);
    }
    return NULL;
}

static void test_threads(void **state)
{
    static const char t[] = "{{#l}}{{<p}}{{$a}}{{.}}{{/a}}{{/p}}{{/l}}{{r.s}}";
    static const char p[] = "<{{$a}}{{/a}}>";
    struct mustache_set *set = mustache_set_new(0);
    json_t *data = json_pack("{s:[i,i], s:{s:f}}", "l", 1, 2, "r", "s", 1.5);
    struct reader readers[2] = {{set, data, 0}, {set, data, 0}};
    pthread_t threads[2];
    struct error err = {0};

    (void)state;
    assert_true(mustache_set_add(set, "t", t, strlen(t), &err));
    assert_true(mustache_set_add(set, "p", p, strlen(p), &err));
    assert_true(mustache_set_check(set, &err));
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, reader_run, &readers[i]), 0);
    for (unsigned i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(readers[i].wrong, 0);
    }
    json_decref(data);
    mustache_set_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spec),    cmocka_unit_test(test_rows),
        cmocka_unit_test(test_wrong),   cmocka_unit_test(test_raw_refused),
        cmocka_unit_test(test_set),     cmocka_unit_test(test_escape),
        cmocka_unit_test(test_ceiling), cmocka_unit_test(test_depth),
        cmocka_unit_test(test_endless), cmocka_unit_test(test_thrown_together),
        cmocka_unit_test(test_threads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
