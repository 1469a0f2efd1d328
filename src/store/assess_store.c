/*
 * assess_store.c — see assess_store.h.
 */
#include "store/assess_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/order_outcome.h"
#include "store/rate_sums.h"
#include "store/topics.h"

#define MONTHS     " WHERE hall = $1 AND span = 1 AND date >= $2 AND date <= $3"
#define SOME_CODES "department_code, window_code, clerk_code"

enum {
    KINDS,
    DEPARTMENTS,
    WINDOWS,
    CLERKS,
    CASES,
    RATINGS,
    PROMISES,
    ORDERS,
    FACTS,
    AGAIN,
    STATEMENTS
};

static const char *const sql[STATEMENTS] = {
    [KINDS] = "SELECT code, kind FROM matters WHERE hall = $1 ORDER BY code, id",
    [DEPARTMENTS] = "SELECT code, name, code, ended FROM departments WHERE hall = $1"
                    " ORDER BY id",
    [WINDOWS] = "SELECT w.code, w.name, d.code, w.ended FROM windows w JOIN departments d"
                " ON d.id = w.department_id WHERE w.hall = $1 ORDER BY w.id",
    [CLERKS] = "SELECT code, name, '', ended FROM clerks WHERE hall = $1 ORDER BY id",
    [CASES] = "SELECT " SOME_CODES ", closed, ratable FROM case_sums" MONTHS,
    [RATINGS] = "SELECT " SOME_CODES ", matter_code, channel, delay, measure, g0, g1, g2,"
                " g3, g4, g5 FROM rating_sums" MONTHS,
    [PROMISES] = "SELECT " SOME_CODES ", closed, kept FROM promise_sums"
                 " WHERE hall = $1 AND date >= $2 AND date <= $3",
    [ORDERS] = "SELECT o.order_id, x.case_id, o.date, o.department_code, o.window_code,"
               " o.clerk_code, o.reach, o.contact, o.fix, o.verdict, s.state,"
               " s.contact_due_ms, s.fix_due_ms, s.paused_ms, s.round FROM order_marks o"
               " JOIN order_states s ON s.order_id = o.order_id"
               " JOIN work_orders x ON x.id = o.order_id WHERE o.hall = $1"
               " AND o.date >= $2 AND o.date <= $3 AND o.gone = 0 AND s.kind = 'rating'"
               " ORDER BY o.order_id",
    /* clang-format off */
    [FACTS] = /* the ids of closings lead, no other index: slices must cost the same */
        "SELECT n.case_id, n.local_date, d.code, w.code, k.code, m.code, n.ratable,"
        " p.promised, p.taken, r.channel, r.delay_s, r.grade,"
        " CASE WHEN r.grade IS NULL THEN r.attitude ELSE" RATE_BESIDE(attitude) " END,"
        " CASE WHEN r.grade IS NULL THEN r.efficiency ELSE" RATE_BESIDE(efficiency) " END,"
        " CASE WHEN r.grade IS NULL THEN r.quality ELSE" RATE_BESIDE(quality) " END,"
        " CASE WHEN r.grade IS NULL THEN r.integrity ELSE" RATE_BESIDE(integrity) " END,"
        " CASE WHEN EXISTS (SELECT q.id FROM appeals a JOIN appeal_decisions q"
        " ON q.appeal_id = a.id WHERE a.rating_id = r.id AND q.outcome = 'excluded')"
        " THEN 1 ELSE 0 END FROM closings n CROSS JOIN cases c"
        " JOIN windows w ON w.id = c.window_id JOIN departments d"
        " ON d.id = w.department_id JOIN matters m ON m.id = c.matter_id"
        " JOIN clerks k ON k.id = c.clerk_id"
        " LEFT JOIN promise_marks p ON p.case_id = n.case_id"
        " LEFT JOIN ratings r ON r.id = (SELECT y.id FROM ratings y"
        " WHERE y.case_id = n.case_id ORDER BY y.round DESC LIMIT 1)"
        " WHERE n.case_id > $4 AND c.id = n.case_id AND c.hall = $1 AND n.local_date + 0 >= $2"
        " AND n.local_date + 0 <= $3 ORDER BY n.case_id LIMIT $5",
    /* clang-format on */
    [AGAIN] = "SELECT count(*) FROM cases WHERE hall = $1 AND closed_ms >= $2"
              " AND closed_ms < $3 AND closed_ms IS NOT NULL AND state <> 'closed'",
};

const char *const *assess_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

/* == Kinds of matters ============================================================= */

