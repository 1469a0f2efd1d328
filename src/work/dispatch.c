/*
 * dispatch.c — messages out, a route for each gateway:
 *
 *     due → take (SUBMITTING) → commit → compose → carry → judge → book → commit
 *
 * Promise: a message is SUBMITTING on the disk before its first byte leaves, and no more
 * than the gateway's `in_flight` are between taking and booking, which bounds what a
 * crash leaves UNKNOWN. Each message goes through its steps alone: a slow gateway holds
 * up nothing but its own route. Not here: when a gateway rests (lane.c).
 */
#include "work/courier_part.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/memory.h"

enum { CONNECT_MOST_MS = 5000, CLAIMS_LEAST = 8 };

/* ---- booking ---- */

static void book(struct parcel *p);

static void hold_booking(struct parcel *p)
{
    p->next = p->route->c->held;
    p->route->c->held = p;
}

static bool book_work(struct errand *e, struct store *st, int64_t now_ms,
                      struct error *err)
{
    struct parcel *p = (struct parcel *)e;

    return outbox_book(st, e->c->config.outbox, p->route->g, p->out.id, p->out.attempt,
                       p->outcome, &p->submitted, now_ms, err);
}

static void book_back(struct errand *e)
{
    struct parcel *p = (struct parcel *)e;
    struct courier *c = e->c;

    if (errand_later(e) && !c->over) {
        hold_booking(p);
        return;
    }
    if (!e->command.ok) /* it stays SUBMITTING, and is UNKNOWN when its lease ends */
        complain("outbox.not_booked", p->out.id, &e->command.err);
    p->route->ask |= p->outcome == OUTCOME_RETRY;
    c->ask_due |= p->outcome == OUTCOME_UNKNOWN;
    lane_booked(&p->route->lane);
    free(p);
}

static void book(struct parcel *p)
{
    p->errand.work = book_work;
    p->errand.back = book_back;
    errand_send(p->route->c, &p->errand);
}

static void count_outcome(struct courier *c, enum outcome outcome)
{
    _Atomic int64_t *const counts[] = {
        [OUTCOME_ACCEPTED] = &c->accepted,
        [OUTCOME_REFUSED] = &c->refused,
        [OUTCOME_RETRY] = &c->retried,
        [OUTCOME_UNKNOWN] = &c->unknown,
    };

    atomic_fetch_add(&c->carried, 1);
    atomic_fetch_add(counts[outcome], 1);
}

/* The parcel's outcome stands: books it, after what overtook it. */
static void conclude(struct parcel *p)
{
    struct courier *c = p->route->c;

    count_outcome(c, p->outcome);
    if ((p->route->g->traits & GATEWAY_LOCAL) != 0 && gather_early(c))
        hold_booking(p);
    else
        book(p);
}

/* The gateway has answered, or was tried: that tells about itself, too. */
static void judged(struct parcel *p)
{
    struct route *r = p->route;
    struct courier *c = r->c;

    lane_judged(&r->lane, p->outcome, p->submitted.health, p->submitted.reason,
                courier_mono(c), courier_wall(c));
    upkeep_lane(r);
    conclude(p);
}

/* Certainly not sent, and why; GOOD where that says nothing of the gateway. */
static void not_sent(struct parcel *p, const struct error *err,
                     enum gateway_health health)
{
    p->outcome = err->kind == ERROR_REFUSED ? OUTCOME_REFUSED : OUTCOME_RETRY;
    p->submitted =
        (struct submitted){.health = err->kind == ERROR_SETUP ? HEALTH_SETUP : health};
    snprintf(p->submitted.reason, sizeof(p->submitted.reason), "%.119s", err->text);
    if (p->submitted.health != HEALTH_GOOD)
        judged(p);
    else
        conclude(p);
}

/* ---- carrying ---- */

struct sms_mt dispatch_mt(struct courier *c, const struct outgoing *out, char nonce[33])
{
    unsigned char bytes[16];

    c->config.world->random(c->config.world, bytes, sizeof(bytes));
    for (size_t i = 0; i < sizeof(bytes); i++)
        snprintf(nonce + 2 * i, 3, "%02x", bytes[i]);
    return (struct sms_mt){.id = out->id,
                           .attempt = out->attempt,
                           .to = out->to.e164,
                           .from = out->from,
                           .text = out->text,
                           .kind = out->kind,
                           .lang = out->lang,
                           .values = out->values,
                           .now_ms = courier_wall(c),
                           .nonce = nonce};
}

