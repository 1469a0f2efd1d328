/*
 * reply_test.c — the reader of replies: the sheet's examples, our own (replies.tsv beside
 * this file), broken text, letters and codes, and a short run of mutated replies.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/compiler.h"
#include "base/memory.h"
#include "domain/reply.h"
#include "domain/reply_words.h"

#define OURS "tests/unit/replies.tsv"

struct example {
    enum reply_form form;
    char *text;
    size_t length;
    char outcome[12];
    bool comment;
};

struct examples {
    struct example *row;
    size_t count;
};

/* In place; returns the new length. */
static size_t unescape(char *text)
{
    size_t out = 0;

    for (size_t i = 0; text[i] != '\0'; i++) {
        if (text[i] == '\\' && text[i + 1] == 'n') {
            text[out++] = '\n';
            i++;
        } else {
            text[out++] = text[i];
        }
    }
    return out;
}

static void add_line(struct examples *all, char *line)
{
    char *rest = line;
    char *form = strsep(&rest, "\t");
    char *text = strsep(&rest, "\t");
    char *outcome = strsep(&rest, "\t");
    char *comment = strsep(&rest, "\t\n");
    struct example *e;

    if (form[0] == '#' || strcmp(form, "form") == 0)
        return;
    assert_non_null(comment);
    all->row = memory_resize(all->row, (all->count + 1) * sizeof(*all->row));
    e = &all->row[all->count++];
    e->form = strcmp(form, "four") == 0 ? REPLY_FOUR : REPLY_OVERALL;
    e->text = memory_text(text);
    e->length = unescape(e->text);
    snprintf(e->outcome, sizeof(e->outcome), "%s", outcome);
    e->comment = comment[0] == 'y';
}

static void load(struct examples *all, const char *path)
{
    FILE *in = fopen(path, "r");
    char *line = NULL;
    size_t capacity = 0;

    if (in == NULL)
        fail_msg("no %s", path);
    while (getline(&line, &capacity, in) > 0)
        add_line(all, line);
    free(line);
    fclose(in);
}

static void unload(struct examples *all)
{
    for (size_t i = 0; i < all->count; i++)
        free(all->row[i].text);
    free(all->row);
}

static void name_outcome(const struct reply_reading *r, char name[24])
{
    switch (r->outcome) {
    case REPLY_GRADE:
        snprintf(name, 24, "%d", r->grade);
        break;
    case REPLY_DIMS:
        snprintf(name, 24, "dims=%d%d%d%d", r->dims[0], r->dims[1], r->dims[2],
                 r->dims[3]);
        break;
    case REPLY_OPTOUT:
        strcpy(name, "optout");
        break;
    case REPLY_NOTME:
        strcpy(name, "notme");
        break;
    default:
        strcpy(name, "unclear");
    }
}

static void read_all(const char *path)
{
    struct examples all = {0};
    size_t wrong = 0;

    load(&all, path);
    assert_true(all.count > 100);
    for (size_t i = 0; i < all.count; i++) {
        const struct example *e = &all.row[i];
        struct reply_reading r;
        char got[24];

        reply_read(e->text, e->length, e->form, &r);
        name_outcome(&r, got);
        if (strcmp(got, e->outcome) == 0 && r.comment == e->comment)
            continue;
        wrong++;
        print_error("'%s' is %s %c, not %s %c\n", e->text, e->outcome,
                    e->comment ? 'y' : 'n', got, r.comment ? 'y' : 'n');
    }
    unload(&all);
    assert_int_equal(wrong, 0);
}

static void reads_the_sheet(void **state)
{
    (void)state;
    read_all(SHARED_DIR "/replies/dev.tsv");
}

static void reads_our_own(void **state)
{
    (void)state;
    read_all(OURS);
}

static void reads_broken_text(void **state)
{
    static const struct {
        const char *bytes;
        size_t length;
        bool comment;
    } rows[] = {
        {"5\xFF", 2, true}, {"\xC4\xFA", 2, true}, {"5\0", 2, false},
        {"a\0b", 3, true},  {"\0", 1, false},      {"5\xED\xA0\x80", 4, true},
    };
    struct reply_reading r;

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        reply_read(rows[i].bytes, rows[i].length, REPLY_OVERALL, &r);
        assert_int_equal(r.outcome, REPLY_UNCLEAR);
        assert_int_equal(r.comment, rows[i].comment);
    }
}

