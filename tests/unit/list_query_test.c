/*
 * list_query_test.c — what is typed over a list: read as people write it, written back,
 * refused with what is wrong, turned by facets, and judged.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "domain/list_query.h"

static void written(const struct list_query *q, char out[1000])
{
    struct buf text = buf_new(1000);

    list_query_text(q, &text);
    snprintf(out, 1000, "%s", buf_text(&text));
    buf_free(&text);
}

static void as_people_write_it(void **state)
{
    static const struct {
        const struct list_kind *kind;
        const char *typed, *read;
    } rows[] = {
        {&list_ratings, "", ""},
        {&list_ratings, "  \t ", ""},
        {&list_ratings, "grade:1", "grade:1"},
        {&list_ratings, "grade:1,2 dept:医保", "grade:1,2 dept:医保"},
        {&list_ratings, "  GRADE:5\tdept:yb  ", "grade:5 dept:yb"},
        {&list_ratings, "-has:comment", "-has:comment"},
        {&list_ratings, "grade：1，2　－has：comment", "grade:1,2 -has:comment"},
        {&list_ratings, "window:\"1号 窗口\"", "window:\"1号 窗口\""},
        {&list_ratings, "window:“1号 窗口”,W2", "window:\"1号 窗口\",W2"},
        {&list_ratings, "window:\"a,b\"", "window:\"a,b\""},
        {&list_ratings, "window:\"say \"\"ah\"\"\"", "window:\"say \"\"ah\"\"\""},
        {&list_ratings, "window:W\"1 2\"", "window:\"W1 2\""},
        {&list_ratings, "dept:a:b", "dept:a:b"},
        {&list_ratings, "before:2026-11-23 after:2026-01-01",
         "before:2026-11-23 after:2026-01-01"},
        {&list_ratings, "tag:214 channel:SMS proof:p1", "tag:214 channel:sms proof:P1"},
        {&list_ratings, "grade:four", "grade:four"},
        {&list_ratings, "is:late,praise", "is:late,praise"},
        {&list_ratings, "dept:%' OR 1=1--", NULL}, /* OR is a word */
        {&list_ratings, "dept:%'--", "dept:%'--"},
        {&list_reviews, "owner:me is:overdue state:fixing",
         "owner:me is:overdue state:fixing"},
        {&list_cases, "state:no_report dept:ga", "state:NO_REPORT dept:ga"},
        {&list_unlinked, "state:late -has:case", "state:late -has:case"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct list_query q, again;
        struct list_fault fault;
        char text[1000] = "";
        bool ok = list_query_parse(rows[i].typed, rows[i].kind, &q, &fault);

        if (ok != (rows[i].read != NULL))
            fail_msg("%s: trouble %d with '%s'", rows[i].typed, fault.trouble,
                     fault.text);
        if (!ok)
            continue;
        written(&q, text);
        if (strcmp(text, rows[i].read) != 0)
            fail_msg("%s: read as %s", rows[i].typed, text);
        assert_true(list_query_parse(text, rows[i].kind, &again, &fault));
        assert_int_equal(again.count, q.count);
    }
}

static void what_cannot_be_read_is_named(void **state)
{
    static const struct {
        const struct list_kind *kind;
        const char *typed;
        enum list_trouble trouble;
        const char *text;
    } rows[] = {
        {&list_ratings, "等太久", LIST_WORD, "等太久"},
        {&list_ratings, "grade:1 等太久", LIST_WORD, "等太久"},
        {&list_ratings, "note:1", LIST_UNKNOWN, "note"},
        {&list_ratings, "owner:me", LIST_UNKNOWN, "owner"}, /* not of this list */
        {&list_ratings, "-owner:me", LIST_UNKNOWN, "owner"},
        {&list_ratings, ":1", LIST_UNKNOWN, ""},
        {&list_ratings, "grade:", LIST_NO_VALUE, ""},
        {&list_ratings, "grade:1,", LIST_NO_VALUE, ""},
        {&list_ratings, "grade:\"\"", LIST_NO_VALUE, "\"\""},
        {&list_ratings, "grade:6", LIST_BAD_VALUE, "6"},
        {&list_ratings, "grade:1,x", LIST_BAD_VALUE, "x"},
        {&list_ratings, "is:overdue", LIST_BAD_VALUE, "overdue"},
        {&list_ratings, "tag:21", LIST_BAD_VALUE, "21"},
        {&list_ratings, "before:yesterday", LIST_BAD_VALUE, "yesterday"},
        {&list_ratings, "before:2026-02-30", LIST_BAD_VALUE, "2026-02-30"},
        {&list_ratings, "before:2026-02-03,2026-02-04", LIST_BAD_VALUE, "2026-02-03"},
        {&list_ratings, "dept:\"医保", LIST_UNCLOSED, "\"医保"},
        {&list_ratings, "-", LIST_WORD, "-"},
        {&list_ratings, "grade:1,1,1,1,1,1,1,1,1", LIST_TOO_MUCH, "1"},
        {&list_ratings,
         "is:late is:late is:late is:late is:late is:late is:late is:late is:late is:late"
         " is:late is:late is:late",
         LIST_TOO_MUCH, "is:late"},
    };
    struct list_query q;
    struct list_fault fault;
    char typed[LIST_TYPED + 40];

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        if (list_query_parse(rows[i].typed, rows[i].kind, &q, &fault) ||
            fault.trouble != rows[i].trouble || strcmp(fault.text, rows[i].text) != 0)
            fail_msg("%s: trouble %d with '%s'", rows[i].typed, fault.trouble,
                     fault.text);
        assert_int_equal(q.count, 0);
    }
    /* a long one is cut between characters */
    memset(typed, 'x', sizeof(typed));
    for (size_t i = 0; i + 3 < sizeof(typed); i += 3)
        memcpy(typed + i, "评", 3);
    for (size_t length = 1; length < sizeof(typed); length++) {
        char cut = typed[length];

        typed[length] = '\0';
        assert_false(list_query_parse(typed, &list_ratings, &q, &fault));
        assert_true(strlen(fault.text) < LIST_VALUE);
        typed[length] = cut;
    }
}

