/*
 * gateway_call.c — see gateway_call.h.
 *
 *     loop: whose? may it? verify → writer: inbox_keep, COMMIT → loop: the gateway's
 * thanks
 *
 * Promise: the answer that lets a gateway forget a reply is sent after the raw bytes are
 * durable, and not before. The same call twice is kept once and thanked twice. A call is
 * kept as it came, query and body undecoded, also where the gateway's own settings are
 * broken: it is read once they are right. A wrong name and a wrong secret get the same
 * answer, and are counted. Not here: what a call says (the drivers, inbox.c).
 */
#include "web/gateway_call.h"

#include <stdio.h>

#include "base/crypt.h"
#include "base/log.h"
#include "gateways/gateways.h"
#include "web/http_address.h"
#include "web/problem.h"
#include "web/step.h"
#include "web/tries.h"
#include "work/courier.h"
#include "work/inbox.h"

enum { NAME, SECRET }; /* the address's parameters */

struct call {
    struct step step;
    const struct gateway *g;
    struct callback callback;
    int fresh;
};

static void call_free(void *state)
{
    callback_free(&((struct call *)state)->callback);
}

/* In a time that tells nothing of the secret; an empty one is nobody's. */
static bool knows_secret(const struct gateway *g, const char *text)
{
    char said[sizeof(g->secret)] = {0}, right[sizeof(g->secret)] = {0};

    if (g->secret[0] == '\0' || strlen(text) >= sizeof(said))
        return false;
    memcpy(said, text, strlen(text));
    memcpy(right, g->secret, strlen(g->secret));
    return crypt_equal(said, right, sizeof(right));
}

/*
 * The gateway that calls; NULL after an answer. Behind a proxy the address that is judged
 * is the proxy's: forwarding headers can be written by anybody.
 */
static const struct gateway *caller_of(struct exchange *x)
{
    const struct site *site = site_of(x);
    const char *secret = exchange_param(x, SECRET);
    const struct gateway *g = roster_find(site->roster, exchange_param(x, NAME));
    const struct address_list *from;
    struct address peer;

    if (g == NULL || !knows_secret(g, secret)) {
        if (tries_wrong(site->tries, x->peer, secret))
            problem_say(x, ERROR_ABSENT, "There is nothing at this address.");
        else
            problem_say(x, ERROR_LIMIT, "Too many wrong tries. Wait a while.");
        return NULL;
    }
    if (site->callers == NULL)
        return g;
    from = &site->callers[g - site->roster->gateways];
    if (from->count == 0 ||
        (address_read(x->peer, &peer) && address_list_holds(from, &peer)))
        return g;
    log_line(LOG_LEVEL_WARNING, "gateway.caller_refused", "name=%s peer=%s", g->name,
             x->peer);
    problem_say(x, ERROR_DENIED, "This gateway may not call from this address.");
    return NULL;
}

static void copy_header(const struct exchange *x, const char *name, char *out,
                        size_t size)
{
    const char *value = exchange_header(x, name);

    snprintf(out, size, "%s", value != NULL ? value : "");
}

/* False where it is more than can be kept whole; half a call is none. */
static bool take_call(const struct exchange *x, struct callback *c, struct error *err)
{
    enum { FRAME = 512 }; /* what keeping adds: type, signature, a mark */
    size_t query = strlen(x->raw_query);

    if (query + x->body_length + FRAME > INBOUND_RAW_MOST)
        return error_set(err, ERROR_TOO_LARGE,
                         "The gateway's call is longer than %d bytes.",
                         INBOUND_RAW_MOST - FRAME);
    copy_header(x, "Content-Type", c->type, sizeof(c->type));
    copy_header(x, "X-Twilio-Signature", c->signature, sizeof(c->signature));
    buf_add(&c->query, x->raw_query, query);
    buf_add(&c->body, x->body, x->body_length);
    return true;
}

static bool keep(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct call *c = (struct call *)s;

    return inbox_keep(st, c->g, &c->callback, now_ms, &c->fresh, err);
}

static void thank(struct exchange *x, struct step *s)
{
    const struct gateway_ops *ops = ((struct call *)s)->g->ops;
    const char *type = ops->thanks_type != NULL ? ops->thanks_type : "text/plain";
    const char *thanks = ops->thanks != NULL ? ops->thanks : "";

    courier_wake(site_of(x)->courier);
    exchange_answer_static(x, 200, type, thanks, strlen(thanks));
}

static void refuse(struct exchange *x, const struct gateway *g, const struct error *err)
{
    log_line(LOG_LEVEL_WARNING, "gateway.call_refused", "name=%s reason=\"%s\"", g->name,
             err->text);
    problem_answer(x, err);
}

static void take(struct exchange *x, bool report)
{
    const struct gateway *g;
    struct error err = {0};
    struct call *c;

    if (x->head) { /* it would change something and answer nothing */
        problem_of_loop(x, 405, "This address takes GET and POST.");
        return;
    }
    g = caller_of(x);
    if (g == NULL)
        return;
    c = step_new(x, sizeof(*c));
    c->g = g;
    c->callback = callback_new(report);
    x->state_free = call_free;
    if (!take_call(x, &c->callback, &err)) {
        refuse(x, g, &err);
        return;
    }
    if (g->ops->verify != NULL && !g->ops->verify(g, &c->callback, &err)) {
        err.kind = ERROR_DENIED; /* whatever the driver called it */
        refuse(x, g, &err);
        return;
    }
    step_write(&c->step, keep, thank);
}

static void take_reply(struct exchange *x)
{
    take(x, false);
}

static void take_report(struct exchange *x)
{
    take(x, true);
}

const struct route gateway_call_routes[] = {
    {METHOD_GET, "/gateways/{name}/reply/{secret}", take_reply, ROUTE_RAW_QUERY, 0},
    {METHOD_POST, "/gateways/{name}/reply/{secret}", take_reply, ROUTE_RAW_QUERY, 0},
    {METHOD_GET, "/gateways/{name}/report/{secret}", take_report, ROUTE_RAW_QUERY, 0},
    {METHOD_POST, "/gateways/{name}/report/{secret}", take_report, ROUTE_RAW_QUERY, 0},
};
const size_t gateway_call_route_count = LENGTH(gateway_call_routes);
