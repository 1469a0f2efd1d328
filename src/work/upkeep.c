/*
 * upkeep.c — how gateways stand: told to routing and to the pages; what waits at one that
 * is shut goes another way; those that can be asked are asked how full they are, and what
 * became of messages that nobody knows of.
 *
 * All questions may be repeated without harm, so they use kept connections.
 */
#include "work/courier_part.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/memory.h"

enum {
    STATUS_EVERY_MS = 5000,
    STATUS_TOTAL_MS = 5000,
    SAY_EVERY_MS = 5000,
    MOVE_EVERY_MS = 5000,
    STUCK_EVERY_MS = 60000,
    MOVE_MOST = 256,
};

void upkeep_open(struct courier *c)
{
    c->plan_lost = c->ask_due = true;
    c->ask_ms = INT64_MAX;
    for (int i = 0; i < c->route_count; i++) {
        c->routes[i].status_ms = c->routes[i].said_ms = c->routes[i].moved_ms = INT64_MIN;
        c->routes[i].place = MESSAGE_PLACE_START;
        upkeep_lane(&c->routes[i]);
    }
}

/* ---- shut lanes ---- */

void upkeep_lane(struct route *r)
{
    /* The roster is ours to look at; this one word of it is ours to write (routing.h). */
    _Atomic uint32_t *shut =
        (_Atomic uint32_t *)(uintptr_t)&r->c->config.outbox->roster->routing.shut;
    uint32_t bit = UINT32_C(1) << r->index;
    bool is_shut = lane_is_shut(&r->lane);

    if (is_shut && !lane_wants_try(&r->lane, courier_mono(r->c)))
        atomic_fetch_or(shut, bit);
    else
        atomic_fetch_and(shut, ~bit);
    if (is_shut && !r->shut) {
        r->moved_ms = INT64_MIN;
        r->place = MESSAGE_PLACE_START;
        log_line(LOG_LEVEL_WARNING, "gateway.shut",
                 "gateway=%s condition=%s reason=\"%s\"", r->g->name,
                 lane_condition_name(r->lane.condition), r->lane.trouble);
    } else if (!is_shut && r->shut) {
        for (int i = 0; i < r->c->route_count; i++)
            r->c->routes[i].stuck = false; /* this one may take it */
        log_line(LOG_LEVEL_NOTICE, "gateway.open", "gateway=%s", r->g->name);
    }
    r->shut = is_shut;
    if (lane_alarm(&r->lane))
        log_line(LOG_LEVEL_ERROR, "gateway.setup",
                 "gateway=%s reason=\"%s\" its settings must be put right", r->g->name,
                 r->lane.trouble);
}

struct moving {
    struct errand errand;
    struct route *route; /* NULL: those without a known gateway */
    struct message_place place;
    int moved;
};

static bool move_work(struct errand *e, struct store *st, int64_t now_ms,
                      struct error *err)
{
    struct moving *m = (struct moving *)e;

    return st->frame == NULL ||
           outbox_route(st, e->c->config.outbox, m->route != NULL ? m->route->index : -1,
                        MOVE_MOST, &m->place, now_ms, &m->moved, err);
}

/* The queue is gone through without a pause, in commands that each leave room for
 * others. */
static void route_moved(struct route *r, const struct moving *m)
{
    const bool more = m->errand.command.ok && m->place.due_ms != INT64_MIN;
    const bool was_long = r->place.due_ms != INT64_MIN;

    r->moving = false;
    r->moved_ms = more ? INT64_MIN : courier_mono(r->c);
    if (!m->errand.command.ok)
        return;
    r->place = m->place;
    r->moved |= m->moved > 0;
    if (more)
        return;
    r->stuck = was_long && !r->moved;
    r->moved = false;
}

static void move_back(struct errand *e)
{
    struct moving *m = (struct moving *)e;
    struct courier *c = e->c;

    if (m->route != NULL) {
        route_moved(m->route, m);
    } else {
        c->planning = false;
        c->plan_lost |= e->command.ok && m->moved == MOVE_MOST;
    }
    if (!e->command.ok && !errand_later(e))
        complain("outbox.not_routed", 0, &e->command.err);
    if (m->moved > 0) {
        if (e->command.ok && m->route != NULL)
            log_line(LOG_LEVEL_NOTICE, "outbox.moved", "from=%s messages=%d",
                     m->route->g->name, m->moved);
        dispatch_ask(c);
    }
    free(m);
}

static void move(struct courier *c, struct route *r)
{
    struct moving *m = memory_new(sizeof(*m));

    m->route = r;
    m->place = r != NULL ? r->place : MESSAGE_PLACE_START;
    m->errand.work = move_work;
    m->errand.back = move_back;
    if (r != NULL)
        r->moving = true;
    else
        c->planning = true;
    errand_send(c, &m->errand);
}

