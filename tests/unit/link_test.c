/* link_test.c — one case exactly, or asked, or none: never a guess. */
#include "domain/link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* Surveys that rows put together: S slot, P plain number, M several cases, X over. */
static const struct link_survey s10 = {1, "106901234510", 10, true, 100, {{11, 0}}, 1};
static const struct link_survey s11 = {2, "106901234511", 11, true, 200, {{12, 0}}, 1};
static const struct link_survey x10 = {3, "106901234510", 10, false, 50, {{13, 0}}, 1};
static const struct link_survey n10 = {9, "106901234510", 10, true, 300, {{19, 0}}, 1};
static const struct link_survey m12 = {4,   "106901234512",         12, true,
                                       300, {{14, 'A'}, {15, 'B'}}, 2};
static const struct link_survey p = {5, "1069012345", 0, true, 100, {{16, 0}}, 1};
static const struct link_survey pb = {6, "1069012345", 0, true, 200, {{17, 'B'}}, 1};
static const struct link_survey px = {7, "1069012345", 0, false, 50, {{18, 0}}, 1};
static const struct link_survey pb2 = {8, "1069012345", 0, true, 250, {{20, 'B'}}, 1};
static const struct link_survey pm = {10, "1069012345",           0, true,
                                      90, {{21, 'A'}, {22, 'C'}}, 2};

static const struct {
    const char *what;
    const struct link_survey *surveys[3];
    const char *recipient;
    char letter;
    enum link_kind kind;
    int64_t case_id;
    const char *proof;
} rows[] = {
    {"nothing was sent", {0}, "1069012345", 0, LINK_NONE, 0, "P0"},
    {"slot", {&s10}, "106901234510", 0, LINK_CASE, 11, "P1"},
    {"slot of two", {&s10, &s11}, "106901234511", 0, LINK_CASE, 12, "P1"},
    {"slot of two, other order", {&s11, &s10}, "106901234510", 0, LINK_CASE, 11, "P1"},
    {"slot of an old one", {&x10}, "106901234510", 0, LINK_CASE, 13, "P1"},
    {"slot came round", {&x10, &n10}, "106901234510", 0, LINK_CASE, 19, "P1"},
    {"slot open twice", {&s10, &n10}, "106901234510", 0, LINK_ASK, 0, "P0"},
    {"letter of another survey", {&s10, &m12}, "106901234510", 'B', LINK_ASK, 0, "P0"},
    {"several, letter", {&m12}, "106901234512", 'B', LINK_CASE, 15, "P1"},
    {"several, no letter", {&m12}, "106901234512", 0, LINK_SURVEY, 0, "P0"},
    {"several, wrong letter", {&m12}, "106901234512", 'C', LINK_SURVEY, 0, "P0"},
    {"slot stripped, one", {&s10}, "1069012345", 0, LINK_CASE, 11, "P3"},
    {"slot stripped, two", {&s10, &s11}, "1069012345", 0, LINK_ASK, 0, "P0"},
    {"slot stripped, letter", {&s10, &m12}, "1069012345", 'A', LINK_CASE, 14, "P2"},
    {"slot stripped, several cases", {&m12}, "1069012345", 0, LINK_SURVEY, 0, "P0"},
    {"slot of nobody", {&s10}, "106901234555", 0, LINK_NONE, 0, "P0"},
    {"another number", {&s10}, "10655", 0, LINK_NONE, 0, "P0"},
    {"no number", {&s10}, "", 0, LINK_NONE, 0, "P0"},
    {"only open one", {&p}, "1069012345", 0, LINK_CASE, 16, "P3"},
    {"only open one beside an old one", {&px, &p}, "1069012345", 0, LINK_CASE, 16, "P3"},
    {"two open", {&p, &pb}, "1069012345", 0, LINK_ASK, 0, "P0"},
    {"two open, letter", {&p, &pb}, "1069012345", 'B', LINK_CASE, 17, "P2"},
    {"same letter twice", {&pb, &pb2}, "1069012345", 'B', LINK_ASK, 0, "P0"},
    {"letter nobody gave", {&p, &pb}, "1069012345", 'C', LINK_ASK, 0, "P0"},
    {"several plain, letter", {&pm, &pb}, "1069012345", 'C', LINK_CASE, 22, "P2"},
    {"late, only one ever", {&px}, "1069012345", 0, LINK_CASE, 18, "P3"},
    {"late, two", {&px, &x10}, "1069012345", 0, LINK_NONE, 0, "P0"},
};

static void every_row_links(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct link_survey list[3];
        size_t count = 0;
        struct link l;

        while (count < 3 && rows[i].surveys[count] != NULL) {
            list[count] = *rows[i].surveys[count];
            count++;
        }
        l = link_choose(list, count, rows[i].recipient, rows[i].letter);
        if (l.kind != rows[i].kind || strcmp(l.proof, rows[i].proof) != 0)
            fail_msg("%s: kind %d %s", rows[i].what, (int)l.kind, l.proof);
        if (l.kind == LINK_CASE && list[l.survey].cases[l.which].id != rows[i].case_id)
            fail_msg("%s: another case", rows[i].what);
    }
}

static void letters_come_off(void **state)
{
    static const struct {
        const char *text;
        char letter;
        const char *rest;
    } texts[] = {
        {"A5", 'A', "5"},
        {"b 满意", 'B', "满意"},
        {"Ａ５", 'A', "５"},
        {" a：5", 'A', "5"},
        {"B", 'B', ""},
        {"b-5", 'B', "5"},
        {"basically", 0, "basically"},
        {"C5", 0, "C5"},
        {"5A", 0, "5A"},
        {"", 0, ""},
        {"ＡＢ5", 0, "ＡＢ5"},
        {"\xef\xbc", 0, "\xef\xbc"},
        {"A5 B4", 'A', "5 B4"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const char *rest;
        char letter = link_letter(&m12, 1, texts[i].text, &rest);

        if (letter != texts[i].letter || strcmp(rest, texts[i].rest) != 0)
            fail_msg("\"%s\": letter %d, rest \"%s\"", texts[i].text, letter, rest);
    }
}

static void letters_are_free_of_others(void **state)
{
    char out[LINK_CASES];
    const struct link_survey both[] = {m12, pb};

    (void)state;
    link_free_letters(NULL, 0, 3, out);
    assert_memory_equal(out, "ABC", 3);
    link_free_letters(both, 2, 2, out);
    assert_memory_equal(out, "CE", 2);
    assert_null(strpbrk(link_letters, "TDRQXNIOLSZ"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_links),
        cmocka_unit_test(letters_come_off),
        cmocka_unit_test(letters_are_free_of_others),
    };

    return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
