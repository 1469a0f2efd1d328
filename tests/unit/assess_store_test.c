/*
 * assess_store_test.c — the book of the sums is the book of the facts, on every level and
 * for every period, whatever happened; promised days are those of the newest closing; and
 * a line of a fact reads back as it was written.
 */
#include "rated_life.h"

#include <string.h>

#include "store/assess_store.h"
#include "store/promise_store.h"

static void open_promising_hall(struct scratch *s)
{
    open_hall(s);
    scratch_run(s, "UPDATE matters SET kind = 'promise', promised_days = 1"
                   " WHERE code = 'YB-01'");
}

struct fold {
    struct assess_book book;
    enum assess_level by;
    struct buf line;
    int64_t cases;
};

/* Each fact goes through its line, as it does in a bundle. */
static bool fold_case(void *self, const struct assess_case *c, struct error *err)
{
    struct fold *f = self;
    struct assess_case again;

    buf_clear(&f->line);
    assess_case_write(c, &f->line);
    f->line.data[f->line.length - 1] = '\0';
    if (!assess_case_read(f->line.data, &again, err))
        return false;
    assert_memory_equal(&again.dims, &c->dims, sizeof(c->dims));
    assess_case_count(&f->book, f->by, &again);
    f->cases++;
    return true;
}

static bool fold_order(void *self, const struct assess_order *o, struct error *err)
{
    struct fold *f = self;
    struct assess_order again;

    buf_clear(&f->line);
    assess_order_write(o, &f->line);
    f->line.data[f->line.length - 1] = '\0';
    if (!assess_order_read(f->line.data, &again, err))
        return false;
    assess_order_count(&f->book, f->by, &again);
    return true;
}

static void same_units(const struct assess_book *sums, const struct assess_book *facts,
                       enum assess_level by)
{
    for (size_t i = 0; i < sums->count; i++) {
        const struct assess_unit *a = &sums->units[i];
        const struct assess_unit *b = assess_book_find(facts, a->code), none = {0};

        if (b == NULL) { /* in force, but nothing was counted */
            assert_int_equal(a->closed, 0);
            b = &none;
        }
        if (memcmp(a->strata, b->strata, sizeof(a->strata)) != 0 ||
            memcmp(a->counts, b->counts, sizeof(a->counts)) != 0 ||
            memcmp(a->grades, b->grades, sizeof(a->grades)) != 0 ||
            a->closed != b->closed || a->ratable != b->ratable || a->rated != b->rated ||
            a->excluded != b->excluded)
            fail_msg("%s %s: sums and facts differ", assess_level_name(by), a->code);
    }
    for (size_t i = 0; i < facts->count; i++)
        assert_non_null(assess_book_find(sums, facts->units[i].code));
}

static void compare(struct scratch *s, const struct assess_query *q)
{
    struct fold f = {.by = q->by, .line = buf_new(4096)};
    struct assess_book sums;
    struct error err = {0};
    int64_t last = 0, count;
    bool more = true;

    while (more)
        scratch_must(assess_cases_each(&s->st, q, &last, 37, fold_case, &f, &more, &err),
                     &err);
    scratch_must(assess_orders_each(&s->st, q, fold_order, &f, &err), &err);
    assess_book_sum(&f.book);
    scratch_must(assess_book_read(&s->st, q, &sums, &err), &err);
    scratch_must(assess_cases_count(&s->st, q, &count, &err), &err);
    assert_int_equal(count, f.cases);
    same_units(&sums, &f.book, q->by);
    assess_book_free(&sums);
    assess_book_free(&f.book);
    buf_free(&f.line);
}

