/*
 * alert_store.c — see alert_store.h.
 *
 * Only a call takes anybody out of a queue during the day, and each shifts those behind
 * by one: so whoever comes near stands at exactly one place when it happens.
 */
#include "store/alert_store.h"

#include <stdio.h>

#include "store/message_store.h"
#include "store/topics.h"

/*
 * Alerts stand before surveys that wait: half a day of a backlog is passed. After its
 * time an alert says nothing that the hall's screen has not said.
 */
#define BEFORE_MS      INT64_C(43200000)
#define NEAR_GOOD_MS   INT64_C(900000)
#define CALLED_GOOD_MS INT64_C(600000)

enum { AT_PLACE, TOLD, ALERT_ADD, ALERT_GET, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [AT_PLACE] = "SELECT ticket_id FROM queue WHERE hall = $1 AND local_date = $2"
                 " AND series_code = $3 AND state = 'waiting'"
                 " ORDER BY place_ms, ticket_id LIMIT 1 OFFSET $4",
    [TOLD] = "SELECT message_id FROM ticket_alerts WHERE ticket_id = $1"
             " AND kind = $2 AND called_ms = $3",
    [ALERT_ADD] = "INSERT INTO ticket_alerts (message_id, hall, ticket_id, kind,"
                  " called_ms) VALUES ($1, $2, $3, $4, $5)",
    [ALERT_GET] = "SELECT ticket_id, kind, called_ms FROM ticket_alerts"
                  " WHERE message_id = $1",
};

const char *const *alert_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

/* == Telling ====================================================================== */

static bool was_told(struct store *st, int64_t ticket_id, const char *kind,
                     int64_t called_ms, bool *told, struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[TOLD],
                 DB(db_int(ticket_id), db_text(kind), db_int(called_ms)), &c, told, err))
        return false;
    db_done(&c);
    return true;
}

static bool tell(struct store *st, const struct ticket *t, const char *kind,
                 int64_t called_ms, int64_t case_id, int64_t good_ms, int64_t now_ms,
                 struct error *err)
{
    const struct message_new m = {
        .kind = kind,
        .lang = t->lang,
        .phone_id = t->phone_id,
        .case_id = case_id,
        .due_ms = now_ms - BEFORE_MS,
        .expires_ms = now_ms + good_ms,
    };
    int64_t id;
    bool told;

    if (!was_told(st, t->id, kind, called_ms, &told, err))
        return false;
    return told || (message_add(st, &m, now_ms, &id, err) &&
                    db_run(st->db, sql[ALERT_ADD],
                           DB(db_int(id), db_int(st->hall), db_int(t->id), db_text(kind),
                              db_int(called_ms)),
                           err));
}

/* Whoever has exactly `near` people ahead now, and had more when taking the number. */
static bool tell_near(struct store *st, const struct ticket *called, int near,
                      int64_t now_ms, struct error *err)
{
    struct ticket t;
    struct db_cursor c;
    int64_t id = 0;
    bool found;

    if (!db_find(st->db, sql[AT_PLACE],
                 DB(db_int(st->hall), db_int(called->local_date), db_text(called->series),
                    db_int(near)),
                 &c, &found, err))
        return false;
    if (found)
        id = db_get_int(&c, 0);
    db_done(&c);
    if (!found)
        return true;
    if (!ticket_get(st, id, &t, err))
        return false;
    return t.phone_id == 0 || t.taken_ahead <= near ||
           tell(st, &t, "near", 0, 0, NEAR_GOOD_MS, now_ms, err);
}

bool alert_called(struct store *st, const struct rules *rules, const struct ticket *t,
                  int64_t case_id, int64_t now_ms, struct error *err)
{
    if (!rules->queue.sms_alerts)
        return true;
    if (t->phone_id != 0 &&
        !tell(st, t, "called", t->called_ms, case_id, CALLED_GOOD_MS, now_ms, err))
        return false;
    return tell_near(st, t, rules->queue.near, now_ms, err);
}

/* == What it says now ============================================================= */

/* The floor that all windows of a matter share. */
struct floors {
    const char *matter, *department;
    int floor, count; /* different ones */
};

static void gather_floor(void *self, const struct window *w)
{
    struct floors *f = self;

    if (!window_serves(w, f->matter, f->department))
        return;
    if (f->count == 0 || w->floor != f->floor)
        f->count++;
    f->floor = w->floor;
}

bool matter_floor(struct store *st, const char *matter_code, const char *department_code,
                  int *floor, struct error *err)
{
    struct floors f = {.matter = matter_code, .department = department_code};

    *floor = 0;
    if (!windows_each(st, gather_floor, &f, err))
        return false;
    *floor = f.count == 1 ? f.floor : 0;
    return true;
}

static bool window_floor(struct store *st, const char *code, int *floor,
                         struct error *err)
{
    struct window w;
    bool found;

    if (!window_find(st, code, &w, &found, err))
        return false;
    *floor = found ? w.floor : 0;
    return true;
}

static bool look_at(struct store *st, int64_t called_ms, int64_t now_ms,
                    struct alert *out, struct error *err)
{
    const struct ticket *t = &out->ticket;

    if (!out->near) {
        out->stale = t->state != TICKET_CALLED || t->called_ms != called_ms;
        return window_floor(st, t->window_code, &out->floor, err);
    }
    out->stale = t->state != TICKET_WAITING;
    if (t->window_code[0] != '\0'
            ? !window_floor(st, t->window_code, &out->floor, err)
            : !matter_floor(st, t->matter_code, t->department_code, &out->floor, err))
        return false;
    return ticket_ahead(st, t, &out->ahead, err) &&
           ticket_estimate(st, t->series, out->ahead, now_ms, &out->low_min,
                           &out->high_min, err);
}

bool alert_look(struct store *st, int64_t message_id, int64_t now_ms, struct alert *out,
                struct error *err)
{
    struct db_cursor c;
    int64_t ticket_id = 0, called_ms = 0;
    bool found;

    *out = (struct alert){.low_min = -1, .high_min = -1};
    if (!db_find(st->db, sql[ALERT_GET], DB(db_int(message_id)), &c, &found, err))
        return false;
    if (found) {
        ticket_id = db_get_int(&c, 0);
        out->near = strcmp(db_get_text(&c, 1), "near") == 0;
        called_ms = db_get_int(&c, 2);
    }
    db_done(&c);
    if (!found)
        return error_set(err, ERROR_ABSENT, "There is no such queue alert.");
    return ticket_get(st, ticket_id, &out->ticket, err) &&
           look_at(st, called_ms, now_ms, out, err);
}
