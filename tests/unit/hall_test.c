/*
 * hall_test.c — the hall file: every fault is found at its place, nothing right is
 * refused, and what was read can be written again.
 *
 * A mutation is one replacement of text in a small right file (or in the shared example);
 * it must lead to a fault with the given path whose sentence holds the given word.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/words.h"
#include "domain/hall.h"

static const char small[] =
    "{\"hall\":{\"code\":\"h1\",\"name\":\"大厅\",\"county\":\"县\","
    "\"timezone\":\"Asia/Shanghai\",\"signature\":\"政务\",\"base_url\":\"https://"
    "a.cn:8443\","
    "\"hours\":[[\"09:00\",\"12:00\"],[\"13:30\",\"17:30\"]]},\n"
    "\"departments\":[{\"code\":\"d1\",\"name\":\"一局\",\"credit_code\":"
    "\"11150100MB1A00001A\"},{\"code\":\"d2\",\"name\":\"二局\"}],\n"
    "\"windows\":[{\"code\":\"w1\",\"name\":\"1窗\",\"floor\":1,\"department\":\"d1\","
    "\"matters\":\"all\"},{\"code\":\"w2\",\"name\":\"2窗\",\"department\":\"d2\","
    "\"matters\":[\"m3\",\"m4\"]}],\n"
    "\"matters\":[{\"code\":\"m1\",\"name\":\"事一\",\"short_name\":\"一\","
    "\"department\":\"d1\","
    "\"series\":\"A\",\"kind\":\"promise\",\"statutory_days\":20,\"promised_days\":5,"
    "\"usual_days\":7,\"sensitive\":false,\"form\":\"four\",\"parallel\":[\"m2\",\"m3\"],"
    "\"materials\":[\"身份证\",\"申请表\"]}"
    ",\n"
    "{\"code\":\"m2\",\"name\":\"事二\",\"short_name\":\"二\",\"department\":\"d1\","
    "\"series\":\"A\",\"kind\":\"instant\",\"statutory_days\":0,\"promised_days\":0},\n"
    "{\"code\":\"m3\",\"name\":\"事三\",\"short_name\":\"三\",\"department\":\"d2\","
    "\"series\":\"B\",\"kind\":\"instant\",\"statutory_days\":0,\"promised_days\":0},\n"
    "{\"code\":\"m4\",\"name\":\"事四\",\"short_name\":\"四\",\"department\":\"d2\","
    "\"series\":\"B\",\"kind\":\"instant\",\"statutory_days\":0,\"promised_days\":0}],\n"
    "\"series\":[{\"letter\":\"A\",\"name\":\"甲\"},{\"letter\":\"B\",\"name\":\"乙\"}],"
    "\n"
    "\"staff\":[{\"code\":\"1001\",\"name\":\"王\",\"window\":\"w1\",\"phone\":"
    "\"139 0000-1000\"},{\"code\":\"1002\",\"name\":\"李\",\"window\":\"w2\"}],\n"
    "\"agents\":[{\"phone\":\"+8613900002000\",\"name\":\"代办\"},"
    "{\"phone\":\"13900002001\",\"name\":\"代办二\"}],\n"
    "\"kiosks\":[{\"code\":\"k1\",\"printer\":\"preview\"},{\"code\":\"k2\",\"printer\":"
    "\"front\"}],\n"
    "\"calendar\":{\"off\":[\"2026-10-08\"],\"work\":[\"2026-10-10\"]}}\n";

struct mutation {
    const char *from;
    const char *to;
    const char *path; /* NULL: the file stays right */
    const char *word;
};

#define SIXTY                                                                                    \
    "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十" \
    "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十"