/* Every order of a named rater is counted, or its time runs, or stands. */
static void orders_are_decided_or_open(struct scratch *s)
{
    struct error err = {0};

    for (int day = 0; day <= 120; day += 12) {
        struct assess_query q = {.by = ASSESS_HALL,
                                 .from_month = 202601,
                                 .to_month = 202712,
                                 .now_ms = NOW + day * DAY};
        struct fold f = {.by = ASSESS_HALL, .line = buf_new(4096)};
        struct assess_open open;
        int64_t named =
                    scratch_number(s, "SELECT count(*) FROM order_marks o"
                                      " JOIN order_states s ON s.order_id = o.order_id"
                                      " WHERE o.gone = 0 AND s.kind = 'rating'"
                                      " AND o.reach <> 'none'"),
                decided = 0;

        scratch_must(assess_orders_each(&s->st, &q, fold_order, &f, &err), &err);
        scratch_must(assess_orders_open(&s->st, &q, &open, &err), &err);
        if (f.book.count > 0)
            decided = f.book.units[0].counts[MEASURE_RECTIFICATION].n;
        assert_int_equal(decided + open.running + open.paused, named);
        assert_true((open.running == 0) == (open.due_ms == 0));
        assert_true(open.running == 0 || open.due_ms >= q.now_ms);
        assert_true(day > 0 || open.running > 0);
        assert_true(day < 120 || open.running == 0);
        assess_book_free(&f.book);
        buf_free(&f.line);
    }
}

static void sums_and_facts_are_one(void **state)
{
    static const int months[][2] = {{202601, 202712}, {202612, 202612}, {202611, 202701}};
    struct scratch s;

    (void)state;
    for (uint32_t seed = 1; seed <= 2; seed++) {
        open_promising_hall(&s);
        live(&s, seed, true);
        for (size_t i = 0; i < LENGTH(months); i++)
            for (int by = 0; by < ASSESS_LEVELS; by++) {
                struct assess_query q = {.by = (enum assess_level)by,
                                         .from_month = months[i][0],
                                         .to_month = months[i][1],
                                         .now_ms = NOW + 60 * DAY};

                compare(&s, &q);
            }
        orders_are_decided_or_open(&s);
        assert_true(scratch_number(&s, "SELECT sum(kept) FROM promise_sums") > 10);
        assert_true(scratch_number(&s, "SELECT sum(closed - kept) FROM promise_sums") >
                    3);
        scratch_close(&s);
    }
}

static const char *place_of(struct scratch *s, int64_t id)
{
    static char place[128];
    struct error err = {0};
    struct service_case c;
    struct window w;

    scratch_must(case_get(&s->st, id, &c, &err), &err);
    scratch_must(window_get(&s->st, c.window_id, &w, &err), &err);
    snprintf(place, sizeof(place), "%s/%s", w.department_code, w.code);
    return place;
}

/* Told again as closed at the other department's window. */
static void close_elsewhere(struct scratch *s, int number, int64_t now_ms)
{
    char text[32];
    const struct case_import in = {.source = "x",
                                   .case_no = text,
                                   .matter = "YB-01",
                                   .window = "W2",
                                   .clerk = "C2",
                                   .accepted_ms = NOW - HOUR,
                                   .closed_ms = now_ms,
                                   .actor = "test"};
    struct service_case c;
    struct invitation inv;
    struct error err = {0};
    bool fresh;

    snprintf(text, sizeof(text), "X-%d", number);
    scratch_must(case_import(&s->st, &rules, &in, now_ms, &c, &inv, &fresh, &err), &err);
    assert_false(fresh);
    assert_int_equal(c.state, CASE_CLOSED);
}

/* A case is of the window where it was first closed, whatever comes after: rated before
 * it is opened again or after its second closing, taken out by an appeal. */
static void a_case_stays_where_it_was_first_closed(void **state)
{
    struct scratch s;
    uint32_t seed = 5;

    (void)state;
    open_promising_hall(&s);
    for (int n = 1; n <= 6; n++) {
        int64_t id = close_case(&s, n, true, true, NOW, NOW);
        struct service_case c;
        struct error err = {0};

        if (n % 3 == 0)
            rate(&s, id, NOW + HOUR, &seed);
        scratch_must(case_reopen(&s.st, id, "补件", "test", NOW + 2 * HOUR, &c, &err),
                     &err);
        close_elsewhere(&s, n, NOW + 3 * HOUR);
        assert_string_equal(place_of(&s, id), "YB/W1");
        if (n % 3 != 0)
            rate(&s, id, NOW + 4 * HOUR, &seed);
        if (n % 2 == 0)
            appeal(&s, id, NOW + 2 * DAY);
    }
    for (int by = 0; by < ASSESS_LEVELS; by++)
        compare(&s, &(struct assess_query){.by = (enum assess_level)by,
                                           .from_month = 202601,
                                           .to_month = 202712,
                                           .now_ms = NOW + 60 * DAY});
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM rating_sums"
                                        " WHERE department_code <> 'YB'"),
                     0);
    assert_true(scratch_number(&s, "SELECT count(*) FROM rating_sums") > 0);
    scratch_close(&s);
}