static void reads_long_text(void **state)
{
    enum { LONG = 200000 };
    char *text = memory_new(LONG);
    struct reply_reading r;

    (void)state;
    memset(text, '5', LONG);
    reply_read(text, LONG, REPLY_OVERALL, &r);
    assert_int_equal(r.outcome, REPLY_UNCLEAR);
    assert_false(r.comment);
    reply_read(text, 5000, REPLY_OVERALL, &r);
    assert_int_equal(r.outcome, REPLY_GRADE);
    for (size_t i = 0; i < 5000; i += 2)
        text[i] = '-';
    reply_read(text, 5000, REPLY_FOUR, &r);
    assert_int_equal(r.outcome, REPLY_UNCLEAR);
    free(text);
}

static void words_are_in_order(void **state)
{
    (void)state;
    assert_true(reply_words_sorted());
}

static void takes_letters(void **state)
{
    static const struct {
        const char *text;
        char letter; /* 0: none */
        const char *rest;
    } rows[] = {
        {"A5", 'A', "5"},
        {"b 满意", 'B', "满意"},
        {"Ｋ５", 'K', "５"},
        {"k5", 'K', "5"},
        {"  W 4", 'W', "4"},
        {"Y：5", 'Y', "5"},
        {"A、5", 'A', "5"},
        {"“P”5", 'P', "5"},
        {"m非常满意", 'M', "非常满意"},
        {"V", 'V', ""},
        {"e. 3", 'E', "3"},
        {"U?", 'U', "?"},
        {"very satisfied", 0, ""},
        {"ok", 0, ""},
        {"T", 0, ""},
        {"R", 0, ""},
        {"N5", 0, ""},
        {"5A", 0, ""},
        {"", 0, ""},
        {"满意", 0, ""},
        {"AB5", 0, ""},
        {"D5", 0, ""},
        {"I5", 0, ""},
        {"b'5", 0, ""},
        {"unsubscribe", 0, ""},
        {"éa5", 0, ""},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char letter = 0;
        size_t taken = 0;
        bool found = reply_letter(rows[i].text, strlen(rows[i].text), &letter, &taken);

        if (found != (rows[i].letter != 0) || letter != rows[i].letter ||
            (found && strcmp(rows[i].text + taken, rows[i].rest) != 0))
            fail_msg("'%s'", rows[i].text);
    }
}

static void takes_short_codes(void **state)
{
    static const struct {
        const char *text, *code, *rest; /* code NULL: none */
    } rows[] = {
        {"K7Q492AB 5", "K7Q492AB", "5"},
        {"k7q492ab 5", "K7Q492AB", "5"},
        {"K7Q4-92AB 5", "K7Q492AB", "5"},
        {"K7Q4 92AB 5", "K7Q492AB", "5"},
        {"K7Q492AB", "K7Q492AB", ""},
        {"K7Q492AB，5", "K7Q492AB", "5"},
        {"K7Q492AB满意", "K7Q492AB", "满意"},
        {"KOQ4I2LB 4", "K0Q4121B", "4"},
        {"Ｋ７Ｑ４９２ＡＢ　５", "K7Q492AB", "５"},
        {" K7Q492AB\n5", "K7Q492AB", "5"},
        {"VHKMPQRS 5", "VHKMPQRS", "5"},
        {"5554-G7HK 5", "5554G7HK", "5"},
        {"1234567A 5", "1234567A", "5"},
        {"55555555", NULL, ""},
        {"5555 5555", NULL, ""},
        {"5554 good", NULL, ""},
        {"5554-good", NULL, ""},
        {"5554 5min", NULL, ""},
        {"very good", NULL, ""},
        {"VERY GOOD", NULL, ""},
        {"verygood", NULL, ""},
        {"K7Q492ABC", NULL, ""},
        {"K7Q492A", NULL, ""},
        {"K7Q492AU", NULL, ""},
        {"K7-Q492AB", NULL, ""},
        {"5", NULL, ""},
        {"5 很好", NULL, ""},
        {"非常满意", NULL, ""},
        {"", NULL, ""},
        {"satisfied", NULL, ""},
        {"5 5 5 4", NULL, ""},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char code[9] = "";
        size_t taken = 0;
        bool found = reply_short_code(rows[i].text, strlen(rows[i].text), code, &taken);

        if (found != (rows[i].code != NULL) ||
            (found && (strcmp(code, rows[i].code) != 0 ||
                       strcmp(rows[i].text + taken, rows[i].rest) != 0)))
            fail_msg("'%s'", rows[i].text);
    }
}

