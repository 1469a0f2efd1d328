/*
 * gateways.c — the table of kinds, references, and the stand-in.
 *
 * Promise: a gateway that cannot open never stops the house; its messages wait (RETRY)
 * with the reason until somebody has put the settings right. Not here: what any one
 * gateway says.
 */
#include "gateways/gateways.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"

enum { IN_FLIGHT = 4, IN_FLIGHT_LOCAL = 64, TIMEOUT_MS = 10000 };

static const struct gateway_ops *const kinds[] = {
    &virtual_gateway, &kannel_gateway,  &smstools_gateway, &twilio_gateway,
    &aliyun_gateway,  &tencent_gateway, &cmpp_gateway,
};

void gateway_reference(int64_t id, int attempt, char out[GATEWAY_REF])
{
    snprintf(out, GATEWAY_REF, "%" PRId64 ".%d", id, attempt);
}

bool gateway_reference_read(const char *text, int64_t *id, int *attempt)
{
    char digits[GATEWAY_REF];
    const char *dot = strchr(text, '.');
    int64_t number;

    if (dot == NULL || (size_t)(dot - text) >= sizeof(digits))
        return false;
    memcpy(digits, text, (size_t)(dot - text));
    digits[dot - text] = '\0';
    if (!id_parse(digits, id) || !id_parse(dot + 1, &number) || number > 1000000)
        return false;
    *attempt = (int)number;
    return true;
}

/* ---- the stand-in ---- */

static bool stand_in_compose(const struct gateway *g, const struct sms_mt *mt,
                             struct request *out, struct error *err)
{
    (void)mt;
    (void)out;
    return error_set(err, ERROR_SETUP, "%s", g->trouble);
}

static enum outcome stand_in_judge(const struct gateway *g, const struct answer *answer,
                                   struct submitted *out)
{
    (void)answer;
    snprintf(out->reason, sizeof(out->reason), "%.119s", g->trouble);
    out->health = HEALTH_SETUP;
    return OUTCOME_RETRY;
}

static bool stand_in_parse(const struct gateway *g, const struct callback *callback,
                           struct news *out, struct error *err)
{
    (void)callback;
    (void)out;
    return error_set(err, ERROR_SETUP, "%s", g->trouble);
}

static void stand_in_close(struct gateway *g)
{
    (void)g;
}

static const struct gateway_ops stand_in = {
    .name = "stand-in",
    .compose = stand_in_compose,
    .judge = stand_in_judge,
    .parse = stand_in_parse,
    .close = stand_in_close,
};

/* ---- opening ---- */

const struct gateway_ops *gateway_kind_find(const char *name)
{
    for (size_t i = 0; i < LENGTH(kinds); i++)
        if (strcmp(kinds[i]->name, name) == 0)
            return kinds[i];
    return NULL;
}

const char *gateway_kind(size_t i)
{
    return i < LENGTH(kinds) ? kinds[i]->name : NULL;
}

static const char *value_of(const struct gateway_setup *setup, const char *key)
{
    const char *text = setup->value != NULL ? setup->value(setup, key) : NULL;

    return text != NULL ? text : "";
}

/* A whole number of the settings, which have checked it; `initial` where there is none.
 */
static int number_of(const struct gateway_setup *setup, const char *key, int initial)
{
    const char *text = value_of(setup, key);
    int number = atoi(text);

    return text[0] != '\0' && number > 0 ? number : initial;
}

/* Extensions where the gateway promises them, else letters, unless somebody chose. */
static enum gateway_slots slots_of(const struct gateway_setup *setup, unsigned traits)
{
    const char *text = value_of(setup, "slots");

    if (strcmp(text, "extension") == 0)
        return SLOTS_EXTENSION;
    if (strcmp(text, "letters") == 0)
        return SLOTS_LETTERS;
    if (strcmp(text, "one") == 0)
        return SLOTS_ONE;
    return (traits & GATEWAY_SLOTS) != 0 ? SLOTS_EXTENSION : SLOTS_LETTERS;
}

/* Where the gateway calls us: its secret stands in the path. */
static void set_addresses(struct gateway *g, const struct gateway_setup *setup)
{
    const char *base = value_of(setup, "callback_base");
    const char *secret = value_of(setup, "callback_secret");

    if (base[0] == '\0')
        base = setup->base_url != NULL ? setup->base_url : "";
    if (secret[0] == '\0')
        secret = setup->secret != NULL ? setup->secret : "";
    snprintf(g->secret, sizeof(g->secret), "%s", secret);
    if (base[0] == '\0' || secret[0] == '\0')
        return;
    snprintf(g->reply_url, sizeof(g->reply_url), "%s/gateways/%s/reply/%s", base, g->name,
             secret);
    snprintf(g->report_url, sizeof(g->report_url), "%s/gateways/%s/report/%s", base,
             g->name, secret);
}

