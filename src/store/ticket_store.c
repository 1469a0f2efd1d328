/*
 * ticket_store.c — see ticket_store.h.
 *
 * Invariants: (1) series_days.last is the greatest serial of that day and series; (2)
 * series_days.waiting is the number of its tickets in state waiting; both change only
 * here, with the rows they count.
 */
#include "store/ticket_store.h"

#include <stdio.h>

#include "store/desk_store.h"
#include "store/event_store.h"
#include "store/person_store.h"
#include "store/topics.h"

enum {
    NUMBER_NEXT,
    TICKET_ADD,
    QUEUE_ADD,
    JOB_ADD,
    SHORT_TAKEN,
    TICKET_GET,
    BY_SHORT,
    QUEUE_MOVE,
    WAITING_ADD,
    AHEAD,
    SERVICES,
    OPEN_DESKS,
    WAITING_ALL,
    OLD_WAITING,
    OLD_OPEN,
    STATEMENTS,
};

enum { OPEN_FOR_MS = 30 * 60 * 1000, SHORT_ATTEMPTS = 64 };

static const char *const sql[STATEMENTS] = {
    [NUMBER_NEXT] =
        "INSERT INTO series_days (hall, local_date, series_code, last, waiting)"
        " VALUES ($1, $2, $3, 1, 1) ON CONFLICT (hall, local_date, series_code)"
        " DO UPDATE SET last = series_days.last + 1,"
        " waiting = series_days.waiting + 1 RETURNING last, waiting",
    [TICKET_ADD] =
        "INSERT INTO tickets (id, hall, local_date, series_code, serial, matter_id,"
        " phone_id, lang, kiosk_code, short_code, ahead, wait_low, wait_high, taken_ms)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    [QUEUE_ADD] =
        "INSERT INTO queue (ticket_id, hall, local_date, series_code, matter_code,"
        " department_code, state, place_ms, calls, changed_ms)"
        " VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, 0, $7)",
    [JOB_ADD] =
        "INSERT INTO print_jobs (id, hall, ticket_id, printer, copy, state, changed_ms,"
        " created_ms) VALUES ($1, $2, $3, $4, 0, 'queued', $5, $5)",
    [SHORT_TAKEN] = "SELECT id FROM tickets WHERE hall = $1 AND local_date = $2"
                    " AND short_code = $3",
    [TICKET_GET] =
        "SELECT t.id, t.matter_id, t.phone_id, t.local_date, t.serial, t.series_code,"
        " t.lang, t.kiosk_code, t.short_code, t.ahead, t.wait_low, t.wait_high,"
        " t.taken_ms, q.state, q.matter_code, q.department_code, q.window_code,"
        " q.clerk_id, q.calls, q.place_ms, q.called_ms, q.started_ms, q.changed_ms"
        " FROM tickets t JOIN queue q ON q.ticket_id = t.id"
        " WHERE t.id = $1 AND t.hall = $2",
    [BY_SHORT] =
        "SELECT id FROM tickets WHERE hall = $1 AND local_date IN (SELECT local_date"
        " FROM series_days WHERE hall = $1 AND local_date >= $2 GROUP BY local_date)"
        " AND short_code = $3 LIMIT 2",
    [QUEUE_MOVE] = "UPDATE queue SET state = $2, matter_code = $3, department_code = $4,"
                   " window_code = $5, clerk_id = $6, calls = $7, called_ms = $8,"
                   " started_ms = $9, changed_ms = $10 WHERE ticket_id = $1",
    [WAITING_ADD] = "UPDATE series_days SET waiting = waiting + $4 WHERE hall = $1"
                    " AND local_date = $2 AND series_code = $3",
    [AHEAD] = "SELECT count(*) FROM queue WHERE hall = $1 AND local_date = $2"
              " AND series_code = $3 AND state = 'waiting'"
              " AND (place_ms < $4 OR (place_ms = $4 AND ticket_id < $5))",
    [SERVICES] = "SELECT ended_ms - started_ms FROM services WHERE hall = $1"
                 " AND series_code = $2 ORDER BY id DESC LIMIT 20",
    [OPEN_DESKS] =
        "SELECT count(DISTINCT s.window_id) FROM (SELECT window_id FROM services"
        " WHERE hall = $1 AND series_code = $2 AND id >= $3 ORDER BY id DESC"
        " LIMIT 100) s",
    [WAITING_ALL] = "SELECT series_code, waiting FROM series_days WHERE hall = $1"
                    " AND local_date = $2 ORDER BY series_code",
    [OLD_WAITING] = "SELECT ticket_id FROM queue WHERE hall = $1 AND local_date < $2"
                    " AND state = 'waiting' LIMIT 1",
    [OLD_OPEN] = "SELECT ticket_id FROM queue WHERE hall = $1 AND local_date < $2"
                 " AND state IN ('called', 'serving', 'held', 'missed')"
                 " AND state <> 'serving' LIMIT 1",
};