static const struct mutation mutations[] = {
    /* unknown and missing keys */
    {"\"county\"", "\"cuonty\"", "hall.cuonty", "\"county\" is meant"},
    {"\"county\"", "\"cuonty\"", "hall.county", "missing"},
    {"\"kiosks\"", "\"kiosk\"", "kiosk", "\"kiosks\" is meant"},
    {"\"kiosks\"", "\"zzzzzzz\"", "zzzzzzz", "allowed are hall, departments"},
    {"\"calendar\":{", "\"calendar\":{\"of\":[],", "calendar.of",
     "allowed are off, work"},
    {"\"floor\":1", "\"flor\":1", "windows[0].flor", "\"floor\" is meant"},
    {"\"code\":\"h1\",", "", "hall.code", "missing"},
    {",\"printer\":\"preview\"", "", "kiosks[0].printer", "missing"},
    {",\"window\":\"w2\"", "", "staff[1].window", "missing"},
    {"\"department\":\"d2\",\"matters\"", "\"matters\"", "windows[1].department",
     "missing"},
    {",\"matters\":\"all\"", "", "windows[0].matters", "missing"},
    {"\"letter\":\"B\",", "", "series[1].letter", "missing"},
    {"\"statutory_days\":20,", "", "matters[0].statutory_days", "missing"},
    {"\"series\":\"A\",\"kind\":\"promise\"", "\"kind\":\"promise\"", "matters[0].series",
     "missing"},
    /* wrong types */
    {"\"code\":\"h1\"", "\"code\":1", "hall.code", "a number; allowed is a text"},
    {"\"name\":\"一局\"", "\"name\":null", "departments[0].name", "null"},
    {"\"floor\":1", "\"floor\":\"1\"", "windows[0].floor", "a text; allowed are whole"},
    {"\"floor\":1", "\"floor\":1.5", "windows[0].floor", "a fraction"},
    {"\"sensitive\":false", "\"sensitive\":\"false\"", "matters[0].sensitive",
     "true or false"},
    {"\"series\":[{\"letter\"", "\"series\":3,\"x\":[{\"letter\"", "series", "a list"},
    {"\"off\":[\"2026-10-08\"]", "\"off\":\"2026-10-08\"", "calendar.off",
     "list of dates"},
    {"{\"code\":\"k1\",\"printer\":\"preview\"}", "[]", "kiosks[0]", "an object"},
    {"\"matters\":\"all\"", "\"matters\":\"al\"", "windows[0].matters",
     "\"all\" or a list"},
    {"\"matters\":\"all\"", "\"matters\":[]", "windows[0].matters", "no matter"},
    {"\"parallel\":[\"m2\",\"m3\"]", "\"parallel\":\"m2\"", "matters[0].parallel",
     "no list"},
    {"[\"m3\",\"m4\"]", "[\"m3\",4]", "windows[1].matters[1]", "no text"},
    {"\"department\":\"d2\",\"matters\"", "\"department\":7,\"matters\"",
     "windows[1].department", "no text"},
    {"\"materials\":[\"身份证\"", "\"materials\":[7", "matters[0].materials[0]",
     "a text"},
    {"\"materials\":[\"身份证\",\"申请表\"]", "\"materials\":\"身份证\"",
     "matters[0].materials", "a list of 1 to 12"},
    {"\"materials\":[\"身份证\",\"申请表\"]", "\"materials\":[]", "matters[0].materials",
     "empty"},
    {"\"身份证\"", "\"a\\nb\"", "matters[0].materials[0]", ""},
    {",\"materials\":[\"身份证\",\"申请表\"]", "", NULL, NULL},
    /* codes and names */
    {"\"code\":\"h1\"", "\"code\":\"大厅\"", "hall.code", "no code"},
    {"\"code\":\"h1\"", "\"code\":\"\"", "hall.code", "1 to 32"},
    {"\"code\":\"h1\"", "\"code\":\"a b\"", "hall.code", "no code"},
    {"\"code\":\"h1\"", "\"code\":\"123456789012345678901234567890123\"", "hall.code",
     "1 to 32"},
    {"\"code\":\"h1\"", "\"code\":\"12345678901234567890123456789_-2\"", NULL, NULL},
    {"\"name\":\"大厅\"", "\"name\":\"\"", "hall.name", "empty"},
    {"\"name\":\"大厅\"", "\"name\":\"" SIXTY "\"", NULL, NULL},
    {"\"name\":\"大厅\"", "\"name\":\"" SIXTY "一\"", "hall.name", "too long"},
    {"\"name\":\"大厅\"", "\"name\":\"a\\tb\"", "hall.name", "control character"},
    {"\"name\":\"大厅\"", "\"name\":\"a\\u009bb\"", "hall.name", "control character"},
    {"\"name\":\"大厅\"", "\"name\":\" 大厅\"", "hall.name", "blank"},
    {"\"name\":\"大厅\"", "\"name\":\"大厅　\"", "hall.name", "blank"},
    {"\"short_name\":\"二\"", "\"short_name\":\"一二三四五六七八九十一二\"", NULL, NULL},
    {"\"short_name\":\"二\"", "\"short_name\":\"一二三四五六七八九十一二三\"",
     "matters[1].short_name", "1 to 12"},
    {"\"signature\":\"政务\"", "\"signature\":\"政\"", "hall.signature", "2 to 12"},
    {"\"signature\":\"政务\"", "\"signature\":\"【政务】\"", "hall.signature", "bracket"},
    {"11150100MB1A00001A", "11150100MB1A00001", "departments[0].credit_code", "18"},
    {"11150100MB1A00001A", "11150100mb1A00001A", "departments[0].credit_code", "18"},
    /* zones and addresses */
    {"Asia/Shanghai", "UTC", NULL, NULL},
    {"Asia/Shanghai", "America/Argentina/Buenos_Aires", NULL, NULL},
    {"Asia/Shanghai", "+08:00", "hall.timezone", "no time zone"},
    {"Asia/Shanghai", "Asia/", "hall.timezone", "Asia/Shanghai"},
    {"Asia/Shanghai", "../etc/passwd", "hall.timezone", "no time zone"},
    {"https://a.cn:8443", "", NULL, NULL},
    {"https://a.cn:8443", "http://[::1]:80", NULL, NULL},
    {"https://a.cn:8443", "http://localhost", NULL, NULL},
    {"https://a.cn:8443", "https://a.cn/", "hall.base_url", "without path"},
    {"https://a.cn:8443", "ftp://a.cn", "hall.base_url", "http://"},
    {"https://a.cn:8443", "https://a.cn:0", "hall.base_url", "port"},
    {"https://a.cn:8443", "https://a.cn:70000", "hall.base_url", "port"},
    {"https://a.cn:8443", "https://u@a.cn", "hall.base_url", "no address"},
    {"https://a.cn:8443", "https://a..cn", "hall.base_url", "no address"},
    {"https://a.cn:8443", "https://", "hall.base_url", "no address"},
    /* hours */
    {"\"12:00\"]", "\"24:00\"]", "hall.hours[1]", "overlaps"},
    {"\"17:30\"]", "\"24:00\"]", NULL, NULL},
    {"\"09:00\"", "\"9:00\"", "hall.hours[0]", "no time"},
    {"\"09:00\"", "\"09:60\"", "hall.hours[0]", "no time"},
    {"\"17:30\"", "\"24:01\"", "hall.hours[1]", "no time"},
    {"\"09:00\",\"12:00\"", "\"12:00\",\"09:00\"", "hall.hours[0]", "reversed"},
    {"\"13:30\"", "\"11:30\"", "hall.hours[1]", "overlaps"},
    {"[\"09:00\",\"12:00\"]", "[\"09:00\"]", "hall.hours[0]", "pair"},
    {"[[\"09:00\",\"12:00\"],[\"13:30\",\"17:30\"]]", "[]", "hall.hours", "1 to 6"},
    {",\n\"departments\":[{\"code\":\"d1\"",
     ",\n\"departments\":[],\"x\":[{\"code\":\"d1\"", "departments", "empty"},
    /* doubled */
    {"\"code\":\"d2\"", "\"code\":\"d1\"", "departments[1].code", "doubled"},
    {"\"code\":\"w2\"", "\"code\":\"w1\"", "windows[1].code", "windows[0] has it"},
    {"\"code\":\"m4\"", "\"code\":\"m3\"", "matters[3].code", "doubled"},
    {"\"code\":\"1002\"", "\"code\":\"1001\"", "staff[1].code", "doubled"},
    {"\"code\":\"k2\"", "\"code\":\"k1\"", "kiosks[1].code", "doubled"},
    {"\"letter\":\"B\"", "\"letter\":\"A\"", "series[1].letter", "doubled"},
    {"+8613900002000", "139-0000-2001", "agents[1].phone", "doubled"},
    {"[\"m3\",\"m4\"]", "[\"m3\",\"m3\"]", "windows[1].matters[1]", "doubled"},
    {"[\"m2\",\"m3\"]", "[\"m2\",\"m2\"]", "matters[0].parallel[1]", "doubled"},
    {"[\"2026-10-08\"]", "[\"2026-10-08\",\"2026-10-08\"]", "calendar.off[1]", "doubled"},
    {"\"2026-10-10\"", "\"2026-10-08\"", "calendar.work[0]", "one or the other"},
    /* references */
    {"\"department\":\"d2\",\"matters\"", "\"department\":\"d9\",\"matters\"",
     "windows[1].department", "is not there, perhaps \"d"},
    {"[\"m3\",\"m4\"]", "[\"m3\",\"m1\"]", "windows[1].matters[1]", "another department"},
    {"[\"m3\",\"m4\"]", "[\"m3\",\"nothing\"]", "windows[1].matters[1]",
     "codes in \"matters\""},
    {"[\"m2\",\"m3\"]", "[\"m2\",\"m1\"]", "matters[0].parallel[1]", "itself"},
    {"[\"m2\",\"m3\"]", "[\"m2\",\"q\"]", "matters[0].parallel[1]", "is not there"},
    {"\"window\":\"w2\"", "\"window\":\"W2\"", "staff[1].window", "is not there"},
    {"\"series\":\"A\",\"kind\":\"promise\"", "\"series\":\"C\",\"kind\":\"promise\"",
     "matters[0].series", "\"C\" is not there"},
    {"\"letter\":\"B\"", "\"letter\":\"b\"", "series[1].letter", "capital"},
    {"\"letter\":\"B\"", "\"letter\":\"BB\"", "series[1].letter", "one capital"},
    /* numbers, choices, phones, dates */
    {"\"promised_days\":5", "\"promised_days\":-1", "matters[0].promised_days",
     "0 to 3650"},
    {"\"usual_days\":7", "\"usual_days\":3651", "matters[0].usual_days", "out of range"},
    {"\"usual_days\":7,", "", NULL, NULL},
    {"\"kind\":\"promise\"", "\"kind\":\"Promise\"", "matters[0].kind", "\"promise\""},
    {"\"form\":\"four\"", "\"form\":4", "matters[0].form", "\"overall\" and \"four\""},
    {"139 0000-1000", "12900001000", "staff[0].phone", "no telephone number"},
    {"139 0000-1000", "1390000100", "staff[0].phone", "eleven digits"},
    {"139 0000-1000", "+0123456789", "staff[0].phone", "no telephone number"},
    {"139 0000-1000", "+358 40 123 4567", NULL, NULL},
    {"139 0000-1000", "                        13900001000", "staff[0].phone",
     "no telephone"},
    {"2026-10-08", "2026-02-29", "calendar.off[0]", "no date"},
    {"2026-10-08", "2028-02-29", NULL, NULL},
    {"2026-10-08", "2026/10/08", "calendar.off[0]", "no date"},
    /* what may be left out */
    {",\n\"calendar\":{\"off\":[\"2026-10-08\"],\"work\":[\"2026-10-10\"]}", "", NULL,
     NULL},
    {",\"form\":\"four\",\"parallel\":[\"m2\",\"m3\"],", ",", NULL, NULL},
    {",\"hours\":[[\"09:00\",\"12:00\"],[\"13:30\",\"17:30\"]]", "", NULL, NULL},
    /* no JSON at all; the line is checked apart */
    {"\"staff\":[", "\"staff\":", "", "column"},
    {"\"code\":\"d2\"", "\"code\":\"d2\",\"code\":\"d3\"", "", "duplicate"},
    {"\"name\":\"大厅\"", "\"name\":\"\xff\xfe\"", "", "UTF-8"},
    {"\"name\":\"大厅\"", "\"name\":\"a\\u0000b\"", "", "not JSON"},
    {"{\"hall\"", "[{\"hall\"", "", "not JSON"},
    {"{\"hall\"", "\xEF\xBB\xBF{\"hall\"", NULL, NULL},
};

