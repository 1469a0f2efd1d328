/*
 * recheck_store_test.c — who stands to be drawn for a re-check, and what answers do, in a
 * real store.
 */
#include "scratch_store.h"

#include <string.h>

#include "store/recheck_store.h"

#define NOW   SCRATCH_START_MS /* 23 November 2026 */
#define LATER (NOW + 60000)

/* Cases 101..109; 101, 102 and 108 stand to be drawn, the others for one reason each do
 * not. */
static void open_hall(struct scratch *s)
{
    static const struct hall_frame *frame; /* never freed: one serves all tests */
    struct error err = {0};

    scratch_open(s);
    if (frame == NULL)
        scratch_must(hall_frame_read(s->st.db, &frame, &err), &err);
    s->st.frame = frame;
    scratch_run(s, "INSERT INTO cases (id, hall, ticket_id, ordinal, source, case_no,"
                   " matter_id, window_id, clerk_id, phone_id, parent_id, state, outcome,"
                   " opened_ms, accepted_ms, closed_ms, rate_until_ms, changed_ms) VALUES"
                   " (101, 1, NULL, 1, 'x', 'N1', 21, 31, 41, 1, NULL, 'closed', 'done', "
                   "1, 1, 1, 5, 1),"
                   " (102, 1, NULL, 1, 'x', 'N2', 21, 31, 41, 2, NULL, 'closed', 'done', "
                   "1, 1, 1, 5, 1),"
                   " (103, 1, NULL, 1, 'x', 'N3', 21, 31, 41, NULL, NULL, 'closed', "
                   "'done', 1, 1, 1, 5, 1),"
                   " (104, 1, NULL, 1, 'x', 'N4', 21, 31, 41, 3, NULL, 'closed', 'done', "
                   "1, 1, 1, 9999999999999, 1),"
                   " (105, 1, NULL, 1, 'x', 'N5', 21, 31, 41, 4, NULL, 'closed', 'done', "
                   "1, 1, 1, 5, 1),"
                   " (106, 1, NULL, 1, 'x', 'N6', 21, 31, 41, 5, NULL, 'closed', 'done', "
                   "1, 1, 1, 5, 1),"
                   " (107, 1, NULL, 1, 'x', 'N7', 21, 31, 41, 6, NULL, 'closed', 'done', "
                   "1, 1, 1, 5, 1),"
                   " (108, 1, NULL, 1, 'x', 'N8', 22, 32, 41, 7, NULL, 'closed', 'done', "
                   "1, 1, 1, 5, 1),"
                   " (109, 1, NULL, 1, 'x', 'N9', 21, 31, 41, 8, NULL, 'accepted', NULL, "
                   "1, 1, NULL, 5, 1)"); /* reopened */
    scratch_run(s, "INSERT INTO closings (case_id, hall, local_date, ratable) VALUES"
                   " (101, 1, 20261101, 1), (102, 1, 20261120, 1), (103, 1, 20261110, 1),"
                   " (104, 1, 20261110, 1), (105, 1, 20261110, 1), (106, 1, 20261031, 1),"
                   " (107, 1, 20261110, 1), (108, 1, 20261110, 1),"
                   " (109, 1, 20261110, 1)");
    scratch_run(s, "INSERT INTO optouts (id, hall, phone_id, inbound_id, at_ms) VALUES"
                   " (1, 1, 4, NULL, 1), (2, 1, 7, NULL, 1)");
    scratch_run(s, "INSERT INTO optout_ends (id, hall, optout_id, actor, at_ms) VALUES"
                   " (3, 1, 2, 'account 7', 2)"); /* who wants messages again */
    scratch_run(
        s, "INSERT INTO recheck_plans (id, hall, once, year, side, from_date,"
           " to_date, department_code, wanted, seed, commitment, actor, at_ms) VALUES"
           " (1, 1, 'old', 2025, 'hall', 1, 1, '', 1, 'x', 'x', 'x', 1)");
    scratch_run(s, "INSERT INTO rechecks (id, hall, plan_id, case_id, place, window_code,"
                   " department_code) VALUES (1, 1, 1, 107, 1, 'W1', 'YB')"); /* before */
}

static struct recheck_plan announce(struct scratch *s, const char *department, int wanted,
                                    const char *once)
{
    const struct recheck_plan_input in = {.year = 2026,
                                          .from = 20261101,
                                          .to = 20261120,
                                          .side = VISIT_ORGANISATION,
                                          .department = department,
                                          .wanted = wanted,
                                          .once = once,
                                          .actor = "account 9"};
    struct recheck_plan plan;
    struct error err = {0};
    int64_t id, again;
    bool found;

    scratch_must(recheck_announce(&s->st, &in, NOW, &id, &err), &err);
    scratch_must(recheck_announce(&s->st, &in, LATER, &again, &err), &err);
    assert_int_equal(id, again);
    scratch_must(recheck_plan_find(&s->st, id, &plan, &found, &err), &err);
    assert_true(found);
    assert_string_equal(plan.seed, "");
    return plan;
}

