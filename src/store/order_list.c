/*
 * order_list.c — see order_list.h.
 *
 * Living orders go by their date, so that a page begins with what is most overdue; those
 * whose clocks stand come last. There are few of them beside the closed ones, which go by
 * id, and by an index of whose they are. What is typed is judged row by row.
 */
#include "store/order_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* What an order is judged by; the line of its rating has most of it. */
#define LIGHT                                                                            \
    "SELECT o.id, s.due_ms, s.state, s.paused_ms, o.opened_ms, s.owner_id,"              \
    " s.department_code, (SELECT d.name FROM departments d WHERE d.hall = s.hall"        \
    " AND d.code = s.department_code ORDER BY d.id DESC LIMIT 1), w.code, w.name,"       \
    " m.code, m.name, l.grade, l.channel, l.proof, l.tags, l.commented, l.contact,"      \
    " l.delay_s, l.praised FROM order_states s JOIN work_orders o ON o.id = s.order_id"  \
    " JOIN cases c ON c.id = o.case_id JOIN matters m ON m.id = c.matter_id"             \
    " JOIN windows w ON w.id = c.window_id"                                              \
    " LEFT JOIN rating_lines l ON l.rating_id = o.rating_id"

/* $1 hall, $2 department, $3 window, $4 owner, $5 1: hints too */
#define WHOSE                                                                            \
    " WHERE s.hall + 0 = $1 AND (CAST($2 AS TEXT) IS NULL OR s.department_code = $2)"    \
    " AND (CAST($3 AS TEXT) IS NULL OR s.window_code = $3)"                              \
    " AND (CAST($4 AS BIGINT) IS NULL OR s.owner_id = $4)"                               \
    " AND (CAST($5 AS INTEGER) = 1 OR s.kind <> 'hint')"

/* Living ones by date, and by id both ways; closed ones by id both ways: of anybody, of a
 * department, of a window, of an account; those that are appealed against. */
enum {
    LIVING,
    LIVING_DOWN,
    LIVING_UP,
    CLOSED,
    CLOSED_UP = CLOSED + 4,
    APPEALED_DOWN = CLOSED_UP + 4,
    APPEALED_UP,
    COUNT,
    APPEALS,
    HANDS,
    WHOLE,
    STATEMENTS
};

/* $6 the earliest date, $7 .. $10 the states */
#define LIVES                                                                            \
    " AND s.hall = $1 AND s.state <> 'closed' AND s.due_ms <= $6 AND (CAST($7 AS TEXT) " \
    "IS NULL"                                                                            \
    " OR s.state IN ($7, $8, $9, $10))"
#define DOWN " AND s.order_id < $6 ORDER BY s.order_id DESC LIMIT $7"
#define UP   " AND s.order_id > $6 ORDER BY s.order_id LIMIT $7"
/* By an index of what is asked for; the others' values are NULL. */
#define OF(column, value)                                                                \
    " WHERE s.hall = $1 AND s." column " = " value " AND (CAST($5 AS INTEGER) = 1"       \
    " OR s.kind <> 'hint') AND s.state = 'closed'"                                       \
    " AND (CAST($2 AS TEXT) IS NULL OR s.department_code = $2)"                          \
    " AND (CAST($3 AS TEXT) IS NULL OR s.window_code = $3)"                              \
    " AND (CAST($4 AS BIGINT) IS NULL OR s.owner_id = $4)"
#define APPEALED                                                                         \
    WHOSE " AND o.rating_id IN (SELECT p.rating_id FROM appeals p WHERE p.hall = $1"     \
          " AND NOT EXISTS (SELECT q.id FROM appeal_decisions q"                         \
          " WHERE q.appeal_id = p.id))"

