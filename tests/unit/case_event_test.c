/*
 * case_event_test.c — what one line of another system may say of a case
 * (domain/case_event.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/compiler.h"
#include "domain/case_event.h"

#define BASE                                                                             \
    "\"case_no\":\"A-1\",\"matter\":\"m\",\"window\":\"w\",\"clerk\":\"c\","             \
    "\"source\":\"oa\",\"accepted_at\":\"2026-11-23T10:00:00+08:00\""

static void lines(void **state)
{
    static const struct {
        const char *line, *field; /* field NULL: it is right */
    } table[] = {
        {"{" BASE "}", NULL},
        {"{" BASE ",\"phone\":null,\"parent\":\"\",\"closed_at\":null}", NULL},
        {"{" BASE ",\"phone\":\"139 0000 1000\"}", NULL},
        {"{" BASE ",\"closed_at\":\"2026-11-23T02:00:00Z\"}", NULL},
        {"{" BASE ",\"phone\":\"12\"}", "phone"},
        {"{" BASE ",\"phone\":13900001000}", "phone"},
        {"{" BASE ",\"closed_at\":\"2026-11-23 10:00\"}", "closed_at"},
        {"{" BASE ",\"grade\":\"5\"}", "grade"},
        {"{" BASE ",\"case_no\":\"A-2\"}", ""},
        {"{" BASE ",\"parent\":\"a\\u0000b\"}", ""},
        {"{" BASE ",\"parent\":\"a\\nb\"}", "parent"},
        {"{" BASE ",\"parent\":\"0123456789012345678901234567890123456789012345678901234"
         "5678901234\"}",
         "parent"},
        {"{" BASE ",\"service\":[],\"trips\":2,\"came_again\":true}", NULL},
        {"{" BASE ",\"service\":null,\"decided_at_window\":null}", NULL},
        {"{" BASE ",\"service\":[\"cake\"]}", "service"},
        {"{" BASE ",\"trips\":\"2\"}", "trips"},
        {"{" BASE ",\"came_again\":\"\"}", "came_again"},
        {"{\"case_no\":\"A-1\"}", "matter"},
        {"{}", "case_no"},
        {"[]", ""},
        {"5", ""},
        {"{" BASE, ""},
        {"{" BASE "} x", ""},
        {"\xff", ""},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(table); i++) {
        struct case_event e;
        struct error err = {0};
        bool ok = case_event_from_json(table[i].line, strlen(table[i].line), &e, &err);

        if (ok != (table[i].field == NULL) || (!ok && strcmp(err.field, table[i].field)))
            fail_msg("%s: %s: %s", table[i].line, err.field, err.text);
    }
}

static void values(void **state)
{
    static const char line[] =
        "{" BASE ",\"phone\":\"13900001000\",\"closed_at\":\"2026-11-23T10:00:01+08:00\","
        "\"parent\":\"P-1\"}";
    struct case_event e;
    struct error err = {0};

    (void)state;
    assert_true(case_event_from_json(line, strlen(line), &e, &err));
    assert_string_equal(e.case_no, "A-1");
    assert_string_equal(e.source, "oa");
    assert_string_equal(e.matter, "m");
    assert_string_equal(e.window, "w");
    assert_string_equal(e.clerk, "c");
    assert_string_equal(e.parent, "P-1");
    assert_true(e.has_phone);
    assert_string_equal(e.phone.e164, "+8613900001000");
    assert_int_equal(e.closed_ms - e.accepted_ms, 1000);
    assert_int_equal(e.accepted_ms, INT64_C(1795399200000));
}

static void tables(void **state)
{
    static const char *const names[] = {"source", "clerk",       "window", "matter",
                                        "phone",  "accepted_at", "case_no"};
    static const char *const cells[] = {
        "oa", "c", "w", "m", "", "2026-11-23T10:00:00+08:00", "A-1"};
    static const char *const doubled[] = {"source", "source"};
    static const char *const strange[] = {"sourc"};
    struct case_columns columns;
    struct case_event e;
    struct error err = {0};

    (void)state;
    assert_true(case_columns_read(names, 7, &columns, &err));
    assert_true(case_event_from_cells(&columns, cells, 7, &e, &err));
    assert_string_equal(e.case_no, "A-1");
    assert_false(e.has_phone);
    assert_int_equal(e.closed_ms, 0);
    assert_false(case_event_from_cells(&columns, cells, 6, &e, &err));
    error_clear(&err);
    assert_false(case_columns_read(names, 6, &columns, &err));
    assert_string_equal(err.field, "case_no");
    error_clear(&err);
    assert_false(case_columns_read(doubled, 2, &columns, &err));
    assert_string_equal(err.field, "source");
    error_clear(&err);
    assert_false(case_columns_read(strange, 1, &columns, &err));
    assert_non_null(strstr(err.text, "Did you mean source?"));
}

static void times(void **state)
{
    static const struct {
        int64_t accepted, closed;
        const char *field;
    } table[] = {
        {1000, 0, NULL},   {1000, 1000, NULL},         {1000, 999, "closed_at"},
        {300000, 0, NULL}, {300001, 0, "accepted_at"}, {1, 300001, "closed_at"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(table); i++) {
        const struct case_event e = {.accepted_ms = table[i].accepted,
                                     .closed_ms = table[i].closed};
        struct error err = {0};
        bool ok = case_event_timely(&e, 0, &err);

        if (ok != (table[i].field == NULL) || (!ok && strcmp(err.field, table[i].field)))
            fail_msg("row %zu: %s", i, err.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines),
        cmocka_unit_test(values),
        cmocka_unit_test(tables),
        cmocka_unit_test(times),
    };

    return cmocka_run_group_tests_name("case_event", tests, NULL, NULL);
}
