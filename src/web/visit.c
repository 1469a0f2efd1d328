/*
 * visit.c — see visit.h.
 */
#include "web/visit.h"

#include <stdio.h>

#include "store/alert_store.h"
#include "store/desk_store.h"
#include "store/person_store.h"
#include "store/promise_store.h"

struct gathering {
    struct visit *visit;
    struct service_case cases[VISIT_CASES];
};

static void gather(void *self, const struct service_case *c)
{
    struct gathering *g = self;

    if (g->visit->case_count < VISIT_CASES)
        g->cases[g->visit->case_count++] = *c;
}

static bool name_case(struct store *st, const struct service_case *c,
                      struct visit_case *out, struct error *err)
{
    struct matter m;
    struct window w;

    if (!matter_get(st, c->matter_id, &m, err) || !window_get(st, c->window_id, &w, err))
        return false;
    out->id = c->id;
    out->closed_ms = c->closed_ms;
    out->sensitive = m.sensitive;
    memcpy(out->matter_name, m.name, sizeof(m.name));
    memcpy(out->department_name, w.department_name, sizeof(w.department_name));
    memcpy(out->window_code, w.code, sizeof(w.code));
    return true;
}

/* The end of the number that we may ring, so that its owner knows which one is meant. */
static bool last_digits(struct store *st, int64_t phone_id, char out[5],
                        struct error *err)
{
    struct phone phone;
    size_t length;
    bool found;

    if (phone_id == 0)
        return true;
    if (!phone_reveal(st, phone_id, &phone, &found, err))
        return false;
    length = found ? strlen(phone.e164) : 0;
    if (length >= 4)
        memcpy(out, phone.e164 + length - 4, 5);
    return true;
}

static enum visit_case_state judge(const struct service_case *c,
                                   const struct rating_result *r, bool rated,
                                   int64_t now_ms)
{
    if (c->closed_ms == 0)
        return VISIT_CASE_OPEN;
    if (rated)
        return r->change_until_ms != 0 ? VISIT_CASE_CHANGEABLE : VISIT_CASE_SETTLED;
    return now_ms > c->rate_until_ms ? VISIT_CASE_LATE : VISIT_CASE_ASK;
}

static void note_usual(void *self, const char *matter_code, int halves, int64_t cases)
{
    (void)matter_code;
    (void)cases;
    ((struct visit_case *)self)->usual_halves = halves;
}

/* Usual, promised and taken days of a case that runs or is closed. */
static bool read_days(struct store *st, const struct service_case *c, int64_t now_ms,
                      struct visit_case *out, struct error *err)
{
    struct promise_pause pauses[PROMISE_PAUSES_MOST];
    int64_t begun_ms = c->accepted_ms != 0 ? c->accepted_ms : c->opened_ms;
    int64_t end_ms = c->state == CASE_CLOSED ? c->closed_ms : now_ms;
    struct matter m;
    size_t count;

    if (c->accepted_ms == 0 && c->state != CASE_CLOSED)
        return true;
    if (!matter_get(st, c->matter_id, &m, err))
        return false;
    if (!m.promise || m.promised_days == 0)
        return true;
    if (!promise_pauses(st, c->ticket_id, c->id, end_ms, pauses, &count, err) ||
        !promise_usual(st, m.code, now_ms, note_usual, out, err))
        return false;
    out->promised_days = m.promised_days;
    out->taken_days = promise_days(st->frame->calendar, st->frame->zone, begun_ms, end_ms,
                                   pauses, count);
    if (out->usual_halves == 0)
        out->usual_halves = 2 * m.usual_days;
    return true;
}

static bool read_case(struct store *st, const struct rules *rules,
                      const struct service_case *c, int64_t now_ms,
                      struct visit_case *out, struct error *err)
{
    bool rated = false;

