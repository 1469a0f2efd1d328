/*
 * bundle_test.c — a bundle reads back as it was made, to the byte; every byte that is
 * changed is found out; and what is none is refused with its line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "domain/bundle.h"
#include "domain/dice.h"

enum { DEPARTMENTS = 6, CASES = 3000 };

/* A small city, drawn by lot. */
static void city(uint64_t seed, struct buf *out, struct bundle *b)
{
    const struct bundle_head head = {.program = "test",
                                     .hall = "BL",
                                     .hall_name = "白鹭\t政务",
                                     .county = "",
                                     .from_month = 202601,
                                     .to_month = 202612,
                                     .cut_ms = 1798732800000};
    struct dice d = dice_seeded(seed);
    struct scheme scheme;
    char code[16];

    scheme_first(2026, &scheme);
    scheme.rules.draws = 1000;
    bundle_begin(b, &head, &scheme, out);
    for (int i = 0; i < DEPARTMENTS; i++) {
        snprintf(code, sizeof(code), "D%d", i);
        bundle_unit(b, code, "某局", out);
    }
    for (size_t p = 0; p < b->scheme.part_count; p++)
        for (int i = 0;
             i < DEPARTMENTS - 1 && !measure_counted(b->scheme.parts[p].measure);
             i++) { /* the last one lacks its marks */
            snprintf(code, sizeof(code), "D%d", i);
            bundle_mark(b, p, code, (int32_t)(900000 + dice_below(&d, 100001)), "sheet 1",
                        out);
        }
    for (int i = 0; i < CASES; i++) {
        struct assess_case c = {.id = i + 1,
                                .date = 20260101,
                                .window = "W",
                                .clerk = "C",
                                .matter = "M",
                                .ratable = true,
                                .promised = dice_below(&d, 2) ? 5 : -1,
                                .channel = (int)dice_below(&d, 8) - 2};

        snprintf(c.department, sizeof(c.department), "D%d",
                 (int)dice_below(&d, DEPARTMENTS));
        c.taken = c.promised < 0 ? -1 : (int)dice_below(&d, 8);
        c.channel = c.channel < 0 ? -1 : c.channel;
        c.delay = c.channel < 0 ? -1 : (int)dice_below(&d, 3);
        c.grade = c.channel < 0 ? 0 : (int)dice_below(&d, 6);
        c.excluded = c.channel >= 0 && dice_below(&d, 50) == 0;
        for (int dim = 0; dim < 4; dim++)
            c.dims[dim] = c.channel < 0 ? 0 : (int)dice_below(&d, 6);
        bundle_case(b, &c, out);
    }
    for (int i = 0; i < 60; i++) {
        struct assess_order o = {.id = 10000 + i,
                                 .case_id = i + 1,
                                 .date = 20260101,
                                 .window = "W",
                                 .clerk = "C",
                                 .fixed = dice_below(&d, 3) != 0};

        snprintf(o.department, sizeof(o.department), "D%d", i % DEPARTMENTS);
        bundle_order(b, &o, out);
    }
    bundle_end(b, NULL, out);
}

/* Reads a text; false with the error, else what differs is in *differs. */
static bool replay(const char *text, size_t length, int64_t *differs, struct error *err)
{
    char *copy = malloc(length + 1), *line = copy;
    struct bundle b;
    bool ok = true;

    memcpy(copy, text, length);
    copy[length] = '\0';
    bundle_read_begin(&b);
    while (ok && line < copy + length) {
        char *end = memchr(line, '\n', (size_t)(copy + length - line));

        if (end == NULL)
            end = copy + length;
        *end = '\0';
        ok = bundle_read_line(&b, line, (size_t)(end - line), NULL, err);
        line = end + 1;
    }
    ok = ok && bundle_read_end(&b, err);
    *differs = b.differs;
    bundle_free(&b);
    free(copy);
    return ok;
}

static void it_reads_back_to_the_byte(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct buf out = buf_new(1 << 24);
        struct error err = {0};
        struct bundle b;
        int64_t differs;

        city(seed, &out, &b);
        assert_false(out.overflowed);
        assert_int_equal(b.cases, CASES);
        if (!replay(out.data, out.length, &differs, &err))
            fail_msg("seed %d: %s", (int)seed, err.text);
        assert_int_equal(differs, 0);
        bundle_free(&b);
        buf_free(&out);
    }
}

