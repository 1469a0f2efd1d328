/*
 * scheme_test.c — a scheme's text: strict on the way in, the same bytes on the way out;
 * and weights that sum to 100.00 whatever is done to them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "domain/dice.h"
#include "domain/scheme.h"

/* Two parts, two groups, every rule: one of everything that a text may hold. */
static const char small[] =
    "{\"year\":2026,\"version\":3,\"title\":\"两\\\"部\\\\分\",\"parts\":["
    "{\"code\":\"good\",\"name\":\"好评率\",\"name_en\":\"Good "
    "rate\",\"weight\":\"35.00\","
    "\"hall\":true,\"owner\":\"hall\",\"source\":\"citizens\",\"measure\":\"good\"},"
    "{\"code\":\"targets\",\"name\":\"目标\",\"name_en\":\"Targets\",\"weight\":\"65."
    "00\","
    "\"hall\":false,\"owner\":\"outside\",\"source\":\"records\",\"measure\":\"mark\"}],"
    "\"rules\":{\"prior_rate\":\"95.00\",\"prior_weight\":\"estimated\",\"adjust\":false,"
    "\"comparable\":30,\"apart\":\"90.00\",\"draws\":10000},"
    "\"peers\":[{\"code\":\"permits\",\"name\":\"审批\",\"departments\":[\"scjg\","
    "\"zjj\"]},"
    "{\"code\":\"people\",\"name\":\"民生\",\"departments\":[\"rsj\"]}]}";

static char *written(const struct scheme *s)
{
    struct buf out = buf_new(SCHEME_BYTES_MOST);

    scheme_write(s, &out);
    assert_false(out.overflowed);
    return buf_take(&out);
}

static void read_well(const char *text, struct scheme *out)
{
    struct error err = {0};

    if (!scheme_read(text, strlen(text), out, &err))
        fail_msg("%s: %s", text, err.text);
}

static void the_first_is_the_sheets(void **state)
{
    struct scheme first, again;
    char *text, *text_again;

    (void)state;
    scheme_first(2026, &first);
    assert_int_equal(first.part_count, 12);
    assert_int_equal(scheme_weight(&first), SCHEME_WEIGHT_WHOLE);
    assert_int_equal(scheme_hall_weight(&first), SCHEME_HALL_WEIGHT);
    text = written(&first);
    read_well(text, &again);
    text_again = written(&again);
    assert_string_equal(text, text_again);
    free(text);
    free(text_again);
    scheme_free(&again);
    scheme_free(&first);
}

static void what_is_read_is_written_again(void **state)
{
    struct scheme s;
    char *text;

    (void)state;
    read_well(small, &s);
    assert_string_equal(s.title, "两\"部\\分");
    assert_int_equal(s.rules.prior_rate, 9500);
    assert_int_equal(s.rules.prior_weight, PRIOR_ESTIMATED);
    assert_int_equal(scheme_peer_of(&s, "zjj"), 0);
    assert_int_equal(scheme_peer_of(&s, "rsj"), 1);
    assert_int_equal(scheme_peer_of(&s, "gaj"), 2);
    text = written(&s);
    assert_string_equal(text, small);
    free(text);
    scheme_free(&s);
    scheme_free(&s); /* an empty one is freed, too */
}

/* `small` with `what` replaced by `with`; given. */
static char *replaced(const char *what, const char *with)
{
    const char *at = strstr(small, what);
    struct buf out = buf_new(SCHEME_BYTES_MOST);

    if (at == NULL)
        fail_msg("the text has no %s", what);
    buf_add(&out, small, (size_t)(at - small));
    buf_add_text(&out, with);
    buf_add_text(&out, at + strlen(what));
    return buf_take(&out);
}

