/*
 * scheme_effect_test.c — what a change of the scheme would have done to last year, by a
 * small city whose figures are worked out by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <string.h>

#include "base/compiler.h"
#include "domain/scheme_effect.h"

/* Two parts: the promises kept, and a sheet. */
static void make_scheme(int promise, struct scheme *out)
{
    scheme_first(2025, out);
    out->part_count = 2;
    out->parts[0] = (struct scheme_part){.code = "promise",
                                         .weight = promise,
                                         .hall = true,
                                         .source = SOURCE_RECORDS,
                                         .measure = MEASURE_PROMISE};
    out->parts[1] = (struct scheme_part){.code = "targets",
                                         .weight = SCHEME_WEIGHT_WHOLE - promise,
                                         .owner = OWNER_OUTSIDE,
                                         .measure = MEASURE_SHEET};
    out->rules.prior_rate = 5000;
    out->rules.prior_weight = 0;
}

static void add_unit(struct assess_book *b, const char *code, int64_t k, int32_t mark)
{
    struct assess_unit *u = assess_book_unit(b, code);

    snprintf(u->name, sizeof(u->name), "%s局", code);
    snprintf(u->department, sizeof(u->department), "%s", code);
    u->counts[MEASURE_PROMISE] = (struct assess_count){.k = k, .n = 100};
    u->counts[MEASURE_GOOD] = (struct assess_count){.k = 30, .n = 30};
    for (size_t p = 0; p < SCHEME_PARTS_MOST; p++)
        u->marks[p] = ASSESS_NONE;
    u->marks[1] = mark;
}

static json_t *effect(int before, int after, const struct assess_book *b)
{
    struct scheme old, new;
    struct buf out = buf_new(1 << 20);
    json_t *json;

    make_scheme(before, &old);
    make_scheme(after, &new);
    scheme_effect_write(2025, "2025/1", &(struct effect_side){&old, b},
                        &(struct effect_side){&new, b}, &out);
    json = json_loads(buf_text(&out), 0, NULL);
    assert_non_null(json);
    buf_free(&out);
    return json;
}

static void expect(const json_t *row, const char *before, const char *after,
                   const char *points, int moved)
{
    assert_string_equal(json_string_value(json_object_get(row, "before")), before);
    assert_string_equal(json_string_value(json_object_get(row, "after")), after);
    if (points == NULL) {
        assert_null(json_object_get(row, "moved"));
        return;
    }
    assert_string_equal(json_string_value(json_object_get(row, "points")), points);
    assert_int_equal(json_integer_value(json_object_get(row, "moved")), moved);
}

/* A: 90 promises, 60 marks; B: 80 and 80; C has no marks. */
static void places_and_points_move(void **state)
{
    struct assess_book b = {0};
    json_t *json, *rows;

    (void)state;
    add_unit(&b, "A", 90, 600000);
    add_unit(&b, "B", 80, 800000);
    add_unit(&b, "C", 99, ASSESS_NONE);
    json = effect(5000, 8000, &b);
    rows = json_object_get(json, "rows");
    assert_string_equal(json_string_value(json_object_get(json, "of")), "total");
    expect(json_array_get(rows, 0), "75.00", "84.00", "+9.00", 1);
    expect(json_array_get(rows, 1), "80.00", "80.00", "+0.00", -1);
    expect(json_array_get(rows, 2), "—", "—", NULL, 0);
    json_decref(json);
    json = effect(8000, 5000, &b);
    expect(json_array_get(json_object_get(json, "rows"), 0), "84.00", "75.00", "-9.00",
           -1);
    json_decref(json);
    assess_book_free(&b);
}

/* A mark of the hall that nobody gave: only the promises are compared. */
static void what_nobody_knows_is_left_out_and_named(void **state)
{
    struct assess_book b = {0};
    struct scheme old, new;
    struct buf out = buf_new(1 << 20);
    json_t *json;

    (void)state;
    add_unit(&b, "A", 90, ASSESS_NONE);
    add_unit(&b, "B", 80, ASSESS_NONE);
    make_scheme(5000, &old);
    make_scheme(8000, &new);
    old.parts[1].hall = new.parts[1].hall = true;
    snprintf(new.parts[1].name_en, sizeof(new.parts[1].name_en), "Targets");
    scheme_effect_write(2025, "2025/1", &(struct effect_side){&old, &b},
                        &(struct effect_side){&new, &b}, &out);
    json = json_loads(buf_text(&out), 0, NULL);
    assert_string_equal(json_string_value(json_object_get(json, "of")), "known");
    assert_string_equal(
        json_string_value(json_object_get(
            json_array_get(json_object_get(json, "missing"), 0), "name_en")),
        "Targets");
    expect(json_array_get(json_object_get(json, "rows"), 1), "40.00", "64.00", "+24.00",
           0);
    json_decref(json);
    buf_free(&out);
    assess_book_free(&b);
}

static void where_no_total_is_known_the_halls_scores_are(void **state)
{
    struct assess_book b = {0}, empty = {0};
    json_t *json;

    (void)state;
    add_unit(&b, "A", 90, ASSESS_NONE);
    add_unit(&b, "B", 80, ASSESS_NONE);
    json = effect(5000, 8000, &b);
    assert_string_equal(json_string_value(json_object_get(json, "of")), "hall");
    expect(json_array_get(json_object_get(json, "rows"), 0), "45.00", "72.00", "+27.00",
           0);
    json_decref(json);
    assess_book_free(&b);
    json = effect(5000, 8000, &empty);
    assert_string_equal(json_string_value(json_object_get(json, "of")), "none");
    assert_int_equal(json_array_size(json_object_get(json, "rows")), 0);
    json_decref(json);
}

/* B has points, but one rating less than is compared: A is alone in its place. */
static void too_few_ratings_make_no_place(void **state)
{
    struct assess_book b = {0};
    json_t *json, *rows;

    (void)state;
    add_unit(&b, "A", 90, 600000);
    add_unit(&b, "B", 80, 800000);
    b.units[1].counts[MEASURE_GOOD] = (struct assess_count){.k = 29, .n = 29};
    json = effect(5000, 8000, &b);
    rows = json_object_get(json, "rows");
    expect(json_array_get(rows, 0), "75.00", "84.00", "+9.00", 0);
    expect(json_array_get(rows, 1), "80.00", "80.00", NULL, 0);
    assert_string_equal(
        json_string_value(json_object_get(json_array_get(rows, 1), "points")), "+0.00");
    json_decref(json);
    assess_book_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_and_points_move),
        cmocka_unit_test(too_few_ratings_make_no_place),
        cmocka_unit_test(what_nobody_knows_is_left_out_and_named),
        cmocka_unit_test(where_no_total_is_known_the_halls_scores_are),
    };

    return cmocka_run_group_tests_name("effect", tests, NULL, NULL);
}