struct kinds { /* in the order of the codes; owns its list */
    struct matter_kind {
        char code[CODE_SIZE];
        enum hall_kind kind;
    } * list;
    size_t count, room;
};

static bool kinds_read(struct store *st, struct kinds *out, struct error *err)
{
    struct db_cursor c;

    *out = (struct kinds){0};
    if (!db_query(st->db, sql[KINDS], DB(db_int(st->hall)), &c, err))
        return false;
    while (db_next(&c, err)) {
        const char *code = db_get_text(&c, 0);

        if (out->count == 0 || strcmp(out->list[out->count - 1].code, code) != 0) {
            if (out->count == out->room) {
                out->room = out->room == 0 ? 64 : 2 * out->room;
                out->list = memory_resize(out->list, out->room * sizeof(out->list[0]));
            }
            db_copy_text(&c, 0, out->list[out->count++].code, CODE_SIZE);
        }
        out->list[out->count - 1].kind = strcmp(db_get_text(&c, 1), "promise") == 0
                                             ? HALL_KIND_PROMISE
                                             : HALL_KIND_INSTANT;
    }
    db_done(&c);
    if (err->kind != ERROR_NONE)
        free(out->list);
    return err->kind == ERROR_NONE;
}

static int compare_code(const void *code, const void *kind)
{
    return strcmp(code, ((const struct matter_kind *)kind)->code);
}

static enum hall_kind kind_of(const struct kinds *k, const char *matter)
{
    const struct matter_kind *found =
        k->count == 0
            ? NULL
            : bsearch(matter, k->list, k->count, sizeof(k->list[0]), compare_code);

    return found != NULL ? found->kind : HALL_KIND_INSTANT;
}

/* == The book ===================================================================== */

struct reading {
    struct store *st;
    const struct assess_query *q;
    struct assess_book *book;
    struct kinds kinds;
};

/* The unit of a row that begins with the codes of department, window and clerk. */
static struct assess_unit *unit_of(const struct reading *r, const struct db_cursor *c)
{
    const char *code = r->q->by == ASSESS_HALL
                           ? ""
                           : db_get_text(c, (int)(r->q->by - ASSESS_DEPARTMENT));
    struct assess_unit *u = assess_book_unit(r->book, code);

    if (u->department[0] == '\0')
        db_copy_text(c, 0, u->department, sizeof(u->department));
    return u;
}

static void add_case(struct reading *r, const struct db_cursor *c)
{
    struct assess_unit *u = unit_of(r, c);

    u->closed += db_get_int(c, 3);
    u->ratable += db_get_int(c, 4);
}

static void add_promise(struct reading *r, const struct db_cursor *c)
{
    struct assess_count *count = &unit_of(r, c)->counts[MEASURE_PROMISE];

    count->n += db_get_int(c, 3);
    count->k += db_get_int(c, 4);
}

static void add_overall(struct assess_unit *u, const int64_t grades[6], int channel,
                        int delay, enum hall_kind kind)
{
    struct assess_count *stratum = &u->strata[assess_stratum(channel, delay, kind)];

    for (int grade = 0; grade <= 5; grade++) {
        u->rated += grades[grade];
        u->grades[grade] += grades[grade];
    }
    if (!assess_channel_scored(channel))
        return;
    for (int grade = 1; grade <= 5; grade++) {
        stratum->n += grades[grade];
        stratum->k += grade >= 3 ? grades[grade] : 0;
    }
}

static void add_rating(struct reading *r, const struct db_cursor *c)
{
    struct assess_unit *u = unit_of(r, c);
    int channel = assess_channel_read(db_get_text(c, 4)), delay = (int)db_get_int(c, 5);
    int measure = (int)db_get_int(c, 6);
    struct assess_count *count = NULL;
    int64_t grades[6];

    for (int i = 0; i < 6; i++)
        grades[i] = db_get_int(c, 7 + i);
    if (channel < 0) /* the table of ratings knows no other */
        return;
    if (measure == 0) {
        add_overall(u, grades, channel, delay, kind_of(&r->kinds, db_get_text(c, 3)));
    } else if (measure == RATE_EXCLUDED) {
        for (int i = 0; i < 6; i++) {
            u->rated += grades[i];
            u->excluded += grades[i];
        }
    } else if (assess_channel_scored(channel)) {
        count = &u->counts[MEASURE_ATTITUDE + measure - 1];
        for (int i = 1; i < 6; i++) {
            count->n += grades[i];
            count->k += i >= 3 ? grades[i] : 0;
        }
    }
}

typedef void add_row(struct reading *r, const struct db_cursor *c);

