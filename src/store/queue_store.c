/*
 * queue_store.c — see queue_store.h.
 */
#include "store/queue_store.h"

#include <stdio.h>

#include "store/alert_store.h"
#include "store/event_store.h"
#include "store/person_store.h"
#include "store/topics.h"

enum { CANDIDATES, PHONE_PUT, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [CANDIDATES] = "SELECT ticket_id, matter_code, window_code FROM queue WHERE hall = $1"
                   " AND local_date = $2 AND department_code = $3 AND state = 'waiting'"
                   " ORDER BY place_ms, ticket_id",
    [PHONE_PUT] = "UPDATE cases SET phone_id = $2, changed_ms = $3 WHERE ticket_id = $1"
                  " AND state IN ('waiting', 'serving')",
};

const char *const *queue_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

/* The window of this code, or the sentence that there is none. */
static bool find_window(struct store *st, const char *code, struct window *out,
                        struct error *err)
{
    bool found;

    if (!window_find(st, code, out, &found, err))
        return false;
    if (found)
        return true;
    error_set(err, ERROR_ABSENT, "There is no window %.40s in this hall.", code);
    snprintf(err->field, sizeof(err->field), "window");
    return false;
}

/* Whoever is called to or served at this window; ERROR_CONFLICT where nobody is. */
static bool present(struct store *st, const char *window_code, struct window *w,
                    struct desk *d, struct ticket *t, struct error *err)
{
    if (!find_window(st, window_code, w, err) || !desk_get(st, window_code, d, err))
        return false;
    if (d->ticket_id == 0)
        return error_set(err, ERROR_CONFLICT,
                         "Nobody is at window %s now. Call the next first.", window_code);
    return ticket_get(st, d->ticket_id, t, err);
}

/* == Calling
 * ================================================================================= */

static bool waits_for(const struct window *w, const char *matter_code, const char *pinned)
{
    if (pinned[0] != '\0')
        return strcmp(pinned, w->code) == 0;
    return window_serves(w, matter_code, w->department_code);
}

/* Finds the one who waits longest for this window; 0 for nobody. */
static bool longest_waiting(struct store *st, const struct window *w, int64_t now_ms,
                            int64_t *ticket_id, struct error *err)
{
    struct db_cursor c;

    *ticket_id = 0;
    if (!db_query(st->db, sql[CANDIDATES],
                  DB(db_int(st->hall), db_int(hall_local_date(st->frame, now_ms)),
                     db_text(w->department_code)),
                  &c, err))
        return false;
    while (*ticket_id == 0 && db_next(&c, err)) {
        char matter[CODE_SIZE];

        db_copy_text(&c, 1, matter, sizeof(matter));
        if (waits_for(w, matter, db_get_text(&c, 2)))
            *ticket_id = db_get_int(&c, 0);
    }
    db_done(&c);
    return err->kind == ERROR_NONE;
}

static bool may_call(struct store *st, const struct desk *d, struct error *err)
{
    struct ticket t;

    if (d->paused)
        return error_set(err, ERROR_CONFLICT, "Window %s is paused. Resume it first.",
                         d->window_code);
    if (d->ticket_id == 0)
        return true;
    if (!ticket_get(st, d->ticket_id, &t, err))
        return false;
    return error_set(err, ERROR_CONFLICT,
                     "Window %s still has %s (%s). Close the case or mark it first.",
                     d->window_code, t.number, ticket_state_name(t.state));
}

bool queue_call(struct store *st, const struct rules *rules, const char *window_code,
                const char *clerk_code, const char *actor, int64_t now_ms,
                struct serving *out, bool *nobody, struct error *err)
{
    struct window w;
    struct clerk k;
    struct desk d;
    struct ticket before;
    int64_t id, event_id;
    bool found;