/* Any byte, changed into any other, shows: the file is refused, or it differs. */
static void every_changed_byte_shows(void **state)
{
    struct buf out = buf_new(1 << 24);
    struct dice d = dice_seeded(20261128);
    struct bundle b;

    (void)state;
    city(4, &out, &b);
    for (int i = 0; i < 60; i++) {
        /* half of them in the results, which are the smaller part */
        size_t results = (size_t)(strstr(out.data, "\nfacts\t") - out.data);
        size_t at = i % 2 ? dice_below(&d, out.length)
                          : results + dice_below(&d, out.length - results);
        char before = out.data[at];
        struct error err = {0};
        int64_t differs = 0;

        out.data[at] = (char)(before ^ (1 + dice_below(&d, 255)));
        if (replay(out.data, out.length, &differs, &err) && differs == 0)
            fail_msg("byte %zu: %d became %d and nobody saw it", at, before,
                     out.data[at]);
        out.data[at] = before;
    }
    bundle_free(&b);
    buf_free(&out);
}

/* However much of it is left off, it is not whole. */
static void what_is_cut_off_is_refused(void **state)
{
    struct buf out = buf_new(1 << 24);
    struct dice d = dice_seeded(5);
    struct bundle b;

    (void)state;
    city(5, &out, &b);
    for (int i = 0; i < 30; i++) {
        size_t length = i == 0 ? 0 : dice_below(&d, out.length - 1);
        struct error err = {0};
        int64_t differs = 0;

        if (replay(out.data, length, &differs, &err) && differs == 0)
            fail_msg("%zu of %zu bytes were taken for the whole", length, out.length);
    }
    bundle_free(&b);
    buf_free(&out);
}

/* What is put before the first line that begins with `before`, or in its place. */
static const struct {
    const char *before, *text, *says;
    bool instead;
} hostile[] = {
    {"yiping-assessment", "something else\n", "Line 1", false},
    {"hall\t", "hall\tBL\n", "Line 3", true},
    {"scheme\t", "scheme\t{}\n", "Line 7", true},
    {"months\t", "months\t202612\t202601\n", "Line 5", true},
    {"unit\tD1", "unit\tD0\t某局\n", "twice", true},
    {"unit\tD1", "case\t1\n", "date", false},
    {"mark\t", "mark\tgood\tD0\t99.0000\tx\n", "no part", false},
    {"mark\t", "mark\topenness\tD9\t99.0000\tx\n", "department", false},
    {"mark\t", "mark\topenness\tD0\t100.0001\tx\n", "no score", false},
    {"order\t", "unit\tD9\t某局\n", "too late", false},
    {"order\t", "surprise\n", "nobody knows", false},
    {"facts\t", "facts\t00\n", "not those", true},
};

static void hostile_lines_are_refused(void **state)
{
    struct buf out = buf_new(1 << 24);
    struct bundle b;

    (void)state;
    city(6, &out, &b);
    for (size_t i = 0; i < LENGTH(hostile); i++) {
        struct buf changed = buf_new(1 << 24);
        struct error err = {0};
        char *at = out.data, *end;
        int64_t differs;

        while (strncmp(at, hostile[i].before, strlen(hostile[i].before)) != 0)
            at = strchr(at, '\n') + 1;
        end = hostile[i].instead ? strchr(at, '\n') + 1 : at;
        buf_add(&changed, out.data, (size_t)(at - out.data));
        buf_add_text(&changed, hostile[i].text);
        buf_add(&changed, end, out.length - (size_t)(end - out.data));
        if (replay(changed.data, changed.length, &differs, &err) ||
            strstr(err.text, hostile[i].says) == NULL)
            fail_msg("%zu %s: %s", i, hostile[i].text, err.text);
        buf_free(&changed);
    }
    bundle_free(&b);
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_reads_back_to_the_byte),
        cmocka_unit_test(every_changed_byte_shows),
        cmocka_unit_test(what_is_cut_off_is_refused),
        cmocka_unit_test(hostile_lines_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