    if (!name_case(st, c, out, err))
        return false;
    if (c->closed_ms != 0 &&
        !rating_look(st, &rules->rating, c->id, now_ms, &out->rating, &rated, err))
        return false;
    if (rated && !rating_moment(st, out->rating.rating_id, &out->moment, err))
        return false;
    out->state = judge(c, &out->rating, rated, now_ms);
    out->detail = out->state == VISIT_CASE_CHANGEABLE ||
                  (out->state == VISIT_CASE_SETTLED && out->moment.round == 1 &&
                   now_ms < out->moment.rated_ms + rules->rating.correction_ms);
    out->over = out->state == VISIT_CASE_LATE ||
                (out->state == VISIT_CASE_SETTLED && now_ms > c->rate_until_ms);
    return read_days(st, c, now_ms, out, err) &&
           last_digits(st, c->phone_id, out->last4, err);
}

static bool read_cases(struct store *st, const struct rules *rules, int64_t now_ms,
                       struct visit *v, struct error *err)
{
    struct gathering g = {.visit = v};

    if (!cases_of_ticket(st, v->ticket.id, gather, &g, err))
        return false;
    v->over = v->case_count > 0;
    for (int i = 0; i < v->case_count; i++) {
        if (!read_case(st, rules, &g.cases[i], now_ms, &v->cases[i], err))
            return false;
        v->over = v->over && v->cases[i].over;
    }
    return true;
}

static enum visit_state state_of(const struct store *st, const struct rules *rules,
                                 const struct visit *v, int64_t now_ms)
{
    const struct ticket *t = &v->ticket;
    bool stale = t->local_date < hall_local_date(st->frame, now_ms);

    switch (t->state) {
    case TICKET_DONE:
        return VISIT_DONE;
    case TICKET_SERVING:
        return VISIT_SERVING;
    case TICKET_CANCELLED:
        return VISIT_CANCELLED;
    default:
        break;
    }
    if (stale)
        return VISIT_CANCELLED;
    if (t->state == TICKET_CALLED)
        return VISIT_CALLED;
    if (t->state == TICKET_HELD)
        return VISIT_HELD;
    if (t->state == TICKET_MISSED)
        return now_ms > v->restore_until_ms ? VISIT_GONE : VISIT_MISSED;
    if (t->window_code[0] != '\0')
        return VISIT_MOVED;
    return v->ahead <= rules->queue.near ? VISIT_NEAR : VISIT_WAITING;
}

/* == Is calling paused? =========================================================== */

enum { CALLERS_MOST = 64 };

static void count_pause(void *self, const char *window_code, const char *reason,
                        int64_t until_ms)
{
    (void)window_code;
    (void)reason;
    (void)until_ms;
    ++*(int *)self;
}

/* The windows that may call this ticket. */
struct callers {
    const struct ticket *t;
    char codes[CALLERS_MOST][CODE_SIZE];
    int count;
};

static void gather_caller(void *self, const struct window *w)
{
    struct callers *c = self;
    const struct ticket *t = c->t;
    bool may = t->window_code[0] != '\0'
                   ? strcmp(t->window_code, w->code) == 0
                   : window_serves(w, t->matter_code, t->department_code);

    if (may && c->count < CALLERS_MOST)
        memcpy(c->codes[c->count++], w->code, CODE_SIZE);
}

/* How one of them stands. A window that did nothing today calls nobody, and is not
 * paused either. */
static bool look_at_caller(struct store *st, const char *code, int64_t now_ms,
                           struct visit *v, bool *calls, struct error *err)
{
    struct desk d;

    if (!desk_get(st, code, &d, err))
        return false;
    if (d.acted_ms == 0 ||
        hall_local_date(st->frame, d.acted_ms) != hall_local_date(st->frame, now_ms))
        return true;
    *calls |= !d.paused;
    v->paused |= d.paused;
    if (d.paused && d.paused_until_ms > now_ms &&
        (v->paused_until_ms == 0 || d.paused_until_ms < v->paused_until_ms))
        v->paused_until_ms = d.paused_until_ms;
    return true;
}