const char *const *ticket_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static bool take_number(struct store *st, struct ticket *t, struct error *err)
{
    struct db_cursor c;
    bool found;

    if (!db_find(st->db, sql[NUMBER_NEXT],
                 DB(db_int(st->hall), db_int(t->local_date), db_text(t->series)), &c,
                 &found, err))
        return false;
    t->serial = (int)db_get_int(&c, 0);
    t->taken_ahead = (int)db_get_int(&c, 1) - 1;
    db_done(&c);
    ticket_number(t->series, t->serial, t->number);
    return true;
}

/* The first of its keyed codes that nobody has today. */
static bool choose_short_code(struct store *st, struct ticket *t, struct error *err)
{
    for (int i = 0; i < SHORT_ATTEMPTS; i++) {
        struct db_cursor c;
        bool taken;

        short_code_make(&st->keys->short_code, st->hall, t->id, i, t->short_code);
        if (!short_code_is_plain(t->short_code))
            continue;
        if (!db_find(st->db, sql[SHORT_TAKEN],
                     DB(db_int(st->hall), db_int(t->local_date), db_text(t->short_code)),
                     &c, &taken, err))
            return false;
        db_done(&c);
        if (!taken)
            return true;
    }
    return error_set(err, ERROR_BROKEN, "No short code is free today.");
}

static struct db_value minutes(int value)
{
    return value >= 0 ? db_int(value) : db_null();
}

static bool write_ticket(struct store *st, const struct ticket *t, struct error *err)
{
    return db_run(st->db, sql[TICKET_ADD],
                  DB(db_int(t->id), db_int(st->hall), db_int(t->local_date),
                     db_text(t->series), db_int(t->serial), db_int(t->matter_id),
                     db_id(t->phone_id), db_text(t->lang),
                     db_text(t->kiosk[0] != '\0' ? t->kiosk : NULL),
                     db_text(t->short_code), db_int(t->taken_ahead),
                     minutes(t->taken_low), minutes(t->taken_high), db_int(t->taken_ms)),
                  err) &&
           db_run(st->db, sql[QUEUE_ADD],
                  DB(db_int(t->id), db_int(st->hall), db_int(t->local_date),
                     db_text(t->series), db_text(t->matter_code),
                     db_text(t->department_code), db_int(t->place_ms)),
                  err);
}

/* A ticket taken at a kiosk is printed there. */
static bool queue_job(struct store *st, const struct ticket *t, int64_t now_ms,
                      int64_t *job, struct error *err)
{
    struct kiosk k;
    bool found;

    *job = 0;
    if (t->kiosk[0] == '\0')
        return true;
    if (!kiosk_find(st, t->kiosk, &k, &found, err))
        return false;
    if (!found)
        return error_field(err, "kiosk", "There is no kiosk %s in this hall.", t->kiosk);
    *job = store_id(st, now_ms);
    store_ring(st, k.printer);
    return db_run(st->db, sql[JOB_ADD],
                  DB(db_int(*job), db_int(st->hall), db_int(t->id), db_text(k.printer),
                     db_int(now_ms)),
                  err);
}

bool ticket_take(struct store *st, const struct ticket_input *in, int64_t now_ms,
                 struct ticket *out, int64_t *job, struct error *err)
{
    struct matter m;
    bool found;

