/* link_test.c — one case exactly, or asked, or none: never a guess. */
#include "domain/link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* Two gateways with numbers of their own, one without a number, one whose number is the
 * first one's with a slot. */
#define A "1069012345"
#define B "1065700001"
#define L "106901234577"
static const char *const numbers[] = {A, B, "", L};

/* Surveys that rows put together: S slot, P plain number, M several cases, X over; B the
 * second gateway, Q the one without a number. */
#define ONE(id, to, slot, open, at, letter, through)                                     \
    {                                                                                    \
        id, to, slot, open, at, {{id + 10, letter}}, 1, through, false                   \
    }
static const struct link_survey s10 = ONE(1, A "10", 10, true, 100, 0, "a");
static const struct link_survey s11 = ONE(2, A "11", 11, true, 200, 0, "a");
static const struct link_survey x10 = ONE(3, A "10", 10, false, 50, 0, "a");
static const struct link_survey n10 = ONE(9, A "10", 10, true, 300, 0, "a");
static const struct link_survey m12 = {4, A "12", 12,   true, 300, {{14, 'A'}, {15, 'B'}},
                                       2, "a",    false};
static const struct link_survey p = ONE(5, A, 0, true, 100, 0, "a");
static const struct link_survey pb = ONE(6, A, 0, true, 200, 'B', "a");
static const struct link_survey px = ONE(7, A, 0, false, 50, 0, "a");
static const struct link_survey pb2 = ONE(8, A, 0, true, 250, 'B', "a");
static const struct link_survey pm = {10, A,   0,    true, 90, {{21, 'A'}, {22, 'C'}},
                                      2,  "a", false};
static const struct link_survey hp = {40, A, 0, false, 60, {{50, 0}}, 1, "a", true};
static const struct link_survey hk = {41, A, 0, false, 70, {{51, 'K'}}, 1, "a", true};
static const struct link_survey b10 = ONE(30, B "10", 10, true, 150, 0, "b");
static const struct link_survey bp = ONE(31, B, 0, true, 150, 0, "b");
static const struct link_survey moved = ONE(32, A "10", 10, true, 150, 0, "b");
static const struct link_survey q = ONE(33, "", 0, true, 150, 0, "q");
static const struct link_survey qb = ONE(34, "", 0, true, 160, 'B', "q");
static const struct link_survey q10 = ONE(35, "10", 10, true, 170, 0, "q");
static const struct link_survey s77 = ONE(36, A "77", 77, true, 150, 0, "a");
static const struct link_survey l0 = ONE(37, L, 0, true, 150, 0, "l");