static void other_ways_to_write_it_are_read(void **state)
{
    static const struct {
        const char *what, *with;
    } same[] = {
        {"{\"year\"", "\xEF\xBB\xBF { \n\t\"year\""},
        {"\"35.00\"", "\"35\""},
        {"\"35.00\"", "\"35.0\""},
        {"\"version\":3,\"title\"", "\"version\": 3, \"title\""},
        {"审批", "\\u5ba1\\u6279"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(same); i++) {
        char *text = replaced(same[i].what, same[i].with), *again;
        struct scheme s;

        read_well(text, &s);
        again = written(&s);
        assert_string_equal(again, small);
        free(again);
        free(text);
        scheme_free(&s);
    }
}

static const struct {
    const char *what, *with; /* in `small` */
    const char *field, *said;
} faults[] = {
    {"{\"year\"", "[\"year\"", "scheme", "is not JSON in UTF-8 (line 1"},
    {"]}]}", "]}]} {}", "scheme", "is not JSON"},
    {"\"year\":2026", "\"year\":2026,\"year\":2026", "scheme", "duplicate"},
    {"两", "\xE4\xB8", "scheme", "is not JSON"},
    {"两", "\\u0000", "scheme", "is not JSON"},
    {"两", "\\u000a", "title", "control character"},
    {"\"year\":2026", "\"year\":1999", "year", "2000 to 2200"},
    {"\"year\":2026", "\"year\":2026.5", "year", "whole numbers"},
    {"\"year\":2026", "\"year\":99999999999999999999", "scheme", "too big"},
    {"\"version\":3", "\"version\":-1", "version", "0 to 1000000"},
    {"\"version\":3,", "", "scheme", "\"version\" is missing"},
    {"\"adjust\"", "\"ajust\"", "rules",
     "\"ajust\" is not known here; perhaps \"adjust\""},
    {"\"peers\":[{", "\"peers\":[5,{", "peers[0]", "must be an object"},
    {"\"parts\":[", "\"parts\":[[],", "parts[0]", "must be an object"},
    {"\"35.00\"", "35.00", "parts[0].weight", "in quotation marks"},
    {"\"35.00\"", "\"35.000\"", "parts[0].weight", "two decimals"},
    {"\"35.00\"", "\"-35.00\"", "parts[0].weight", "two decimals"},
    {"\"35.00\"", "\"34.50\"", "parts", "sum to 99.50, which is 0.50 too little"},
    {"\"35.00\"", "\"35.01\"", "parts", "sum to 100.01, which is 0.01 too much"},
    {"\"hall\":true", "\"hall\":\"true\"", "parts[0].hall", "without quotation marks"},
    {"\"owner\":\"hall\"", "\"owner\":\"mayor\"", "parts[0].owner",
     "\"mayor\" is not known; allowed are hall, organisation, outside"},
    {"\"owner\":\"hall\"", "\"owner\":\"outside\"", "parts[0].owner",
     "cannot be owned by outside"},
    {"\"owner\":\"outside\"", "\"owner\":\"hall\"", "parts[1].owner",
     "cannot be owned by hall"},
    {"\"source\":\"citizens\"", "\"source\":\"assessors\"", "parts[0].source",
     "does not come from assessors"},
    {"\"measure\":\"mark\"", "\"measure\":\"good\"", "parts[1].owner", "cannot be owned"},
    {"\"outside\",\"source\":\"records\",\"measure\":\"mark\"",
     "\"organisation\",\"source\":\"citizens\",\"measure\":\"good\"", "parts[1].measure",
     "measured by the part \"good\" already"},
    {"\"code\":\"targets\"", "\"code\":\"good\"", "parts[1].code", "there twice"},
    {"\"code\":\"targets\"", "\"code\":\"a b\"", "parts[1].code", "is no code"},
    {"\"Targets\"", "\"\"", "parts[1].name_en", "is empty"},
    {"\"95.00\"", "\"peer\"", "rules.prior_rate", "a per cent"},
    {"\"estimated\"", "10001", "rules.prior_weight", "0 to 10000"},
    {"\"90.00\"", "\"50.00\"", "rules.apart", "more than 50.00"},
    {"\"draws\":10000", "\"draws\":999", "rules.draws", "1000 to 100000"},
    {"\"comparable\":30", "\"comparable\":0", "rules.comparable", "1 to"},
    {"\"code\":\"people\"", "\"code\":\"permits\"", "peers[1].code", "there twice"},
    {"[\"rsj\"]", "[\"scjg\"]", "peers[1].departments",
     "in the group \"permits\" already"},
    {"[\"rsj\"]", "[\"rsj\",\"rsj\"]", "peers[1].departments", "\"people\" already"},
    {"[\"rsj\"]", "[]", "peers[1].departments", "1 to 2000"},
    {"[\"rsj\"]", "[{}]", "peers[1].departments", "a text"},
    {"[\"rsj\"]", "\"rsj\"", "peers[1].departments", "a list"},
};

static void the_first_fault_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(faults); i++) {
        char *text = replaced(faults[i].what, faults[i].with);
        struct error err = {0};
        struct scheme s;

        if (scheme_read(text, strlen(text), &s, &err))
            fail_msg("%s for %s was taken", faults[i].with, faults[i].what);
        if (err.kind != ERROR_INPUT || strcmp(err.field, faults[i].field) != 0 ||
            strstr(err.text, faults[i].said) == NULL)
            fail_msg("%s: \"%s\" of %s", faults[i].with, err.text, err.field);
        assert_true(s.part_count == 0 && s.peer_count == 0);
        free(text);
    }
}

static void refuse(const char *text, size_t bytes)
{
    struct error err = {0};
    struct scheme s;

    if (scheme_read(text, bytes, &s, &err))
        fail_msg("%.*s was taken", (int)bytes, text);
    assert_true(err.text[0] != '\0');
}

static void no_part_of_a_text_is_a_scheme(void **state)
{
    char *deep = malloc(100000), *large = malloc(SCHEME_BYTES_MOST + 1);

    (void)state;
    for (size_t bytes = 0; bytes < strlen(small); bytes++)
        refuse(small, bytes);
    refuse(small, sizeof(small)); /* with its NUL */
    memset(deep, '[', 100000);
    refuse(deep, 100000);
    memset(large, ' ', SCHEME_BYTES_MOST + 1);
    memcpy(large, small, strlen(small));
    refuse(large, SCHEME_BYTES_MOST + 1);
    free(deep);
    free(large);
}

