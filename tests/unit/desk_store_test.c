/*
 * desk_store_test.c — a window's day is counted with the acts, undone ones taken back,
 * and help that was asked for is waited for until somebody goes there.
 */
#include "scratch_store.h"

#include <string.h>

#include "store/help_store.h"
#include "store/queue_store.h"

#define NOW SCRATCH_START_MS

#define DAY INT64_C(86400000)

static const struct rules rules = {
    .queue = {.no_show_calls = 1, .undo_ms = 10000, .restore_ms = 1800000, .near = 3},
    .invite = {.open_working_days = 5, .open_days_max = 15},
};

static void open_scratch(struct scratch *s)
{
    static const struct hall_frame *frame; /* never freed: one serves all tests */
    struct error err = {0};

    scratch_open(s);
    if (frame == NULL)
        scratch_must(hall_frame_read(s->st.db, &frame, &err), &err);
    s->st.frame = frame;
}

static int64_t take(struct scratch *s, int64_t now_ms)
{
    struct error err = {0};
    struct ticket t;
    int64_t job;

    scratch_must(ticket_take(&s->st,
                             &(struct ticket_input){.matter_code = "YB-01",
                                                    .lang = "zh-CN",
                                                    .actor = "test"},
                             now_ms, &t, &job, &err),
                 &err);
    return t.id;
}

/* Does it at W1, where it must work. */
static struct serving act(struct scratch *s, const char *what, int64_t now_ms)
{
    struct error err = {0};
    struct serving v = {0};
    bool nobody = false, ok = false;
    struct desk d;

    scratch_must(desk_get(&s->st, "W1", &d, &err), &err);
    if (strcmp(what, "call") == 0)
        ok = queue_call(&s->st, &rules, "W1", "C1", "test", now_ms, &v, &nobody, &err) &&
             !nobody;
    else if (strcmp(what, "no-show") == 0)
        ok = queue_no_show(&s->st, &rules, "W1", "test", now_ms, &v.ticket, &err);
    else if (strcmp(what, "hold") == 0)
        ok = queue_hold(&s->st, &rules, "W1", "test", now_ms, &v.ticket, &err);
    else if (strcmp(what, "undo") == 0)
        ok = queue_undo(&s->st, "W1", "test", now_ms, &v.ticket, &err);
    else if (strcmp(what, "transfer") == 0)
        ok = queue_transfer(&s->st, &rules, d.ticket_id, "W1", "test", now_ms, &v.ticket,
                            &err);
    if (!ok)
        fail_msg("%s: %s", what, err.text);
    return v;
}

static void the_day_is_counted(void **state)
{
    static const struct {
        const char *what;
        struct desk_day day; /* called served missed held transferred */
    } rows[] = {
        {"call", {1, 0, 0, 0, 0}}, {"undo", {0, 0, 0, 0, 0}},
        {"call", {1, 0, 0, 0, 0}}, {"no-show", {1, 0, 1, 0, 0}},
        {"undo", {1, 0, 0, 0, 0}}, {"hold", {1, 0, 0, 1, 0}},
        {"call", {2, 0, 0, 1, 0}}, {"transfer", {2, 0, 0, 1, 1}},
        {"undo", {2, 0, 0, 1, 0}}, {"no-show", {2, 0, 1, 1, 0}},
    };
    struct error err = {0};
    struct desk_day day;
    struct scratch s;

    (void)state;
    open_scratch(&s);
    take(&s, NOW);
    take(&s, NOW);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        act(&s, rows[i].what, NOW + (int64_t)i);
        scratch_must(desk_day_get(&s.st, "W1", NOW, &day, &err), &err);
        if (memcmp(&day, &rows[i].day, sizeof(day)) != 0)
            fail_msg("after act %zu (%s): %d called, %d served, %d missed, %d held, %d "
                     "transferred",
                     i, rows[i].what, day.called, day.served, day.missed, day.held,
                     day.transferred);
    }
    scratch_must(desk_day_get(&s.st, "W2", NOW, &day, &err), &err);
    assert_int_equal(day.called, 0);
    scratch_must(desk_day_get(&s.st, "W1", NOW + INT64_C(86400000), &day, &err), &err);
    assert_int_equal(day.called, 0); /* the next local day begins with nothing */
    scratch_close(&s);
}