static void any_bytes_do_no_harm(void **state)
{
    static const char *const pieces[] = {"grade", ":",    ",",      "\"",   " ",
                                         "-",     "1",    "：",     "医",   "“",
                                         "is",    "late", "before", "\xe5", "\xff"};
    uint32_t seed = 7;

    (void)state;
    for (int i = 0; i < 200000; i++) {
        char typed[200] = "", first[1000], second[1000];
        struct list_query q, again;
        struct list_fault fault;

        for (int n = 0; n < 12; n++) {
            seed = seed * 1664525u + 1013904223u;
            strcat(typed, pieces[(seed >> 12) % LENGTH(pieces)]);
        }
        if (!list_query_parse(typed, &list_ratings, &q, &fault))
            continue;
        written(&q, first);
        if (!list_query_parse(first, &list_ratings, &again, &fault))
            fail_msg("'%s' was written '%s', which cannot be read", typed, first);
        written(&again, second);
        assert_string_equal(first, second);
    }
}

static void facets_turn_values(void **state)
{
    struct list_query q;
    struct list_fault fault;
    char text[1000];

    (void)state;
    assert_true(list_query_parse("-grade:1 dept:yb", &list_ratings, &q, &fault));
    list_query_toggle(&q, LIST_GRADE, "1");
    written(&q, text);
    assert_string_equal(text, "-grade:1 dept:yb grade:1");
    assert_true(list_query_has(&q, LIST_GRADE, "1"));
    list_query_toggle(&q, LIST_GRADE, "2");
    list_query_toggle(&q, LIST_GRADE, "1");
    list_query_toggle(&q, LIST_DEPT, "YB");
    list_query_toggle(&q, LIST_WINDOW, "1号 窗口");
    written(&q, text);
    assert_string_equal(text, "-grade:1 grade:2 window:\"1号 窗口\"");
    for (int i = 0; i < 30; i++) { /* no room: nothing more */
        snprintf(text, sizeof(text), "W%d", i);
        list_query_toggle(&q, LIST_WINDOW, text);
    }
    written(&q, text);
    assert_true(list_query_parse(text, &list_ratings, &q, &fault));
}

static void parts_hold(void **state)
{
    static const struct list_row row = {.grade = 2,
                                        .department = "yb",
                                        .department_name = "医保局",
                                        .window = "W1",
                                        .window_name = "1号窗口",
                                        .matter = "YB-01",
                                        .matter_name = "医保参保登记",
                                        .clerk = "1001",
                                        .clerk_name = "李敏",
                                        .tags = "214,305",
                                        .channel = "sms",
                                        .proof = "P1",
                                        .is = "late",
                                        .has = "comment order",
                                        .date = 20261123};
    static const struct {
        const char *typed;
        bool holds;
    } rows[] = {
        {"", true},
        {"grade:2", true},
        {"grade:1,2", true},
        {"grade:1", false},
        {"-grade:1", true},
        {"-grade:1,2", false},
        {"grade:four", false},
        {"dept:医保", true},
        {"dept:YB", true},
        {"dept:保局", false},
        {"dept:y", false},
        {"dept:公安,医保局", true},
        {"window:1", true},
        {"window:w1", true},
        {"window:11", false},
        {"-window:W2", true},
        {"clerk:李敏", true},
        {"tag:305", true},
        {"tag:30", false},
        {"tag:314", false},
        {"channel:desk,sms", true},
        {"proof:P1", true},
        {"is:late", true},
        {"is:praise", false},
        {"has:comment", true},
        {"has:contact", false},
        {"-has:contact", true},
        {"after:2026-11-22", true},
        {"after:2026-11-23", false},
        {"before:2026-11-24", true},
        {"before:2026-11-23", false},
        {"grade:2 dept:医保 -has:contact after:2026-11-22", true},
        {"grade:2 dept:医保 has:contact after:2026-11-22", false},
        {"dept:医保 dept:yb", true}, /* the same twice: both hold */
        {"dept:医保 dept:ga", false},
    };
    struct list_query q;
    struct list_fault fault;

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        if (!list_query_parse(rows[i].typed, &list_ratings, &q, &fault)) {
            if (strcmp(rows[i].typed, "tag:30") != 0)
                fail_msg("%s: trouble %d", rows[i].typed, fault.trouble);
            continue;
        }
        if (list_query_passes(&q, &row, ~0u) != rows[i].holds)
            fail_msg("%s", rows[i].typed);
    }
    assert_true(list_query_parse("grade:1 dept:yb", &list_ratings, &q, &fault));
    assert_true(list_query_passes(&q, &row, LIST_BIT(LIST_DEPT)));
    assert_true(list_query_parse("state:open", &list_reviews, &q, &fault));
    assert_false(list_query_passes(&q, &row, ~0u)); /* no state at all */
    assert_true(list_query_parse("owner:none", &list_reviews, &q, &fault));
    assert_true(list_query_passes(&q, &row, ~0u));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_people_write_it),
        cmocka_unit_test(what_cannot_be_read_is_named),
        cmocka_unit_test(any_bytes_do_no_harm),
        cmocka_unit_test(facets_turn_values),
        cmocka_unit_test(parts_hold),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