static bool is_past(int64_t since_ms, int64_t every_ms, int64_t now_ms)
{
    return since_ms == INT64_MIN || now_ms - since_ms >= every_ms;
}

/* Some other gateway could take what waits here. */
static bool another_is_open(struct courier *c, const struct route *r)
{
    for (int i = 0; i < c->route_count; i++)
        if (&c->routes[i] != r && !lane_is_shut(&c->routes[i].lane))
            return true;
    return false;
}

/* ---- how full ---- */

static void status_done(void *arg, const struct answer *answer)
{
    struct route *r = arg;
    int64_t queued = -1;

    r->status_out = false;
    r->status_ms = courier_mono(r->c);
    if (!r->g->ops->status_judge(r->g, answer, &queued))
        queued = -1;
    lane_queued(&r->lane, queued);
}

static const struct carry_terms question = {
    .connect_ms = STATUS_TOTAL_MS / 2, .total_ms = STATUS_TOTAL_MS, .repeatable = true};

static void ask_status(struct route *r)
{
    struct request request = request_new();

    r->status_ms = courier_mono(r->c);
    if (r->g->ops->status(r->g, &request) && request.kind == REQUEST_HTTP) {
        r->status_out = true;
        carry_http_start(r->c->http, &request, &question, status_done, r);
    }
    request_free(&request);
}

/* ---- for the pages ---- */

static int rate_of(struct route *r, int minutes)
{
    return (int)(lane_rate(&r->lane, minutes, courier_mono(r->c)) * 100 + 0.5);
}

static void describe(struct route *r, struct gateway_state *out)
{
    char folder[160];

    memset(out, 0, sizeof(*out)); /* compared as bytes */
    snprintf(out->name, sizeof(out->name), "%s", r->g->name);
    snprintf(
        out->condition, sizeof(out->condition), "%s",
        lane_condition_name(r->lane.condition == LANE_READY && lane_is_crowded(&r->lane)
                                ? LANE_BUSY
                                : r->lane.condition));
    snprintf(out->trouble, sizeof(out->trouble), "%s", r->lane.trouble);
    out->error_ms = r->lane.error_ms;
    out->in_flight = r->lane.in_flight;
    out->queued_inside = r->lane.queued;
    out->rate_1 = rate_of(r, 1);
    out->rate_5 = rate_of(r, 5);
    out->rate_15 = rate_of(r, 15);
    if (carry_folders_trouble(r->c->folders, r->index, folder)) {
        snprintf(out->trouble, sizeof(out->trouble), "%s", folder);
        snprintf(out->condition, sizeof(out->condition), "%s",
                 lane_condition_name(LANE_BROKEN));
    }
}

struct saying {
    struct errand errand;
    struct route *route;
    struct gateway_state state;
    bool kept;
};

static bool say_work(struct errand *e, struct store *st, int64_t now_ms,
                     struct error *err)
{
    struct saying *s = (struct saying *)e;

    s->kept = st->frame != NULL;
    return !s->kept || gateway_state_set(st, &s->state, now_ms, err);
}

static void say_back(struct errand *e)
{
    struct saying *s = (struct saying *)e;

    s->route->saying = false;
    if (e->command.ok && s->kept)
        s->route->said = s->state;
    else if (!e->command.ok && !errand_later(e))
        complain("gateway.not_said", 0, &e->command.err);
    free(s);
}

static void say(struct route *r)
{
    struct saying *s;
    struct gateway_state now;

    r->said_ms = courier_mono(r->c);
    describe(r, &now);
    if (memcmp(&now, &r->said, sizeof(now)) == 0)
        return;
    s = memory_new(sizeof(*s));
    s->route = r;
    s->state = now;
    s->errand.work = say_work;
    s->errand.back = say_back;
    r->saying = true;
    errand_send(r->c, &s->errand);
}

/* ---- what nobody knows ---- */

struct asking_errand {
    struct errand errand;
    struct asking asks[ASKS_AT_ONCE];
    int count;
    int64_t next_ms;
};

/* One question at a gateway, then its answer on the way to the disk. */
struct question {
    struct errand errand;
    struct route *route;
    struct asking asking;
    char nonce[33];
    struct sms_mt mt;
    enum found found;
    struct news news;
};

static bool answered_work(struct errand *e, struct store *st, int64_t now_ms,
                          struct error *err)
{
    struct question *q = (struct question *)e;

    return outbox_answered(st, e->c->config.outbox, q->asking.out.id,
                           q->asking.out.attempt, q->found, &q->news, now_ms, err);
}

static void question_free(struct question *q)
{
    q->route->c->questions--;
    buf_free(&q->news.text);
    free(q);
}