    if (!find_window(st, window_code, &w, err) ||
        !clerk_find(st, clerk_code, &k, &found, err))
        return false;
    if (!found)
        return error_field(err, "clerk", "There is no clerk %.40s in this hall.",
                           clerk_code);
    if (!desk_get(st, window_code, &d, err) || !may_call(st, &d, err) ||
        !longest_waiting(st, &w, now_ms, &id, err))
        return false;
    *nobody = id == 0;
    if (*nobody)
        return true;
    if (!ticket_get(st, id, &out->ticket, err))
        return false;
    before = out->ticket;
    memcpy(out->ticket.window_code, w.code, sizeof(w.code));
    out->ticket.clerk_id = k.id;
    out->ticket.calls = 1;
    out->ticket.called_ms = now_ms;
    if (!ticket_move(st, &out->ticket, TICKET_CALLED, now_ms, err) ||
        !case_open(st, &out->ticket, &w, k.id, now_ms, &out->service_case, err) ||
        !event_add(st,
                   &(struct event){.kind = "called",
                                   .ticket_id = id,
                                   .window_id = w.id,
                                   .case_id = out->service_case.id,
                                   .clerk_id = k.id,
                                   .actor = actor},
                   now_ms, &event_id, err) ||
        !alert_called(st, rules, &out->ticket, out->service_case.id, now_ms, err))
        return false;
    d.ticket_id = id;
    d.clerk_id = k.id;
    desk_undo_note(&d, rules, "called", &before, event_id, now_ms);
    return desk_put(st, &d, now_ms, err) &&
           desk_count(st, window_code, "called", now_ms, err);
}

/* The first case of a ticket that is still to be handled at its window. */
static void pick_case(void *self, const struct service_case *c)
{
    struct service_case *picked = self;

    if (c->state == CASE_WAITING || c->state == CASE_SERVING || picked->id == 0)
        *picked = *c;
}

bool queue_recall(struct store *st, const char *window_code, const char *actor,
                  int64_t now_ms, struct serving *out, struct error *err)
{
    struct window w;
    struct desk d;

    memset(out, 0, sizeof(*out));
    if (!present(st, window_code, &w, &d, &out->ticket, err))
        return false;
    if (out->ticket.state != TICKET_CALLED)
        return error_set(err, ERROR_CONFLICT,
                         "Ticket %s is being served; it was heard already.",
                         out->ticket.number);
    out->ticket.calls++;
    return ticket_move(st, &out->ticket, TICKET_CALLED, now_ms, err) &&
           cases_of_ticket(st, out->ticket.id, pick_case, &out->service_case, err) &&
           event_add(st,
                     &(struct event){.kind = "recalled",
                                     .ticket_id = out->ticket.id,
                                     .window_id = w.id,
                                     .clerk_id = d.clerk_id,
                                     .actor = actor},
                     now_ms, NULL, err);
}

/* == Leaving the window without being served
 * ================================================= */

/* Takes a ticket from the window into `to`; an act that can be undone. */
static bool leave(struct store *st, const struct rules *rules, struct window *w,
                  struct desk *d, struct ticket *t, enum ticket_state to,
                  const char *kind, const char *actor, int64_t now_ms, struct error *err)
{
    struct ticket before = *t;
    int64_t event_id;

    if (!ticket_move(st, t, to, now_ms, err) || !cases_follow(st, t, now_ms, err) ||
        !event_add(st,
                   &(struct event){.kind = kind,
                                   .ticket_id = t->id,
                                   .window_id = w->id,
                                   .clerk_id = d->clerk_id,
                                   .actor = actor},
                   now_ms, &event_id, err))
        return false;
    d->ticket_id = 0;
    desk_undo_note(d, rules, kind, &before, event_id, now_ms);
    return desk_put(st, d, now_ms, err) && desk_count(st, w->code, kind, now_ms, err);
}

bool queue_no_show(struct store *st, const struct rules *rules, const char *window_code,
                   const char *actor, int64_t now_ms, struct ticket *out,
                   struct error *err)
{
    struct window w;
    struct desk d;

    if (!present(st, window_code, &w, &d, out, err))
        return false;
    if (out->state != TICKET_CALLED)
        return error_set(err, ERROR_CONFLICT, "Ticket %s is being served; it is here.",
                         out->number);
    if (out->calls < rules->queue.no_show_calls ||
        now_ms - out->called_ms < rules->queue.no_show_after_ms)
        return error_set(
            err, ERROR_CONFLICT,
            "Call %s %d times and wait %d seconds since the first call before "
            "marking it as missed.",
            out->number, rules->queue.no_show_calls,
            (int)(rules->queue.no_show_after_ms / 1000));
    return leave(st, rules, &w, &d, out, TICKET_MISSED, "missed", actor, now_ms, err);
}

bool queue_hold(struct store *st, const struct rules *rules, const char *window_code,
                const char *actor, int64_t now_ms, struct ticket *out, struct error *err)
{
    struct window w;
    struct desk d;

    return present(st, window_code, &w, &d, out, err) &&
           leave(st, rules, &w, &d, out, TICKET_HELD, "held", actor, now_ms, err);
}

