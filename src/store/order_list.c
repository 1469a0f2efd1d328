/*
 * order_list.c — see order_list.h.
 *
 * Living orders go by their date, so that a page begins with what is most overdue; those
 * whose clocks stand come last. There are few of them beside the closed ones, which go by
 * id.
 */
#include "store/order_list.h"

#include <stdlib.h>

#include "store/topics.h"

#define ITEM                                                                             \
    "SELECT o.id, o.number, s.kind, s.state, s.due_ms, s.level, s.round, s.paused_ms,"   \
    " o.opened_ms, r.grade, r.attitude, r.efficiency, r.quality, r.integrity,"           \
    " r.channel, r.proof, a.name, m.name, w.name, (SELECT d.name FROM departments d"     \
    " WHERE d.hall = s.hall AND d.code = s.department_code ORDER BY d.id DESC LIMIT 1)," \
    " (SELECT e.words_id FROM rating_details e WHERE e.case_id = o.case_id"              \
    " AND e.words_id IS NOT NULL ORDER BY e.id DESC LIMIT 1)"                            \
    " FROM order_states s JOIN work_orders o ON o.id = s.order_id"                       \
    " JOIN cases c ON c.id = o.case_id JOIN matters m ON m.id = c.matter_id"             \
    " JOIN windows w ON w.id = c.window_id LEFT JOIN ratings r ON r.id = o.rating_id"    \
    " LEFT JOIN accounts a ON a.id = s.owner_id"

/* $1 hall, $2 department, $3 window, $4 owner, $5 1: hints too */
#define WHOSE                                                                            \
    " WHERE s.hall = $1 AND (CAST($2 AS TEXT) IS NULL OR s.department_code = $2)"        \
    " AND (CAST($3 AS TEXT) IS NULL OR s.window_code = $3)"                              \
    " AND (CAST($4 AS BIGINT) IS NULL OR s.owner_id = $4)"                               \
    " AND (CAST($5 AS INTEGER) = 1 OR s.kind <> 'hint')"

#define APPEALED                                                                         \
    "EXISTS (SELECT p.id FROM appeals p LEFT JOIN appeal_decisions q"                    \
    " ON q.appeal_id = p.id WHERE p.rating_id = o.rating_id AND q.id IS NULL)"

enum { LIVING, CLOSED, COUNT, APPEALS, HANDS, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [LIVING] = ITEM WHOSE " AND s.state <> 'closed' AND (s.due_ms, s.order_id) > ($6, $7)"
                          " AND s.due_ms <= $8 AND (CAST($9 AS TEXT) IS NULL"
                          " OR s.state IN ($9, $10, $11, $12))"
                          " ORDER BY s.due_ms, s.order_id LIMIT $13",
    [CLOSED] = ITEM WHOSE " AND o.id < $6 AND ((CAST($7 AS INTEGER) = 0"
                          " AND s.state = 'closed') OR (CAST($7 AS INTEGER) = 1"
                          " AND " APPEALED ")) ORDER BY o.id DESC LIMIT $8",
    [COUNT] = "SELECT s.state, count(*), sum(CASE WHEN s.due_ms <= $6 THEN 1 ELSE 0 END),"
              " sum(CASE WHEN s.due_ms <= $7 THEN 1 ELSE 0 END),"
              " sum(CASE WHEN s.owner_id = $8 THEN 1 ELSE 0 END)"
              " FROM order_states s" WHOSE " AND s.state <> 'closed' GROUP BY s.state",
    [APPEALS] =
        "SELECT count(*) FROM order_states s JOIN work_orders o ON o.id = s.order_id"
        " JOIN appeals p ON p.rating_id = o.rating_id" WHOSE
        " AND NOT EXISTS (SELECT q.id FROM appeal_decisions q WHERE q.appeal_id = p.id)",
    [HANDS] = "SELECT a.id, a.name, x.role, x.place FROM accounts a JOIN account_roles x"
              " ON x.account_id = a.id AND x.id = (SELECT max(y.id) FROM account_roles y"
              " WHERE y.account_id = a.id) WHERE a.hall = $1"
              " AND ((x.role = 'department' AND x.place = $2)"
              " OR (x.role = 'window_head' AND x.place = $3)"
              " OR (x.role = 'clerk' AND x.place = (SELECT k.code FROM cases c"
              " JOIN clerks k ON k.id = c.clerk_id WHERE c.id = $4)))"
              " ORDER BY a.name",
};