static const char *const sql[STATEMENTS] = {
    [LIVING] = LIGHT WHOSE LIVES " AND (s.due_ms, s.order_id) > ($11, $12)"
                                 " ORDER BY s.due_ms, s.order_id LIMIT $13",
    [LIVING_DOWN] = LIGHT WHOSE LIVES " AND s.order_id < $11"
                                      " ORDER BY s.order_id DESC LIMIT $12",
    [LIVING_UP] = LIGHT WHOSE LIVES " AND s.order_id > $11 ORDER BY s.order_id LIMIT $12",
    [CLOSED] = LIGHT WHOSE " AND s.state = 'closed'" DOWN,
    [CLOSED + 1] = LIGHT OF("department_code", "$2") DOWN,
    [CLOSED + 2] = LIGHT OF("window_code", "$3") DOWN,
    [CLOSED + 3] = LIGHT OF("owner_id", "$4") DOWN,
    [CLOSED_UP] = LIGHT WHOSE " AND s.state = 'closed'" UP,
    [CLOSED_UP + 1] = LIGHT OF("department_code", "$2") UP,
    [CLOSED_UP + 2] = LIGHT OF("window_code", "$3") UP,
    [CLOSED_UP + 3] = LIGHT OF("owner_id", "$4") UP,
    [APPEALED_DOWN] = LIGHT APPEALED DOWN,
    [APPEALED_UP] = LIGHT APPEALED UP,
    [WHOLE] = ITEM " WHERE o.id = $1 AND s.hall = $2",
    [COUNT] = "SELECT s.state, count(*), sum(CASE WHEN s.due_ms <= $6 THEN 1 ELSE 0 END),"
              " sum(CASE WHEN s.due_ms <= $7 THEN 1 ELSE 0 END),"
              " sum(CASE WHEN s.owner_id = $8 THEN 1 ELSE 0 END)"
              " FROM order_states s" WHOSE " AND s.hall = $1 AND s.state <> 'closed'"
              " GROUP BY s.state",
    [APPEALS] =
        "SELECT count(*) FROM appeals p CROSS JOIN work_orders o"
        " CROSS JOIN order_states s" WHOSE
        " AND p.hall = $1 AND o.rating_id = p.rating_id AND s.order_id = o.id"
        " AND NOT EXISTS (SELECT q.id FROM appeal_decisions q WHERE q.appeal_id = p.id)",
    [HANDS] = "SELECT a.id, a.name, x.role, x.place FROM accounts a JOIN account_roles x"
              " ON x.account_id = a.id AND x.id = (SELECT max(y.id) FROM account_roles y"
              " WHERE y.account_id = a.id) WHERE a.hall = $1"
              " AND ((x.role = 'department' AND x.place = $2)"
              " OR (x.role = 'window_head' AND x.place = $3 AND $3 <> '')"
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
    [ORDERS_DUE] = "due",
    [ORDERS_OVERDUE] = "overdue",
    [ORDERS_CONTACT] = "contact",
    [ORDERS_FIX] = "fix",
    [ORDERS_TELL] = "tell",
    [ORDERS_VERDICT] = "verdict",
    [ORDERS_SUPERVISED] = "supervised",
    [ORDERS_APPEAL] = "appeal",
    [ORDERS_MINE] = "mine",
    [ORDERS_OPEN] = "open",
    [ORDERS_CLOSED] = "closed",
};

/* The states of a view; none means all that live. */
static const enum order_state view_states[ORDER_VIEWS][4] = {
    [ORDERS_CONTACT] = {ORDER_OPEN, ORDER_OPEN, ORDER_OPEN, ORDER_OPEN},
    [ORDERS_FIX] = {ORDER_CONTACTED, ORDER_FIXING, ORDER_FIXING_LONG, ORDER_FIXING},
    [ORDERS_TELL] = {ORDER_FIXING, ORDER_FIXING_LONG, ORDER_EXPLAINED, ORDER_EXPLAINED},
    [ORDERS_VERDICT] = {ORDER_FED_BACK, ORDER_FED_BACK, ORDER_FED_BACK, ORDER_FED_BACK},
    [ORDERS_SUPERVISED] = {ORDER_SUPERVISED, ORDER_SUPERVISED, ORDER_SUPERVISED,
                           ORDER_SUPERVISED},
};