bool queue_transfer(struct store *st, const struct rules *rules, int64_t ticket_id,
                    const char *window_code, const char *actor, int64_t now_ms,
                    struct ticket *out, struct error *err)
{
    struct window to;
    struct desk d;
    struct ticket before;
    int64_t event_id;

    if (!find_window(st, window_code, &to, err) || !ticket_get(st, ticket_id, out, err))
        return false;
    before = *out;
    store_moved(st, before.department_code);
    memcpy(out->window_code, to.code, sizeof(to.code));
    memcpy(out->department_code, to.department_code, sizeof(out->department_code));
    out->calls = 0;
    out->called_ms = out->started_ms = 0;
    if (!ticket_move(st, out, TICKET_WAITING, now_ms, err) ||
        !cases_follow(st, out, now_ms, err) ||
        !event_add(st,
                   &(struct event){.kind = "transferred",
                                   .ticket_id = ticket_id,
                                   .window_id = to.id,
                                   .clerk_id = before.clerk_id,
                                   .actor = actor,
                                   .detail = before.window_code},
                   now_ms, &event_id, err))
        return false;
    if (before.state != TICKET_CALLED && before.state != TICKET_SERVING)
        return true;
    if (!desk_get(st, before.window_code, &d, err))
        return false;
    d.ticket_id = 0;
    desk_undo_note(&d, rules, "transferred", &before, event_id, now_ms);
    return desk_put(st, &d, now_ms, err) &&
           desk_count(st, before.window_code, "transferred", now_ms, err);
}

bool queue_restore(struct store *st, const struct rules *rules, int64_t ticket_id,
                   const char *actor, int64_t now_ms, struct ticket *out,
                   struct error *err)
{
    if (!ticket_get(st, ticket_id, out, err))
        return false;
    if (out->state != TICKET_MISSED && out->state != TICKET_HELD)
        return error_set(err, ERROR_CONFLICT,
                         "Ticket %s is %s; only a missed or held one can be "
                         "put back.",
                         out->number, ticket_state_name(out->state));
    if (out->state == TICKET_MISSED && now_ms - out->changed_ms > rules->queue.restore_ms)
        return error_set(err, ERROR_CONFLICT,
                         "Ticket %s was missed too long ago. Take a new one.",
                         out->number);
    if (out->state == TICKET_MISSED)
        out->window_code[0] = '\0';
    out->calls = 0;
    out->called_ms = out->started_ms = 0;
    return ticket_move(st, out, TICKET_WAITING, now_ms, err) &&
           event_add(st,
                     &(struct event){
                         .kind = "restored", .ticket_id = ticket_id, .actor = actor},
                     now_ms, NULL, err);
}

bool queue_phone(struct store *st, const char *window_code, const struct phone *phone,
                 const char *how, const char *actor, int64_t now_ms, struct error *err)
{
    struct window w;
    struct desk d;
    struct ticket t;
    int64_t phone_id;

    return present(st, window_code, &w, &d, &t, err) &&
           phone_keep(st, phone, now_ms, &phone_id, err) &&
           db_run(st->db, sql[PHONE_PUT],
                  DB(db_int(t.id), db_int(phone_id), db_int(now_ms)), err) &&
           event_add(st,
                     &(struct event){.kind = "phone_left",
                                     .ticket_id = t.id,
                                     .window_id = w.id,
                                     .clerk_id = d.clerk_id,
                                     .actor = actor,
                                     .detail = how},
                     now_ms, NULL, err);
}

/* == Pause, resume, undo
 * ===================================================================== */

static bool set_paused(struct store *st, const char *window_code, bool paused,
                       const char *reason, int64_t until_ms, const char *actor,
                       int64_t now_ms, struct desk *out, struct error *err)
{
    struct window w;

    if (!find_window(st, window_code, &w, err) || !desk_get(st, window_code, out, err))
        return false;
    if (out->paused == paused)
        return true;
    store_moved(st, w.department_code);
    out->paused = paused;
    out->paused_until_ms = until_ms;
    snprintf(out->paused_reason, sizeof(out->paused_reason), "%s", reason);
    return desk_put(st, out, now_ms, err) &&
           event_add(st,
                     &(struct event){.kind = paused ? "window_paused" : "window_resumed",
                                     .window_id = w.id,
                                     .clerk_id = out->clerk_id,
                                     .actor = actor,
                                     .detail = paused ? reason : NULL},
                     now_ms, NULL, err);
}

