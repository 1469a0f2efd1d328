/*
 * case_store.c — see case_store.h.
 *
 *     waiting → serving → closed          a case done on the spot
 *        ↑         │         ↑ ↓ reopen
 *        └ undo    └→ accepted ⇄ paused   a case with promised days
 *
 * Invariant: a case has an invitation from its first closing on, and never a second one;
 * and from then on it is of the window and the clerk at which it was first closed. The
 * citizen was asked about them, and everything that is counted of the case is counted
 * there, whoever handles and closes it once more (the events say who).
 */
#include "store/case_store.h"

#include <stdio.h>

#include "store/approval_store.h"
#include "store/event_store.h"
#include "store/invitation_store.h"
#include "store/person_store.h"
#include "store/desk_store.h"
#include "store/promise_ask.h"
#include "store/promise_store.h"
#include "store/rate_sums.h"
#include "store/rating_lines.h"
#include "store/topics.h"
#include "store/trait_store.h"

#define CASE_COLUMNS                                                                     \
    "SELECT id, ticket_id, ordinal, source, case_no, matter_id, window_id, clerk_id, "   \
    "phone_id,"                                                                          \
    " parent_id, state, outcome, opened_ms, accepted_ms, closed_ms, rate_until_ms FROM " \
    "cases"

enum {
    CASE_GET,
    CASE_BY_NUMBER,
    CASES_OF_TICKET,
    CASE_ADD,
    CASE_PUT,
    CASES_FOLLOW,
    CLOSING_COUNT,
    STATEMENTS,
};

static const char *const sql[STATEMENTS] = {
    [CASE_GET] = CASE_COLUMNS " WHERE id = $1 AND hall = $2",
    [CASE_BY_NUMBER] = CASE_COLUMNS " WHERE hall = $1 AND source = $2 AND case_no = $3",
    [CASES_OF_TICKET] = CASE_COLUMNS " WHERE ticket_id = $1 ORDER BY ordinal",
    [CASE_ADD] =
        "INSERT INTO cases (id, hall, ticket_id, ordinal, source, case_no, matter_id,"
        " window_id, clerk_id, phone_id, parent_id, state, outcome, opened_ms,"
        " accepted_ms, closed_ms, rate_until_ms, changed_ms) VALUES ($1, $2, $3, $4, $5,"
        " $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
    [CASE_PUT] = "UPDATE cases SET window_id = CASE WHEN closed_ms IS NULL THEN $2"
                 " ELSE window_id END, clerk_id = CASE WHEN closed_ms IS NULL THEN $3"
                 " ELSE clerk_id END, phone_id = $4, state = $5,"
                 " outcome = $6, accepted_ms = $7, closed_ms = $8, rate_until_ms = $9,"
                 " changed_ms = $10 WHERE id = $1",
    [CASES_FOLLOW] = "UPDATE cases SET state = $2, changed_ms = $3 WHERE ticket_id = $1"
                     " AND state IN ('waiting', 'serving')",
    [CLOSING_COUNT] =
        "INSERT INTO closing_days (hall, local_date, window_code, matter_code,"
        " decision, department_code, closings) VALUES ($1, $2, $3, $4, $5, $6, 1)"
        " ON CONFLICT (hall, local_date, window_code, matter_code, decision)"
        " DO UPDATE SET closings = closing_days.closings + 1",
};

const char *const *case_statements(size_t *count)
{
    *count = STATEMENTS;
    return sql;
}

static const char *const names[] = {
    [CASE_WAITING] = "waiting", [CASE_SERVING] = "serving", [CASE_ACCEPTED] = "accepted",
    [CASE_PAUSED] = "paused",   [CASE_CLOSED] = "closed",
};

const char *case_state_name(enum case_state state)
{
    return names[state];
}

static enum case_state state_of(const char *name)
{
    for (size_t i = 0; i < LENGTH(names); i++)
        if (strcmp(names[i], name) == 0)
            return (enum case_state)i;
    return CASE_CLOSED;
}

