/*
 * printer_call.c — see printer_call.h.
 *
 *     POST    loop: whose? → writer: how it stands, a job for it → {"jobReady": …}
 *     GET     loop → writer: the job is sending, COMMIT → renderer → its bytes
 *     DELETE  loop → writer: what became of it → 200
 *
 * Promise: not a byte of a ticket leaves before the store says "sending", and the same
 * GET gets the same bytes. A wrong name and a wrong secret get the same answer, and are
 * counted. Not here: which job is whose turn, and what is never sent again
 * (work/polled.c).
 */
#include "web/printer_call.h"

#include <stdio.h>
#include <strings.h>

#include "base/crypt.h"
#include "domain/cloudprnt.h"
#include "domain/printer_state.h"
#include "web/http.h"
#include "web/identity.h"
#include "web/json.h"
#include "web/problem.h"
#include "web/step.h"
#include "web/tries.h"
#include "work/spool.h"

enum { NAME, SECRET }; /* the address's parameters */

struct call {
    struct step step;
    struct polled *p;
    bool known; /* by its secret; else a key must be shown */
    /* of a poll */
    struct polled_said said;
    int64_t offered;
    /* of the others */
    int64_t job; /* that it names; 0 for none */
    bool found;
    struct press_order order;
    const struct printer_ops *dialect;
    enum cloudprnt_fate fate;
    char level[16], reason[240];
};

/* == Who calls ==================================================================== */

/* In a time that tells nothing of the secret. */
static bool knows_secret(const struct site *site, const struct polled *p,
                         const char *text)
{
    char said[PRINTER_SECRET] = {0}, right[PRINTER_SECRET] = {0};
    bool same;

    if (strlen(text) >= sizeof(said))
        return false;
    memcpy(said, text, strlen(text));
    printer_secret(polled_printer(p), site->keys, right);
    same = right[0] != '\0' && crypt_equal(said, right, sizeof(right));
    crypt_wipe(right, sizeof(right));
    return same;
}

/* Whoever shows the secret as its bearer token needs no key. */
static bool bears_secret(const struct exchange *x, const struct polled *p)
{
    const char *value = exchange_header(x, "Authorization");

    return p != NULL && value != NULL && strncasecmp(value, "Bearer ", 7) == 0 &&
           knows_secret(site_of(x), p, value + 7);
}

/* The printer that calls, in a new step; NULL after an answer. */
static struct call *call_of(struct exchange *x)
{
    const struct site *site = site_of(x);
    struct polled *p = polled_find(spool_polled(site->spool), exchange_param(x, NAME));
    const char *secret = exchange_param(x, SECRET);
    struct call *c;

    if (x->head) { /* it would change something and answer nothing */
        problem_of_loop(x, 405, "This address takes POST, GET and DELETE.");
        return NULL;
    }
    if (secret != NULL && (p == NULL || !knows_secret(site, p, secret))) {
        if (tries_wrong(site->tries, x->peer, secret))
            problem_say(x, ERROR_ABSENT, "There is nothing at this address.");
        else
            problem_say(x, ERROR_LIMIT, "Too many wrong tries. Wait a while.");
        return NULL;
    }
    c = step_new(x, sizeof(*c));
    c->p = p;
    c->known = secret != NULL || bears_secret(x, p);
    return c;
}

/* The first thing in each step's work. */
static bool may(struct store *st, const struct call *c, struct error *err)
{
    struct caller caller;

    if (!c->known && !identity_require(st, c->step.x, &caller, err))
        return false;
    return c->p != NULL ||
           error_set(err, ERROR_ABSENT,
                     "The settings have no printer of this name with way = cloudprnt.");
}

/* == The poll ===================================================================== */