static const struct {
    const char *what;
    const struct link_survey *surveys[3];
    const char *gateway; /* that brought the reply */
    const char *recipient;
    char letter;
    enum link_kind kind;
    int64_t case_id;
    const char *proof;
} rows[] = {
    {"nothing was sent", {0}, "a", "1069012345", 0, LINK_NONE, 0, "P0"},
    {"slot", {&s10}, "a", "106901234510", 0, LINK_CASE, 11, "P1"},
    {"slot of two", {&s10, &s11}, "a", "106901234511", 0, LINK_CASE, 12, "P1"},
    {"slot of two, other order",
     {&s11, &s10},
     "a",
     "106901234510",
     0,
     LINK_CASE,
     11,
     "P1"},
    {"slot of an old one", {&x10}, "a", "106901234510", 0, LINK_CASE, 13, "P1"},
    {"slot came round", {&x10, &n10}, "a", "106901234510", 0, LINK_CASE, 19, "P1"},
    {"slot open twice", {&s10, &n10}, "a", "106901234510", 0, LINK_ASK, 0, "P0"},
    {"letter of another survey",
     {&s10, &m12},
     "a",
     "106901234510",
     'B',
     LINK_ASK,
     0,
     "P0"},
    {"several, letter", {&m12}, "a", "106901234512", 'B', LINK_CASE, 15, "P1"},
    {"several, no letter", {&m12}, "a", "106901234512", 0, LINK_SURVEY, 0, "P0"},
    {"several, wrong letter", {&m12}, "a", "106901234512", 'C', LINK_SURVEY, 0, "P0"},
    {"slot stripped, one", {&s10}, "a", "1069012345", 0, LINK_CASE, 11, "P3"},
    {"slot stripped, two", {&s10, &s11}, "a", "1069012345", 0, LINK_ASK, 0, "P0"},
    {"slot stripped, letter", {&s10, &m12}, "a", "1069012345", 'A', LINK_CASE, 14, "P2"},
    {"slot stripped, several cases", {&m12}, "a", "1069012345", 0, LINK_SURVEY, 0, "P0"},
    {"slot of nobody", {&s10}, "a", "106901234555", 0, LINK_NONE, 0, "P0"},
    {"another number", {&s10}, "a", "10655", 0, LINK_NONE, 0, "P0"},
    {"no number", {&s10}, "a", "", 0, LINK_CASE, 11, "P3"},
    {"no number, two", {&s10, &s11}, "a", "", 0, LINK_ASK, 0, "P0"},
    {"no number, letter", {&s10, &pb}, "a", "", 'B', LINK_CASE, 16, "P2"},
    {"no number, another gateway's", {&s10}, "b", "", 0, LINK_NONE, 0, "P0"},
    {"no number, one of each", {&s10, &b10}, "b", "", 0, LINK_CASE, 40, "P3"},
    {"+86", {&s10, &s11}, "a", "+86106901234510", 0, LINK_CASE, 11, "P1"},
    {"86", {&s10, &s11}, "a", "86106901234511", 0, LINK_CASE, 12, "P1"},
    {"0086", {&s10, &s11}, "a", "0086 1069-0123-4511", 0, LINK_CASE, 12, "P1"},
    {"86 and no slot", {&s10}, "a", "861069012345", 0, LINK_CASE, 11, "P3"},
    {"the slot alone", {&s10, &s11}, "a", "11", 0, LINK_CASE, 12, "P1"},
    {"the slot alone, of this gateway", {&s10, &b10}, "b", "10", 0, LINK_CASE, 40, "P1"},
    {"a part of our number", {&s10}, "a", "106901", 0, LINK_NONE, 0, "P0"},
    {"our number and more", {&s10}, "a", "1069012345101", 0, LINK_NONE, 0, "P0"},
    {"same slot, two numbers", {&s10, &b10}, "a", A "10", 0, LINK_CASE, 11, "P1"},
    {"same slot, the other", {&s10, &b10}, "b", B "10", 0, LINK_CASE, 40, "P1"},
    {"same slot, stripped", {&s10, &b10}, "b", B, 0, LINK_CASE, 40, "P3"},
    {"to the other number", {&s10}, "b", B "10", 0, LINK_NONE, 0, "P0"},
    {"to the other number, plain", {&p}, "b", B, 0, LINK_NONE, 0, "P0"},
    {"one open on each number", {&p, &bp}, "a", A, 0, LINK_CASE, 15, "P3"},
    {"a number that two gateways reach", {&moved}, "a", A "10", 0, LINK_CASE, 42, "P1"},
    {"brought by the other gateway", {&s10}, "b", A "10", 0, LINK_CASE, 11, "P1"},
    {"one hangs, nothing is open", {&hp}, "a", A, 0, LINK_CASE, 50, "P3"},
    {"one hangs beside an open one", {&hp, &p}, "a", A, 0, LINK_ASK, 0, "P0"},
    {"one hangs, the open one's letter", {&hp, &pb}, "a", A, 'B', LINK_CASE, 16, "P2"},
    {"one hangs, its own letter", {&hk, &pb}, "a", A, 'K', LINK_CASE, 51, "P2"},
    {"one hangs, no letter", {&hk, &pb}, "a", A, 0, LINK_ASK, 0, "P0"},
    {"one hangs, by the slot", {&hp, &s10}, "a", A "10", 0, LINK_CASE, 11, "P1"},
    {"no number at all, one", {&q}, "q", "", 0, LINK_CASE, 43, "P3"},
    {"no number at all, a stranger's", {&q}, "q", "10690000", 0, LINK_CASE, 43, "P3"},
    {"no number at all, two", {&q, &qb}, "q", "10690000", 0, LINK_ASK, 0, "P0"},
    {"no number at all, letter", {&q, &qb}, "q", "", 'B', LINK_CASE, 44, "P2"},
    {"no number at all, slot", {&q, &q10}, "q", "10", 0, LINK_CASE, 45, "P1"},
    {"no number at all, another's", {&q10}, "a", "10", 0, LINK_NONE, 0, "P0"},
    {"a number that is another's with a slot", {&s77}, "a", L, 0, LINK_CASE, 46, "P1"},
    {"the same, without a slot", {&l0}, "l", L, 0, LINK_CASE, 47, "P3"},
    {"the same, both", {&s77, &l0}, "l", L, 0, LINK_ASK, 0, "P0"},
    {"the shorter one is not the longer", {&s10, &l0}, "a", A, 0, LINK_CASE, 11, "P3"},
    {"only open one", {&p}, "a", "1069012345", 0, LINK_CASE, 15, "P3"},
    {"only open one beside an old one",
     {&px, &p},
     "a",
     "1069012345",
     0,
     LINK_CASE,
     15,
     "P3"},
    {"two open", {&p, &pb}, "a", "1069012345", 0, LINK_ASK, 0, "P0"},
    {"two open, letter", {&p, &pb}, "a", "1069012345", 'B', LINK_CASE, 16, "P2"},
    {"same letter twice", {&pb, &pb2}, "a", "1069012345", 'B', LINK_ASK, 0, "P0"},
    {"letter nobody gave", {&p, &pb}, "a", "1069012345", 'C', LINK_ASK, 0, "P0"},
    {"several plain, letter", {&pm, &pb}, "a", "1069012345", 'C', LINK_CASE, 22, "P2"},
    {"late, only one ever", {&px}, "a", "1069012345", 0, LINK_CASE, 17, "P3"},
    {"late, two", {&px, &x10}, "a", "1069012345", 0, LINK_NONE, 0, "P0"},
};