static void judge_answer(struct parcel *p, const struct answer *answer)
{
    p->submitted = (struct submitted){0};
    p->outcome = p->route->g->ops->judge(p->route->g, answer, &p->submitted);
    judged(p);
}

static void http_done(void *arg, const struct answer *answer)
{
    struct parcel *p = arg;

    p->route->c->at_gateways--;
    judge_answer(p, answer);
}

static void carry_request(struct parcel *p, const struct request *request)
{
    struct courier *c = p->route->c;
    const struct gateway *g = p->route->g;
    const struct carry_terms terms = {
        .connect_ms = g->timeout_ms < CONNECT_MOST_MS ? g->timeout_ms : CONNECT_MOST_MS,
        .total_ms = g->timeout_ms};
    struct answer answer = {.carried = CARRIED_NOT_SENT,
                            .body = buf_new(GATEWAY_BODY_MOST)};

    if (request->kind == REQUEST_HTTP) {
        c->at_gateways++;
        carry_http_start(c->http, request, &terms, http_done, p);
        return;
    }
    if (request->kind == REQUEST_FILE)
        carry_file(request, &answer);
    else if (c->config.line != NULL)
        line_carry(c->config.line, request, courier_wall(c), &answer);
    judge_answer(p, &answer);
    buf_free(&answer.body);
}

static void carry_by_session(struct parcel *p, const struct sms_mt *mt)
{
    struct route *r = p->route;
    struct error err = {0};

    if (r->session == NULL || carry_session_room(r->session) <= 0) {
        error_set(&err, ERROR_LATER, "The connection was lost before this could leave.");
        not_sent(p, &err, HEALTH_DOWN);
        return;
    }
    if (!carry_session_submit(r->session, mt, &err)) {
        not_sent(p, &err, HEALTH_GOOD);
        return;
    }
    p->next = r->at_session;
    r->at_session = p;
    r->c->at_gateways++;
}

static void carry(struct parcel *p)
{
    struct route *r = p->route;
    struct request request = request_new();
    struct error err = {0};
    char nonce[33];
    const struct sms_mt mt = dispatch_mt(r->c, &p->out, nonce);

    if (r->g->ops->session != NULL)
        carry_by_session(p, &mt);
    else if (r->g->ops->compose(r->g, &mt, &request, &err))
        carry_request(p, &request);
    else
        not_sent(p, &err, HEALTH_GOOD);
    request_free(&request);
}

/* ---- sessions ---- */

static void session_outcome(void *self, const struct session_event *e)
{
    struct route *r = self;

    for (struct parcel **at = &r->at_session; *at != NULL; at = &(*at)->next) {
        struct parcel *p = *at;

        if (p->out.id != e->id || p->out.attempt != e->attempt)
            continue;
        *at = p->next;
        r->c->at_gateways--;
        p->outcome = e->outcome;
        p->submitted = e->submitted;
        judged(p);
        return;
    }
}

static void session_news(void *self, struct callback *callback, uint32_t line,
                         uint32_t handle)
{
    gather_session(self, callback, line, handle);
}

static void session_health(void *self, enum gateway_health health, const char *why)
{
    struct route *r = self;

    lane_health(&r->lane, health, why, courier_mono(r->c), courier_wall(r->c));
    upkeep_lane(r);
    r->ask |= health == HEALTH_GOOD;
    log_line(health == HEALTH_GOOD ? LOG_LEVEL_NOTICE : LOG_LEVEL_WARNING,
             health == HEALTH_GOOD ? "gateway.connected" : "gateway.lost",
             "gateway=%s reason=\"%s\"", r->g->name, health == HEALTH_GOOD ? "" : why);
}

/* ---- taking ---- */

static bool hold_work(struct errand *e, struct store *st, int64_t now_ms,
                      struct error *err)
{
    return message_put_off(st, ((struct parcel *)e)->id, now_ms + HOLD_MS, err);
}

static void hold_back(struct errand *e)
{
    errand_later(e);
    ((struct parcel *)e)->route->ask = true;
    free(e);
}

static bool take_work(struct errand *e, struct store *st, int64_t now_ms,
                      struct error *err)
{
    struct parcel *p = (struct parcel *)e;