/* Whoever was called and never came is cancelled with the day; his window is free. */
static void a_new_day_frees_the_windows(void **state)
{
    struct error err = {0};
    struct scratch s;
    struct desk d;
    int cancelled;

    (void)state;
    open_scratch(&s);
    take(&s, NOW);
    act(&s, "call", NOW + 1);
    scratch_must(tickets_cancel_old(&s.st, hall_local_date(s.st.frame, NOW + DAY), 64,
                                    NOW + DAY, &cancelled, &err),
                 &err);
    assert_int_equal(cancelled, 1);
    scratch_must(desk_get(&s.st, "W1", &d, &err), &err);
    assert_int_equal(d.ticket_id, 0);
    assert_int_equal(d.undo_event_id, 0);
    take(&s, NOW + DAY + 1);
    act(&s, "call", NOW + DAY + 2);
    scratch_close(&s);
}

static void the_last_one_is_remembered(void **state)
{
    struct error err = {0};
    struct invitation inv;
    struct serving v;
    struct desk_day day;
    struct desk d;
    struct scratch s;

    (void)state;
    open_scratch(&s);
    take(&s, NOW);
    v = act(&s, "call", NOW + 1000);
    scratch_must(case_close(&s.st, &rules, v.service_case.id, "done", NULL, "test",
                            NOW + 60000, &v.service_case, &inv, &err),
                 &err);
    scratch_must(desk_get(&s.st, "W1", &d, &err), &err);
    assert_int_equal(d.ticket_id, 0);
    assert_true(d.last_ticket_id == v.ticket.id);
    assert_true(d.last_done_ms == NOW + 60000);
    scratch_must(desk_day_get(&s.st, "W1", NOW, &day, &err), &err);
    assert_int_equal(day.served, 1);
    scratch_close(&s);
}

struct heard {
    int count;
    char code[40], reason[304];
    int64_t at_ms;
};

static void note_paused(void *self, const char *code, const char *reason,
                        int64_t until_ms)
{
    struct heard *h = self;

    h->count++;
    h->at_ms = until_ms;
    snprintf(h->code, sizeof(h->code), "%s", code);
    snprintf(h->reason, sizeof(h->reason), "%s", reason);
}

static void a_pause_says_why_and_until_when(void **state)
{
    struct error err = {0};
    struct heard h = {0};
    struct desk d;
    struct scratch s;

    (void)state;
    open_scratch(&s);
    scratch_must(queue_pause(&s.st, "W1", "午休", NOW + 600000, "test", NOW, &d, &err),
                 &err);
    scratch_must(desks_paused(&s.st, note_paused, &h, &err), &err);
    assert_int_equal(h.count, 1);
    assert_string_equal(h.code, "W1");
    assert_string_equal(h.reason, "午休");
    assert_true(h.at_ms == NOW + 600000);
    scratch_must(queue_resume(&s.st, "W1", "test", NOW, &d, &err), &err);
    h.count = 0;
    scratch_must(desks_paused(&s.st, note_paused, &h, &err), &err);
    assert_int_equal(h.count, 0);
    scratch_must(desk_get(&s.st, "W1", &d, &err), &err);
    assert_true(d.paused_until_ms == 0);
    scratch_close(&s);
}

static void note_help(void *self, const char *code, int64_t asked_ms)
{
    note_paused(self, code, "", asked_ms);
}

static void help_is_waited_for(void **state)
{
    static const struct {
        const char *what;
        int64_t at_ms;
        int open;
        int64_t since_ms;
    } rows[] = {
        {"look", 0, 0, 0},
        {"ask", 1000, 1, 1000},
        {"ask", 2000, 1, 1000}, /* asked twice is asked once */
        {"answer", 3000, 0, 0},
        {"answer", 3500, 0, 0},
        {"ask", 4000, 1, 4000},
        {"look", 4000 + HELP_LASTS_MS, 1, 4000},
        {"look", 4001 + HELP_LASTS_MS, 0, 0}, /* whoever asked has gone */
        {"ask", 5000 + HELP_LASTS_MS, 1, 5000 + HELP_LASTS_MS},
    };
    struct error err = {0};
    struct scratch s;

    (void)state;
    open_scratch(&s);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        int64_t now_ms = NOW + rows[i].at_ms;
        struct heard h = {0};

        if (rows[i].what[1] == 's')
            scratch_must(help_ask(&s.st, "K1", "test", now_ms, &err), &err);
        else if (rows[i].what[0] == 'a')
            scratch_must(help_answer(&s.st, "K1", "test", now_ms, &err), &err);
        scratch_must(help_each(&s.st, now_ms, note_help, &h, &err), &err);
        if (h.count != rows[i].open || (h.count > 0 && h.at_ms != NOW + rows[i].since_ms))
            fail_msg("row %zu (%s): %d open", i, rows[i].what, h.count);
    }
    scratch_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_day_is_counted),
        cmocka_unit_test(a_new_day_frees_the_windows),
        cmocka_unit_test(the_last_one_is_remembered),
        cmocka_unit_test(a_pause_says_why_and_until_when),
        cmocka_unit_test(help_is_waited_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