/* A store from before there were such sums comes to the same. */
static void promises_are_filled(void **state)
{
    struct error err = {0};
    struct scratch s;

    (void)state;
    open_promising_hall(&s);
    live(&s, 9, true);
    scratch_run(&s, "CREATE TEMP TABLE kept AS SELECT * FROM promise_sums");
    scratch_run(&s, "CREATE TEMP TABLE marked AS SELECT * FROM promise_marks");
    scratch_run(&s, "DELETE FROM promise_sums");
    scratch_run(&s, "DELETE FROM promise_marks");
    scratch_run(&s, "DELETE FROM marks WHERE name = 'promises_filled'");
    scratch_commit(&s);
    db_rollback(s.st.db);
    scratch_must(promise_fill_once(&s.st, &err), &err);
    scratch_must(promise_fill_once(&s.st, &err), &err); /* a second time adds nothing */
    scratch_must(db_begin(s.st.db, &err), &err);
    assert_int_equal(scratch_number(&s,
                                    "SELECT count(*) FROM (SELECT * FROM marked EXCEPT"
                                    " SELECT * FROM promise_marks)"),
                     0);
    assert_int_equal(scratch_number(&s, "SELECT count(*) FROM (SELECT * FROM kept EXCEPT"
                                        " SELECT * FROM promise_sums)"),
                     0);
    assert_true(scratch_number(&s, "SELECT count(*) FROM promise_marks") > 100);
    scratch_close(&s);
}

static const struct {
    const char *line, *wrong; /* NULL: it is right */
} lines[] = {
    {"case\t7\t20260105\tYB\tW1\tC1\tM\tinstant\t1\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-", NULL},
    {"case\t7\t20260105\tYB\tW1\tC1\tM\tpromise\t1\t5\t6\tsms\t24h\t2\t-\t-\t-\t-\t0",
     NULL},
    {"order\t7\t8\t20260105\tYB\tW1\tC1\tkept", NULL},
    {"case\t7", "date"},
    {"case\t0\t20260105\tYB\tW1\tC1\tM\tinstant\t1\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-", "id"},
    {"case\t7\t20260105\tYB\tW1\tC1\tM\tsoon\t1\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-", "kind"},
    {"case\t7\t20260105\tYB\tW1\tC1\tM\tinstant\t1\t5\t-\t-\t-\t-\t-\t-\t-\t-\t-",
     "taken"},
    {"case\t7\t20260105\tYB\tW1\tC1\tM\tinstant\t1\t-\t-\tsms\t-\t5\t-\t-\t-\t-\t0",
     "delay"},
    {"case\t7\t20260105\tYB\tW1\tC1\tM\tinstant\t1\t-\t-\tsms\t24h\t6\t-\t-\t-\t-\t0",
     "grade"},
    {"case\t7\t20260105\tYB\tW1\tC1\tM\tinstant\t1\t-\t-\tsms\t24h\t+5\t-\t-\t-\t-\t0",
     "grade"},
    {"case\t7\t20260105\tYB\tW1\tC1\tM\tinstant\t1\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\tmore",
     "behind the last"},
    {"order\t7\t8\t20260105\tYB\tW1\tC1\tperhaps", "fix"},
    {"order\t7\t8\t20260105\tYB\t\tC1\tkept", "window"},
    {"", "none of a case"},
};

static void lines_are_read_or_refused(void **state)
{
    struct assess_order o;
    struct assess_case c;

    (void)state;
    for (size_t i = 0; i < LENGTH(lines); i++) {
        struct error err = {0};
        char line[256];
        bool ok;

        snprintf(line, sizeof(line), "%s", lines[i].line);
        ok = strncmp(line, "order", 5) == 0 ? assess_order_read(line, &o, &err)
                                            : assess_case_read(line, &c, &err);
        if (ok != (lines[i].wrong == NULL) ||
            (!ok && strstr(err.text, lines[i].wrong) == NULL))
            fail_msg("line %zu: %s", i, ok ? "taken" : err.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_and_facts_are_one),
        cmocka_unit_test(a_case_stays_where_it_was_first_closed),
        cmocka_unit_test(promises_are_filled),
        cmocka_unit_test(lines_are_read_or_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