const char *const *order_list_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static const char *const view_names[ORDER_VIEWS] = {
    [ORDERS_DUE] = "due",         [ORDERS_OVERDUE] = "overdue",
    [ORDERS_CONTACT] = "contact", [ORDERS_FIX] = "fix",
    [ORDERS_VERDICT] = "verdict", [ORDERS_SUPERVISED] = "supervised",
    [ORDERS_APPEAL] = "appeal",   [ORDERS_MINE] = "mine",
    [ORDERS_OPEN] = "open",       [ORDERS_CLOSED] = "closed",
};

/* The states of a view; none means all that live. */
static const enum order_state view_states[ORDER_VIEWS][4] = {
    [ORDERS_CONTACT] = {ORDER_OPEN, ORDER_OPEN, ORDER_OPEN, ORDER_OPEN},
    [ORDERS_FIX] = {ORDER_CONTACTED, ORDER_FIXING, ORDER_FIXING_LONG, ORDER_EXPLAINED},
    [ORDERS_VERDICT] = {ORDER_FED_BACK, ORDER_FED_BACK, ORDER_FED_BACK, ORDER_FED_BACK},
    [ORDERS_SUPERVISED] = {ORDER_SUPERVISED, ORDER_SUPERVISED, ORDER_SUPERVISED,
                           ORDER_SUPERVISED},
};

static bool view_by_state(enum order_view view)
{
    return view == ORDERS_CONTACT || view == ORDERS_FIX || view == ORDERS_VERDICT ||
           view == ORDERS_SUPERVISED;
}

const char *order_view_name(enum order_view view)
{
    return view_names[view];
}

enum order_view order_view_read(const char *name)
{
    for (int i = 0; i < ORDER_VIEWS; i++)
        if (strcmp(view_names[i], name) == 0)
            return (enum order_view)i;
    return ORDER_VIEWS;
}

/* ---- lines ---- */

static bool read_item(struct store *st, const struct db_cursor *c, order_each *each,
                      void *self, struct error *err)
{
    struct order_item item = {
        .id = db_get_int(c, 0),
        .kind = order_kind_read(db_get_text(c, 2)),
        .state = order_state_read(db_get_text(c, 3)),
        .due_ms = db_get_int(c, 4),
        .level = (int)db_get_int(c, 5),
        .round = (int)db_get_int(c, 6),
        .paused = db_get_int(c, 7) != 0,
        .opened_ms = db_get_int(c, 8),
        .grade = (int)db_get_int(c, 9),
        .owner = db_get_text(c, 16),
        .matter = db_get_text(c, 17),
        .window = db_get_text(c, 18),
        .department = db_get_text(c, 19),
    };

    db_copy_text(c, 1, item.number, sizeof(item.number));
    for (int i = 0; i < 4; i++)
        item.dims[i] = (int)db_get_int(c, 10 + i);
    db_copy_text(c, 14, item.channel, sizeof(item.channel));
    db_copy_text(c, 15, item.proof, sizeof(item.proof));
    if (!review_words(st, db_get_int(c, 20), &item.words, err))
        return false;
    each(self, &item);
    free(item.words);
    return true;
}

/* One more than a page is asked for: it tells that there is another. */
static bool read_page(struct store *st, int statement, const struct db_value *values,
                      size_t count, int limit, order_each *each, void *self, bool *more,
                      struct error *err)
{
    struct db_cursor c;
    bool ok = db_query(st->db, sql[statement], values, count, &c, err);
    int seen = 0;

    *more = false;
    while (ok && db_next(&c, err)) {
        if (seen++ == limit) {
            *more = true;
            break;
        }
        ok = read_item(st, &c, each, self, err);
    }
    db_done(&c);
    return ok && err->kind == ERROR_NONE;
}

static int64_t owner_of(const struct order_filter *f)
{
    return f->view == ORDERS_MINE ? f->me : f->owner;
}

