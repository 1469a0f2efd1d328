/*
 * visit_store_test.c — plans that are announced, drawn and can be made again from what is
 * kept, and results of visits, in a real store.
 */
#include "scratch_store.h"

#include <string.h>

#include "store/topics.h"
#include "store/visit_store.h"

#define NOW  SCRATCH_START_MS /* 23 November 2026 */
#define LATE (NOW + 3600000)

static const struct visit_rules rules = {.bad_weight = 4000,
                                         .since_weight = 3000,
                                         .overdue_weight = 2000,
                                         .log_weight = 1000,
                                         .bad_full = 200,
                                         .days_full = 90,
                                         .overdue_full = 4,
                                         .log_full = 5,
                                         .look_back_days = 90};

static void open_hall(struct scratch *s)
{
    static const struct hall_frame *frame; /* never freed: one serves all tests */
    struct error err = {0};

    scratch_open(s);
    if (frame == NULL)
        scratch_must(hall_frame_read(s->st.db, &frame, &err), &err);
    s->st.frame = frame;
    scratch_run(
        s,
        "INSERT INTO windows (id, hall, code, name, floor, department_id,"
        " matters, ended, since_ms) VALUES (35, 1, 'W3', '3号窗口', 1, 11, 'all', 0, 0),"
        " (36, 1, 'W4', '4号窗口', 1, 11, 'all', 0, 0),"
        " (37, 1, 'W5', '5号窗口', 1, 11, 'all', 0, 0)");
    scratch_run(s,
                "INSERT INTO rating_sums (hall, span, date, window_code, matter_code,"
                " clerk_code, channel, delay, measure, department_code, g0, g1, g2, g3,"
                " g4, g5) VALUES (1, 2, 20261120, 'W1', '', '', 'sms', 0, 0, 'YB', 0, 3,"
                " 2, 0, 0, 95), (1, 2, 20261120, 'W2', '', '', 'sms', 0, 0, 'GA', 0, 0,"
                " 0, 0, 0, 2000)");
    scratch_run(s, "INSERT INTO case_sums (hall, span, date, window_code, matter_code,"
                   " clerk_code, department_code, closed, ratable, reached) VALUES"
                   " (1, 2, 20261120, 'W1', '', '', 'YB', 100, 100, 0),"
                   " (1, 2, 20261120, 'W2', '', '', 'GA', 2000, 2000, 0)");
}

static struct visit_plan_row plan_of(struct scratch *s, int by_risk, int by_lot,
                                     const char *once)
{
    const struct visit_plan_input in = {.year = 2026,
                                        .side = VISIT_HALL,
                                        .kind = VISIT_OPEN,
                                        .by_risk = by_risk,
                                        .by_lot = by_lot,
                                        .once = once,
                                        .actor = "account 7"};
    struct visit_plan_row row;
    struct error err = {0};
    int64_t id, again;
    bool found;

    scratch_must(visit_plan_announce(&s->st, &in, NOW, &id, &err), &err);
    scratch_must(visit_plan_announce(&s->st, &in, LATE, &again, &err), &err);
    assert_int_equal(id, again);
    scratch_must(visit_plan_find(&s->st, id, &row, &found, &err), &err);
    assert_true(found);
    return row;
}

struct field {
    struct visit_facts facts[8];
    struct visit_candidate rows[8];
    size_t count;
};

static void keep(void *self, const struct visit_candidate *c)
{
    struct field *f = self;

    f->rows[f->count] = *c;
    f->facts[f->count++] = c->facts;
}

/* Is this the reason that stands beside the window? */
static void assert_chosen(const struct field *f, const char *code, int reason)
{
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->facts[i].code, code) == 0) {
            assert_int_equal(f->rows[i].chosen, reason >= 0);
            if (reason >= 0)
                assert_int_equal(f->rows[i].reason, reason);
            return;
        }
    fail_msg("%s is missing", code);
}