    *out =
        (struct ticket){.state = TICKET_WAITING, .taken_ms = now_ms, .place_ms = now_ms};
    if (!matter_find(st, in->matter_code, &m, &found, err))
        return false;
    if (!found)
        return error_field(err, "matter", "There is no matter %.40s in this hall.",
                           in->matter_code);
    if (in->phone != NULL && !phone_keep(st, in->phone, now_ms, &out->phone_id, err))
        return false;
    out->id = store_id(st, now_ms);
    out->matter_id = m.id;
    out->local_date = hall_local_date(st->frame, now_ms);
    memcpy(out->series, m.series, sizeof(out->series));
    memcpy(out->matter_code, m.code, sizeof(out->matter_code));
    memcpy(out->department_code, m.department_code, sizeof(out->department_code));
    snprintf(out->lang, sizeof(out->lang), "%s", in->lang);
    snprintf(out->kiosk, sizeof(out->kiosk), "%s",
             in->kiosk_code != NULL ? in->kiosk_code : "");
    store_moved(st, out->department_code);
    return take_number(st, out, err) && choose_short_code(st, out, err) &&
           ticket_estimate(st, out->series, out->taken_ahead, now_ms, &out->taken_low,
                           &out->taken_high, err) &&
           write_ticket(st, out, err) && queue_job(st, out, now_ms, job, err) &&
           event_add(
               st,
               &(struct event){.kind = "taken", .ticket_id = out->id, .actor = in->actor},
               now_ms, NULL, err);
}

static void read_ticket(const struct db_cursor *c, struct ticket *t)
{
    t->id = db_get_int(c, 0);
    t->matter_id = db_get_int(c, 1);
    t->phone_id = db_get_int(c, 2);
    t->local_date = (int)db_get_int(c, 3);
    t->serial = (int)db_get_int(c, 4);
    db_copy_text(c, 5, t->series, sizeof(t->series));
    db_copy_text(c, 6, t->lang, sizeof(t->lang));
    db_copy_text(c, 7, t->kiosk, sizeof(t->kiosk));
    db_copy_text(c, 8, t->short_code, sizeof(t->short_code));
    t->taken_ahead = (int)db_get_int(c, 9);
    t->taken_low = db_is_null(c, 10) ? -1 : (int)db_get_int(c, 10);
    t->taken_high = db_is_null(c, 11) ? -1 : (int)db_get_int(c, 11);
    t->taken_ms = db_get_int(c, 12);
    t->state = ticket_state_parse(db_get_text(c, 13));
    db_copy_text(c, 14, t->matter_code, sizeof(t->matter_code));
    db_copy_text(c, 15, t->department_code, sizeof(t->department_code));
    db_copy_text(c, 16, t->window_code, sizeof(t->window_code));
    t->clerk_id = db_get_int(c, 17);
    t->calls = (int)db_get_int(c, 18);
    t->place_ms = db_get_int(c, 19);
    t->called_ms = db_get_int(c, 20);
    t->started_ms = db_get_int(c, 21);
    t->changed_ms = db_get_int(c, 22);
    ticket_number(t->series, t->serial, t->number);
}

bool ticket_find(struct store *st, int64_t id, struct ticket *out, bool *found,
                 struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[TICKET_GET], DB(db_int(id), db_int(st->hall)), &c, found,
                 err))
        return false;
    if (*found)
        read_ticket(&c, out);
    db_done(&c);
    return true;
}

bool ticket_get(struct store *st, int64_t id, struct ticket *out, struct error *err)
{
    bool found;

    if (!ticket_find(st, id, out, &found, err))
        return false;
    return found || error_set(err, ERROR_ABSENT, "There is no such ticket in this hall.");
}

bool ticket_by_short_code(struct store *st, const char *code, int since, int64_t *id,
                          bool *found, struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[BY_SHORT],
                 DB(db_int(st->hall), db_int(since), db_text(code)), &c, found, err))
        return false;
    if (!*found)
        return true;
    *id = db_get_int(&c, 0);
    *found = !db_next(&c, err); /* a second one: we do not guess */
    db_done(&c);
    return err->kind == ERROR_NONE;
}

bool ticket_move(struct store *st, struct ticket *t, enum ticket_state to, int64_t now_ms,
                 struct error *err)
{
    int waiting = (to == TICKET_WAITING) - (t->state == TICKET_WAITING);

    if (!ticket_may_become(t->state, to))
        return error_set(err, ERROR_CONFLICT,
                         "Ticket %s is %s now; that cannot be done with it.", t->number,
                         ticket_state_name(t->state));
    t->state = to;
    t->changed_ms = now_ms;
    store_moved(st, t->department_code);
    if (waiting != 0 && !db_run(st->db, sql[WAITING_ADD],
                                DB(db_int(st->hall), db_int(t->local_date),
                                   db_text(t->series), db_int(waiting)),
                                err))
        return false;
    return db_run(st->db, sql[QUEUE_MOVE],
                  DB(db_int(t->id), db_text(ticket_state_name(to)),
                     db_text(t->matter_code), db_text(t->department_code),
                     db_text(t->window_code[0] != '\0' ? t->window_code : NULL),
                     db_id(t->clerk_id), db_int(t->calls), db_id(t->called_ms),
                     db_id(t->started_ms), db_int(now_ms)),
                  err);
}