/*
 * Calling is paused where all who called today and could call this ticket have paused. It
 * goes on with the first of them that named an hour.
 */
static bool read_pause(struct store *st, int64_t now_ms, struct visit *v,
                       struct error *err)
{
    struct callers c = {.t = &v->ticket};
    bool calls = false;
    int paused = 0;

    if (v->ticket.state != TICKET_WAITING)
        return true;
    if (!desks_paused(st, count_pause, &paused, err))
        return false;
    if (paused == 0)
        return true;
    if (!windows_each(st, gather_caller, &c, err))
        return false;
    for (int i = 0; i < c.count && !calls; i++)
        if (!look_at_caller(st, c.codes[i], now_ms, v, &calls, err))
            return false;
    v->paused &= !calls;
    return true;
}

/* == The place ==================================================================== */

static bool read_place(struct store *st, const struct rules *rules, int64_t now_ms,
                       struct visit *v, struct error *err)
{
    struct ticket *t = &v->ticket;
    struct matter m;
    struct window w;
    bool found = false;

    if (!matter_get(st, t->matter_id, &m, err) || !ticket_ahead(st, t, &v->ahead, err) ||
        !ticket_estimate(st, t->series, v->ahead, now_ms, &v->low_min, &v->high_min, err))
        return false;
    if (t->window_code[0] != '\0' && !window_find(st, t->window_code, &w, &found, err))
        return false;
    memcpy(v->matter_name, m.name, sizeof(m.name));
    memcpy(v->department_name, found ? w.department_name : m.department_name,
           sizeof(v->department_name));
    v->sensitive = m.sensitive;
    memcpy(v->materials, m.materials, sizeof(v->materials));
    v->promised_days = m.promise ? m.promised_days : 0;
    v->floor = found ? w.floor : 0;
    v->restore_until_ms = t->changed_ms + rules->queue.restore_ms;
    return (found || t->state != TICKET_WAITING || v->ahead > rules->queue.near ||
            matter_floor(st, t->matter_code, t->department_code, &v->floor, err)) &&
           read_pause(st, now_ms, v, err);
}

bool visit_read(struct store *st, const struct rules *rules, int64_t ticket_id,
                int64_t now_ms, struct visit *out, bool *found, struct error *err)
{
    memset(out, 0, sizeof(*out));
    out->now_ms = now_ms;
    if (!ticket_find(st, ticket_id, &out->ticket, found, err) || !*found)
        return err->kind == ERROR_NONE;
    if (!read_place(st, rules, now_ms, out, err) ||
        !read_cases(st, rules, now_ms, out, err))
        return false;
    out->state = state_of(st, rules, out, now_ms);
    return true;
}

bool visit_moves(const struct visit *v)
{
    return v->state != VISIT_DONE && v->state != VISIT_CANCELLED &&
           v->state != VISIT_GONE;
}

/* What the citizen can still do something about comes first. */
static int rank(enum visit_case_state state)
{
    static const int ranks[] = {
        [VISIT_CASE_ASK] = 0,  [VISIT_CASE_CHANGEABLE] = 1, [VISIT_CASE_SETTLED] = 2,
        [VISIT_CASE_LATE] = 3, [VISIT_CASE_OPEN] = 4,
    };

    return ranks[state];
}

int visit_shown(const struct visit *v, const struct visit_case *out[VISIT_SHOWN])
{
    bool chosen[VISIT_CASES] = {false};
    int left = VISIT_SHOWN, count = 0;

    for (int r = 0; r < 4; r++)
        for (int i = 0; i < v->case_count && left > 0; i++)
            if (rank(v->cases[i].state) == r) {
                chosen[i] = true;
                left--;
            }
    for (int i = 0; i < v->case_count; i++)
        if (chosen[i])
            out[count++] = &v->cases[i];
    return count;
}