static void answered_back(struct errand *e)
{
    struct question *q = (struct question *)e;

    /* An answer that could not be written is asked for again at its next time. */
    if (!e->command.ok && !errand_later(e))
        complain("outbox.not_answered", q->asking.out.id, &e->command.err);
    dispatch_ask(e->c); /* it may go once more */
    question_free(q);
}

static void question_done(void *arg, const struct answer *answer)
{
    struct question *q = arg;
    const struct gateway *g = q->route->g;

    q->found = g->ops->query_judge(g, &q->mt, q->asking.sent_ms, answer, &q->news);
    if (q->found == FOUND_NO_ANSWER) {
        question_free(q);
        return;
    }
    q->errand.work = answered_work;
    q->errand.back = answered_back;
    errand_send(q->route->c, &q->errand);
}

static void ask_gateway(struct courier *c, const struct asking *asking)
{
    int index = routing_find(&c->config.outbox->roster->routing, asking->gateway);
    struct request request;
    struct question *q;
    struct error err = {0};

    if (index < 0 || c->routes[index].g->ops->query == NULL)
        return;
    q = memory_new(sizeof(*q));
    request = request_new();
    q->route = &c->routes[index];
    q->asking = *asking;
    q->news.text = buf_new(GATEWAY_TEXT_MOST);
    q->mt = dispatch_mt(c, &q->asking.out, q->nonce);
    c->questions++;
    if (q->route->g->ops->query(q->route->g, &q->mt, asking->sent_ms, &request, &err) &&
        request.kind == REQUEST_HTTP)
        carry_http_start(c->http, &request, &question, question_done, q);
    else
        question_free(q);
    request_free(&request);
}

static bool asks_work(struct errand *e, struct store *st, int64_t now_ms,
                      struct error *err)
{
    struct asking_errand *a = (struct asking_errand *)e;

    a->next_ms = INT64_MAX;
    return st->frame == NULL || outbox_asks(st, e->c->config.outbox, now_ms, ASKS_AT_ONCE,
                                            a->asks, &a->count, &a->next_ms, err);
}

static void asks_back(struct errand *e)
{
    struct asking_errand *a = (struct asking_errand *)e;
    struct courier *c = e->c;

    c->ask_out = false;
    if (e->command.ok) {
        c->ask_ms = a->next_ms;
        for (int i = 0; i < a->count; i++)
            ask_gateway(c, &a->asks[i]);
    } else {
        c->ask_due = true;
        if (!errand_later(e)) {
            complain("outbox.not_asked", 0, &e->command.err);
            c->ask_due = false;
            c->ask_ms = courier_wall(c) + HOLD_MS;
        }
    }
    free(a);
}

static bool may_ask(struct courier *c)
{
    return !c->ask_out && c->questions == 0 &&
           (c->ask_due || c->ask_ms <= courier_wall(c));
}

static void ask(struct courier *c)
{
    struct asking_errand *a = memory_new(sizeof(*a));

    c->ask_due = false;
    c->ask_out = true;
    a->errand.work = asks_work;
    a->errand.back = asks_back;
    errand_send(c, &a->errand);
}

/* ---- all of it ---- */

static void route_upkeep(struct route *r, int64_t now_ms)
{
    upkeep_lane(r);
    if (r->shut && !lane_wants_try(&r->lane, now_ms) && !r->moving &&
        is_past(r->moved_ms, r->stuck ? STUCK_EVERY_MS : MOVE_EVERY_MS, now_ms) &&
        another_is_open(r->c, r))
        move(r->c, r);
    if (r->g->ops->status != NULL && !r->status_out &&
        is_past(r->status_ms, STATUS_EVERY_MS, now_ms))
        ask_status(r);
    if (!r->saying && is_past(r->said_ms, SAY_EVERY_MS, now_ms))
        say(r);
}

void upkeep_turn(struct courier *c)
{
    int64_t now_ms = courier_mono(c);

    if (courier_pauses(c))
        return;
    if (c->plan_lost && !c->planning) {
        c->plan_lost = false;
        move(c, NULL);
    }
    for (int i = 0; i < c->route_count; i++)
        route_upkeep(&c->routes[i], now_ms);
    if (may_ask(c))
        ask(c);
}

bool upkeep_is_quiet(struct courier *c)
{
    return !c->plan_lost && c->questions == 0 && !may_ask(c);
}

int64_t upkeep_wait_ms(struct courier *c)
{
    int64_t wait_ms = SAY_EVERY_MS;

    if (!c->ask_out && c->questions == 0 && c->ask_ms != INT64_MAX &&
        c->ask_ms - courier_wall(c) < wait_ms)
        wait_ms = c->ask_ms - courier_wall(c);
    return wait_ms;
}
