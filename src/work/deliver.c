/*
 * deliver.c — tells other systems what happened (Standard Webhooks 1.0,
 * store/hook_store.h).
 *
 *     due → [writer: claimed] → request → answer → [writer: booked] → once more, or done
 *
 * What is told may be told twice under the same webhook-id, so kept connections are used,
 * and what was on its way at a crash goes again. Messages to citizens never wait for it.
 */
#include "work/courier_part.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/memory.h"
#include "store/hook_store.h"

enum {
    HOOKS_AT_ONCE = 16, /* claimed together */
    HOOKS_UNDER_WAY = 32,
    HOOK_CONNECT_MS = 10000,
    HOOK_ANSWER_MOST = 20000,
    RETRY_AFTER_MOST_S = 86400,
};

static bool hooks_set(const struct courier *c)
{
    return c->config.hooks != NULL && c->config.hooks->count > 0;
}

void deliver_open(struct courier *c)
{
    c->hooks_ask = true;
    c->hooks_next_ms = INT64_MAX;
}

/* ---- one on its way ---- */

struct delivering {
    struct errand errand;
    struct hook_delivery d;
    char trouble[80];
    struct hook_try try;
    bool off;
};

static void delivering_free(struct delivering *d)
{
    d->errand.c->hooks_out--;
    free(d->d.body);
    free(d);
}

static bool book_work(struct errand *e, struct store *st, int64_t now_ms,
                      struct error *err)
{
    struct delivering *d = (struct delivering *)e;

    return hook_book(st, &d->try, now_ms, &d->off, err);
}

static void book_back(struct errand *e)
{
    struct delivering *d = (struct delivering *)e;

    if (errand_later(e)) { /* the disk is full, or busy: what came of it is not lost */
        error_clear(&e->command.err);
        e->next = e->c->hooks_held;
        e->c->hooks_held = e;
        return;
    }
    if (!e->command.ok)
        complain("webhook.not_booked", d->d.id, &e->command.err);
    else if (d->off)
        log_line(LOG_LEVEL_ERROR, "webhook.off",
                 "endpoint=%s status=%d reason=\"%s\" a person must switch it on again",
                 d->d.endpoint, d->try.status, d->trouble);
    e->c->hooks_ask = true;
    delivering_free(d);
}

static void carried(void *arg, const struct answer *answer)
{
    struct delivering *d = arg;
    struct courier *c = d->errand.c;
    bool asked = answer->status == 429 || answer->status == 503;
    int64_t after_s = answer->retry_after_s;

    if (c->ended) { /* nobody books any more: it goes again at the next start */
        delivering_free(d);
        return;
    }
    snprintf(d->trouble, sizeof(d->trouble), "%s", answer->trouble);
    if (after_s > RETRY_AFTER_MOST_S)
        after_s = RETRY_AFTER_MOST_S;
    d->try =
        (struct hook_try){.id = d->d.id,
                          .status = answer->status,
                          .tries = d->d.tries,
                          .endpoint = d->d.endpoint,
                          .trouble = d->trouble,
                          .retry_after_ms = asked && after_s > 0 ? after_s * 1000 : -1};
    d->errand.work = book_work;
    d->errand.back = book_back;
    errand_send(c, &d->errand);
}

static void carry(struct courier *c, const struct hook_delivery *delivery)
{
    const struct carry_terms terms = {.connect_ms = HOOK_CONNECT_MS,
                                      .total_ms = c->config.hooks->timeout_ms,
                                      .repeatable = true,
                                      .body_most = HOOK_ANSWER_MOST};
    const struct hook_endpoint *e = hooks_find(c->config.hooks, delivery->endpoint);
    struct delivering *d = memory_new(sizeof(*d));
    struct request request = request_new();
    int64_t at_s = courier_wall(c) / 1000;
    char id[32];

    d->errand.c = c;
    d->d = *delivery;
    snprintf(id, sizeof(id), "msg_%lld", (long long)delivery->id);
    request.kind = REQUEST_HTTP;
    request.method = "POST";
    buf_addf(&request.url, "%s", e->url);
    buf_addf(&request.body, "%s", delivery->body);
    buf_addf(&request.headers,
             "Content-Type: application/json\nwebhook-id: %s\nwebhook-timestamp: %lld\n"
             "webhook-signature: ",
             id, (long long)at_s);
    hook_sign(e->secret, id, at_s, buf_text(&request.body), request.body.length,
              &request.headers);
    buf_addf(&request.headers, "\n");
    carry_http_start(c->http, &request, &terms, carried, d);
    request_free(&request);
}

void deliver_close(struct courier *c)
{
    while (c->hooks_held != NULL) {
        struct errand *held = c->hooks_held;

        c->hooks_held = held->next;
        delivering_free((struct delivering *)held);
    }
}

/* ---- claiming ---- */

struct claiming {
    struct errand errand;
    struct hook_delivery claimed[HOOKS_AT_ONCE];
    int count;
    int64_t next_ms;
};

static bool claim_work(struct errand *e, struct store *st, int64_t now_ms,
                       struct error *err)
{
    struct claiming *k = (struct claiming *)e;

    k->next_ms = INT64_MAX;
    return st->frame == NULL || hooks_claim(st, HOOKS_AT_ONCE, now_ms, k->claimed,
                                            &k->count, &k->next_ms, err);
}

static void claim_back(struct errand *e)
{
    struct claiming *k = (struct claiming *)e;
    struct courier *c = e->c;

    c->hooks_claiming = false;
    if (e->command.ok) {
        c->hooks_next_ms = k->next_ms;
        c->hooks_out += k->count;
        for (int i = 0; i < k->count; i++)
            carry(c, &k->claimed[i]);
    } else {
        for (int i = 0; i < k->count; i++)
            free(k->claimed[i].body);
        c->hooks_ask = true;
        if (!errand_later(e)) {
            complain("webhook.not_claimed", 0, &e->command.err);
            c->hooks_ask = false;
            c->hooks_next_ms = courier_wall(c) + HOLD_MS;
        }
    }
    free(k);
}

static bool may_claim(const struct courier *c, int64_t wall_ms)
{
    return !c->hooks_claiming && c->hooks_out + HOOKS_AT_ONCE <= HOOKS_UNDER_WAY &&
           (c->hooks_ask || c->hooks_next_ms <= wall_ms);
}

void deliver_turn(struct courier *c)
{
    struct claiming *k;

    if (!hooks_set(c) || courier_pauses(c))
        return;
    while (c->hooks_held != NULL) {
        struct errand *held = c->hooks_held;

        c->hooks_held = held->next;
        errand_send(c, held);
    }
    if (!may_claim(c, courier_wall(c)))
        return;
    k = memory_new(sizeof(*k));
    c->hooks_ask = false;
    c->hooks_claiming = true;
    k->errand.work = claim_work;
    k->errand.back = claim_back;
    errand_send(c, &k->errand);
}

bool deliver_is_quiet(struct courier *c)
{
    return !hooks_set(c) || (!c->hooks_ask && !c->hooks_claiming && c->hooks_out == 0 &&
                             c->hooks_next_ms > courier_wall(c));
}

int64_t deliver_wait_ms(struct courier *c)
{
    if (!hooks_set(c) || c->hooks_claiming || c->hooks_next_ms == INT64_MAX ||
        c->hooks_out + HOOKS_AT_ONCE > HOOKS_UNDER_WAY)
        return INT64_MAX;
    return c->hooks_next_ms - courier_wall(c);
}