    return outbox_take(st, e->c->config.outbox, p->route->g, p->id, now_ms, &p->out,
                       &p->leaves, err);
}

static void take_back(struct errand *e)
{
    struct parcel *p = (struct parcel *)e;
    struct route *r = p->route;

    r->taking--;
    if (e->command.ok && p->leaves) {
        carry(p);
        return;
    }
    lane_give_back(&r->lane);
    r->ask = true;
    if (e->command.ok || errand_later(e)) {
        free(p);
        return;
    }
    complain("outbox.held", p->id, &e->command.err);
    e->work = hold_work;
    e->back = hold_back;
    errand_send(e->c, e);
}

static void take(struct route *r, int64_t id)
{
    struct parcel *p = memory_new(sizeof(*p));

    p->route = r;
    p->id = id;
    p->errand.work = take_work;
    p->errand.back = take_back;
    lane_take(&r->lane, courier_mono(r->c));
    r->taking++;
    errand_send(r->c, &p->errand);
}

/* ---- what is due ---- */

struct looking {
    struct errand errand;
    struct route *route;
    int64_t ids[DUE_AT_ONCE], next_ms;
    int count;
};

static bool due_work(struct errand *e, struct store *st, int64_t now_ms,
                     struct error *err)
{
    struct looking *l = (struct looking *)e;
    const struct routing *routing = &e->c->config.outbox->roster->routing;
    const char *name = routing->routes[l->route->index].name;

    l->next_ms = INT64_MAX;
    if (st->frame == NULL)
        return true;
    return messages_due(st, name, now_ms, DUE_AT_ONCE, l->ids, &l->count, err) &&
           messages_next_ms(st, name, &l->next_ms, err);
}

static bool was_taken(const struct route *r, int64_t id)
{
    for (int i = r->asked_at; i < r->id_at; i++)
        if (r->ids[i] == id)
            return true;
    return false;
}

/* What the writer found, but for those that were taken while it looked. */
static void list_anew(struct route *r, const struct looking *l)
{
    int64_t ids[DUE_AT_ONCE];
    int count = 0;

    for (int i = 0; i < l->count; i++)
        if (!was_taken(r, l->ids[i]))
            ids[count++] = l->ids[i];
    memcpy(r->ids, ids, sizeof(*ids) * (size_t)count);
    r->id_at = 0;
    r->id_count = count;
    r->more = l->count == DUE_AT_ONCE;
    r->next_ms = l->next_ms;
}

static void due_back(struct errand *e)
{
    struct looking *l = (struct looking *)e;
    struct route *r = l->route;

    r->asking = false;
    if (e->command.ok) {
        list_anew(r, l);
        r->ask |= l->count > 0; /* once these are gone: what comes after them? */
    } else {
        r->ask = true;
        if (!errand_later(e)) {
            complain("outbox.not_looked", 0, &e->command.err);
            e->c->again_ms = courier_mono(e->c) + AGAIN_MS;
        }
    }
    free(l);
}

static void look(struct route *r)
{
    struct looking *l = memory_new(sizeof(*l));

    r->ask = false;
    r->asking = true;
    r->asked_at = r->id_at;
    l->route = r;
    l->errand.work = due_work;
    l->errand.back = due_back;
    errand_send(r->c, &l->errand);
}

/*
 * How many may be on their way to SUBMITTING at the same time: a quarter of what is in
 * flight, or CLAIMS_LEAST. They leave together when they are committed, and a listener
 * that is slow to accept has a short queue (Kannel's holds ten): the system drops the
 * connections that do not fit, and tries again a second later. To hold them back here
 * costs nothing, where SUBMITTING ones that wait would be UNKNOWN after a crash.
 */
static int claims_room(const struct route *r)
{
    int most = r->g->in_flight / 4;

    if ((r->g->traits & GATEWAY_LOCAL) != 0)
        return INT_MAX;
    return (most > CLAIMS_LEAST ? most : CLAIMS_LEAST) - r->taking;
}

static int room_of(struct route *r)
{
    int room = lane_room(&r->lane, courier_mono(r->c));
    int theirs =
        r->session != NULL ? carry_session_room(r->session) - r->taking : claims_room(r);

    return room < theirs ? room : theirs;
}

/* Nothing will leave here for a while, whatever waits. */
static bool is_held(struct route *r)
{
    return lane_is_held(&r->lane, courier_mono(r->c)) ||
           (r->session != NULL && carry_session_room(r->session) <= 0);
}