static void a_plan_can_be_made_again(void **state)
{
    struct scratch s;
    struct error err = {0};
    struct visit_plan_row plan;
    struct visit_choice chosen[8];
    struct field f = {0};
    char commitment[LOT_TEXT];
    size_t count;
    bool drawn, found;

    (void)state;
    open_hall(&s);
    plan = plan_of(&s, 2, 1, "form 1");
    assert_string_equal(plan.seed, ""); /* nobody reads it before */
    assert_int_equal(strlen(plan.commitment), 64);
    scratch_must(visit_plan_draw(&s.st, &rules, &plan, "account 8", LATE, &drawn, &err),
                 &err);
    assert_true(drawn);
    scratch_must(visit_plan_draw(&s.st, &rules, &plan, "account 8", LATE, &drawn, &err),
                 &err);
    assert_false(drawn);
    scratch_must(visit_plan_find(&s.st, plan.id, &plan, &found, &err), &err);
    lot_commitment(plan.seed, commitment);
    assert_string_equal(commitment, plan.commitment);
    assert_int_equal(plan.visits, 3);
    scratch_must(visit_candidates_each(&s.st, plan.id, keep, &f, &err), &err);
    assert_int_equal(f.count, 5); /* W9 has ended */
    count = visit_plan(&rules, f.facts, f.count, 2, 1, plan.seed, chosen);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < count; i++)
        assert_chosen(&f, f.facts[chosen[i].place].code, (int)chosen[i].reason);
    /* Nothing is known of three windows: they come before one of known 5 bad in 100. */
    assert_chosen(&f, "W3", VISIT_BY_RISK);
    assert_chosen(&f, "W4", VISIT_BY_RISK);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM visits"), 3);
    assert_int_equal(scratch_number(&s,
                                    "SELECT bad * 1000000 + rated FROM visit_candidates"
                                    " WHERE window_code = 'W1'"),
                     5000100);
    scratch_close(&s);
}

static void what_speaks_for_a_visit(void **state)
{
    struct scratch s;
    struct error err = {0};
    struct visit_plan_row plan;
    bool drawn;

    (void)state;
    open_hall(&s);
    scratch_run(
        &s,
        "INSERT INTO log_entries (id, hall, once, local_date, window_code,"
        " department_code, kind, points, side, late, corrects, words_id, actor,"
        " at_ms) VALUES"
        " (1, 1, 'a', 20261120, 'W1', 'YB', 'complaint', -100, 'hall', 0, NULL, 1, 'x', "
        "1),"
        " (2, 1, 'b', 20261120, 'W1', 'YB', 'check', 0, 'hall', 1, NULL, 1, 'x', 1),"
        " (3, 1, 'c', 20261120, 'W1', 'YB', 'praise', 50, 'hall', 0, NULL, 1, 'x', 1),"
        " (4, 1, 'd', 20261120, 'W1', 'YB', 'discipline', -1, 'hall', 0, NULL, 1, 'x', "
        "1),"
        " (5, 1, 'e', 20261120, 'W1', 'YB', 'discipline', 0, 'hall', 0, 4, 1, 'x', 1),"
        " (6, 1, 'f', 20260101, 'W1', 'YB', 'complaint', -100, 'hall', 0, NULL, 1, 'x', "
        "1)");
    scratch_run(&s, "INSERT INTO visits (id, hall, once, year, side, kind, window_code,"
                    " department_code, plan_id, reason, actor, at_ms) VALUES"
                    " (1, 1, 'a', 2026, 'organisation', 'mystery', 'W1', 'YB', NULL, "
                    "'hand', 'x', 1)");
    scratch_run(&s,
                "INSERT INTO visit_results (id, hall, once, visit_id, local_date, score,"
                " corrects, words_id, actor, at_ms) VALUES"
                " (1, 1, 'a', 1, 20261113, 9000, NULL, 1, 'x', 1)");
    plan = plan_of(&s, 1, 0, "form 1");
    scratch_must(visit_plan_draw(&s.st, &rules, &plan, "account 8", LATE, &drawn, &err),
                 &err);
    assert_int_equal(scratch_number(&s, "SELECT remarks FROM visit_candidates"
                                        " WHERE window_code = 'W1'"),
                     3); /* complaint, late check, the correction */
    assert_int_equal(scratch_number(&s, "SELECT since_days FROM visit_candidates"
                                        " WHERE window_code = 'W1'"),
                     10);
    assert_int_equal(scratch_number(&s, "SELECT since_days FROM visit_candidates"
                                        " WHERE window_code = 'W2'"),
                     -1);
    scratch_close(&s);
}