/* Our agent names the signs that it saw; they say more than a code. */
static unsigned signs_of(const json_t *names, unsigned otherwise)
{
    unsigned signs = 0;

    if (!json_is_array(names))
        return otherwise;
    for (size_t i = 0; i < json_array_size(names); i++) {
        const char *name = json_string_value(json_array_get(names, i));

        for (int s = 0; name != NULL && s < PRINTER_SIGNS; s++)
            if (strcmp(name, printer_sign_word(s)) == 0)
                signs |= 1u << s;
    }
    return signs;
}

/* A stranger's text is read on a terminal later: nothing but printable characters. */
static void copy_words(char *out, size_t size, const char *text)
{
    snprintf(out, size, "%s", text != NULL ? text : "");
    for (char *c = out; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7F)
            *c = ' ';
}

static bool read_said(const json_t *body, struct polled_said *out, struct error *err)
{
    const char *status, *trouble;

    if (!json_text(body, "statusCode", true, 200, &status, err) ||
        !json_text(body, "trouble", false, sizeof(out->trouble) - 1, &trouble, err))
        return false;
    out->code = cloudprnt_code(status);
    out->printing = json_is_true(json_object_get(body, "printingInProgress")) ||
                    cloudprnt_is_printing(out->code);
    out->signs = signs_of(json_object_get(body, "signs"), cloudprnt_signs(out->code));
    copy_words(out->trouble, sizeof(out->trouble), trouble);
    return true;
}

static bool hear(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct call *c = (struct call *)s;

    return may(st, c, err) && polled_hear(st, c->p, &c->said, now_ms, &c->offered, err);
}

static void offer(struct exchange *x, struct step *s)
{
    struct call *c = (struct call *)s;
    const struct printer *p = polled_printer(c->p);
    json_t *types = json_pack("[s]", CLOUDPRNT_PNG);

    if (c->offered == 0) {
        json_decref(types);
        json_answer(x, 200, json_pack("{s:b}", "jobReady", false));
        return;
    }
    if (printer_format(&p->profile) == SLIP_ESCPOS)
        json_array_append_new(types, json_string(CLOUDPRNT_ESCPOS));
    json_answer(x, 200,
                json_pack("{s:b, s:o, s:o, s:s}", "jobReady", true, "mediaTypes", types,
                          "jobToken", json_id(c->offered), "deleteMethod",
                          p->ends_by_get ? "GET" : "DELETE"));
}

static void poll(struct exchange *x)
{
    struct call *c = call_of(x);
    struct error err = {0};
    json_t *body = NULL;
    bool ok;

    if (c == NULL)
        return;
    ok = json_body(x, &body, &err) && read_said(body, &c->said, &err);
    json_decref(body);
    if (ok)
        step_write(&c->step, hear, offer);
    else
        problem_answer(x, &err);
}

/* == The end of a job ============================================================= */

/* "OK", "200 OK", "410 …"; what our agent adds says how sure it is, and why not. */
static void read_end(const struct exchange *x, struct call *c)
{
    const char *code = exchange_query(x, "code"), *level = exchange_query(x, "level");
    const char *reason = exchange_query(x, "reason");
    char words[200];

    c->fate = cloudprnt_fate(cloudprnt_code(code != NULL ? code : ""));
    snprintf(c->level, sizeof(c->level), "%s",
             level != NULL && confirmation_find(level) > CONFIRMED_NOT
                 ? level
                 : confirmation_word(CONFIRMED_REPORTED));
    copy_words(words, sizeof(words), reason != NULL ? reason : code);
    snprintf(c->reason, sizeof(c->reason), reason != NULL ? "%s" : "The printer said: %s",
             words);
}

static bool end(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct call *c = (struct call *)s;

    return may(st, c, err) &&
           (c->job < 0 ||
            polled_end(st, c->p, c->job, c->fate, c->level, c->reason, now_ms, err));
}

static void ended(struct exchange *x, struct step *s)
{
    (void)s;
    json_answer(x, 200, json_object());
}

/* 0 where older firmware names none, -1 for what is no job of ours. */
static int64_t job_of(const struct exchange *x)
{
    const char *token = exchange_query(x, "token");
    int64_t job;

    if (token == NULL || token[0] == '\0')
        return 0;
    return id_parse(token, &job) ? job : -1;
}