static void read_case(const struct db_cursor *c, struct service_case *out)
{
    out->id = db_get_int(c, 0);
    out->ticket_id = db_get_int(c, 1);
    out->ordinal = (int)db_get_int(c, 2);
    db_copy_text(c, 3, out->source, sizeof(out->source));
    db_copy_text(c, 4, out->case_no, sizeof(out->case_no));
    out->matter_id = db_get_int(c, 5);
    out->window_id = db_get_int(c, 6);
    out->clerk_id = db_get_int(c, 7);
    out->phone_id = db_get_int(c, 8);
    out->parent_id = db_get_int(c, 9);
    out->state = state_of(db_get_text(c, 10));
    db_copy_text(c, 11, out->outcome, sizeof(out->outcome));
    out->opened_ms = db_get_int(c, 12);
    out->accepted_ms = db_get_int(c, 13);
    out->closed_ms = db_get_int(c, 14);
    out->rate_until_ms = db_get_int(c, 15);
}

bool case_find(struct store *st, int64_t id, struct service_case *out, bool *found,
               struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[CASE_GET], DB(db_int(id), db_int(st->hall)), &c, found, err))
        return false;
    if (*found)
        read_case(&c, out);
    db_done(&c);
    return true;
}

bool case_get(struct store *st, int64_t id, struct service_case *out, struct error *err)
{
    bool found;

    if (!case_find(st, id, out, &found, err))
        return false;
    return found || error_set(err, ERROR_ABSENT, "There is no such case in this hall.");
}

bool case_by_number(struct store *st, const char *source, const char *case_no,
                    struct service_case *out, bool *found, struct error *err)
{
    struct db_cursor c;

    if (!db_find(st->db, sql[CASE_BY_NUMBER],
                 DB(db_int(st->hall), db_text(source), db_text(case_no)), &c, found, err))
        return false;
    if (*found)
        read_case(&c, out);
    db_done(&c);
    return true;
}

bool cases_of_ticket(struct store *st, int64_t ticket_id, case_each *each, void *self,
                     struct error *err)
{
    struct db_cursor c;
    struct service_case one;

    if (!db_query(st->db, sql[CASES_OF_TICKET], DB(db_int(ticket_id)), &c, err))
        return false;
    while (db_next(&c, err)) {
        read_case(&c, &one);
        each(self, &one);
    }
    db_done(&c);
    return err->kind == ERROR_NONE;
}

static bool add(struct store *st, struct service_case *c, int64_t now_ms,
                struct error *err)
{
    c->id = store_id(st, now_ms);
    return db_run(st->db, sql[CASE_ADD],
                  DB(db_int(c->id), db_int(st->hall), db_id(c->ticket_id),
                     db_int(c->ordinal), db_text(c->source), db_text(c->case_no),
                     db_int(c->matter_id), db_int(c->window_id), db_int(c->clerk_id),
                     db_id(c->phone_id), db_id(c->parent_id), db_text(names[c->state]),
                     db_text(c->outcome[0] != '\0' ? c->outcome : NULL),
                     db_int(c->opened_ms), db_id(c->accepted_ms), db_id(c->closed_ms),
                     db_id(c->rate_until_ms), db_int(now_ms)),
                  err);
}

static bool put(struct store *st, const struct service_case *c, int64_t now_ms,
                struct error *err)
{
    return db_run(st->db, sql[CASE_PUT],
                  DB(db_int(c->id), db_int(c->window_id), db_int(c->clerk_id),
                     db_id(c->phone_id), db_text(names[c->state]),
                     db_text(c->outcome[0] != '\0' ? c->outcome : NULL),
                     db_id(c->accepted_ms), db_id(c->closed_ms), db_id(c->rate_until_ms),
                     db_int(now_ms)),
                  err);
}

static bool note(struct store *st, const char *kind, const struct service_case *c,
                 const char *actor, const char *detail, int64_t now_ms, int64_t *event_id,
                 struct error *err)
{
    return event_add(st,
                     &(struct event){.kind = kind,
                                     .ticket_id = c->ticket_id,
                                     .case_id = c->id,
                                     .window_id = c->window_id,
                                     .clerk_id = c->clerk_id,
                                     .actor = actor,
                                     .detail = detail},
                     now_ms, event_id, err);
}

/* == Opening
 * ================================================================================= */

/* What cases_of_ticket gathers: the last ordinal, one that waits, how many are
 * unfinished. */
struct gathered {
    int last, unfinished;
    int64_t phone_id;            /* of the newest case that has one; 0 for none */
    struct service_case waiting; /* id 0 for none */
};