/* `text` with the first `from` replaced; given. */
static char *mutate(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    struct buf b = buf_new(1 << 24);

    if (at == NULL)
        fail_msg("the base file has no %s", from);
    buf_add(&b, text, (size_t)(at - text));
    buf_add_text(&b, to);
    buf_add_text(&b, at + strlen(from));
    return buf_take(&b);
}

static void show_faults(const struct hall_faults *faults)
{
    for (size_t i = 0; i < faults->count; i++)
        print_message("  %d|%s: %s\n", faults->items[i].line, faults->items[i].path,
                      faults->items[i].text);
}

static void check_one(const struct mutation *m, struct hall_faults *faults)
{
    char *text = mutate(small, m->from, m->to);
    bool right = hall_check(text, strlen(text), faults);
    bool found = false;

    for (size_t i = 0; i < faults->count; i++) {
        const struct hall_fault *f = &faults->items[i];

        assert_true(words_utf8(f->text, strlen(f->text), NULL));
        found = found || (m->path != NULL && strcmp(f->path, m->path) == 0 &&
                          strstr(f->text, m->word) != NULL);
    }
    if (m->path == NULL ? !right : !found) {
        show_faults(faults);
        fail_msg("%s -> %s: expected %s", m->from, m->to, m->path ? m->path : "no fault");
    }
    assert_int_equal(right, faults->count == 0);
    free(text);
}

