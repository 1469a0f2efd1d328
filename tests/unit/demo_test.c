/*
 * demo_test.c — the demo's hall at several instants: whatever the hour, its books are
 * right and there is something of everything to see.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/demo.h"
#include "cli/demo_motion.h"

static void must(bool ok, const struct error *err)
{
    if (!ok)
        fail_msg("%s (%s)", err->text, err->cause);
}

struct hall {
    struct folder f;
    struct demo *demo;
    const char *when;
};

static void open_at(struct hall *h, const char *when)
{
    struct error err = {0};
    char path[1100];
    int64_t now_ms;

    *h =
        (struct hall){.f = {.path = "/tmp/yiping-demo-XXXXXX", .lock = -1}, .when = when};
    assert_true(zone_parse_iso(when, &now_ms));
    world_by_hand(&h->f.world, now_ms, 3);
    assert_non_null(mkdtemp(h->f.path));
    snprintf(path, sizeof(path), "%s/key", h->f.path);
    must(keyring_open(path, true, &h->f.world, &h->f.keys, &err), &err);
    must(store_open(h->f.path, DB_WRITE, &h->f.world, &h->f.keys, &h->f.store, &err),
         &err);
    h->demo = demo_new();
    must(demo_found(h->demo, &h->f, &err), &err);
    must(demo_prepare(h->demo, &h->f, &err), &err);
}

/* Frames live as long as the program; a test opens several halls. */
static void free_frame(const struct hall_frame *frame)
{
    zone_free(frame->zone);
    calendar_free(frame->calendar);
    free((void *)(uintptr_t)frame);
}

static void close_hall(struct hall *h)
{
    static const char *const files[] = {"key", "yiping.db", "yiping.db-wal",
                                        "yiping.db-shm"};
    char path[1100];

    demo_free(h->demo);
    free_frame(h->f.store.frame);
    folder_close(&h->f);
    for (size_t i = 0; i < LENGTH(files); i++) {
        snprintf(path, sizeof(path), "%s/%s", h->f.path, files[i]);
        unlink(path);
    }
    rmdir(h->f.path);
}

static int64_t number(struct hall *h, const char *sql)
{
    struct error err = {0};
    struct db_cursor c;
    int64_t value = -1;
    bool found;

    must(db_find(h->f.store.db, sql, DB_NONE, &c, &found, &err), &err);
    if (found)
        value = db_get_int(&c, 0);
    db_done(&c);
    return value;
}