static void gather(void *self, const struct service_case *c)
{
    struct gathered *g = self;

    g->last = c->ordinal;
    if (c->phone_id != 0)
        g->phone_id = c->phone_id;
    if (c->state == CASE_WAITING || c->state == CASE_SERVING)
        g->unfinished++;
    if (c->state == CASE_WAITING && g->waiting.id == 0)
        g->waiting = *c;
}

static void name_case(const struct store *st, const struct ticket *t,
                      struct service_case *c)
{
    snprintf(c->source, sizeof(c->source), "yiping");
    snprintf(c->case_no, sizeof(c->case_no), "%s-%d-%s-%d", st->frame->code,
             t->local_date, t->number, c->ordinal);
}

bool case_open(struct store *st, const struct ticket *t, const struct window *w,
               int64_t clerk_id, int64_t now_ms, struct service_case *out,
               struct error *err)
{
    struct gathered g = {0};

    if (!cases_of_ticket(st, t->id, gather, &g, err))
        return false;
    if (g.waiting.id != 0) {
        *out = g.waiting;
        out->window_id = w->id;
        out->clerk_id = clerk_id;
        return put(st, out, now_ms, err);
    }
    *out = (struct service_case){.ticket_id = t->id,
                                 .ordinal = g.last + 1,
                                 .matter_id = t->matter_id,
                                 .window_id = w->id,
                                 .clerk_id = clerk_id,
                                 .phone_id = t->phone_id,
                                 .state = CASE_WAITING,
                                 .opened_ms = now_ms};
    name_case(st, t, out);
    return add(st, out, now_ms, err);
}

bool cases_follow(struct store *st, const struct ticket *t, int64_t now_ms,
                  struct error *err)
{
    enum case_state state = t->state == TICKET_SERVING ? CASE_SERVING : CASE_WAITING;

    return db_run(st->db, sql[CASES_FOLLOW],
                  DB(db_int(t->id), db_text(names[state]), db_int(now_ms)), err);
}

bool case_add(struct store *st, int64_t ticket_id, const char *matter_code,
              const char *actor, int64_t now_ms, struct service_case *out,
              struct error *err)
{
    struct gathered g = {0};
    struct ticket t;
    struct matter m;
    struct window w;
    bool found;

    if (!ticket_get(st, ticket_id, &t, err) ||
        !matter_find(st, matter_code, &m, &found, err))
        return false;
    if (!found)
        return error_field(err, "matter", "There is no matter %.40s in this hall.",
                           matter_code);
    if (t.state != TICKET_SERVING && t.state != TICKET_CALLED)
        return error_set(err, ERROR_CONFLICT,
                         "Ticket %s is %s; a case is added while it is at a "
                         "window.",
                         t.number, ticket_state_name(t.state));
    if (!window_find(st, t.window_code, &w, &found, err) ||
        !cases_of_ticket(st, ticket_id, gather, &g, err))
        return false;
    if (!found || !window_serves(&w, m.code, m.department_code))
        return error_field(err, "matter",
                           "Window %s does not handle %s. Transfer the ticket.",
                           t.window_code, m.short_name);
    *out = (struct service_case){.ticket_id = ticket_id,
                                 .ordinal = g.last + 1,
                                 .matter_id = m.id,
                                 .window_id = w.id,
                                 .clerk_id = t.clerk_id,
                                 .phone_id = g.phone_id != 0 ? g.phone_id : t.phone_id,
                                 .opened_ms = now_ms,
                                 .state = t.state == TICKET_SERVING ? CASE_SERVING
                                                                    : CASE_WAITING};
    name_case(st, &t, out);
    return add(st, out, now_ms, err) &&
           note(st, "case_added", out, actor, NULL, now_ms, NULL, err);
}

/* == Handling
 * ================================================================================ */

static bool wrong_state(const struct service_case *c, const char *what, struct error *err)
{
    return error_set(err, ERROR_CONFLICT, "Case %s is %s; it cannot be %s.", c->case_no,
                     names[c->state], what);
}

