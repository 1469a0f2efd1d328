/*
 * promise_days_test.c — what is usual: the median of the days that the cases of the last
 * year took, which follows a case that is closed a second time.
 */
#include "scratch_store.h"
#include "store/hall_frame.h"
#include "store/promise_store.h"

/* The calendar of the hall; never freed, so one serves all tests. */
static void open_hall(struct scratch *s)
{
    static const struct hall_frame *frame;
    struct error err = {0};

    scratch_open(s);
    if (frame == NULL)
        scratch_must(hall_frame_read(s->st.db, &frame, &err), &err);
    s->st.frame = frame;
}

struct told {
    char text[200];
};

static void note(void *self, const char *matter, int halves, int64_t cases)
{
    struct told *t = self;

    snprintf(t->text + strlen(t->text), sizeof(t->text) - strlen(t->text), "%s %d/%d ",
             matter, halves, (int)cases);
}

static void expect(struct scratch *s, const char *matter, const char *want)
{
    struct error err = {0};
    struct told t = {0};

    scratch_must(promise_usual(&s->st, matter, SCRATCH_START_MS, note, &t, &err), &err);
    assert_string_equal(t.text, want);
}

static void usual_is_the_median_of_a_year(void **state)
{
    struct scratch s;

    (void)state;
    open_hall(&s);
    expect(&s, "YB-01", "");
    scratch_run(&s, "INSERT INTO promise_days (hall, date, matter_code, taken, cases)"
                    " VALUES (1, 20261100, 'YB-01', 2, 2), (1, 20261000, 'YB-01', 3, 2)");
    expect(&s, "YB-01", ""); /* four cases tell nothing */
    scratch_run(&s,
                "INSERT INTO promise_days (hall, date, matter_code, taken, cases)"
                " VALUES (1, 20251100, 'YB-01', 9, 1), (1, 20251000, 'YB-01', 50, 99),"
                " (2, 20261100, 'YB-01', 1, 99), (1, 20261100, 'GA-01', 0, 5)");
    expect(&s, "YB-01", "YB-01 6/5 "); /* 2 2 3 3 9: three days; not those of before */
    scratch_run(&s, "INSERT INTO promise_days (hall, date, matter_code, taken, cases)"
                    " VALUES (1, 20260500, 'YB-01', 2, 1)");
    expect(&s, "YB-01", "YB-01 5/6 "); /* 2 2 2 3 3 9: two and a half */
    expect(&s, NULL, "GA-01 0/5 YB-01 5/6 ");
    scratch_close(&s);
}

static void a_second_closing_moves_its_days(void **state)
{
    struct promise_case c = {.id = 1001,
                             .begun_ms = SCRATCH_START_MS,
                             .closed_ms = SCRATCH_START_MS + INT64_C(86400000),
                             .promised = 3};
    struct error err = {0};
    struct scratch s;

    (void)state;
    open_hall(&s);
    scratch_run(&s,
                "INSERT INTO cases (id, hall, ticket_id, ordinal, source, case_no,"
                " matter_id, window_id, clerk_id, state, opened_ms, changed_ms)"
                " VALUES (1001, 1, NULL, 1, 'oa', 'P-1', 21, 31, 41, 'closed', 0, 0)");
    scratch_run(&s, "INSERT INTO closings (case_id, hall, local_date, ratable)"
                    " VALUES (1001, 1, 20261124, 1)");
    scratch_must(promise_close(&s.st, &c, &err), &err);
    assert_int_equal(scratch_number(&s, "SELECT cases FROM promise_days WHERE taken = 1"),
                     1);
    c.closed_ms += 2 * INT64_C(86400000);
    scratch_must(promise_close(&s.st, &c, &err), &err);
    assert_int_equal(scratch_number(&s, "SELECT cases FROM promise_days WHERE taken = 1"),
                     0);
    assert_int_equal(scratch_number(&s, "SELECT cases FROM promise_days WHERE taken = 3"),
                     1);
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(usual_is_the_median_of_a_year),
        cmocka_unit_test(a_second_closing_moves_its_days),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