bool queue_pause(struct store *st, const char *window_code, const char *reason,
                 int64_t until_ms, const char *actor, int64_t now_ms, struct desk *out,
                 struct error *err)
{
    return set_paused(st, window_code, true, reason, until_ms, actor, now_ms, out, err);
}

bool queue_resume(struct store *st, const char *window_code, const char *actor,
                  int64_t now_ms, struct desk *out, struct error *err)
{
    return set_paused(st, window_code, false, "", 0, actor, now_ms, out, err);
}

/* Is the ticket still as the act that is to be undone left it? */
static bool still_as_left(const struct desk *d, const struct ticket *t)
{
    static const struct {
        const char *kind;
        enum ticket_state left;
    } acts[] = {{"called", TICKET_CALLED},
                {"started", TICKET_SERVING},
                {"missed", TICKET_MISSED},
                {"held", TICKET_HELD},
                {"transferred", TICKET_WAITING}};

    for (size_t i = 0; i < LENGTH(acts); i++)
        if (strcmp(acts[i].kind, d->undo_kind) == 0)
            return acts[i].left == t->state;
    return false;
}

/* Back at the window: times that the act wiped out are counted from now. */
static void stand_again(struct ticket *t, enum ticket_state back, int64_t now_ms)
{
    if (t->calls == 0)
        t->calls = 1;
    if (t->called_ms == 0)
        t->called_ms = now_ms;
    t->started_ms = back == TICKET_CALLED ? 0
                    : t->started_ms != 0  ? t->started_ms
                                          : now_ms;
}

bool queue_undo(struct store *st, const char *window_code, const char *actor,
                int64_t now_ms, struct ticket *out, struct error *err)
{
    struct window w;
    struct desk d;
    enum ticket_state back;
    char detail[32];

    if (!find_window(st, window_code, &w, err) || !desk_get(st, window_code, &d, err))
        return false;
    if (d.undo_event_id == 0 || now_ms > d.undo_until_ms)
        return error_set(err, ERROR_CONFLICT,
                         "Nothing can be undone at window %s any more.", window_code);
    if (!ticket_get(st, d.undo_ticket_id, out, err))
        return false;
    back = ticket_state_parse(d.undo_state);
    if (!still_as_left(&d, out) || (d.ticket_id != 0 && d.ticket_id != out->id))
        return error_set(err, ERROR_CONFLICT,
                         "Ticket %s has gone on since; that cannot be undone.",
                         out->number);
    store_moved(st, out->department_code);
    if (strcmp(d.undo_kind, "transferred") == 0)
        memcpy(out->department_code, w.department_code, sizeof(out->department_code));
    memcpy(out->window_code, d.undo_window, sizeof(out->window_code));
    if (back == TICKET_CALLED || back == TICKET_SERVING)
        stand_again(out, back, now_ms);
    if (!ticket_move(st, out, back, now_ms, err) || !cases_follow(st, out, now_ms, err))
        return false;
    d.ticket_id = back == TICKET_CALLED || back == TICKET_SERVING ? out->id : 0;
    snprintf(detail, sizeof(detail), "%lld", (long long)d.undo_event_id);
    if (!desk_uncount(st, window_code, d.undo_kind, d.acted_ms, err))
        return false;
    desk_undo_forget(&d);
    return desk_put(st, &d, now_ms, err) &&
           event_add(st,
                     &(struct event){.kind = "undone",
                                     .ticket_id = out->id,
                                     .window_id = w.id,
                                     .clerk_id = d.clerk_id,
                                     .actor = actor,
                                     .detail = detail},
                     now_ms, NULL, err);
}

bool queue_waiting(struct store *st, const struct window *w, int64_t now_ms, int most,
                   ticket_each *each, void *self, int *waiting, struct error *err)
{
    struct db_cursor c;
    struct ticket t;
    int count = 0;

    if (!db_query(st->db, sql[CANDIDATES],
                  DB(db_int(st->hall), db_int(hall_local_date(st->frame, now_ms)),
                     db_text(w->department_code)),
                  &c, err))
        return false;
    while ((waiting != NULL || count < most) && db_next(&c, err)) {
        char matter[CODE_SIZE];

        db_copy_text(&c, 1, matter, sizeof(matter));
        if (!waits_for(w, matter, db_get_text(&c, 2)) || ++count > most)
            continue;
        if (!ticket_get(st, db_get_int(&c, 0), &t, err))
            break;
        each(self, &t);
    }
    db_done(&c);
    if (waiting != NULL)
        *waiting = count;
    return err->kind == ERROR_NONE;
}
