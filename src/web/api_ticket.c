/*
 * api_ticket.c — tickets for machines and desks (api.md): take, look, transfer, restore,
 * reprint.
 */
#include <stdio.h>

#include "store/print_store.h"
#include "web/api_act.h"
#include "web/api_queue.h"
#include "web/identity.h"
#include "web/problem.h"
#include "work/space.h"

static bool sees_secret(const struct caller *c)
{
    return c->role == ROLE_MACHINE;
}

static void answer_ticket(struct exchange *x, struct act *a)
{
    const struct ticket *t = &a->ticket;

    json_answer(x, 200,
                json_pack("{s:o}", "ticket",
                          ticket_json(x, t, t->taken_ahead, t->taken_low, t->taken_high,
                                      sees_secret(&a->caller))));
}

static bool load_ticket(struct store *st, struct act *a, int64_t now_ms,
                        struct error *err)
{
    (void)now_ms;
    return ticket_get(st, a->fact_id, &a->ticket, err);
}

/* == Taking
 * ================================================================================== */

static bool run_take(struct store *st, struct act *a, int64_t now_ms, struct error *err)
{
    const struct ticket_input in = {.matter_code = a->matter,
                                    .phone = a->has_phone ? &a->phone : NULL,
                                    .lang = a->lang,
                                    .kiosk_code = a->kiosk,
                                    .actor = a->caller.actor};

    if (!ticket_take(st, &in, now_ms, &a->ticket, &a->job, err))
        return false;
    a->fact_id = a->ticket.id;
    return true;
}

static bool load_take(struct store *st, struct act *a, int64_t now_ms, struct error *err)
{
    struct print_job job;
    bool found;

    if (!load_ticket(st, a, now_ms, err) ||
        !print_job_first(st, a->fact_id, &job, &found, err))
        return false;
    a->job = found ? job.id : 0;
    return true;
}

static void answer_take(struct exchange *x, struct act *a)
{
    struct ticket t = a->ticket;

    t.state =
        TICKET_WAITING; /* as it was when it was taken, also for a repeated request */
    t.window_code[0] = '\0';
    t.calls = 0;
    json_answer(
        x, 201,
        json_pack("{s:o, s:o}", "ticket",
                  ticket_json(x, &t, t.taken_ahead, t.taken_low, t.taken_high, true),
                  "print", print_json(a->job, a->job != 0 ? "queued" : "none")));
}

static bool lang_known(const char *lang)
{
    return strcmp(lang, "zh-CN") == 0 || strcmp(lang, "zh") == 0 ||
           strcmp(lang, "en") == 0;
}

static void take(struct exchange *x)
{
    json_t *body;
    struct act *a = act_new(x, &body);
    struct error err = {0};

    if (a == NULL)
        return;
    if (!act_text(x, body, "matter", true, &a->matter) || !act_phone(x, a, body) ||
        !act_text(x, body, "lang", false, &a->lang) ||
        !act_text(x, body, "kiosk", false, &a->kiosk))
        goto out;
    if (!space_for_more(site_of(x)->space, &err)) {
        problem_answer(x, &err);
        goto out;
    }
    if (a->lang == NULL || strcmp(a->lang, "zh") == 0)
        a->lang = "zh-CN";
    if (!lang_known(a->lang)) {
        error_field(&err, "lang", "The languages are zh-CN and en.");
        problem_answer(x, &err);
        goto out;
    }
    a->run = run_take;
    a->load = load_take;
    a->answer = answer_take;
    act_write(a);
out:
    json_decref(body);
}

/* == Looking
 * ================================================================================= */

struct look {
    struct step step;
    int64_t id;
    struct caller caller;
    struct ticket ticket;
    struct print_job job;
    bool printed;
    int ahead, low, high;
};

static bool read_look(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct look *l = (struct look *)s;

    if (!identity_require(st, s->x, &l->caller, err))
        return false;
    if (!ticket_get(st, l->id, &l->ticket, err) ||
        !ticket_ahead(st, &l->ticket, &l->ahead, err) ||
        !print_job_newest(st, l->id, &l->job, &l->printed, err))
        return false;
    l->low = l->high = -1;
    return l->ticket.state != TICKET_WAITING ||
           ticket_estimate(st, l->ticket.series, l->ahead, now_ms, &l->low, &l->high,
                           err);
}