/* What must be nought: each counts what is wrong. */
static const struct {
    const char *promise, *sql;
} nought[] = {
    {"numbers have no gaps",
     "SELECT count(*) FROM (SELECT max(serial) AS last, count(*) AS n FROM tickets"
     " GROUP BY local_date, series_code) AS d WHERE last <> n"},
    {"a day's counter is its last number",
     "SELECT count(*) FROM series_days d WHERE d.last <> (SELECT count(*) FROM tickets t"
     " WHERE t.local_date = d.local_date AND t.series_code = d.series_code)"},
    {"those who wait are counted",
     "SELECT count(*) FROM series_days d WHERE d.waiting <> (SELECT count(*) FROM queue q"
     " WHERE q.local_date = d.local_date AND q.series_code = d.series_code"
     " AND q.state = 'waiting')"},
    {"a closed case has one decision",
     "SELECT count(*) FROM cases c WHERE c.state = 'closed'"
     " AND (SELECT count(*) FROM invitations i WHERE i.case_id = c.id) <> 1"},
    {"an open case has none",
     "SELECT count(*) FROM invitations i JOIN cases c ON c.id = i.case_id"
     " WHERE c.state <> 'closed'"},
    {"the roll-up is the recount", "SELECT (SELECT sum(ratings) FROM rating_days)"
                                   " - (SELECT count(DISTINCT case_id) FROM ratings)"},
    {"grades of the roll-up, too",
     "SELECT count(*) FROM (SELECT d.grade, sum(d.ratings) AS n FROM rating_days d"
     " GROUP BY d.grade) AS g WHERE g.n <> (SELECT count(*) FROM ratings r"
     " WHERE COALESCE(r.grade, 0) = g.grade AND r.round = (SELECT max(s.round)"
     " FROM ratings s WHERE s.case_id = r.case_id))"},
    {"closings are counted", "SELECT (SELECT sum(closings) FROM closing_days)"
                             " - (SELECT count(*) FROM invitations)"},
    {"no message is between two states",
     "SELECT count(*) FROM messages WHERE state IN ('CLAIMED', 'SUBMITTING', 'UNKNOWN')"},
    {"every reply was read", "SELECT count(*) FROM inbound WHERE state = 'NEW'"},
    {"bad ratings have a work order",
     "SELECT count(*) FROM ratings r WHERE r.grade <= 2"
     " AND NOT EXISTS (SELECT 1 FROM work_orders w WHERE w.rating_id = r.id)"},
    {"nobody is asked while the case is open",
     "SELECT count(*) FROM ratings r JOIN cases c ON c.id = r.case_id"
     " WHERE r.rated_ms < c.closed_ms"},
    {"ids grow with time",
     "SELECT count(*) FROM (SELECT taken_ms, lag(taken_ms) OVER (ORDER BY id) AS before"
     " FROM tickets) AS t WHERE before > taken_ms"},
    {"what is issued was granted by every department",
     "SELECT count(*) FROM approval_steps i JOIN approvals a ON a.case_id = i.case_id"
     " WHERE i.step = 'issue' AND NOT EXISTS (SELECT 1 FROM approval_steps g"
     " WHERE g.case_id = a.case_id AND g.n = a.n AND g.step = 'approve'"
     " AND g.granted = 1 AND g.at_ms <= i.at_ms)"},
    {"papers are out", "SELECT count(*) FROM print_jobs WHERE state = 'sending'"},
};

/* Of what at least so many must be there to see. */
static const struct {
    const char *what, *sql;
    int least;
} some[] = {
    {"working days", "SELECT count(DISTINCT local_date) FROM tickets", 8},
    {"tickets", "SELECT count(*) FROM tickets", 500},
    {"ratings", "SELECT count(*) FROM ratings", 150},
    {"P1", "SELECT count(*) FROM ratings WHERE proof = 'P1'", 50},
    {"P4", "SELECT count(*) FROM ratings WHERE proof = 'P4'", 50},
    {"corrections", "SELECT count(*) FROM ratings WHERE round = 1", 1},
    {"bad ones", "SELECT count(*) FROM ratings WHERE grade <= 2", 3},
    {"four grades", "SELECT count(*) FROM ratings WHERE grade IS NULL", 3},
    {"words", "SELECT count(*) FROM rating_details WHERE words_id IS NOT NULL", 20},
    {"thanks", "SELECT count(*) FROM praises", 3},
    {"tags", "SELECT count(*) FROM rating_details WHERE tags <> ''", 20},
    {"opt-outs", "SELECT count(*) FROM optouts", 1},
    {"asked back", "SELECT count(*) FROM messages WHERE kind = 'clarify'", 1},
    {"reasons asked", "SELECT count(*) FROM messages WHERE kind = 'reason'", 1},
    {"reasons", "SELECT count(*) FROM readings WHERE act = 'reason'", 1},
    {"thanks", "SELECT count(*) FROM messages WHERE kind = 'thanks_good'", 30},
    {"unlinked", "SELECT count(*) FROM readings WHERE act = 'unlinked'", 1},
    {"withdrawn", "SELECT count(*) FROM messages WHERE reason = 'rated'", 3},
    {"no phone", "SELECT count(*) FROM invitations WHERE decision = 'no_phone'", 50},
    {"accepted", "SELECT count(*) FROM cases WHERE state = 'accepted'", 5},
    {"missed", "SELECT count(*) FROM events WHERE kind = 'missed'", 3},
    {"accounts", "SELECT count(*) FROM accounts", 2},
    {"a scheme in force", "SELECT count(*) FROM scheme_acts WHERE act = 'adopted'", 1},
    {"assessors", "SELECT count(*) FROM assessors", 2},
    {"sheets", "SELECT count(*) FROM sheets", 3},
    {"a scheme proposed for the next year", "SELECT count(*) FROM schemes", 2},
    {"links", "SELECT count(*) FROM links", 2},
    {"waiting now", "SELECT count(*) FROM queue WHERE state = 'waiting'", 12},
};