static bool view_by_state(enum order_view view)
{
    return view_states[view][3] != ORDER_OPEN || view == ORDERS_CONTACT;
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

static const char *const sort_names[ORDER_SORTS] = {
    [ORDERS_BY_DATE] = "due", [ORDERS_NEWEST] = "newest", [ORDERS_OLDEST] = "oldest"};

const char *order_sort_name(enum order_sort sort)
{
    return sort_names[sort];
}

enum order_sort order_sort_read(const char *name)
{
    for (int i = 0; i < ORDER_SORTS; i++)
        if (strcmp(sort_names[i], name) == 0)
            return (enum order_sort)i;
    return ORDER_SORTS;
}

/* ---- lines ---- */

enum { LOOK = 1500 }; /* orders that are looked at for a page */

static bool passes(const struct store *st, const struct order_filter *f,
                   const struct db_cursor *c)
{
    int64_t owner = db_get_int(c, 5);
    bool overdue = db_get_int(c, 3) == 0 && db_get_int(c, 1) <= f->now_ms &&
                   strcmp(db_get_text(c, 2), "closed") != 0;
    char is_words[32], has_words[32];
    const struct list_row row = {.grade = db_is_null(c, 12) ? -1 : (int)db_get_int(c, 12),
                                 .department = db_get_text(c, 6),
                                 .department_name = db_get_text(c, 7),
                                 .window = db_get_text(c, 8),
                                 .window_name = db_get_text(c, 9),
                                 .matter = db_get_text(c, 10),
                                 .matter_name = db_get_text(c, 11),
                                 .tags = db_get_text(c, 15),
                                 .channel = db_get_text(c, 13),
                                 .proof = db_get_text(c, 14),
                                 .state = db_get_text(c, 2),
                                 .is = is_words,
                                 .has = has_words,
                                 .owned = owner != 0,
                                 .mine = owner != 0 && owner == f->me,
                                 .date = hall_local_date(st->frame, db_get_int(c, 4))};

    snprintf(is_words, sizeof(is_words), "%s%s%s", overdue ? "overdue " : "",
             db_get_int(c, 18) > 86400 ? "late " : "",
             db_get_int(c, 19) != 0 ? "praise" : "");
    snprintf(has_words, sizeof(has_words), "%s%s",
             db_get_int(c, 16) != 0 ? "comment " : "",
             db_get_int(c, 17) != 0 ? "contact" : "");
    return list_query_passes(&f->query, &row, ~0u);
}

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

static bool read_whole(struct store *st, int64_t id, order_each *each, void *self,
                       struct error *err)
{
    struct db_cursor c;
    bool found, ok;

    if (!db_find(st->db, sql[WHOLE], DB(db_int(id), db_int(st->hall)), &c, &found, err) ||
        !found)
        return err->kind == ERROR_NONE;
    ok = read_item(st, &c, each, self, err);
    db_done(&c);
    return ok;
}

/* One page of a statement. */
static bool read_page(struct store *st, const struct order_filter *f, int statement,
                      const struct db_value *values, size_t count, order_each *each,
                      void *self, struct order_place *next, struct error *err)
{
    struct order_place place = {0};
    struct db_cursor c;
    bool ok = db_query(st->db, sql[statement], values, count, &c, err), full = false;
    int shown = 0, looked = 0;

    *next = place;
    if (!ok)
        return false;
    while (ok && !full && looked < LOOK && db_next(&c, err)) {
        bool fits = passes(st, f, &c);

        full = fits && shown == f->limit;
        if (full)
            break;
        looked++;
        place =
            (struct order_place){.due_ms = db_get_int(&c, 1), .id = db_get_int(&c, 0)};
        shown += fits;
        ok = !fits || read_whole(st, place.id, each, self, err);
    }
    db_done(&c);
    if (full || looked == LOOK)
        *next = place;
    return ok && err->kind == ERROR_NONE;
}

static int64_t owner_of(const struct order_filter *f)
{
    return f->view == ORDERS_MINE ? f->me : f->owner;
}

static bool list_living(struct store *st, const struct order_filter *f, order_each *each,
                        void *self, struct order_place *next, struct error *err)
{
    static const int statements[ORDER_SORTS] = {[ORDERS_BY_DATE] = LIVING,
                                                [ORDERS_NEWEST] = LIVING_DOWN,
                                                [ORDERS_OLDEST] = LIVING_UP};
    const enum order_state *states = view_states[f->view];
    bool by_date = f->sort == ORDERS_BY_DATE;
    struct db_value by[4];
    int64_t until_ms = f->view == ORDERS_DUE       ? f->day_end_ms
                       : f->view == ORDERS_OVERDUE ? f->now_ms
                                                   : INT64_MAX;
    int64_t id = f->after.id != 0 || f->sort != ORDERS_NEWEST ? f->after.id : INT64_MAX;

    for (int i = 0; i < 4; i++)
        by[i] = view_by_state(f->view) ? db_text(order_state_name(states[i])) : db_null();
    const struct db_value values[] = {db_int(st->hall),
                                      db_text(f->department),
                                      db_text(f->window),
                                      db_id(owner_of(f)),
                                      db_int(f->hints),
                                      db_int(until_ms),
                                      by[0],
                                      by[1],
                                      by[2],
                                      by[3],
                                      db_int(by_date ? f->after.due_ms : id),
                                      db_int(by_date ? f->after.id : LOOK),
                                      db_int(LOOK)};

    return read_page(st, f, statements[f->sort], values, by_date ? 13 : 12, each, self,
                     next, err);
}

bool orders_list(struct store *st, const struct order_filter *f, order_each *each,
                 void *self, struct order_place *next, struct error *err)
{
    bool up = f->sort == ORDERS_OLDEST;
    int64_t owner = owner_of(f);
    int of = f->window != NULL ? 2 : f->department != NULL ? 1 : owner != 0 ? 3 : 0;
    const struct db_value values[] = {
        db_int(st->hall),   db_text(f->department),
        db_text(f->window), db_id(owner),
        db_int(f->hints),   db_int(f->after.id != 0 || up ? f->after.id : INT64_MAX),
        db_int(LOOK),
    };

    if (f->view == ORDERS_APPEAL)
        return read_page(st, f, up ? APPEALED_UP : APPEALED_DOWN, values, LENGTH(values),
                         each, self, next, err);
    if (f->view == ORDERS_CLOSED)
        return read_page(st, f, (up ? CLOSED_UP : CLOSED) + of, values, LENGTH(values),
                         each, self, next, err);
    return list_living(st, f, each, self, next, err);
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
                     db_int(o->now.kind != ORDER_DENIED ? o->case_id : 0)),
                  &c, err))
        return false;
    while (db_next(&c, err))
        each(self, db_get_int(&c, 0), db_get_text(&c, 1), db_get_text(&c, 2));
    db_done(&c);
    return err->kind == ERROR_NONE;
}