static void draw(struct scratch *s, struct recheck_plan *plan)
{
    struct error err = {0};
    bool drawn, found;

    scratch_must(recheck_draw(&s->st, plan, "account 9", LATER, &drawn, &err), &err);
    assert_true(drawn);
    scratch_must(recheck_draw(&s->st, plan, "account 9", LATER, &drawn, &err), &err);
    assert_false(drawn);
    scratch_must(recheck_plan_find(&s->st, plan->id, plan, &found, &err), &err);
}

static void who_stands_to_be_drawn(void **state)
{
    static const struct {
        const char *department, *names;
        int wanted, drawn;
    } rows[] = {
        {"", "101\n102\n108\n", 2, 2},
        {"", "101\n102\n108\n", 200, 3},
        {"GA", "108\n", 5, 1},
        {"XX", "", 5, 0},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct buf names = buf_new(1000);
        struct recheck_plan plan;
        struct scratch s;
        struct error err = {0};
        char commitment[LOT_TEXT];
        bool found;

        open_hall(&s);
        plan = announce(&s, rows[i].department, rows[i].wanted, "form 1");
        draw(&s, &plan);
        lot_commitment(plan.seed, commitment);
        assert_string_equal(commitment, plan.commitment);
        scratch_must(recheck_names(&s.st, plan.id, &names, &found, &err), &err);
        if (strcmp(buf_text(&names), rows[i].names) != 0 || plan.drawn != rows[i].drawn)
            fail_msg("row %zu: %d of %s", i, plan.drawn, buf_text(&names));
        buf_free(&names);
        scratch_close(&s);
    }
}

static void nobody_is_drawn_twice(void **state)
{
    struct recheck_plan plan;
    struct scratch s;

    (void)state;
    open_hall(&s);
    plan = announce(&s, "", 2, "form 1");
    draw(&s, &plan);
    plan = announce(&s, "", 9, "form 2");
    draw(&s, &plan);
    assert_int_equal(plan.among, 1);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM rechecks"), 4);
    scratch_close(&s);
}

struct sums {
    struct recheck_sum yb;
    int count;
};

static void see_sum(void *self, const struct recheck_sum *sum)
{
    struct sums *s = self;

    s->count++;
    if (strcmp(sum->department, "YB") == 0)
        s->yb = *sum;
}

static void answers_are_facts_and_no_ratings(void **state)
{
    enum { NOTHING, NEWEST, WRONG };
    static const struct {
        const char *once;
        int seen;
        int64_t inbound;
        enum recheck_outcome outcome;
        enum recheck_verdict verdict;
    } rows[] = {
        {"a", WRONG, 0, RECHECK_TRUE, RECHECK_OUTDATED},
        {"a", NOTHING, 0, RECHECK_UNREACHED, RECHECK_TAKEN},
        {"a", NOTHING, 0, RECHECK_UNREACHED, RECHECK_AGAIN},
        {"b", NOTHING, 0, RECHECK_TRUE, RECHECK_OUTDATED},
        {"b", NEWEST, 0, RECHECK_TRUE, RECHECK_TAKEN},
        {"inbound 5", NOTHING, 5, RECHECK_NOT_TRUE, RECHECK_TAKEN},
        {"inbound 5", NOTHING, 5, RECHECK_NOT_TRUE, RECHECK_AGAIN},
        {"c", NEWEST, 0, RECHECK_TRUE, RECHECK_STANDS}, /* the citizen said so himself */
        {"inbound 6", NOTHING, 6, RECHECK_TRUE,
         RECHECK_TAKEN}, /* and may say otherwise */
    };
    struct recheck_plan plan;
    struct recheck r;
    struct sums sums = {0};
    struct scratch s;
    struct error err = {0};
    int64_t id;
    bool found;

    (void)state;
    open_hall(&s);
    plan = announce(&s, "YB", 9, "form 1");
    draw(&s, &plan);
    id = scratch_number(&s, "SELECT id FROM rechecks WHERE case_id = 101");
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct recheck_answer in = {.recheck_id = id,
                                    .outcome = rows[i].outcome,
                                    .steered = -1,
                                    .words = "",
                                    .inbound_id = rows[i].inbound,
                                    .once = rows[i].once,
                                    .actor = "account 9"};
        enum recheck_verdict verdict;

        scratch_must(recheck_find(&s.st, id, &r, &found, &err), &err);
        in.seen = rows[i].seen == NEWEST ? r.answer_id : rows[i].seen == WRONG ? 77 : 0;
        scratch_must(recheck_answer_take(&s.st, &in, NOW, &verdict, &err), &err);
        if (verdict != rows[i].verdict)
            fail_msg("row %zu: %d", i, (int)verdict);
    }
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM recheck_answers"), 4);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM ratings"), 0);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM rating_sums"), 0);
    scratch_must(recheck_sums(&s.st, 2026, see_sum, &sums, &err), &err);
    assert_int_equal(sums.count, 1);
    assert_int_equal(sums.yb.outcomes[RECHECK_TRUE], 1);
    assert_int_equal(sums.yb.outcomes[RECHECK_OUTCOMES], 1); /* not asked yet */
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_stands_to_be_drawn),
        cmocka_unit_test(nobody_is_drawn_twice),
        cmocka_unit_test(answers_are_facts_and_no_ratings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
