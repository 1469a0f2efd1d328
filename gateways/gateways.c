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

enum { IN_FLIGHT = 4, IN_FLIGHT_LOCAL = 64 };

static const struct gateway_ops *const kinds[] = {&virtual_gateway};

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
    return OUTCOME_RETRY;
}

static bool stand_in_parse(const struct gateway *g, const struct request *callback,
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

static const struct gateway_ops *kind_of(const char *name)
{
    for (size_t i = 0; i < LENGTH(kinds); i++)
        if (strcmp(kinds[i]->name, name) == 0)
            return kinds[i];
    return NULL;
}

static bool open_kind(const struct gateway_setup *setup, struct gateway *out,
                      struct error *err)
{
    const struct gateway_ops *ops = kind_of(setup->kind);

    if (ops == NULL)
        return error_set(
            err, ERROR_SETUP,
            "There is no gateway of the kind \"%.40s\". Choose another kind in the "
            "settings of the gateway \"%.40s\".",
            setup->kind, setup->name);
    out->ops = ops;
    out->traits = ops->traits;
    out->in_flight = (ops->traits & GATEWAY_LOCAL) != 0 ? IN_FLIGHT_LOCAL : IN_FLIGHT;
    return ops->open(out, setup, err);
}

void gateway_open(const struct gateway_setup *setup, struct gateway *out,
                  struct error *err)
{
    *out = (struct gateway){.in_flight = IN_FLIGHT};
    snprintf(out->name, sizeof(out->name), "%s", setup->name);
    if (open_kind(setup, out, err))
        return;
    if (out->ops != NULL)
        out->ops->close(out);
    *out = (struct gateway){.ops = &stand_in, .in_flight = IN_FLIGHT};
    snprintf(out->name, sizeof(out->name), "%s", setup->name);
    snprintf(out->trouble, sizeof(out->trouble), "%s", err->text);
}

static const char *access_number_only(const struct gateway_setup *setup, const char *key)
{
    return strcmp(key, "access_number") == 0 ? setup->self : NULL;
}

void gateway_open_virtual(const char *access_number, struct gateway *out)
{
    const struct gateway_setup setup = {"virtual", "virtual", access_number_only,
                                        access_number};
    struct error err = {0};

    gateway_open(&setup, out, &err);
}

void gateway_close(struct gateway *g)
{
    if (g->ops != NULL)
        g->ops->close(g);
    *g = (struct gateway){0};
}

const char *gateway_kind(size_t i)
{
    return i < LENGTH(kinds) ? kinds[i]->name : NULL;
}
