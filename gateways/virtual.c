/*
 * virtual.c — a gateway whose phones stand on a page (/phone): nothing is ever sent.
 *
 * It speaks a small JSON of its own, so that it goes through the same doors as a real
 * one:
 *
 *   we ask     {"reference":"ID.ATTEMPT","from":"106901234512","to":"+86139…","text":"…"}
 *   it says    {"code":0,"id":"v…"} or {"code":N,"why":"…"}
 *   it pushes  {"type":"reply","id":"…","phone":"139…","to":"1069…","text":"…","at":MS}
 *              {"type":"report","id":"…","reference":"…","message":"v…","state":"DELIVERED","at":MS}
 *
 * The line that plays the network, with its faults, is work/line.c.
 */
#include "gateways/gateway.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char default_access_number[] = "1069012345";

static bool virtual_open(struct gateway *g, const struct gateway_setup *setup,
                         struct error *err)
{
    const char *number = setup->value(setup, "access_number");

    if (number == NULL || number[0] == '\0')
        number = default_access_number;
    if (strlen(number) > 18 || strspn(number, "0123456789") != strlen(number))
        return error_set(
            err, ERROR_SETUP,
            "The access number of the gateway \"%.40s\" is not a number of at most 18 "
            "digits. Two more follow it for the slot.",
            setup->name);
    snprintf(g->access_number, sizeof(g->access_number), "%s", number);
    return true;
}

/* Adds a JSON value's text; the value is taken. */
static void dump(json_t *value, struct buf *out)
{
    char *text = json_dumps(value, JSON_COMPACT);

    if (text != NULL)
        buf_add_text(out, text);
    free(text);
    json_decref(value);
}

static bool virtual_compose(const struct gateway *g, const struct sms_mt *mt,
                            struct request *out, struct error *err)
{
    char reference[GATEWAY_REF];
    json_t *value;

    (void)g;
    gateway_reference(mt->id, mt->attempt, reference);
    value = json_pack("{s:s, s:s, s:s, s:s}", "reference", reference, "from", mt->from,
                      "to", mt->to, "text", mt->text);
    if (value == NULL)
        return error_set(err, ERROR_REFUSED, "The text of this message is not UTF-8.");
    out->kind = REQUEST_LOCAL;
    dump(value, &out->body);
    return true;
}

static enum outcome virtual_judge(const struct gateway *g, const struct answer *answer,
                                  struct submitted *out)
{
    json_t *root;
    const char *id = NULL, *why = "";
    int code = -1;
    enum outcome outcome = OUTCOME_UNKNOWN;

    (void)g;
    if (answer->carried == CARRIED_NOT_SENT) {
        snprintf(out->reason, sizeof(out->reason), "not sent");
        out->health = HEALTH_DOWN;
        return OUTCOME_RETRY;
    }
    if (answer->carried == CARRIED_CUT) {
        snprintf(out->reason, sizeof(out->reason), "no answer");
        return OUTCOME_UNKNOWN;
    }
    root = json_loadb(answer->body.data, answer->body.length, 0, NULL);
    if (json_unpack(root, "{s:i, s?s, s?s}", "code", &code, "id", &id, "why", &why) != 0)
        why = "the answer cannot be read";
    else if (code == 0 && id != NULL)
        outcome = OUTCOME_ACCEPTED;
    else if (code != 0)
        outcome = OUTCOME_REFUSED;
    if (outcome == OUTCOME_ACCEPTED)
        snprintf(out->refs[out->ref_count++], GATEWAY_REF, "%s", id);
    snprintf(out->reason, sizeof(out->reason), "%.119s", why);
    json_decref(root);
    return outcome;
}

static bool report_state_read(const char *name, enum report_state *out)
{
    static const char *const names[] = {
        [REPORT_BUFFERED] = "BUFFERED",
        [REPORT_DELIVERED] = "DELIVERED",
        [REPORT_UNDELIVERED] = "UNDELIVERED",
        [REPORT_EXPIRED] = "EXPIRED",
    };

    for (size_t i = 0; i < LENGTH(names); i++) {
        if (strcmp(names[i], name) == 0) {
            *out = (enum report_state)i;
            return true;
        }
    }
    return false;
}

static bool parse_reply(json_t *root, struct news *out)
{
    const char *phone, *to, *text, *id = "";
    size_t length;
    json_int_t at = 0;

    if (json_unpack(root, "{s:s, s:s, s:s%, s?s, s?I}", "phone", &phone, "to", &to,
                    "text", &text, &length, "id", &id, "at", &at) != 0)
        return false;
    out->kind = NEWS_REPLY;
    out->at_ms = at;
    snprintf(out->from, sizeof(out->from), "%s", phone);
    snprintf(out->to, sizeof(out->to), "%s", to);
    snprintf(out->once, sizeof(out->once), "%s", id);
    buf_add(&out->text, text, length);
    return true;
}

static bool parse_report(json_t *root, struct news *out)
{
    const char *reference, *message = "", *state, *id = "";
    json_int_t at = 0;

    if (json_unpack(root, "{s:s, s?s, s:s, s?s, s?I}", "reference", &reference, "message",
                    &message, "state", &state, "id", &id, "at", &at) != 0 ||
        !report_state_read(state, &out->state))
        return false;
    out->kind = NEWS_REPORT;
    out->at_ms = at;
    snprintf(out->reference, sizeof(out->reference), "%s", reference);
    snprintf(out->ref, sizeof(out->ref), "%s", message);
    snprintf(out->once, sizeof(out->once), "%s", id);
    return true;
}

static bool virtual_parse(const struct gateway *g, const struct callback *callback,
                          struct news *out, struct error *err)
{
    json_t *root =
        json_loadb(callback->body.data != NULL ? callback->body.data : "",
                   callback->body.length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    bool ok = callback->report ? parse_report(root, out) : parse_reply(root, out);

    (void)g;
    json_decref(root);
    if (!ok)
        return error_set(err, ERROR_INPUT, "The gateway's message cannot be read.");
    return true;
}

static void virtual_close(struct gateway *g)
{
    (void)g;
}

const struct gateway_ops virtual_gateway = {
    .name = "virtual",
    .traits = GATEWAY_REPORTS | GATEWAY_REPLIES | GATEWAY_SLOTS | GATEWAY_LOCAL,
    .open = virtual_open,
    .compose = virtual_compose,
    .judge = virtual_judge,
    .parse = virtual_parse,
    .close = virtual_close,
};