static bool read_rows(struct reading *r, int statement, add_row *add, struct error *err)
{
    struct db_cursor c;

    if (!db_query(r->st->db, sql[statement],
                  DB(db_int(r->st->hall), db_int(r->q->from_month * 100),
                     db_int(r->q->to_month * 100)),
                  &c, err))
        return false;
    while (db_next(&c, err))
        add(r, &c);
    db_done(&c);
    return err->kind == ERROR_NONE;
}

static bool count_order(void *self, const struct assess_order *o, struct error *err)
{
    struct reading *r = self;

    (void)err;
    assess_order_count(r->book, r->q->by, o);
    return true;
}

/* Names as they are now. Who has ended and has nothing counted is left out. */
static bool read_names(struct reading *r, struct error *err)
{
    static const int statements[ASSESS_LEVELS] = {DEPARTMENTS, WINDOWS, CLERKS};
    struct db_cursor c;

    if (r->q->by == ASSESS_HALL) {
        struct assess_unit *u = assess_book_unit(r->book, "");

        snprintf(u->name, sizeof(u->name), "%.*s", (int)sizeof(u->name) - 1,
                 r->st->frame != NULL ? r->st->frame->name : "");
        u->department[0] = '\0';
        return true;
    }
    if (!db_query(r->st->db, sql[statements[r->q->by]], DB(db_int(r->st->hall)), &c, err))
        return false;
    while (db_next(&c, err)) {
        const char *code = db_get_text(&c, 0);
        struct assess_unit *u;

        if (db_get_int(&c, 3) != 0 && assess_book_find(r->book, code) == NULL)
            continue;
        u = assess_book_unit(r->book, code);
        db_copy_text(&c, 1, u->name, sizeof(u->name));
        if (u->department[0] == '\0')
            db_copy_text(&c, 2, u->department, sizeof(u->department));
    }
    db_done(&c);
    return err->kind == ERROR_NONE;
}

bool assess_book_read(struct store *st, const struct assess_query *q,
                      struct assess_book *out, struct error *err)
{
    struct reading r = {.st = st, .q = q, .book = out};
    bool ok;

    *out = (struct assess_book){0};
    if (!kinds_read(st, &r.kinds, err))
        return false;
    ok = read_rows(&r, CASES, add_case, err) && read_rows(&r, RATINGS, add_rating, err) &&
         read_rows(&r, PROMISES, add_promise, err) &&
         assess_orders_each(st, q, count_order, &r, err) && read_names(&r, err);
    free(r.kinds.list);
    if (ok)
        assess_book_sum(out);
    else
        assess_book_free(out);
    return ok;
}

/* == Facts ======================================================================== */

/* The order as it is, and what became of it by now. */
static struct order_outcome outcome_of(const struct db_cursor *c, int64_t now_ms,
                                       struct work_order *order)
{
    const struct order_outcome kept = {.reach = order_reach_read(db_get_text(c, 6)),
                                       .contact = outcome_clock_read(db_get_text(c, 7)),
                                       .fix = outcome_clock_read(db_get_text(c, 8)),
                                       .verdict =
                                           outcome_verdict_read(db_get_text(c, 9))};

    *order = (struct work_order){.state = order_state_read(db_get_text(c, 10)),
                                 .contact_due_ms = db_get_int(c, 11),
                                 .fix_due_ms = db_get_int(c, 12),
                                 .paused_ms = db_get_int(c, 13),
                                 .round = (int)db_get_int(c, 14)};
    return order_outcome_now(&kept, order, now_ms);
}

/* What counts of an order now; false where nothing is decided, or nobody can be rung. */
static bool read_order(const struct db_cursor *c, int64_t now_ms,
                       struct assess_order *out)
{
    struct work_order order;
    struct order_outcome kept = outcome_of(c, now_ms, &order);

    *out = (struct assess_order){.id = db_get_int(c, 0),
                                 .case_id = db_get_int(c, 1),
                                 .date = (int)db_get_int(c, 2),
                                 .fixed = kept.fix == CLOCK_KEPT};
    db_copy_text(c, 3, out->department, sizeof(out->department));
    db_copy_text(c, 4, out->window, sizeof(out->window));
    db_copy_text(c, 5, out->clerk, sizeof(out->clerk));
    return kept.reach != ORDER_REACH_NONE &&
           (kept.fix == CLOCK_KEPT || kept.fix == CLOCK_MISSED);
}

static bool query_orders(struct store *st, const struct assess_query *q,
                         struct db_cursor *c, struct error *err)
{
    return db_query(
        st->db, sql[ORDERS],
        DB(db_int(st->hall), db_int(q->from_month * 100), db_int(q->to_month * 100 + 99)),
        c, err);
}