/* Starts the ticket's turn at its window, where that has not begun. */
static bool begin_serving(struct store *st, struct ticket *t, int64_t now_ms,
                          struct error *err)
{
    if (t->state == TICKET_SERVING)
        return true;
    if (t->state != TICKET_CALLED)
        return error_set(err, ERROR_CONFLICT,
                         "Ticket %s is %s; call it to a window first.", t->number,
                         ticket_state_name(t->state));
    t->started_ms = now_ms;
    return ticket_move(st, t, TICKET_SERVING, now_ms, err) &&
           cases_follow(st, t, now_ms, err);
}

bool case_start(struct store *st, const struct rules *rules, int64_t id,
                const char *actor, int64_t now_ms, struct service_case *out,
                struct error *err)
{
    struct ticket t, before;
    int64_t event_id;

    if (!case_get(st, id, out, err))
        return false;
    if (out->state == CASE_SERVING)
        return true; /* pressed twice */
    if (out->state != CASE_WAITING || out->ticket_id == 0)
        return wrong_state(out, "started", err);
    if (!ticket_get(st, out->ticket_id, &t, err))
        return false;
    before = t;
    if (!begin_serving(st, &t, now_ms, err))
        return false;
    out->state = CASE_SERVING;
    return note(st, "started", out, actor, NULL, now_ms, &event_id, err) &&
           desk_note(st, rules, t.window_code, "started", &before, event_id, now_ms, err);
}

/*
 * A case that is handled now leaves the window; with the last one the visit is over.
 * Closing or accepting a case that was only called starts it by that.
 */
static bool leave_window(struct store *st, struct service_case *c, int64_t now_ms,
                         struct error *err)
{
    struct gathered g = {0};
    struct ticket t;

    if (c->ticket_id == 0 || (c->state != CASE_WAITING && c->state != CASE_SERVING))
        return true;
    if (!ticket_get(st, c->ticket_id, &t, err) || !begin_serving(st, &t, now_ms, err) ||
        !cases_of_ticket(st, c->ticket_id, gather, &g, err))
        return false;
    return g.unfinished > 1 || desk_finish(st, &t, c->window_id, now_ms, err);
}

bool case_accept(struct store *st, int64_t id, const char *actor, int64_t now_ms,
                 struct service_case *out, struct error *err)
{
    if (!case_get(st, id, out, err))
        return false;
    if (out->state == CASE_ACCEPTED)
        return true;
    if (out->state != CASE_WAITING && out->state != CASE_SERVING)
        return wrong_state(out, "accepted", err);
    if (!leave_window(st, out, now_ms, err))
        return false;
    out->state = CASE_ACCEPTED;
    out->accepted_ms = now_ms;
    return put(st, out, now_ms, err) &&
           note(st, "accepted", out, actor, NULL, now_ms, NULL, err);
}

static bool turn(struct store *st, int64_t id, enum case_state from, enum case_state to,
                 const char *kind, const char *reason, const char *actor, int64_t now_ms,
                 struct service_case *out, struct error *err)
{
    if (!case_get(st, id, out, err))
        return false;
    if (out->state == to)
        return true;
    if (out->state != from)
        return wrong_state(out, kind, err);
    out->state = to;
    return put(st, out, now_ms, err) &&
           note(st, kind, out, actor, reason, now_ms, NULL, err);
}

bool case_pause(struct store *st, int64_t id, const char *reason, const char *actor,
                int64_t now_ms, struct service_case *out, struct error *err)
{
    return turn(st, id, CASE_ACCEPTED, CASE_PAUSED, "paused", reason, actor, now_ms, out,
                err);
}

bool case_resume(struct store *st, int64_t id, const char *reason, const char *actor,
                 int64_t now_ms, struct service_case *out, struct error *err)
{
    return turn(st, id, CASE_PAUSED, CASE_ACCEPTED, "resumed", reason, actor, now_ms, out,
                err);
}

/* == Closing
 * ================================================================================= */

/* One that another system closed long ago was never to be rated here, and a part of
 * another case is asked about with that one. */