static const char *own_number(const char *gateway)
{
    return gateway[0] == 'a' ? A : gateway[0] == 'b' ? B : gateway[0] == 'l' ? L : "";
}

static void every_row_links(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct link_survey list[3];
        size_t count = 0;
        struct link l;

        const struct link_way way = {rows[i].gateway, own_number(rows[i].gateway),
                                     numbers, 4};
        struct link_to to;

        link_receiver(rows[i].recipient, &way, &to);
        for (int k = 0; k < 3 && rows[i].surveys[k] != NULL; k++)
            if (link_fits(rows[i].surveys[k], &to))
                list[count++] = *rows[i].surveys[k];
        l = link_choose(list, count, &to, rows[i].letter);
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
    const struct link_survey over = {50, A, 0, false, 40, {{60, 'A'}}, 1, "a", false};
    struct link_survey all[16];
    size_t taken = 0;

    (void)state;
    link_free_letters(NULL, 0, 3, out);
    assert_memory_equal(out, "ABC", 3);
    link_free_letters(both, 2, 2, out);
    assert_memory_equal(out, "CE", 2);
    for (const char *l = link_letters; *l != '\0'; l++)
        if (*l != 'B') {
            all[taken] = hk;
            all[taken++].cases[0].letter = *l;
        }
    link_free_letters(all, taken, 3, out); /* the others are taken, but differ */
    assert_memory_equal(out, "BAC", 3);
    assert_null(strpbrk(link_letters, "TDRQXNIOLSZ"));

    /* An old text is still on the phone: its letter comes again last, the oldest first.
     */
    link_free_letters(&over, 1, 3, out);
    assert_memory_equal(out, "BCE", 3);
    taken = 0;
    for (const char *l = link_letters; *l != '\0'; l++) {
        all[taken] = over;
        all[taken].opened_ms = *l == 'H' ? 1 : *l == 'C' ? 2 : 100 - (int64_t)taken;
        all[taken].open = *l == 'W';
        all[taken++].cases[0].letter = *l;
    }
    link_free_letters(all, taken, 3, out);
    assert_memory_equal(out, "HCY", 3);
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
