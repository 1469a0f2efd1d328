/*
 * mark_store_test.c — the hall's marks and what they make of a year, in a real store.
 */
#include "scratch_store.h"

#include <string.h>

#include "store/mark_store.h"

#define NOW SCRATCH_START_MS /* 23 November 2026 */

static void open_hall(struct scratch *s)
{
    static const struct hall_frame *frame; /* never freed: one serves all tests */
    struct error err = {0};

    scratch_open(s);
    if (frame == NULL)
        scratch_must(hall_frame_read(s->st.db, &frame, &err), &err);
    s->st.frame = frame;
}

#define MARK(y, q, d, k, m, c)                                                           \
    ((struct hall_mark_input){.year = (y),                                               \
                              .quarter = (q),                                            \
                              .department = (d),                                         \
                              .kind = (k),                                               \
                              .mark = (m),                                               \
                              .corrects = (c)})

static int64_t take(struct scratch *s, struct hall_mark_input in,
                    enum hall_mark_verdict want)
{
    enum hall_mark_verdict verdict;
    struct error err = {0};
    static int forms;
    char once[24];
    int64_t id;

    snprintf(once, sizeof(once), "form %d", forms++);
    in.once = in.once != NULL ? in.once : once;
    in.words = "公开栏内容齐全";
    in.actor = "account 7";
    in.file_most = 1024;
    scratch_must(hall_mark_take(&s->st, &in, NOW, &verdict, &id, &err), &err);
    if (verdict != want)
        fail_msg("%s %d/%d: verdict %d", in.department, in.year, in.quarter,
                 (int)verdict);
    return id;
}

/* With the name of one form. */
static struct hall_mark_input same(struct hall_mark_input in)
{
    in.once = "form x";
    return in;
}

static void marks_are_facts(void **state)
{
    struct scratch s;
    int64_t first, second;

    (void)state;
    open_hall(&s);
    take(&s, MARK(2026, 4, "XX", HALL_MARK_OPENNESS, 9000, 0), HALL_MARK_NO_DEPARTMENT);
    take(&s, MARK(2027, 1, "YB", HALL_MARK_OPENNESS, 9000, 0), HALL_MARK_TO_COME);
    take(&s, MARK(2026, 4, "YB", HALL_MARK_OPENNESS, 9000, 77), HALL_MARK_OUTDATED);
    first = take(&s, MARK(2026, 4, "YB", HALL_MARK_OPENNESS, 9000, 0), HALL_MARK_TAKEN);
    /* Two people at once: the second sees that there is one already. */
    take(&s, MARK(2026, 4, "YB", HALL_MARK_OPENNESS, 8000, 0), HALL_MARK_OUTDATED);
    second = take(&s, same(MARK(2026, 4, "YB", HALL_MARK_OPENNESS, 9055, first)),
                  HALL_MARK_TAKEN);
    assert_int_equal(take(&s, same(MARK(2026, 4, "YB", HALL_MARK_OPENNESS, 9055, first)),
                          HALL_MARK_AGAIN),
                     second);
    take(&s, MARK(2026, 4, "YB", HALL_MARK_OPENNESS, 1, first), HALL_MARK_OUTDATED);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM hall_marks"), 2);
    scratch_close(&s);
}

/* What was frozen for good is marked no more. */
static void a_frozen_year_is_closed(void **state)
{
    struct scratch s;

    (void)state;
    open_hall(&s);
    scratch_run(&s, "INSERT INTO assessments (id, hall, year, final, version, from_month,"
                    " to_month, cut_ms, program, file, bytes, cases, departments, facts,"
                    " results, actor, at_ms) VALUES (1, 1, 2025, 1, 1, 202501, 202512, 1,"
                    " 'x', 'x', 1, 1, 1, 'x', 'x', 'x', 1)");
    take(&s, MARK(2025, 3, "GA", HALL_MARK_OPENNESS, 5000, 0), HALL_MARK_FROZEN);
    take(&s, MARK(2026, 3, "GA", HALL_MARK_OPENNESS, 5000, 0), HALL_MARK_TAKEN);
    scratch_close(&s);
}

static void a_year_of_marks(void **state)
{
    struct scratch s;
    struct error err = {0};
    struct hall_mark_years years;
    const struct hall_mark_year *y;
    int64_t first;

    (void)state;
    open_hall(&s);
    first = take(&s, MARK(2026, 1, "YB", HALL_MARK_OPENNESS, 1, 0), HALL_MARK_TAKEN);
    take(&s, MARK(2026, 1, "YB", HALL_MARK_OPENNESS, 9001, first), HALL_MARK_TAKEN);
    take(&s, MARK(2026, 2, "YB", HALL_MARK_OPENNESS, 9001, 0), HALL_MARK_TAKEN);
    take(&s, MARK(2026, 3, "YB", HALL_MARK_OPENNESS, 9002, 0), HALL_MARK_TAKEN);
    /* what no part of a scheme is made of is not taken; what was taken once is read */
    take(&s, MARK(2026, 3, "YB", HALL_MARK_SERVICE, 10000, 0), HALL_MARK_NO_PART);
    scratch_run(&s, "INSERT INTO hall_marks (id, hall, once, year, quarter,"
                    " department_code, kind, mark, words_id, actor, at_ms) VALUES"
                    " (5, 1, 'old 1', 2026, 3, 'YB', 'service', 10000, 1, 'x', 1),"
                    " (6, 1, 'old 2', 2025, 3, 'GA', 'service', 0, 1, 'x', 1)");
    scratch_must(hall_marks_year(&s.st, 2026, &years, &err), &err);
    assert_int_equal(years.count, 1);
    assert_null(hall_marks_of(&years, "GA"));
    y = hall_marks_of(&years, "YB");
    assert_int_equal(y->quarters[HALL_MARK_OPENNESS][0], 9001);
    assert_int_equal(y->quarters[HALL_MARK_OPENNESS][3], HALL_MARK_NONE);
    assert_int_equal(y->year[HALL_MARK_OPENNESS], 900133); /* 270040000 / 3 = 900133.3 */
    assert_int_equal(y->year[HALL_MARK_SERVICE], 1000000);
    hall_marks_free(&years);
    scratch_must(hall_marks_year(&s.st, 2025, &years, &err), &err);
    assert_int_equal(years.list[0].year[HALL_MARK_OPENNESS], HALL_MARK_NONE);
    assert_int_equal(years.list[0].year[HALL_MARK_SERVICE], 0);
    hall_marks_free(&years);
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_are_facts),
        cmocka_unit_test(a_frozen_year_is_closed),
        cmocka_unit_test(a_year_of_marks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
