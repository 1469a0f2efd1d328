/*
 * desk_store.c — see desk_store.h.
 */
#include "store/desk_store.h"

#include <stdio.h>

#include "store/topics.h"

enum {
    DESK_GET,
    DESK_PUT,
    DESKS_PAUSED,
    SERVICE_ADD,
    DAY_ADD,
    DAY_TAKE,
    DAY_GET,
    STATEMENTS
};

static const char *const sql[STATEMENTS] = {
    [DESK_GET] =
        "SELECT CASE WHEN q.state IN ('called', 'serving') THEN d.ticket_id END, "
        "d.clerk_id,"
        " d.paused_reason, d.acted_ms, d.undo_event_id, d.undo_kind, d.undo_ticket_id,"
        " d.undo_state, d.undo_window, d.undo_until_ms, d.paused_until_ms,"
        " d.last_ticket_id, d.last_done_ms FROM desks d LEFT JOIN queue q"
        " ON q.ticket_id = d.ticket_id WHERE d.hall = $1 AND d.window_code = $2",
    [DESK_PUT] =
        "INSERT INTO desks (hall, window_code, ticket_id, clerk_id, paused_reason,"
        " acted_ms, undo_event_id, undo_kind, undo_ticket_id, undo_state, undo_window,"
        " undo_until_ms, paused_until_ms, last_ticket_id, last_done_ms)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
        " ON CONFLICT (hall, window_code) DO UPDATE SET ticket_id = excluded.ticket_id,"
        " clerk_id = excluded.clerk_id, paused_reason = excluded.paused_reason,"
        " acted_ms = excluded.acted_ms, undo_event_id = excluded.undo_event_id,"
        " undo_kind = excluded.undo_kind, undo_ticket_id = excluded.undo_ticket_id,"
        " undo_state = excluded.undo_state, undo_window = excluded.undo_window,"
        " undo_until_ms = excluded.undo_until_ms,"
        " paused_until_ms = excluded.paused_until_ms,"
        " last_ticket_id = excluded.last_ticket_id, last_done_ms = excluded.last_done_ms",
    [DESKS_PAUSED] = "SELECT window_code, paused_reason, paused_until_ms FROM desks"
                     " WHERE hall = $1 AND paused_reason IS NOT NULL"
                     " ORDER BY window_code",
    [SERVICE_ADD] =
        "INSERT INTO services (id, hall, series_code, ticket_id, window_id, clerk_id,"
        " waited_ms, started_ms, ended_ms)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    [DAY_ADD] = "INSERT INTO desk_days (hall, local_date, window_code, act, acts)"
                " VALUES ($1, $2, $3, $4, 1)"
                " ON CONFLICT (hall, local_date, window_code, act)"
                " DO UPDATE SET acts = desk_days.acts + 1",
    [DAY_TAKE] = "UPDATE desk_days SET acts = acts - 1 WHERE hall = $1"
                 " AND local_date = $2 AND window_code = $3 AND act = $4 AND acts > 0",
    [DAY_GET] = "SELECT act, acts FROM desk_days WHERE hall = $1 AND local_date = $2"
                " AND window_code = $3 ORDER BY act",
};

const char *const *desk_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

bool desk_get(struct store *st, const char *window_code, struct desk *out,
              struct error *err)
{
    struct db_cursor c;
    bool found;

    *out = (struct desk){0};
    snprintf(out->window_code, sizeof(out->window_code), "%s", window_code);
    if (!db_find(st->db, sql[DESK_GET], DB(db_int(st->hall), db_text(window_code)), &c,
                 &found, err))
        return false;
    if (!found)
        return true;
    out->ticket_id = db_get_int(&c, 0);
    out->clerk_id = db_get_int(&c, 1);
    out->paused = !db_is_null(&c, 2);
    db_copy_text(&c, 2, out->paused_reason, sizeof(out->paused_reason));
    out->acted_ms = db_get_int(&c, 3);
    out->undo_event_id = db_get_int(&c, 4);
    db_copy_text(&c, 5, out->undo_kind, sizeof(out->undo_kind));
    out->undo_ticket_id = db_get_int(&c, 6);
    db_copy_text(&c, 7, out->undo_state, sizeof(out->undo_state));
    db_copy_text(&c, 8, out->undo_window, sizeof(out->undo_window));
    out->undo_until_ms = db_get_int(&c, 9);
    out->paused_until_ms = db_get_int(&c, 10);
    out->last_ticket_id = db_get_int(&c, 11);
    out->last_done_ms = db_get_int(&c, 12);
    db_done(&c);
    return true;
}

bool desk_put(struct store *st, struct desk *d, int64_t now_ms, struct error *err)
{
    d->acted_ms = now_ms;
    return db_run(st->db, sql[DESK_PUT],
                  DB(db_int(st->hall), db_text(d->window_code), db_id(d->ticket_id),
                     db_id(d->clerk_id), db_text(d->paused ? d->paused_reason : NULL),
                     db_int(now_ms), db_id(d->undo_event_id), db_text(d->undo_kind),
                     db_id(d->undo_ticket_id), db_text(d->undo_state),
                     db_text(d->undo_window), db_id(d->undo_until_ms),
                     db_id(d->paused ? d->paused_until_ms : 0), db_id(d->last_ticket_id),
                     db_id(d->last_done_ms)),
                  err);
}