static bool count_closing(struct store *st, const struct service_case *c,
                          const struct invitation *inv, int64_t now_ms, struct error *err)
{
    struct rate_place at = {.date = hall_local_date(st->frame, c->closed_ms)};
    struct matter m;
    struct window w;
    struct clerk k;

    if (!matter_get(st, c->matter_id, &m, err) ||
        !window_get(st, c->window_id, &w, err) || !clerk_get(st, c->clerk_id, &k, err))
        return false;
    memcpy(at.window, w.code, sizeof(at.window));
    memcpy(at.matter, m.code, sizeof(at.matter));
    memcpy(at.clerk, k.code, sizeof(at.clerk));
    memcpy(at.department, w.department_code, sizeof(at.department));
    return rate_sums_close(st, c->id, &at, c->parent_id == 0 && c->rate_until_ms > now_ms,
                           err) &&
           db_run(st->db, sql[CLOSING_COUNT],
                  DB(db_int(st->hall), db_int(at.date), db_text(w.code), db_text(m.code),
                     db_text(inv->decision), db_text(w.department_code)),
                  err);
}

/* Days that were promised are counted at every closing: the newest is the true one. */
static bool count_promise(struct store *st, const struct service_case *c,
                          struct error *err)
{
    struct promise_case promise = {.id = c->id,
                                   .ticket_id = c->ticket_id,
                                   .begun_ms = c->accepted_ms != 0 ? c->accepted_ms
                                                                   : c->opened_ms,
                                   .closed_ms = c->closed_ms};
    struct matter m;

    if (!matter_get(st, c->matter_id, &m, err))
        return false;
    promise.promised = m.promised_days;
    return !m.promise || strcmp(c->outcome, "withdrawn") == 0 ||
           promise_close(st, &promise, err);
}

static bool language_of(struct store *st, const struct service_case *c, char lang[8],
                        struct error *err)
{
    struct ticket t;

    snprintf(lang, 8, "zh-CN");
    if (c->ticket_id == 0)
        return true;
    if (!ticket_get(st, c->ticket_id, &t, err))
        return false;
    memcpy(lang, t.lang, sizeof(t.lang));
    return true;
}

/* Writes the closing, and for the first one the decision that goes with it. */
static bool finish(struct store *st, const struct rules *rules, struct service_case *c,
                   const char *actor, int64_t now_ms, struct invitation *inv,
                   struct error *err)
{
    char lang[8];
    bool decided;

    c->state = CASE_CLOSED;
    c->rate_until_ms = invitation_rate_until(st, &rules->invite, c->closed_ms, 0);
    if (!put(st, c, now_ms, err) ||
        !note(st, "closed", c, actor, c->outcome, now_ms, NULL, err) ||
        !approval_case_ended(st, c, actor, now_ms, err) ||
        !invitation_of_case(st, c->id, inv, &decided, err))
        return false;
    if (!language_of(st, c, lang, err))
        return false;
    if (!decided && (!invitation_decide(st, rules, c, lang, now_ms, inv, err) ||
                     !count_closing(st, c, inv, now_ms, err)))
        return false;
    /* Closed before, it may have been rated since. */
    return count_promise(st, c, err) &&
           (!decided || rating_lines_renew(st, c->id, err)) &&
           promise_ask_plan(st, rules, c, lang, now_ms, err);
}

bool case_close(struct store *st, const struct rules *rules, int64_t id,
                const char *outcome, const struct phone *phone, const char *actor,
                int64_t now_ms, struct service_case *out, struct invitation *inv,
                struct error *err)
{
    bool decided;

    if (!case_get(st, id, out, err))
        return false;
    if (out->state == CASE_CLOSED)
        return invitation_of_case(st, id, inv, &decided, err);
    if (out->state == CASE_PAUSED)
        return wrong_state(out, "closed before it is resumed", err);
    if (phone != NULL && !phone_keep(st, phone, now_ms, &out->phone_id, err))
        return false;
    if (!leave_window(st, out, now_ms, err))
        return false;
    snprintf(out->outcome, sizeof(out->outcome), "%s", outcome);
    out->closed_ms = now_ms;
    return finish(st, rules, out, actor, now_ms, inv, err);
}

bool case_reopen(struct store *st, int64_t id, const char *reason, const char *actor,
                 int64_t now_ms, struct service_case *out, struct error *err)
{
    if (!case_get(st, id, out, err))
        return false;
    if (out->state != CASE_CLOSED)
        return wrong_state(out, "reopened", err);
    out->state = CASE_ACCEPTED;
    out->outcome[0] = '\0';
    return put(st, out, now_ms, err) && invitation_withdraw(st, id, now_ms, err) &&
           note(st, "reopened", out, actor, reason, now_ms, NULL, err);
}