static bool may_look(struct route *r)
{
    return !r->asking && r->id_at == r->id_count &&
           (r->ask || r->next_ms <= courier_wall(r->c));
}

/* A long queue is looked at before the last of its list is taken, so that the gateway
 * need not wait for it. */
static bool may_look_ahead(struct route *r)
{
    return !r->asking && r->more && r->id_at < r->id_count &&
           r->id_count - r->id_at <= DUE_LEFT;
}

static void route_turn(struct route *r)
{
    if (is_held(r) && r->id_at < r->id_count) {
        r->id_count = r->id_at; /* they may go another way meanwhile */
        r->ask = true;
    }
    for (int room = room_of(r); room > 0 && r->id_at < r->id_count; room--)
        take(r, r->ids[r->id_at++]);
    if (may_look_ahead(r) || (may_look(r) && room_of(r) > 0))
        look(r);
}

/* ---- all of them ---- */

void dispatch_open(struct courier *c)
{
    const struct roster *roster = c->config.outbox->roster;

    c->route_count = roster->count;
    c->local = -1;
    for (int i = 0; i < roster->count; i++) {
        struct route *r = &c->routes[i];
        const struct carry_session_hooks hooks = {session_outcome, session_news,
                                                  session_health, r};

        r->c = c;
        r->index = i;
        r->g = &roster->gateways[i];
        r->next_ms = INT64_MAX;
        r->ask = true;
        lane_init(&r->lane, r->g, courier_mono(c));
        if (r->g->ops->session != NULL)
            r->session = carry_session_new(r->g, c->config.world, &hooks);
        if (c->local < 0 && (r->g->traits & GATEWAY_LOCAL) != 0)
            c->local = i;
    }
}

/* What sessions still hold comes out here, to be booked. */
void dispatch_close(struct courier *c)
{
    for (int i = 0; i < c->route_count; i++) {
        struct carry_session *s = c->routes[i].session;

        c->routes[i].session = NULL;
        carry_session_free(s);
    }
}

void dispatch_ask(struct courier *c)
{
    for (int i = 0; i < c->route_count; i++)
        c->routes[i].ask = true;
}

/*
 * Only what left by the line waits until all that came in is read: its pushes overtake
 * the answer. The others' bookings waited for the writer alone.
 */
static void book_held(struct courier *c, bool all)
{
    struct parcel *p = c->held;

    c->held = NULL;
    while (p != NULL) {
        struct parcel *next = p->next;

        if (all || (p->route->g->traits & GATEWAY_LOCAL) == 0)
            book(p);
        else
            hold_booking(p);
        p = next;
    }
}

void dispatch_turn(struct courier *c)
{
    if (c->held != NULL && (c->over || !courier_pauses(c)))
        book_held(c, c->over || gather_is_quiet(c));
    if (courier_pauses(c))
        return;
    for (int i = 0; i < c->route_count; i++)
        route_turn(&c->routes[i]);
}

bool dispatch_is_quiet(struct courier *c)
{
    for (int i = 0; i < c->route_count; i++) {
        struct route *r = &c->routes[i];

        if (r->lane.in_flight > 0 || r->asking)
            return false;
        if ((r->id_at < r->id_count || may_look(r)) && !is_held(r))
            return false;
    }
    return true;
}

int64_t dispatch_wait_ms(struct courier *c)
{
    int64_t wait_ms = INT64_MAX, now_ms = courier_mono(c);

    for (int i = 0; i < c->route_count; i++) {
        struct route *r = &c->routes[i];
        int64_t due_ms = r->ask || r->id_at < r->id_count ? 0
                         : r->next_ms == INT64_MAX        ? INT64_MAX
                                                          : r->next_ms - courier_wall(c);
        int64_t room_ms = lane_next_ms(&r->lane, now_ms);

        if (r->session != NULL ? carry_session_room(r->session) <= r->taking
                               : claims_room(r) <= 0)
            continue; /* what it waits for wakes us */
        if (r->asking || due_ms == INT64_MAX || room_ms == INT64_MAX)
            continue;
        room_ms -= now_ms;
        due_ms = due_ms > room_ms ? due_ms : room_ms;
        if (due_ms < wait_ms)
            wait_ms = due_ms;
    }
    return wait_ms;
}