bool desks_paused(struct store *st, desk_paused_each *each, void *self, struct error *err)
{
    struct db_cursor c;

    if (!db_query(st->db, sql[DESKS_PAUSED], DB(db_int(st->hall)), &c, err))
        return false;
    while (db_next(&c, err))
        each(self, db_get_text(&c, 0), db_get_text(&c, 1), db_get_int(&c, 2));
    db_done(&c);
    return err->kind == ERROR_NONE;
}

/* == Undoing ====================================================================== */

void desk_undo_forget(struct desk *d)
{
    d->undo_event_id = d->undo_ticket_id = d->undo_until_ms = 0;
}

void desk_undo_note(struct desk *d, const struct rules *rules, const char *kind,
                    const struct ticket *before, int64_t event_id, int64_t now_ms)
{
    d->undo_event_id = event_id;
    d->undo_ticket_id = before->id;
    d->undo_until_ms = now_ms + rules->queue.undo_ms;
    snprintf(d->undo_kind, sizeof(d->undo_kind), "%s", kind);
    snprintf(d->undo_state, sizeof(d->undo_state), "%s",
             ticket_state_name(before->state));
    snprintf(d->undo_window, sizeof(d->undo_window), "%s", before->window_code);
}

bool desk_note(struct store *st, const struct rules *rules, const char *window_code,
               const char *kind, const struct ticket *before, int64_t event_id,
               int64_t now_ms, struct error *err)
{
    struct desk d;

    if (!desk_get(st, window_code, &d, err))
        return false;
    desk_undo_note(&d, rules, kind, before, event_id, now_ms);
    return desk_put(st, &d, now_ms, err);
}

/* == A window's day =============================================================== */

/* Where the count of an act lies; NULL for one that has none. */
static int *count_of(struct desk_day *day, const char *act)
{
    const struct {
        const char *act;
        int *count;
    } counts[] = {{"called", &day->called},
                  {"served", &day->served},
                  {"missed", &day->missed},
                  {"held", &day->held},
                  {"transferred", &day->transferred}};

    for (size_t i = 0; i < LENGTH(counts); i++)
        if (strcmp(counts[i].act, act) == 0)
            return counts[i].count;
    return NULL;
}

static bool count_change(struct store *st, const char *statement, const char *window_code,
                         const char *act, int64_t at_ms, struct error *err)
{
    struct desk_day day;

    return count_of(&day, act) == NULL ||
           db_run(st->db, statement,
                  DB(db_int(st->hall), db_int(hall_local_date(st->frame, at_ms)),
                     db_text(window_code), db_text(act)),
                  err);
}

bool desk_count(struct store *st, const char *window_code, const char *act, int64_t at_ms,
                struct error *err)
{
    return count_change(st, sql[DAY_ADD], window_code, act, at_ms, err);
}

bool desk_uncount(struct store *st, const char *window_code, const char *act,
                  int64_t at_ms, struct error *err)
{
    return count_change(st, sql[DAY_TAKE], window_code, act, at_ms, err);
}

bool desk_day_get(struct store *st, const char *window_code, int64_t now_ms,
                  struct desk_day *out, struct error *err)
{
    struct db_cursor c;

    *out = (struct desk_day){0};
    if (!db_query(st->db, sql[DAY_GET],
                  DB(db_int(st->hall), db_int(hall_local_date(st->frame, now_ms)),
                     db_text(window_code)),
                  &c, err))
        return false;
    while (db_next(&c, err)) {
        int *count = count_of(out, db_get_text(&c, 0));

        if (count != NULL)
            *count = (int)db_get_int(&c, 1);
    }
    db_done(&c);
    return err->kind == ERROR_NONE;
}

/* == The end of a visit =========================================================== */

bool desk_finish(struct store *st, struct ticket *t, int64_t window_id, int64_t now_ms,
                 struct error *err)
{
    int64_t started_ms = t->started_ms != 0 ? t->started_ms : now_ms;
    struct desk d;

    if (!desk_get(st, t->window_code, &d, err) ||
        !ticket_move(st, t, TICKET_DONE, now_ms, err))
        return false;
    if (d.ticket_id == t->id)
        d.ticket_id = 0;
    desk_undo_forget(&d);
    d.last_ticket_id = t->id;
    d.last_done_ms = now_ms;
    return desk_put(st, &d, now_ms, err) &&
           desk_count(st, t->window_code, "served", now_ms, err) &&
           db_run(st->db, sql[SERVICE_ADD],
                  DB(db_int(store_id(st, now_ms)), db_int(st->hall), db_text(t->series),
                     db_int(t->id), db_int(window_id), db_int(t->clerk_id),
                     db_int(started_ms - t->taken_ms), db_int(started_ms),
                     db_int(now_ms)),
                  err);
}
