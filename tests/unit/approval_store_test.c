/*
 * approval_store_test.c — parallel approvals on a real store: what was told comes back,
 * also when the closing was told late; who took part, and which ratings they may share.
 */
#include "scratch_store.h"
#include "store/approval_store.h"

#define HOUR_MS INT64_C(3600000)
#define CASE    INT64_C(1001)
#define AT(h)   (SCRATCH_START_MS + (h)*HOUR_MS)

/* A case of department YB, taken in at ten; a third department takes part as well. */
static void open_case(struct scratch *s)
{
    char sql[600];

    scratch_open(s);
    scratch_run(s, "INSERT INTO departments (id, hall, code, name, credit_code, ended,"
                   " since_ms) VALUES (13, 1, 'SW', '税务局', '', 0, 0),"
                   " (14, 1, 'OLD', '旧局', '', 1, 0)");
    snprintf(sql, sizeof(sql),
             "INSERT INTO cases (id, hall, ticket_id, ordinal, source, case_no,"
             " matter_id, window_id, clerk_id, state, opened_ms, accepted_ms, changed_ms)"
             " VALUES (%lld, 1, NULL, 1, 'oa', 'P-1', 21, 31, 41, 'accepted', %lld,"
             " %lld, 0)",
             (long long)CASE, (long long)AT(0), (long long)AT(0) + 523);
    scratch_run(s, sql);
}

static int64_t begin(struct scratch *s, const char *department, const char *matter,
                     int hours)
{
    const struct approval_begin in = {.case_id = CASE,
                                      .department = department,
                                      .matter = matter,
                                      .promised_days = -1,
                                      .at_ms = AT(hours) + 999,
                                      .actor = "key 1"};
    struct error err = {0};
    int64_t id;
    bool fresh;

    scratch_must(approval_start(&s->st, &in, AT(9), &id, &fresh, &err), &err);
    return id;
}

static bool tell(struct scratch *s, int n, enum approval_step step, int hours,
                 struct error *err)
{
    const struct approval_tell in = {.case_id = CASE,
                                     .n = n,
                                     .step = step,
                                     .granted = true,
                                     .reason = step == APPROVAL_PAUSE ? "survey" : NULL,
                                     .at_ms = AT(hours),
                                     .actor = "key 1"};
    int64_t id;
    bool fresh;

    return approval_tell(&s->st, &in, AT(9), &id, &fresh, err);
}

static void must_tell(struct scratch *s, int n, enum approval_step step, int hours)
{
    struct error err = {0};

    scratch_must(tell(s, n, step, hours, &err), &err);
}

struct seen {
    char text[400];
};

static void note_department(void *self, const struct approval_department *d)
{
    struct seen *seen = self;

    snprintf(seen->text + strlen(seen->text), sizeof(seen->text) - strlen(seen->text),
             "%s%s ", d->code, d->intake ? "!" : "");
}

static void note_item(void *self, const struct approval_item *item)
{
    struct seen *seen = self;

    snprintf(seen->text + strlen(seen->text), sizeof(seen->text) - strlen(seen->text),
             "%s:%zu ", item->parallel->case_no, item->parallel->now.count);
}

static void what_was_told_comes_back(void **state)
{
    struct scratch s;
    struct approval_case all;
    struct error err = {0};
    struct seen seen = {0};
    int64_t first;

    (void)state;
    open_case(&s);
    scratch_must(approval_read(&s.st, CASE, &all, &err), &err);
    assert_int_equal(all.now.count, 0);
    first = begin(&s, NULL, "GA-01", 0); /* in the very second of the intake */
    assert_int_equal(begin(&s, "GA", "GA-01", 0), first);
    begin(&s, "SW", NULL, 1);
    must_tell(&s, 1, APPROVAL_PAUSE, 2);
    must_tell(&s, 2, APPROVAL_APPROVE, 3);
    must_tell(&s, 1, APPROVAL_RESUME, 4);
    must_tell(&s, 1, APPROVAL_APPROVE, 6);
    /* the closing is told last, and lies before what was told: nothing is lost by it */
    scratch_run(&s,
                "UPDATE cases SET state = 'closed', closed_ms = opened_ms + 18000000");
    scratch_must(approval_read(&s.st, CASE, &all, &err), &err);
    assert_int_equal(all.now.count, 2);
    assert_int_equal(all.now.children[0].state, APPROVAL_GRANTED);
    assert_int_equal(all.now.children[0].pause_count, 1);
    assert_int_equal(all.now.children[0].ended_ms, AT(6));
    assert_string_equal(all.rows[0].department, "GA");
    assert_string_equal(all.rows[0].matter, "GA-01");
    assert_string_equal(all.rows[1].department_name, "税务局");
    assert_int_equal(all.rows[1].promised_days, -1);
    assert_false(tell(&s, 0, APPROVAL_ISSUE, 7, &err));
    assert_int_equal(err.kind, ERROR_CONFLICT);
    err = (struct error){0};
    scratch_must(approval_departments(&s.st, CASE, note_department, &seen, &err), &err);
    assert_string_equal(seen.text, "YB! GA SW ");
    seen = (struct seen){0};
    scratch_must(
        approval_list(&s.st, NULL, AT(0) - HOUR_MS, AT(9), 9, note_item, &seen, &err),
        &err);
    scratch_must(
        approval_list(&s.st, "SW", AT(0) - HOUR_MS, AT(9), 9, note_item, &seen, &err),
        &err);
    scratch_must(approval_list(&s.st, "OLD", 0, AT(9), 9, note_item, &seen, &err), &err);
    scratch_must(approval_list(&s.st, NULL, AT(1), AT(9), 9, note_item, &seen, &err),
                 &err);
    assert_string_equal(seen.text, "P-1:2 P-1:2 ");
    scratch_close(&s);
}

static void an_ended_department_does_not_begin(void **state)
{
    const struct approval_begin in = {.case_id = CASE,
                                      .department = "OLD",
                                      .promised_days = -1,
                                      .at_ms = AT(1),
                                      .actor = "key 1"};
    struct error err = {0};
    struct scratch s;
    int64_t id;
    bool fresh;

    (void)state;
    open_case(&s);
    assert_false(approval_start(&s.st, &in, AT(2), &id, &fresh, &err));
    assert_string_equal(err.field, "department");
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM case_departments"), 0);
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_told_comes_back),
        cmocka_unit_test(an_ended_department_does_not_begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
