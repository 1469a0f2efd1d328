/*
 * api_act.c — see api_act.h.
 */
#include "web/api_act.h"

#include <stdio.h>
#include <string.h>

#include "web/api_document.h"
#include "web/identity.h"
#include "web/problem.h"

struct act *act_new(struct exchange *x, json_t **body)
{
    struct act *a = step_new(x, sizeof(*a));
    const char *token = exchange_header(x, "Idempotency-Key");
    struct error err = {0};

    *body = NULL;
    a->once.token = token;
    a->once.route = x->path;
    /* A device acts on its own pages, which know its place; here only keys do. */
    if (exchange_header(x, "Authorization") == NULL)
        error_set(&err, ERROR_LOGIN, "A key is missing. Send: Authorization: Bearer KEY");
    else if (token != NULL && (token[0] == '\0' || strlen(token) > 200))
        error_field(&err, "Idempotency-Key",
                    "An Idempotency-Key has 1 to 200 characters.");
    else if (json_body(x, body, &err))
        (void)!api_document_knows(site_of(x)->api, x->route, *body, &err);
    if (err.kind == ERROR_NONE) {
        crypt_sha256(x->body, x->body_length, a->once.body);
        return a;
    }
    json_decref(*body);
    *body = NULL;
    problem_answer(x, &err);
    return NULL;
}

bool act_text(struct exchange *x, const json_t *body, const char *field, bool required,
              const char **out)
{
    struct error err = {0};

    if (!json_text(body, field, required, 300, out, &err)) {
        problem_answer(x, &err);
        return false;
    }
    if (*out != NULL)
        *out = exchange_text(x, *out, strlen(*out));
    return true;
}

bool act_phone(struct exchange *x, struct act *a, const json_t *body)
{
    struct error err = {0};
    const char *text;

    if (!act_text(x, body, "phone", false, &text))
        return false;
    a->has_phone = text != NULL && text[0] != '\0';
    if (!a->has_phone || phone_parse(text, "86", &a->phone, &err))
        return true;
    problem_answer(x, &err);
    return false;
}

bool act_id(struct exchange *x, size_t param, int64_t *out)
{
    if (id_parse(exchange_param(x, param), out))
        return true;
    problem_say(x, ERROR_ABSENT, "There is nothing with this number.");
    return false;
}

/* On the writer: who, once, and then the act itself. */
static bool work(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct act *a = (struct act *)s;
    bool done;

    if (!identity_require(st, s->x, &a->caller, err))
        return false;
    if (a->caller.kind != CALLER_KEY)
        return error_set(err, ERROR_LOGIN,
                         "A key is missing. Send: Authorization: Bearer KEY");
    a->once.api_key_id = a->caller.id;
    if (a->once.token != NULL) {
        if (!idempotency_find(st, &a->once, now_ms, &done, &a->fact_id, &a->fresh, err))
            return false;
        if (done)
            return a->load(st, a, now_ms, err);
    }
    return a->run(st, a, now_ms, err) &&
           (a->once.token == NULL ||
            idempotency_keep(st, &a->once, a->fact_id, a->fresh, now_ms, err));
}

static void then(struct exchange *x, struct step *s)
{
    struct act *a = (struct act *)s;

    a->answer(x, a);
}

void act_write(struct act *a)
{
    step_write(&a->step, work, then);
}

/* == The parts of answers
 * ==================================================================== */

static json_t *wait_json(int low, int high)
{
    return low >= 0 ? json_pack("[i, i]", low, high) : json_null();
}

json_t *ticket_json(const struct exchange *x, const struct ticket *t, int ahead, int low,
                    int high, bool secret)
{
    const struct site *site = site_of(x);
    const struct hall_frame *frame = atomic_load(&site->frame->now);
    struct token_way way;
    char date[16], token[TOKEN_SYMBOLS + 1], url[512], qr[400];
    json_t *out;

    if (t->state != TICKET_WAITING) { /* nobody stands before one who was called */
        ahead = 0;
        low = high = -1;
    }
    snprintf(date, sizeof(date), "%04d-%02d-%02d", t->local_date / 10000,
             t->local_date / 100 % 100, t->local_date % 100);
    out =
        json_pack("{s:o, s:s, s:s, s:o, s:s, s:i, s:o, s:s}", "id", json_id(t->id),
                  "number", t->number, "matter", t->matter_code, "taken_at",
                  json_time(frame->zone, t->taken_ms), "local_date", date, "ahead", ahead,
                  "wait_min", wait_json(low, high), "state", ticket_state_name(t->state));
    if (t->window_code[0] != '\0')
        json_object_set_new(out, "window", json_string(t->window_code));
    if (t->calls > 0)
        json_object_set_new(out, "calls", json_integer(t->calls));
    if (!secret)
        return out;
    token_make(&site->keys->ticket, frame->hall, t->id, token);
    snprintf(url, sizeof(url), "%s/t/%s", site_base_url(site), token);
    json_object_set_new(out, "token", json_string(token));
    json_object_set_new(out, "short_code", json_string(t->short_code));
    json_object_set_new(out, "url", json_string(url));
    site_ticket_way(site, &way);
    token_qr_text(&way, token, t->short_code, qr, sizeof(qr));
    json_object_set_new(out, "qr", json_string(qr));
    return out;
}

json_t *case_json(const struct exchange *x, const struct service_case *c)
{
    const struct hall_frame *frame = atomic_load(&site_of(x)->frame->now);

    return json_pack("{s:o, s:s, s:s, s:o, s:s?, s:o, s:o, s:o}", "id", json_id(c->id),
                     "case_no", c->case_no, "source", c->source, "ticket",
                     json_id(c->ticket_id), "outcome",
                     c->outcome[0] != '\0' ? c->outcome : NULL, "accepted_at",
                     json_time(frame->zone, c->accepted_ms), "closed_at",
                     json_time(frame->zone, c->state == CASE_CLOSED ? c->closed_ms : 0),
                     "state", json_string(case_state_name(c->state)));
}

json_t *invitation_json(const struct exchange *x, const struct invitation *inv)
{
    const struct hall_frame *frame = atomic_load(&site_of(x)->frame->now);

    return json_pack("{s:o, s:s, s:s, s:o}", "id", json_id(inv->id), "decision",
                     inv->decision, "reason", inv->reason, "due_at",
                     json_time(frame->zone, inv->due_ms));
}

json_t *print_json(int64_t job, const char *state)
{
    /* That some bytes have left is ours to know: outside a job waits until it has ended.
     */
    if (strcmp(state, "sending") == 0)
        state = "queued";
    return json_pack("{s:o, s:s}", "job", json_id(job), "state", state);
}