static void check_books(struct hall *h)
{
    for (size_t i = 0; i < LENGTH(nought); i++) {
        int64_t wrong = number(h, nought[i].sql);

        if (wrong != 0)
            fail_msg("%s: %s: %lld are wrong", h->when, nought[i].promise,
                     (long long)wrong);
    }
}

static void check_some(struct hall *h)
{
    for (size_t i = 0; i < LENGTH(some); i++) {
        int64_t there = number(h, some[i].sql);

        if (there < some[i].least)
            fail_msg("%s: %s: only %lld", h->when, some[i].what, (long long)there);
    }
}

static void test_any_hour(void **state)
{
    static const char *const instants[] = {
        "2026-11-23T10:00:00+08:00", /* Monday, in the morning */
        "2026-11-28T23:00:00+08:00", /* Saturday night */
        "2027-01-01T00:05:00+08:00", /* a holiday, five minutes old */
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(instants); i++) {
        struct hall h;

        open_at(&h, instants[i]);
        check_books(&h);
        check_some(&h);
        close_hall(&h);
    }
}

/* The demo's folder a day later, then a folder of somebody else. */
static void test_second_start(void **state)
{
    struct error err = {0};
    struct hall h;

    (void)state;
    open_at(&h, "2026-11-24T11:00:00+08:00");
    demo_free(h.demo);
    atomic_fetch_add(&h.f.world.hand_ms, INT64_C(26) * 3600000);
    h.demo = demo_new();
    must(demo_prepare(h.demo, &h.f, &err), &err);
    check_books(&h);
    check_some(&h);
    assert_int_equal(number(&h, "SELECT count(*) FROM queue WHERE state = 'waiting'"
                                " AND local_date <> 20261125"),
                     0);
    must(db_begin(h.f.store.db, &err), &err);
    must(store_mark_set(&h.f.store, "demo", 0, &err), &err);
    must(db_commit(h.f.store.db, &err), &err);
    demo_free(h.demo);
    h.demo = demo_new();
    assert_false(demo_prepare(h.demo, &h.f, &err));
    assert_int_equal(err.kind, ERROR_CONFLICT);
    close_hall(&h);
}

/* An hour of the present: bounded, and the visitor's window is the visitor's. */
static void test_motion(void **state)
{
    struct error err = {0};
    struct motion *m;
    struct cast cast;
    struct hall h;
    char sql[120];
    int64_t mine;

    (void)state;
    open_at(&h, "2026-11-23T10:00:00+08:00");
    mine = number(&h, "SELECT max(id) FROM tickets");
    must(cast_read(&h.f.store, &cast, &err), &err);
    m = motion_new(&cast, cast.window_count - 2, mine, h.f.store.ids.last);
    for (int i = 0; i < 900; i++) {
        atomic_fetch_add(&h.f.world.hand_ms, 4000);
        must(db_begin(h.f.store.db, &err), &err);
        must(motion_play(m, &h.f.store, &demo_rules, h.f.world.wall_ms(&h.f.world), &err),
             &err);
        must(db_commit(h.f.store.db, &err), &err);
    }
    check_books(&h);
    assert_in_range(number(&h, "SELECT count(*) FROM queue WHERE state = 'waiting'"), 5,
                    41);
    snprintf(sql, sizeof(sql),
             "SELECT count(*) FROM queue WHERE state = 'waiting' AND ticket_id = %lld",
             (long long)mine);
    assert_int_equal(number(&h, sql), 1);
    motion_free(m);
    cast_free(&cast);
    close_hall(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_hour),
        cmocka_unit_test(test_second_start),
        cmocka_unit_test(test_motion),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