bool assess_orders_open(struct store *st, const struct assess_query *q,
                        struct assess_open *out, struct error *err)
{
    struct db_cursor c;

    *out = (struct assess_open){0};
    if (!query_orders(st, q, &c, err))
        return false;
    while (db_next(&c, err)) {
        struct work_order order;
        struct order_outcome kept = outcome_of(&c, q->now_ms, &order);

        if (kept.reach == ORDER_REACH_NONE || kept.fix != CLOCK_RUNNING ||
            order.state == ORDER_CLOSED)
            continue;
        if (order.paused_ms != 0) {
            out->paused++;
            continue;
        }
        out->running++;
        if (order.fix_due_ms > out->due_ms)
            out->due_ms = order.fix_due_ms;
    }
    db_done(&c);
    return err->kind == ERROR_NONE;
}

bool assess_orders_each(struct store *st, const struct assess_query *q,
                        assess_order_each *each, void *self, struct error *err)
{
    struct assess_order o;
    struct db_cursor c;
    bool ok = true;

    if (!query_orders(st, q, &c, err))
        return false;
    while (ok && db_next(&c, err))
        if (read_order(&c, q->now_ms, &o))
            ok = each(self, &o, err);
    db_done(&c);
    return ok && err->kind == ERROR_NONE;
}

static void read_case(const struct db_cursor *c, const struct kinds *kinds,
                      struct assess_case *out)
{
    bool rated = !db_is_null(c, 9);

    *out = (struct assess_case){
        .id = db_get_int(c, 0),
        .date = (int)db_get_int(c, 1),
        .ratable = db_get_int(c, 6) != 0,
        .promised = db_is_null(c, 7) ? -1 : (int)db_get_int(c, 7),
        .taken = db_is_null(c, 7) ? -1 : (int)db_get_int(c, 8),
        .channel = rated ? assess_channel_read(db_get_text(c, 9)) : -1,
        .delay = rated ? (int)rate_delay_of(db_get_int(c, 10)) : -1,
        .grade = (int)db_get_int(c, 11),
        .excluded = db_get_int(c, 16) != 0,
    };
    for (int i = 0; i < 4; i++)
        out->dims[i] = (int)db_get_int(c, 12 + i);
    db_copy_text(c, 2, out->department, sizeof(out->department));
    db_copy_text(c, 3, out->window, sizeof(out->window));
    db_copy_text(c, 4, out->clerk, sizeof(out->clerk));
    db_copy_text(c, 5, out->matter, sizeof(out->matter));
    out->kind = kind_of(kinds, out->matter);
}

bool assess_cases_each(struct store *st, const struct assess_query *q, int64_t *last,
                       int most, assess_case_each *each, void *self, bool *more,
                       struct error *err)
{
    struct assess_case one;
    struct kinds kinds;
    struct db_cursor c;
    int seen = 0;
    bool ok = true;

    if (!kinds_read(st, &kinds, err))
        return false;
    if (!db_query(st->db, sql[FACTS],
                  DB(db_int(st->hall), db_int(q->from_month * 100),
                     db_int(q->to_month * 100 + 99), db_int(*last), db_int(most)),
                  &c, err)) {
        free(kinds.list);
        return false;
    }
    while (ok && db_next(&c, err)) {
        read_case(&c, &kinds, &one);
        *last = one.id;
        seen++;
        ok = each(self, &one, err);
    }
    db_done(&c);
    free(kinds.list);
    *more = seen == most;
    return ok && err->kind == ERROR_NONE;
}

static void add_closed(struct reading *r, const struct db_cursor *c)
{
    r->book->units[0].closed += db_get_int(c, 3);
}

bool assess_cases_count(struct store *st, const struct assess_query *q, int64_t *out,
                        struct error *err)
{
    struct assess_unit all = {0};
    struct assess_book book = {.units = &all, .count = 1};
    struct reading r = {.st = st, .q = q, .book = &book};
    bool ok = read_rows(&r, CASES, add_closed, err);

    *out = all.closed;
    return ok;
}

bool assess_cases_again(struct store *st, int64_t from_ms, int64_t to_ms, int64_t *out,
                        struct error *err)
{
    struct db_cursor c;
    bool found;

    *out = 0;
    if (!db_find(st->db, sql[AGAIN], DB(db_int(st->hall), db_int(from_ms), db_int(to_ms)),
                 &c, &found, err))
        return false;
    if (found) {
        *out = db_get_int(&c, 0);
        db_done(&c);
    }
    return true;
}
