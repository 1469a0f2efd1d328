/*
 * assessment_store_test.c — a year that is frozen for good holds all that was written of
 * it, in a real store.
 */
#include "scratch_store.h"

#include <string.h>

#include "store/assessment_store.h"
#include "store/mark_store.h"
#include "store/sheet_store.h"

#define NOW       SCRATCH_START_MS
#define MINUTE_MS INT64_C(60000)

static void open_hall(struct scratch *s)
{
    static const struct hall_frame *frame; /* never freed: one serves all tests */
    struct error err = {0};

    scratch_open(s);
    if (frame == NULL)
        scratch_must(hall_frame_read(s->st.db, &frame, &err), &err);
    s->st.frame = frame;
}

/* Books what was cut at NOW, some time later. */
static bool book(struct scratch *s, int year, bool final, struct error *err)
{
    struct assessment a = {.year = year,
                           .version = 1,
                           .from_month = year * 100 + 1,
                           .to_month = year * 100 + 12,
                           .final = final,
                           .cut_ms = NOW,
                           .program = "1",
                           .file = "assess.yiping",
                           .facts = "f",
                           .results = "r",
                           .actor = "account 7"};

    *err = (struct error){0};
    return assessment_add(&s->st, &a, NOW + 2 * MINUTE_MS, err);
}

static void mark(struct scratch *s, int quarter, int64_t at_ms)
{
    const struct hall_mark_input in = {.year = 2025,
                                       .quarter = quarter,
                                       .department = "YB",
                                       .kind = HALL_MARK_OPENNESS,
                                       .mark = 9000,
                                       .words = "公开栏内容齐全",
                                       .once = quarter == 1 ? "one" : "two",
                                       .actor = "account 7",
                                       .file_most = 1024};
    enum hall_mark_verdict verdict;
    struct error err = {0};
    int64_t id;

    scratch_must(hall_mark_take(&s->st, &in, at_ms, &verdict, &id, &err), &err);
    assert_int_equal(verdict, HALL_MARK_TAKEN);
}

static void what_came_since_the_cut_is_not_left_out(void **state)
{
    struct scratch s;
    struct error err;

    (void)state;
    open_hall(&s);
    mark(&s, 1, NOW - MINUTE_MS);
    mark(&s, 2, NOW + MINUTE_MS);             /* while the bundle was made */
    assert_true(book(&s, 2025, false, &err)); /* a draft may be without it */
    assert_false(book(&s, 2025, true, &err));
    assert_int_equal(err.kind, ERROR_CONFLICT);
    assert_non_null(strstr(err.text, "Freeze it again"));
    assert_true(book(&s, 2024, true, &err)); /* another year is not touched by it */
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM assessments"), 2);
    scratch_close(&s);
}

static void what_came_before_the_cut_is_in_it(void **state)
{
    struct scratch s;
    struct error err;

    (void)state;
    open_hall(&s);
    mark(&s, 1, NOW - MINUTE_MS);
    assert_true(book(&s, 2025, true, &err));
    assert_false(book(&s, 2025, true, &err));
    assert_int_equal(err.kind, ERROR_CONFLICT);
    scratch_close(&s);
}

/* The page looks before it writes; the store looks in the moment of writing. */
static void a_frozen_year_takes_no_sheet(void **state)
{
    const struct sheet_input in = {
        .once = "s", .year = 2025, .part = "x", .name = "n", .actor = "account 7"};
    struct scratch s;
    struct error err;

    (void)state;
    open_hall(&s);
    assert_true(book(&s, 2025, true, &err));
    assert_false(sheet_import(&s.st, &in, NOW + 3 * MINUTE_MS, &err));
    assert_int_equal(err.kind, ERROR_CONFLICT);
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_came_since_the_cut_is_not_left_out),
        cmocka_unit_test(what_came_before_the_cut_is_in_it),
        cmocka_unit_test(a_frozen_year_takes_no_sheet),
    };

    return cmocka_run_group_tests_name("assessment_store", tests, NULL, NULL);
}