static void mutations_are_found(void **state)
{
    struct hall_faults *faults = memory_new(sizeof(*faults));

    (void)state;
    for (size_t i = 0; i < LENGTH(mutations); i++)
        check_one(&mutations[i], faults);
    free(faults);
}

static char *read_file(const char *path)
{
    struct buf b = buf_new(HALL_FILE_BYTES);
    FILE *file = fopen(path, "rb");
    char part[4096];
    size_t got;

    if (file == NULL)
        fail_msg("cannot read %s", path);
    while ((got = fread(part, 1, sizeof(part), file)) > 0)
        buf_add(&b, part, got);
    fclose(file);
    return buf_take(&b);
}

static struct hall_file *parse(const char *text, const char *name)
{
    struct hall_file *file = NULL;
    struct error err = {0};

    if (!hall_parse(text, strlen(text), name, &file, &err))
        fail_msg("%s", err.text);
    return file;
}

/* Parsed and written again, with a line break at the end as files have it; given. */
static char *again(const char *text, const char *name)
{
    struct hall_file *file = parse(text, name);
    json_t *json = hall_to_json(file);
    char *dump = json_dumps(json, JSON_INDENT(1));
    struct buf b = buf_new(HALL_FILE_BYTES);

    buf_add_text(&b, dump);
    buf_add_byte(&b, '\n');
    free(dump);
    json_decref(json);
    hall_free(file);
    return buf_take(&b);
}