/* == Cases of other systems
 * ================================================================== */

static bool resolve(struct store *st, const struct case_import *in,
                    struct service_case *c, struct error *err)
{
    struct matter m;
    struct window w;
    struct clerk k;
    bool matter, window, clerk;

    if (!matter_find(st, in->matter, &m, &matter, err) ||
        !window_find(st, in->window, &w, &window, err) ||
        !clerk_find(st, in->clerk, &k, &clerk, err))
        return false;
    if (!matter)
        return error_field(err, "matter", "There is no matter %.40s in this hall.",
                           in->matter);
    if (!window)
        return error_field(err, "window", "There is no window %.40s in this hall.",
                           in->window);
    if (!clerk)
        return error_field(err, "clerk", "There is no clerk %.40s in this hall.",
                           in->clerk);
    if (!window_serves(&w, m.code, m.department_code))
        return error_field(err, "window", "Window %s does not handle matter %s.", w.code,
                           m.code);
    c->matter_id = m.id;
    c->window_id = w.id;
    c->clerk_id = k.id;
    return true;
}

static bool parent_of(struct store *st, const struct case_import *in,
                      struct service_case *c, struct error *err)
{
    struct service_case parent;
    bool found;

    if (in->parent == NULL)
        return true;
    if (!case_by_number(st, in->source, in->parent, &parent, &found, err))
        return false;
    if (!found)
        return error_field(err, "parent", "There is no case %.60s from %.30s.",
                           in->parent, in->source);
    c->parent_id = parent.id;
    return true;
}

bool case_import_check(struct store *st, const struct case_import *in, bool *parent,
                       struct error *err)
{
    struct service_case c = {0};
    bool found;

    *parent = true;
    if (!case_by_number(st, in->source, in->case_no, &c, &found, err))
        return false;
    if (found)
        return true;
    return resolve(st, in, &c, err) &&
           (in->parent == NULL ||
            case_by_number(st, in->source, in->parent, &c, parent, err));
}

/* A phone that comes with a later event; one that is known already changes nothing. */
static bool take_phone(struct store *st, const struct phone *phone, int64_t now_ms,
                       struct service_case *c, struct error *err)
{
    int64_t before = c->phone_id;

    return phone_keep(st, phone, now_ms, &c->phone_id, err) &&
           (c->phone_id == before || put(st, c, now_ms, err));
}

bool case_import(struct store *st, const struct rules *rules,
                 const struct case_import *in, int64_t now_ms, struct service_case *out,
                 struct invitation *inv, bool *fresh, struct error *err)
{
    bool found;

    *inv = (struct invitation){0};
    if (!case_by_number(st, in->source, in->case_no, out, &found, err))
        return false;
    *fresh = !found;
    if (!found) {
        *out = (struct service_case){.ordinal = 1,
                                     .state = CASE_ACCEPTED,
                                     .opened_ms = in->accepted_ms,
                                     .accepted_ms = in->accepted_ms};
        snprintf(out->source, sizeof(out->source), "%s", in->source);
        snprintf(out->case_no, sizeof(out->case_no), "%s", in->case_no);
        if (!resolve(st, in, out, err) || !parent_of(st, in, out, err) ||
            (in->phone != NULL &&
             !phone_keep(st, in->phone, now_ms, &out->phone_id, err)) ||
            !add(st, out, now_ms, err) ||
            !note(st, "imported", out, in->actor, in->source, now_ms, NULL, err) ||
            !approval_case_begun(st, out, in->actor, now_ms, err))
            return false;
    }
    if (found && out->state != CASE_CLOSED && in->phone != NULL &&
        !take_phone(st, in->phone, now_ms, out, err))
        return false;
    if (in->traits != NULL &&
        !case_traits_tell(st, out->id, in->traits, in->actor, now_ms, err))
        return false;
    if (out->state == CASE_CLOSED || in->closed_ms == 0 ||
        in->closed_ms == out->closed_ms) /* told again, perhaps after a reopening */
        return invitation_of_case(st, out->id, inv, &found, err);
    snprintf(out->outcome, sizeof(out->outcome), "done");
    out->closed_ms = in->closed_ms;
    return finish(st, rules, out, in->actor, now_ms, inv, err);
}