static bool list_living(struct store *st, const struct order_filter *f, order_each *each,
                        void *self, bool *more, struct error *err)
{
    const enum order_state *states = view_states[f->view];
    struct db_value by[4];
    int64_t until_ms = f->view == ORDERS_DUE       ? f->day_end_ms
                       : f->view == ORDERS_OVERDUE ? f->now_ms
                                                   : INT64_MAX;

    for (int i = 0; i < 4; i++)
        by[i] = view_by_state(f->view) ? db_text(order_state_name(states[i])) : db_null();
    const struct db_value values[] = {db_int(st->hall),
                                      db_text(f->department),
                                      db_text(f->window),
                                      db_id(owner_of(f)),
                                      db_int(f->hints),
                                      db_int(f->after_ms),
                                      db_int(f->after_id),
                                      db_int(until_ms),
                                      by[0],
                                      by[1],
                                      by[2],
                                      by[3],
                                      db_int(f->limit + 1)};

    return read_page(st, LIVING, values, LENGTH(values), f->limit, each, self, more, err);
}

bool orders_list(struct store *st, const struct order_filter *f, order_each *each,
                 void *self, bool *more, struct error *err)
{
    const struct db_value values[] = {
        db_int(st->hall),
        db_text(f->department),
        db_text(f->window),
        db_id(owner_of(f)),
        db_int(f->hints),
        db_int(f->after_id != 0 ? f->after_id : INT64_MAX),
        db_int(f->view == ORDERS_APPEAL),
        db_int(f->limit + 1),
    };

    if (f->view != ORDERS_CLOSED && f->view != ORDERS_APPEAL)
        return list_living(st, f, each, self, more, err);
    return read_page(st, CLOSED, values, LENGTH(values), f->limit, each, self, more, err);
}

/* ---- counts ---- */

static void add_count(const struct db_cursor *c, int64_t out[ORDER_VIEWS])
{
    enum order_state state = order_state_read(db_get_text(c, 0));
    int64_t count = db_get_int(c, 1);

    out[ORDERS_OPEN] += count;
    out[ORDERS_OVERDUE] += db_get_int(c, 2);
    out[ORDERS_DUE] += db_get_int(c, 3);
    out[ORDERS_MINE] += db_get_int(c, 4);
    for (int view = 0; view < ORDER_VIEWS; view++) {
        bool has = false;

        for (int i = 0; view_by_state((enum order_view)view) && i < 4; i++)
            has = has || view_states[view][i] == state;
        out[view] += has ? count : 0;
    }
}

bool orders_count(struct store *st, const struct order_filter *f,
                  int64_t out[ORDER_VIEWS], struct error *err)
{
    struct db_cursor c;
    bool found;

    memset(out, 0, sizeof(*out) * ORDER_VIEWS);
    if (!db_query(st->db, sql[COUNT],
                  DB(db_int(st->hall), db_text(f->department), db_text(f->window),
                     db_id(f->owner), db_int(f->hints), db_int(f->now_ms),
                     db_int(f->day_end_ms), db_int(f->me)),
                  &c, err))
        return false;
    while (db_next(&c, err))
        add_count(&c, out);
    db_done(&c);
    if (err->kind != ERROR_NONE ||
        !db_find(st->db, sql[APPEALS],
                 DB(db_int(st->hall), db_text(f->department), db_text(f->window),
                    db_id(f->owner), db_int(f->hints)),
                 &c, &found, err))
        return false;
    out[ORDERS_APPEAL] = db_get_int(&c, 0);
    db_done(&c);
    return true;
}

/* ---- hands ---- */

bool order_hands(struct store *st, const struct order *o, order_hand *each, void *self,
                 struct error *err)
{
    struct db_cursor c;

    if (!db_query(st->db, sql[HANDS],
                  DB(db_int(st->hall), db_text(o->department), db_text(o->window),
                     db_int(o->case_id)),
                  &c, err))
        return false;
    while (db_next(&c, err))
        each(self, db_get_int(&c, 0), db_get_text(&c, 1), db_get_text(&c, 2));
    db_done(&c);
    return err->kind == ERROR_NONE;
}