static void copy_visit(void *self, const struct visit *v)
{
    struct visit *out = self;

    if (out->id == 0)
        *out = *v;
}

static void results_are_facts(void **state)
{
    const struct visit_input by_hand = {.year = 2026,
                                        .side = VISIT_ORGANISATION,
                                        .kind = VISIT_PROCEDURE,
                                        .window = "W1",
                                        .once = "form v",
                                        .actor = "account 9"};
    struct visit_input nowhere = by_hand;
    struct visit_result_input in = {.local_date = 20261123,
                                    .score = 8550,
                                    .words = "程序合规",
                                    .actor = "account 9",
                                    .file = {.name = "a.txt", .bytes = "x", .length = 1},
                                    .file_most = 100};
    static const struct {
        const char *once;
        int date;
        bool correct; /* names the newest result */
        enum visit_verdict verdict;
    } rows[] = {
        {"r1", 20261124, false, VISIT_TO_COME}, {"r1", 20261122, false, VISIT_TAKEN},
        {"r1", 20261122, false, VISIT_AGAIN},   {"r2", 20261122, false, VISIT_OUTDATED},
        {"r2", 20261122, true, VISIT_TAKEN},
    };
    struct scratch s;
    struct error err = {0};
    struct visit v, listed = {0};
    enum visit_verdict verdict;
    int64_t id, again;
    bool found;

    (void)state;
    open_hall(&s);
    scratch_must(visit_add(&s.st, &by_hand, NOW, &id, &err), &err);
    scratch_must(visit_add(&s.st, &by_hand, LATE, &again, &err), &err);
    assert_int_equal(id, again);
    nowhere.window = "W7";
    nowhere.once = "form w";
    scratch_must(visit_add(&s.st, &nowhere, NOW, &again, &err), &err);
    assert_int_equal(again, 0);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        scratch_must(visit_find(&s.st, id, &v, &found, &err), &err);
        in.once = rows[i].once;
        in.local_date = rows[i].date;
        in.corrects = rows[i].correct ? v.result_id : 0;
        in.score++;
        scratch_must(visit_result_take(&s.st, &v, &in, LATE, &verdict, &err), &err);
        if (verdict != rows[i].verdict)
            fail_msg("row %zu: %d", i, (int)verdict);
    }
    scratch_must(visits_each(&s.st, 2026, "W1", "YB", copy_visit, &listed, &err), &err);
    assert_int_equal(listed.score, 8555);
    assert_true(listed.corrected);
    assert_int_equal(listed.files, 2);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM visit_results"), 2);
    scratch_close(&s);
}

/* A year's list grows with its visits, and not with their square: what was found at one
 * is looked up, never looked for among all. */
static void no_list_goes_through_all_results(void **state)
{
    static char explain[16][2048];
    struct error err = {0};
    struct scratch s;
    const char *const *sql;
    size_t count;

    (void)state;
    scratch_open(&s);
    sql = visit_statements(&count);
    assert_in_range(count, 1, LENGTH(explain));
    for (size_t i = 0; i < count; i++) {
        struct db_cursor c;

        snprintf(explain[i], sizeof(explain[i]), "EXPLAIN QUERY PLAN %s", sql[i]);
        scratch_must(db_query(s.st.db, explain[i], DB_NONE, &c, &err), &err);
        while (db_next(&c, &err))
            if (strncmp(db_get_text(&c, 3), "SCAN", 4) == 0)
                fail_msg("%s: %s", sql[i], db_get_text(&c, 3));
        db_done(&c);
    }
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_can_be_made_again),
        cmocka_unit_test(what_speaks_for_a_visit),
        cmocka_unit_test(results_are_facts),
        cmocka_unit_test(no_list_goes_through_all_results),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
