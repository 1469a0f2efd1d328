/*
 * board_store.c — see board_store.h.
 */
#include "store/board_store.h"

#include "store/promise_store.h"
#include "store/topics.h"

enum { CALLS, CALL, CLOSED, STATEMENTS };

enum { CALLS_MOST = 1000 };

#define CALL_COLUMNS                                                                     \
    "SELECT e.id, e.ticket_id, e.at_ms, t.series_code, t.serial, w.code, w.name,"        \
    " w.floor, d.code, CASE WHEN q.state = 'called' AND q.window_code = w.code"          \
    " THEN 1 ELSE 0 END FROM events e JOIN tickets t ON t.id = e.ticket_id"              \
    " JOIN queue q ON q.ticket_id = t.id JOIN windows w ON w.id = e.window_id"           \
    " JOIN departments d ON d.id = w.department_id"                                      \
    " WHERE e.hall = $1 AND e.kind IN ('called', 'recalled')"

/* Undoing a call undoes the recalls after it, too. */
#define NOT_UNDONE                                                                       \
    " AND NOT EXISTS (SELECT 1 FROM events u JOIN events c"                              \
    " ON c.ticket_id = u.ticket_id AND CAST(c.id AS TEXT) = u.detail"                    \
    " WHERE u.ticket_id = e.ticket_id AND u.kind = 'undone' AND u.id > e.id"             \
    " AND c.kind = 'called' AND c.id <= e.id)"

static const char *const sql[STATEMENTS] = {
    [CALLS] = CALL_COLUMNS " AND e.id >= $2" NOT_UNDONE " ORDER BY e.id DESC LIMIT $3",
    [CALL] = CALL_COLUMNS " AND e.id = $2" NOT_UNDONE,
    [CLOSED] =
        "SELECT m.code, c.id, c.ticket_id, CASE WHEN c.accepted_ms IS NULL"
        " THEN c.opened_ms ELSE c.accepted_ms END, c.closed_ms FROM cases c"
        " JOIN matters m ON m.id = c.matter_id WHERE c.hall = $1 AND c.closed_ms >= $2"
        " AND c.closed_ms < $3 AND c.state = 'closed' AND c.outcome <> 'withdrawn'"
        " AND m.kind = 'promise' ORDER BY m.code, c.id",
};

const char *const *board_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

/* == Calls ======================================================================== */

static void read_call(const struct db_cursor *c, struct board_call *out)
{
    *out = (struct board_call){.id = db_get_int(c, 0),
                               .ticket_id = db_get_int(c, 1),
                               .at_ms = db_get_int(c, 2),
                               .floor = (int)db_get_int(c, 7),
                               .standing = db_get_int(c, 9) != 0};
    ticket_number(db_get_text(c, 3), (int)db_get_int(c, 4), out->number);
    db_copy_text(c, 5, out->window_code, sizeof(out->window_code));
    db_copy_text(c, 6, out->window_name, sizeof(out->window_name));
    db_copy_text(c, 8, out->department_code, sizeof(out->department_code));
}

/* The smallest id that an event of today can have. */
static int64_t first_of_today(const struct store *st, int64_t now_ms)
{
    struct local_time t;

    zone_local(st->frame->zone, now_ms, &t);
    return id_floor(zone_day_utc(st->frame->zone, t.day_number, 0));
}

bool board_calls(struct store *st, int64_t now_ms, board_call_each *each, void *self,
                 struct error *err)
{
    struct board_call call;
    struct db_cursor c;

    if (!db_query(
            st->db, sql[CALLS],
            DB(db_int(st->hall), db_int(first_of_today(st, now_ms)), db_int(CALLS_MOST)),
            &c, err))
        return false;
    while (db_next(&c, err)) {
        read_call(&c, &call);
        if (!each(self, &call))
            break;
    }
    db_done(&c);
    return err->kind == ERROR_NONE;
}

bool board_call_find(struct store *st, int64_t id, int64_t now_ms, struct board_call *out,
                     bool *found, struct error *err)
{
    struct db_cursor c;

    *found = id >= first_of_today(st, now_ms);
    if (!*found)
        return true;
    if (!db_find(st->db, sql[CALL], DB(db_int(st->hall), db_int(id)), &c, found, err))
        return false;
    if (*found)
        read_call(&c, out);
    db_done(&c);
    return true;
}

/* == Days ========================================================================= */

bool board_days(struct store *st, int64_t from_ms, int64_t until_ms,
                board_days_each *each, void *self, struct error *err)
{
    struct promise_pause pauses[PROMISE_PAUSES_MOST];
    struct db_cursor c;
    size_t count;

    if (!db_query(st->db, sql[CLOSED],
                  DB(db_int(st->hall), db_int(from_ms), db_int(until_ms)), &c, err))
        return false;
    while (db_next(&c, err)) {
        int64_t accepted_ms = db_get_int(&c, 3), closed_ms = db_get_int(&c, 4);

        if (!promise_pauses(st, db_get_int(&c, 2), db_get_int(&c, 1), closed_ms, pauses,
                            &count, err))
            break;
        each(self, db_get_text(&c, 0),
             promise_days(st->frame->calendar, st->frame->zone, accepted_ms, closed_ms,
                          pauses, count));
    }
    db_done(&c);
    return err->kind == ERROR_NONE;
}
