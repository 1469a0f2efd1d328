/*
 * outbox_way.c — which gateway a waiting message goes through, and what its gateway says
 * of one that may have been sent.
 *
 * Promise: only what waits (NEW, RETRY: certainly not sent) ever changes its gateway. An
 * answer keeps to the gateway of its conversation while that can send.
 */
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>

#include "store/conversation_store.h"
#include "store/message_doubt.h"
#include "store/person_store.h"
#include "work/outbox_part.h"

/* ---- which way ---- */

struct plan {
    struct store *st;
    const struct outbox *ob;
    int64_t now_ms;
    int most, moved, room; /* so many may move, have moved, may be looked at */
};

/* The route of the conversation that a message belongs to; -1 where that cannot send. */
static bool route_of_conversation(struct plan *p, const struct message *m, int *route,
                                  struct error *err)
{
    const struct routing *r = &p->ob->roster->routing;
    struct conversation_row row;

    *route = -1;
    if (m->conversation_id == 0 || message_is_survey(m))
        return true;
    if (!conversation_get(p->st, m->conversation_id, &row, err))
        return false;
    *route = routing_find(r, row.gateway);
    if (*route >= 0 && (atomic_load(&r->shut) >> *route & 1) != 0)
        *route = -1;
    return true;
}

static bool plan_one(struct plan *p, int64_t id, struct error *err)
{
    const struct routing *r = &p->ob->roster->routing;
    struct message m;
    struct phone phone;
    bool known;
    int best;

    if (!message_get(p->st, id, &m, err) ||
        !phone_reveal(p->st, m.phone_id, &phone, &known, err))
        return false;
    if (!known || p->now_ms > m.expires_ms) /* nobody else may look at it in time */
        return outbox_withdraw(p->st, &m, known ? "expired" : "erased", p->now_ms, err);
    if (!route_of_conversation(p, &m, &best, err))
        return false;
    if (best < 0)
        best = routing_choose(r, phone.e164);
    if (strcmp(m.gateway, best >= 0 ? r->routes[best].name : "") == 0)
        return true;
    p->moved += best >= 0;
    p->st->message_added = true;
    return message_plan(p->st, &m, best >= 0 ? r->routes[best].name : NULL, err);
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Looks at what waits for one gateway after `place`, in pages; that is the start again
 * once all has been looked at. */
static bool plan_gateway(struct plan *p, const char *gateway, struct message_place *place,
                         struct error *err)
{
    int64_t ids[64];
    int count;

    do {
        int room = least(least(p->most - p->moved, p->room), (int)LENGTH(ids));

        if (room <= 0)
            return true;
        if (!messages_waiting(p->st, gateway, place, room, ids, &count, err))
            return false;
        p->room -= count;
        for (int i = 0; i < count; i++)
            if (!plan_one(p, ids[i], err))
                return false;
    } while (count > 0);
    *place = MESSAGE_PLACE_START;
    return true;
}

/* Those that wait for a gateway which is in no settings any more. */
static bool plan_forgotten(struct plan *p, struct error *err)
{
    struct message_place place = MESSAGE_PLACE_START;
    char name[40] = "";
    bool found;

    for (;;) {
        if (!messages_waiting_name(p->st, name, &found, err))
            return false;
        if (!found)
            return true;
        if (routing_find(&p->ob->roster->routing, name) < 0 &&
            !plan_gateway(p, name, &place, err))
            return false;
    }
}

bool outbox_route(struct store *st, const struct outbox *ob, int from, int most,
                  struct message_place *place, int64_t now_ms, int *moved,
                  struct error *err)
{
    struct plan p = {st, ob, now_ms, most, 0, from >= 0 ? OUTBOX_LOOK_MOST : INT_MAX};
    bool ok;

    if (from >= 0)
        ok = from >= ob->roster->routing.count ||
             plan_gateway(&p, ob->roster->routing.routes[from].name, place, err);
    else
        ok = plan_gateway(&p, NULL, place, err) && plan_forgotten(&p, err);
    *moved = p.moved;
    return ok;
}

/* ---- what nobody knows ---- */

/* The message as it left, to be asked after; *known is false where its phone is gone. */
static bool as_it_left(struct store *st, const struct message *m, struct outgoing *out,
                       bool *known, struct error *err)
{
    struct buf text = buf_new(GATEWAY_TEXT_MOST - 1), fill = buf_new(OUTBOX_VALUES - 1);
    bool ok = phone_reveal(st, m->phone_id, &out->to, known, err) &&
              message_body(st, m->id, &text, &fill, err);

    out->id = m->id;
    out->attempt = m->attempt;
    snprintf(out->from, sizeof(out->from), "%s", m->sender);
    snprintf(out->kind, sizeof(out->kind), "%s", m->kind);
    snprintf(out->lang, sizeof(out->lang), "%s", m->lang);
    if (ok) {
        snprintf(out->text, sizeof(out->text), "%s", buf_text(&text));
        snprintf(out->values, sizeof(out->values), "%s",
                 fill.length > 0 ? buf_text(&fill) : "{}");
    }
    buf_free(&text);
    buf_free(&fill);
    return ok;
}

static bool ask_one(struct store *st, const struct outbox *ob, int64_t id, int64_t now_ms,
                    struct asking *out, bool *asks, struct error *err)
{
    const struct gateway *g;
    struct message m;
    int64_t next_ms;
    bool known;

    *asks = false;
    if (!message_get(st, id, &m, err))
        return false;
    g = roster_find(ob->roster, m.gateway);
    if (g == NULL || g->ops->query == NULL)
        return message_asked(st, id, now_ms, -1, err);
    *out = (struct asking){.sent_ms = m.submitted_ms};
    snprintf(out->gateway, sizeof(out->gateway), "%s", m.gateway);
    if (!as_it_left(st, &m, &out->out, &known, err))
        return false;
    *asks = known;
    next_ms = known ? message_ask_ms(m.asks + 1, st->settle_ms) : -1;
    if (next_ms >= 0) { /* what was late is not made up for all at once */
        next_ms += m.unknown_ms;
        if (next_ms < now_ms + message_ask_ms(0, st->settle_ms))
            next_ms = now_ms + message_ask_ms(0, st->settle_ms);
    }
    return message_asked(st, id, now_ms, next_ms, err);
}

bool outbox_asks(struct store *st, const struct outbox *ob, int64_t now_ms, int most,
                 struct asking *out, int *count, int64_t *next_ms, struct error *err)
{
    int64_t ids[64];
    int due;

    *count = 0;
    if (most > (int)LENGTH(ids))
        most = (int)LENGTH(ids);
    if (!messages_to_ask(st, now_ms, most, ids, &due, err))
        return false;
    for (int i = 0; i < due; i++) {
        bool asks;

        if (!ask_one(st, ob, ids[i], now_ms, &out[*count], &asks, err))
            return false;
        *count += asks;
    }
    return messages_next_ask_ms(st, next_ms, err);
}

bool outbox_answered(struct store *st, const struct outbox *ob, int64_t id, int attempt,
                     enum found found, const struct news *found_news, int64_t now_ms,
                     struct error *err)
{
    struct message m;
    bool entered;

    if (!message_get(st, id, &m, err))
        return false;
    if (m.state != MESSAGE_UNKNOWN || m.attempt != attempt || found == FOUND_NO_ANSWER)
        return true;
    if (found == FOUND_IT)
        return outbox_proved(st, ob, &m, attempt, found_news, now_ms, err);
    if (m.asked_ms < m.unknown_ms + st->settle_ms || m.resent != 0)
        return true;
    return message_resend(st, &m, err) &&
           message_enter(st, &m, MESSAGE_RETRY, "the gateway has no such message", now_ms,
                         &entered, err) &&
           message_put_off(st, id, now_ms, err);
}