static void set_common(struct gateway *g, const struct gateway_setup *setup)
{
    g->traits = g->ops->traits;
    g->slots = slots_of(setup, g->traits);
    g->in_flight = (g->traits & GATEWAY_LOCAL) != 0 ? IN_FLIGHT_LOCAL
                   : g->ops->in_flight > 0          ? g->ops->in_flight
                                                    : IN_FLIGHT;
    g->in_flight = number_of(setup, "in_flight", g->in_flight);
    g->rate = number_of(setup, "rate", 0);
    if (setup->ms != NULL)
        g->timeout_ms = (int)setup->ms(setup, "timeout");
    set_addresses(g, setup);
}

static bool open_kind(const struct gateway_setup *setup, struct gateway *out,
                      struct error *err)
{
    out->ops = gateway_kind_find(setup->kind);
    if (out->ops == NULL)
        return error_set(
            err, ERROR_SETUP,
            "There is no gateway of the kind \"%.40s\". Choose another kind in the "
            "settings of the gateway \"%.40s\".",
            setup->kind, setup->name);
    set_common(out, setup);
    return out->ops->open(out, setup, err);
}

void gateway_open(const struct gateway_setup *setup, struct gateway *out,
                  struct error *err)
{
    *out = (struct gateway){.in_flight = IN_FLIGHT, .timeout_ms = TIMEOUT_MS};
    snprintf(out->name, sizeof(out->name), "%s", setup->name);
    if (open_kind(setup, out, err))
        return;
    if (out->ops != NULL)
        out->ops->close(out);
    *out = (struct gateway){.ops = &stand_in, .in_flight = IN_FLIGHT};
    snprintf(out->name, sizeof(out->name), "%s", setup->name);
    snprintf(out->trouble, sizeof(out->trouble), "%s", err->text);
    set_addresses(out, setup); /* what it tells us meanwhile is kept */
}

static const char *access_number_only(const struct gateway_setup *setup, const char *key)
{
    return strcmp(key, "access_number") == 0 ? setup->self : NULL;
}

static struct gateway_setup virtual_setup(const char *access_number)
{
    return (struct gateway_setup){.name = "virtual",
                                  .kind = "virtual",
                                  .value = access_number_only,
                                  .self = access_number};
}

void gateway_open_virtual(const char *access_number, struct gateway *out)
{
    const struct gateway_setup setup = virtual_setup(access_number);
    struct error err = {0};

    gateway_open(&setup, out, &err);
}

void gateway_close(struct gateway *g)
{
    if (g->ops != NULL)
        g->ops->close(g);
    *g = (struct gateway){0};
}

/* ---- all of them ---- */

bool roster_open(struct roster *r, const struct gateway_setup *setup, struct error *err)
{
    struct route_to *route = &r->routing.routes[r->count];

    if (r->count == ROUTES_MOST)
        return error_set(err, ERROR_SETUP, "There are more than %d gateways.",
                         ROUTES_MOST);
    gateway_open(setup, &r->gateways[r->count], err);
    *route = (struct route_to){.order = number_of(setup, "order", 0)};
    snprintf(route->name, sizeof(route->name), "%s", setup->name);
    if (!routing_prefixes_read(route, value_of(setup, "prefixes")))
        route->prefix_count = 0;
    if (r->gateways[r->count].ops == &stand_in)
        atomic_fetch_or(&r->routing.shut, UINT32_C(1) << r->count);
    r->routing.count = ++r->count;
    return true;
}

void roster_open_virtual(struct roster *r, const char *access_number)
{
    const struct gateway_setup setup = virtual_setup(access_number);
    struct error err = {0};

    if (!roster_open(r, &setup, &err))
        abort();
}

void roster_close(struct roster *r)
{
    for (int i = 0; i < r->count; i++)
        gateway_close(&r->gateways[i]);
    r->routing.count = r->count = 0;
}

const struct gateway *roster_find(const struct roster *r, const char *name)
{
    int i = routing_find(&r->routing, name);

    return i < 0 ? NULL : &r->gateways[i];
}

bool gateway_is_broken(const struct gateway *g)
{
    return g->ops == &stand_in;
}