/* What says nothing must not turn a grade into another; it may only make it unclear. */
static void noise_changes_no_grade(void **state)
{
    static const char *const after[] = {" ",
                                        "。",
                                        "！！",
                                        "\n",
                                        "～",
                                        "谢谢",
                                        " 谢谢！",
                                        "\n谢谢",
                                        " ok",
                                        "，好的",
                                        " 【中国移动】",
                                        "\n发自我的iPhone",
                                        " 拒收请回复R",
                                        "吧",
                                        "了",
                                        "，办事处",
                                        " 13800138000"};
    static const char *const before[] = {" ",      "\n",     "“",
                                         "您好，", "谢谢，", "【中国移动】"};
    struct examples all = {0};
    size_t changed = 0;

    (void)state;
    load(&all, SHARED_DIR "/replies/dev.tsv");
    load(&all, OURS);
    for (size_t i = 0; i < all.count; i++) {
        const struct example *e = &all.row[i];

        if (strlen(e->outcome) != 1)
            continue;
        for (size_t j = 0; j < LENGTH(after) + LENGTH(before); j++) {
            bool ends = j < LENGTH(after);
            const char *noise = ends ? after[j] : before[j - LENGTH(after)];
            struct reply_reading r;
            char text[1200];
            int n = snprintf(text, sizeof(text), "%s%.*s%s", ends ? "" : noise,
                             (int)e->length, e->text, ends ? noise : "");

            reply_read(text, (size_t)n, e->form, &r);
            if (r.outcome != REPLY_UNCLEAR &&
                (r.outcome != REPLY_GRADE || r.grade != e->outcome[0] - '0')) {
                print_error("'%s' is %d, not %s\n", text, r.grade, e->outcome);
                changed++;
            }
        }
    }
    unload(&all);
    assert_int_equal(changed, 0);
}

static uint32_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return (uint32_t)(*seed >> 33);
}

/* Drops, doubles, swaps and overwrites bytes and whole characters. */
static size_t mutate(char *text, size_t length, uint64_t *seed)
{
    static const char *const pieces[] = {"不",   "没有", "5",    "1",   "分", "天",
                                         "满意", "吗",   "⭐",    "\n",  " ",  "？",
                                         ".",    "非常", "\xFF", "才怪"};
    unsigned steps = 1 + next_random(seed) % 3;

    while (steps-- > 0 && length > 0) {
        size_t at = next_random(seed) % length;
        const char *piece = pieces[next_random(seed) % LENGTH(pieces)];
        size_t n = strlen(piece);

        switch (next_random(seed) % 4) {
        case 0:
            memmove(text + at, text + at + 1, length - at - 1);
            length--;
            break;
        case 1:
            text[at] = (char)next_random(seed);
            break;
        default:
            while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80)
                at--;
            memmove(text + at + n, text + at, length - at);
            memcpy(text + at, piece, n);
            length += n;
        }
    }
    return length;
}

static void check_reading(const struct reply_reading *r)
{
    assert_in_range(r->outcome, REPLY_UNCLEAR, REPLY_NOTME);
    if (r->outcome == REPLY_GRADE)
        assert_in_range(r->grade, 1, 5);
    else
        assert_int_equal(r->grade, 0);
    for (int i = 0; i < 4; i++)
        assert_in_range(r->dims[i], r->outcome == REPLY_DIMS,
                        r->outcome == REPLY_DIMS ? 5 : 0);
}

static void survives_mutations(void **state)
{
    const char *given = getenv("REPLY_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    struct examples all = {0};

    (void)state;
    print_message("REPLY_SEED=%llu\n", (unsigned long long)seed);
    load(&all, SHARED_DIR "/replies/dev.tsv");
    for (int round = 0; round < 20000; round++) {
        const struct example *e = &all.row[next_random(&seed) % all.count];
        struct reply_reading first, second;
        char text[400];
        size_t length = e->length;

        memcpy(text, e->text, length);
        length = mutate(text, length, &seed);
        reply_read(text, length, e->form, &first);
        reply_read(text, length, e->form, &second);
        check_reading(&first);
        assert_int_equal(first.outcome, second.outcome);
        assert_int_equal(first.grade, second.grade);
        assert_int_equal(first.comment, second.comment);
        assert_memory_equal(first.dims, second.dims, sizeof(first.dims));
    }
    unload(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_sheet),    cmocka_unit_test(reads_our_own),
        cmocka_unit_test(reads_broken_text),  cmocka_unit_test(reads_long_text),
        cmocka_unit_test(words_are_in_order), cmocka_unit_test(takes_letters),
        cmocka_unit_test(takes_short_codes),  cmocka_unit_test(noise_changes_no_grade),
        cmocka_unit_test(survives_mutations),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