static void files_come_back_byte_for_byte(void **state)
{
    static const char *const paths[] = {SHARED_DIR "/halls/example.json",
                                        "templates/halls/demo.json",
                                        "templates/halls/first.json"};

    (void)state;
    for (size_t i = 0; i < LENGTH(paths); i++) {
        char *text = read_file(paths[i]);
        char *copy = again(text, paths[i]);

        assert_string_equal(text, copy);
        free(text);
        free(copy);
    }
}

static void canonical_form_is_stable(void **state)
{
    char *once = again(small, "small");
    char *twice = again(once, "once");
    json_t *a = json_loads(small, 0, NULL);
    json_t *b = json_loads(once, 0, NULL);

    (void)state;
    assert_string_equal(once, twice);
    assert_non_null(strstr(once, "\"form\": \"overall\""));
    assert_true(json_equal(json_object_get(a, "windows"), json_object_get(b, "windows")));
    assert_true(json_equal(json_object_get(a, "agents"), json_object_get(b, "agents")));
    assert_true(
        json_equal(json_object_get(a, "calendar"), json_object_get(b, "calendar")));
    json_decref(a);
    json_decref(b);
    free(once);
    free(twice);
}

static void structs_hold_what_was_written(void **state)
{
    struct hall_file *f = parse(small, "small");

    (void)state;
    assert_string_equal(f->hall.timezone, "Asia/Shanghai");
    assert_int_equal(f->hall.hours[1][0], 13 * 60 + 30);
    assert_int_equal(f->windows[0].matter_count, 2);
    assert_int_equal(f->windows[0].matters[1], hall_find_matter(f, "m2"));
    assert_true(f->windows[0].all_matters);
    assert_false(f->windows[1].has_floor);
    assert_int_equal(f->windows[1].department, hall_find_department(f, "d2"));
    assert_int_equal(f->matters[0].parallel_count, 2);
    assert_string_equal(f->matters[0].materials, "身份证\n申请表");
    assert_null(f->matters[1].materials);
    assert_int_equal(f->matters[0].form, HALL_FORM_FOUR);
    assert_int_equal(f->matters[1].usual_days, -1);
    assert_int_equal(f->matters[1].kind, HALL_KIND_INSTANT);
    assert_int_equal(f->staff[1].window, hall_find_window(f, "w2"));
    assert_true(hall_find_matter(f, "none") == HALL_NONE);
    hall_free(f);
}