static void conclude(struct exchange *x)
{
    struct call *c = call_of(x);

    if (c == NULL)
        return;
    c->job = job_of(x);
    read_end(x, c);
    step_write(&c->step, end, ended);
}

/* == The ticket =================================================================== */

static bool fetch(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct call *c = (struct call *)s;

    return may(st, c, err) &&
           (c->job < 0 || polled_fetch(st, c->p, c->job, now_ms, &c->job, &c->order.facts,
                                       &c->found, err));
}

/* The slip could not be made: the printer must not be sent in circles for it. */
static bool give_up(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct call *c = (struct call *)s;

    return polled_end(st, c->p, c->job,
                      c->order.err.kind == ERROR_LATER ? CLOUDPRNT_KEEP
                                                       : CLOUDPRNT_FAILED,
                      NULL, c->order.err.text, now_ms, err);
}

static void gave_up(struct exchange *x, struct step *s)
{
    problem_answer(x, &((struct call *)s)->order.err);
}

static void rendered(struct exchange *x)
{
    struct call *c = x->state;

    if (!c->order.ok) {
        exchange_restart(x);
        step_write_any(&c->step, give_up, gave_up);
        return;
    }
    polled_rendered(c->p, c->order.dots);
    exchange_answer(x, 200,
                    c->dialect->format == SLIP_PNG ? CLOUDPRNT_PNG : CLOUDPRNT_ESCPOS);
}

static void order_done(struct press_order *order)
{
    exchange_wake(((struct call *)order->self)->step.x);
}

static void render(struct exchange *x, struct step *s)
{
    struct call *c = (struct call *)s;

    if (!c->found) {
        problem_say(x, ERROR_ABSENT, "There is nothing to print.");
        return;
    }
    c->order.profile = polled_printer(c->p)->profile.name;
    c->order.format = c->dialect->format;
    c->order.out = &x->answer;
    c->order.done = order_done;
    c->order.self = c;
    x->resume = rendered;
    exchange_suspend(x);
    if (press_submit(site_of(x)->press, &c->order))
        return;
    error_set(&c->order.err, ERROR_LATER, "Too many slips are being made. Try again.");
    exchange_wake(x);
}

/* The dialect of the type that the printer chose; NULL for one that was not offered. */
static const struct printer_ops *dialect_of(const struct exchange *x)
{
    const char *type = exchange_query(x, "type");

    if (type == NULL || strcasecmp(type, CLOUDPRNT_PNG) == 0)
        return printer_dialect(SLIP_PNG);
    return strcasecmp(type, CLOUDPRNT_ESCPOS) == 0 ? printer_dialect(SLIP_ESCPOS) : NULL;
}

static void get(struct exchange *x)
{
    struct call *c;

    if (exchange_query(x, "delete") != NULL) { /* deleteMethod GET */
        conclude(x);
        return;
    }
    c = call_of(x);
    if (c == NULL)
        return;
    c->job = job_of(x);
    c->dialect = dialect_of(x);
    if (c->dialect != NULL)
        step_write(&c->step, fetch, render);
    else
        problem_of_loop(x, 415, "Tickets are served as " CLOUDPRNT_PNG ".");
}

const struct route printer_call_routes[] = {
    {METHOD_POST, "/cloudprnt/{name}/{secret}", poll, 0, 0},
    {METHOD_GET, "/cloudprnt/{name}/{secret}", get, 0, 0},
    {METHOD_DELETE, "/cloudprnt/{name}/{secret}", conclude, 0, 0},
    {METHOD_POST, "/cloudprnt/{name}", poll, 0, 0},
    {METHOD_GET, "/cloudprnt/{name}", get, 0, 0},
    {METHOD_DELETE, "/cloudprnt/{name}", conclude, 0, 0},
};
const size_t printer_call_route_count = LENGTH(printer_call_routes);