/* What is taken in spite of a changed byte is a scheme as good as any. */
static void a_changed_byte_does_no_harm(void **state)
{
    struct dice d = dice_seeded(7);
    size_t taken = 0;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        char text[sizeof(small)], *once, *twice;
        struct error err = {0};
        struct scheme s, again;

        memcpy(text, small, sizeof(small));
        text[dice_below(&d, sizeof(small) - 1)] = (char)dice_below(&d, 256);
        if (!scheme_read(text, sizeof(small) - 1, &s, &err))
            continue;
        taken++;
        assert_int_equal(scheme_weight(&s), SCHEME_WEIGHT_WHOLE);
        once = written(&s);
        read_well(once, &again);
        twice = written(&again);
        assert_string_equal(once, twice);
        free(once);
        free(twice);
        scheme_free(&s);
        scheme_free(&again);
    }
    assert_true(taken > 0);
}

static void weights_are_read_and_told(void **state)
{
    static const struct {
        const char *text;
        int weight; /* -1: none */
    } rows[] = {
        {"35.00", 3500},
        {"35", 3500},
        {"35.5", 3550},
        {"0", 0},
        {"0.01", 1},
        {"100", 10000},
        {"100.00", 10000},
        {"100.01", -1},
        {"", -1},
        {".5", -1},
        {"5.", -1},
        {"35.001", -1},
        {"+5", -1},
        {"-0", -1},
        {" 5", -1},
        {"5 ", -1},
        {"1e1", -1},
        {"05", -1},
        {"1000", -1},
        {"３５", -1},
        {"35,00", -1},
        {"0x10", -1},
        {"99999999999999999999", -1},
    };
    char text[8];

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        int weight = -1;

        if (scheme_weight_read(rows[i].text, &weight) != (rows[i].weight >= 0) ||
            weight != rows[i].weight)
            fail_msg("\"%s\" is read as %d", rows[i].text, weight);
    }
    for (int weight = 0; weight <= SCHEME_WEIGHT_WHOLE; weight++) {
        int again = -1;

        scheme_weight_text(weight, text);
        assert_true(scheme_weight_read(text, &again) && again == weight);
    }
}

static void reweighed_parts_keep_their_proportions(void **state)
{
    struct scheme first, s;

    (void)state;
    scheme_first(2026, &first);
    for (int weight = 0; weight <= SCHEME_WEIGHT_WHOLE; weight++) {
        s = first;
        assert_true(scheme_reweigh(&s, weight));
        assert_int_equal(scheme_weight(&s), SCHEME_WEIGHT_WHOLE);
        assert_int_equal(scheme_hall_weight(&s), weight);
        for (size_t i = 0; i < s.part_count; i++) {
            const struct scheme_part *p = &first.parts[i];
            int whole = p->hall ? 3500 : 6500,
                all = p->hall ? weight : SCHEME_WEIGHT_WHOLE - weight;

            /* Within one hundredth of the exact share. */
            assert_true(abs(s.parts[i].weight * whole - p->weight * all) < whole);
        }
    }
    s = first;
    assert_true(scheme_reweigh(&s, SCHEME_HALL_WEIGHT));
    assert_memory_equal(&s, &first, sizeof(s));
    assert_false(scheme_reweigh(&s, -1));
    assert_false(scheme_reweigh(&s, SCHEME_WEIGHT_WHOLE + 1));
    assert_true(scheme_reweigh(&s, 0));
    assert_false(scheme_reweigh(&s, 100)); /* of nothing there is no proportion */
}

static void left_hundredths_go_to_the_greatest_remainders(void **state)
{
    struct scheme s;

    (void)state;
    scheme_first(2026, &s);
    s.part_count = 4;
    for (size_t i = 0; i < 4; i++) {
        s.parts[i].weight = i == 3 ? 10000 - 3 * 1000 : 1000;
        s.parts[i].hall = i < 3;
    }
    assert_true(scheme_reweigh(&s, 3500)); /* 1166.67 each: the earlier ones get more */
    assert_int_equal(s.parts[0].weight, 1167);
    assert_int_equal(s.parts[1].weight, 1167);
    assert_int_equal(s.parts[2].weight, 1166);
    assert_int_equal(s.parts[3].weight, 6500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_is_the_sheets),
        cmocka_unit_test(what_is_read_is_written_again),
        cmocka_unit_test(other_ways_to_write_it_are_read),
        cmocka_unit_test(the_first_fault_is_told),
        cmocka_unit_test(no_part_of_a_text_is_a_scheme),
        cmocka_unit_test(a_changed_byte_does_no_harm),
        cmocka_unit_test(weights_are_read_and_told),
        cmocka_unit_test(reweighed_parts_keep_their_proportions),
        cmocka_unit_test(left_hundredths_go_to_the_greatest_remainders),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