static void first_error_names_the_file(void **state)
{
    char *text = mutate(small, "\"department\":\"d2\",\"matters\"",
                        "\"department\":\"nope\",\"matters\"");
    struct hall_file *file = NULL;
    struct error err = {0};

    (void)state;
    assert_false(hall_parse(text, strlen(text), "my.json", &file, &err));
    assert_null(file);
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_string_equal(err.field, "windows[1].department");
    assert_non_null(strstr(err.text, "my.json: windows[1].department: \"nope\""));
    free(text);
    text = mutate(small, "\"staff\":[", "\"staff\":");
    error_clear(&err);
    assert_false(hall_parse(text, strlen(text), "my.json", &file, &err));
    assert_int_equal(err.kind, ERROR_MALFORMED);
    assert_non_null(strstr(err.text, "my.json:9: "));
    free(text);
}

static void hostile_files_end_in_faults(void **state)
{
    struct hall_faults *faults = memory_new(sizeof(*faults));
    struct buf b = buf_new(1 << 20);

    (void)state;
    assert_false(hall_check("", 0, faults));
    assert_false(hall_check("{}", 2, faults));
    assert_int_equal(faults->count, 6);
    assert_false(hall_check("\xEF\xBB\xBF", 3, faults));
    for (int i = 0; i < 100000; i++)
        buf_add_byte(&b, '[');
    assert_false(hall_check(b.data, b.length, faults));
    assert_int_equal(faults->items[0].line, 1);
    buf_clear(&b);
    buf_add_text(&b, "{\"windows\":[");
    for (int i = 0; i < 2000; i++)
        buf_add_text(&b, "{\"code\":\"same\",\"\xE5\xA4\xA7\":1},");
    buf_add_text(&b, "1]}");
    assert_false(hall_check(b.data, b.length, faults));
    assert_string_equal(faults->items[2].path, "windows");
    assert_non_null(strstr(faults->items[2].text, "2001"));
    buf_free(&b);
    free(faults);
}

static void faults_are_collected_up_to_a_hundred(void **state)
{
    struct hall_faults *faults = memory_new(sizeof(*faults));
    struct buf b = buf_new(1 << 20);

    (void)state;
    buf_add_text(&b, "{\"kiosks\":[");
    for (int i = 0; i < 500; i++)
        buf_add_text(&b, "{\"code\":\"\"},");
    buf_add_text(&b, "{}]}");
    assert_false(hall_check(b.data, b.length, faults));
    assert_int_equal(faults->count, HALL_FAULTS_MOST);
    assert_true(faults->more);
    buf_free(&b);
    free(faults);
}

static void words_are_shown_safely(void **state)
{
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"plain", "plain"},
        {"a\nb\x1b[2J", "a?b?[2J"},
        {"\xff中", "?中"},
        {"\xc2\x9b", "?"},
        {"一二三四五六七八九十一二三四五六", "一二三四五六七八九十一二三…"},
    };
    static const char *const known[] = {"server.listen", "server.idle", "log.level"};
    char cut[] = "中\xe4\xb8";

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_string_equal(words_show(rows[i].in).text, rows[i].out);
    assert_string_equal(words_nearest("sever.listn", known, 3), "server.listen");
    assert_null(words_nearest("gateway", known, 3));
    words_mend(cut);
    assert_string_equal(cut, "中");
    assert_false(words_utf8("\xed\xa0\x80", 3, NULL));
    assert_false(words_utf8("\xc0\x80", 2, NULL));
    assert_false(words_utf8("\xf4\x90\x80\x80", 4, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mutations_are_found),
        cmocka_unit_test(files_come_back_byte_for_byte),
        cmocka_unit_test(canonical_form_is_stable),
        cmocka_unit_test(structs_hold_what_was_written),
        cmocka_unit_test(first_error_names_the_file),
        cmocka_unit_test(hostile_files_end_in_faults),
        cmocka_unit_test(faults_are_collected_up_to_a_hundred),
        cmocka_unit_test(words_are_shown_safely),
    };

    return cmocka_run_group_tests_name("hall", tests, NULL, NULL);
}