static void answer_look(struct exchange *x, struct step *s)
{
    struct look *l = (struct look *)s;

    json_answer(x, 200,
                json_pack("{s:o, s:o}", "ticket",
                          ticket_json(x, &l->ticket, l->ahead, l->low, l->high,
                                      sees_secret(&l->caller)),
                          "print",
                          print_json(l->printed ? l->job.id : 0,
                                     l->printed ? l->job.state : "none")));
}

static void look(struct exchange *x)
{
    struct look *l = step_new(x, sizeof(*l));

    if (!act_id(x, 0, &l->id))
        return;
    step_read(&l->step, read_look, answer_look);
}

/* == Transfer, restore, reprint
 * ============================================================== */

static bool run_transfer(struct store *st, struct act *a, int64_t now_ms,
                         struct error *err)
{
    a->fact_id = a->id;
    return queue_transfer(st, site_of(a->step.x)->rules, a->id, a->window,
                          a->caller.actor, now_ms, &a->ticket, err);
}

static bool run_restore(struct store *st, struct act *a, int64_t now_ms,
                        struct error *err)
{
    a->fact_id = a->id;
    return queue_restore(st, site_of(a->step.x)->rules, a->id, a->caller.actor, now_ms,
                         &a->ticket, err);
}

static bool run_reprint(struct store *st, struct act *a, int64_t now_ms,
                        struct error *err)
{
    a->fact_id = a->id;
    return ticket_get(st, a->id, &a->ticket, err) &&
           print_job_again(st, &a->ticket, a->caller.actor, now_ms, &a->job, err);
}

static bool load_reprint(struct store *st, struct act *a, int64_t now_ms,
                         struct error *err)
{
    struct print_job job;
    bool found;

    if (!load_ticket(st, a, now_ms, err) ||
        !print_job_newest(st, a->fact_id, &job, &found, err))
        return false;
    a->job = found ? job.id : 0;
    return true;
}

static void answer_reprint(struct exchange *x, struct act *a)
{
    const struct ticket *t = &a->ticket;

    json_answer(x, 200,
                json_pack("{s:o, s:o}", "ticket",
                          ticket_json(x, t, t->taken_ahead, t->taken_low, t->taken_high,
                                      sees_secret(&a->caller)),
                          "print", print_json(a->job, a->job != 0 ? "queued" : "none")));
}

static void transfer(struct exchange *x)
{
    json_t *body;
    struct act *a = act_new(x, &body);

    if (a == NULL)
        return;
    if (act_id(x, 0, &a->id) && act_text(x, body, "window", true, &a->window)) {
        a->run = run_transfer;
        a->load = load_ticket;
        a->answer = answer_ticket;
        act_write(a);
    }
    json_decref(body);
}

static void restore(struct exchange *x)
{
    json_t *body;
    struct act *a = act_new(x, &body);

    if (a == NULL)
        return;
    if (act_id(x, 0, &a->id)) {
        a->run = run_restore;
        a->load = load_ticket;
        a->answer = answer_ticket;
        act_write(a);
    }
    json_decref(body);
}

static void reprint(struct exchange *x)
{
    json_t *body;
    struct act *a = act_new(x, &body);

    if (a == NULL)
        return;
    if (act_id(x, 0, &a->id)) {
        a->run = run_reprint;
        a->load = load_reprint;
        a->answer = answer_reprint;
        act_write(a);
    }
    json_decref(body);
}

const struct route api_ticket_routes[] = {
    {METHOD_POST, "/api/v1/tickets", take, 0, 0},
    {METHOD_GET, "/api/v1/tickets/{id}", look, 0, 0},
    {METHOD_POST, "/api/v1/tickets/{id}/transfer", transfer, 0, 0},
    {METHOD_POST, "/api/v1/tickets/{id}/restore", restore, 0, 0},
    {METHOD_POST, "/api/v1/tickets/{id}/reprint", reprint, 0, 0},
};
const size_t api_ticket_route_count = LENGTH(api_ticket_routes);