bool ticket_ahead(struct store *st, const struct ticket *t, int *ahead, struct error *err)
{
    struct db_cursor c;
    bool found;

    *ahead = 0;
    if (t->state != TICKET_WAITING)
        return true;
    if (!db_find(st->db, sql[AHEAD],
                 DB(db_int(st->hall), db_int(t->local_date), db_text(t->series),
                    db_int(t->place_ms), db_int(t->id)),
                 &c, &found, err))
        return false;
    *ahead = (int)db_get_int(&c, 0);
    db_done(&c);
    return true;
}

static bool count_open_windows(struct store *st, const char *series, int64_t now_ms,
                               int *open, struct error *err)
{
    struct db_cursor c;
    bool found;

    if (!db_find(
            st->db, sql[OPEN_DESKS],
            DB(db_int(st->hall), db_text(series), db_int(id_floor(now_ms - OPEN_FOR_MS))),
            &c, &found, err))
        return false;
    *open = (int)db_get_int(&c, 0);
    db_done(&c);
    return true;
}

bool ticket_estimate(struct store *st, const char *series, int ahead, int64_t now_ms,
                     int *low, int *high, struct error *err)
{
    int64_t service_ms[ESTIMATE_SAMPLES];
    size_t samples = 0;
    struct db_cursor c;
    int open = 0;

    *low = *high = -1;
    if (!db_query(st->db, sql[SERVICES], DB(db_int(st->hall), db_text(series)), &c, err))
        return false;
    while (samples < ESTIMATE_SAMPLES && db_next(&c, err))
        service_ms[samples++] = db_get_int(&c, 0);
    db_done(&c);
    if (err->kind != ERROR_NONE)
        return false;
    if (samples < 5)
        return true;
    if (!count_open_windows(st, series, now_ms, &open, err))
        return false;
    if (!queue_estimate(service_ms, samples, ahead, open, low, high))
        *low = *high = -1;
    return true;
}

bool tickets_waiting(struct store *st, int local_date, waiting_each *each, void *self,
                     struct error *err)
{
    struct db_cursor c;

    if (!db_query(st->db, sql[WAITING_ALL], DB(db_int(st->hall), db_int(local_date)), &c,
                  err))
        return false;
    while (db_next(&c, err))
        each(self, db_get_text(&c, 0), (int)db_get_int(&c, 1));
    db_done(&c);
    return err->kind == ERROR_NONE;
}

/* One that waits or was called on an earlier day; each half has an index of its own. */
static bool find_old(struct store *st, int today, int64_t *id, bool *found,
                     struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[OLD_WAITING], DB(db_int(st->hall), db_int(today)), &c, found,
                 err))
        return false;
    if (!*found && !db_find(st->db, sql[OLD_OPEN], DB(db_int(st->hall), db_int(today)),
                            &c, found, err))
        return false;
    if (*found)
        *id = db_get_int(&c, 0);
    db_done(&c);
    return true;
}

/* A window that called it is free again: nobody comes the next morning. */
static bool free_window(struct store *st, const struct ticket *t, int64_t now_ms,
                        struct error *err)
{
    struct desk d;

    if (t->state != TICKET_CALLED)
        return true;
    if (!desk_get(st, t->window_code, &d, err))
        return false;
    if (d.ticket_id != t->id)
        return true;
    d.ticket_id = 0;
    desk_undo_forget(&d);
    return desk_put(st, &d, now_ms, err);
}

bool tickets_cancel_old(struct store *st, int today, int most, int64_t now_ms,
                        int *cancelled, struct error *err)
{
    *cancelled = 0;
    while (*cancelled < most) {
        struct ticket t;
        int64_t id = 0;
        bool found;

        if (!find_old(st, today, &id, &found, err))
            return false;
        if (!found)
            return true;
        if (!ticket_get(st, id, &t, err) || !free_window(st, &t, now_ms, err) ||
            !ticket_move(st, &t, TICKET_CANCELLED, now_ms, err) ||
            !event_add(st,
                       &(struct event){
                           .kind = "cancelled", .ticket_id = id, .actor = "clockwork"},
                       now_ms, NULL, err))
            return false;
        ++*cancelled;
    }
    return true;
}
