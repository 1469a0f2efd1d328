/*
 * api_window.c — what a desk does at its window (api.md): call, recall, no-show, hold,
 * pause, resume, undo. A desk never sees a token, a phone, a grade or who rated.
 */
#include "web/api_act.h"
#include "web/api_queue.h"
#include "web/problem.h"

static json_t *desk_ticket(const struct exchange *x, const struct ticket *t)
{
    return ticket_json(x, t, t->taken_ahead, t->taken_low, t->taken_high, false);
}

static void answer_serving(struct exchange *x, struct act *a)
{
    if (a->nobody)
        exchange_answer(x, 204, NULL);
    else
        json_answer(x, 200,
                    json_pack("{s:o, s:o}", "ticket", desk_ticket(x, &a->ticket), "case",
                              case_json(x, &a->service_case)));
}

static void answer_ticket(struct exchange *x, struct act *a)
{
    json_answer(x, 200, json_pack("{s:o}", "ticket", desk_ticket(x, &a->ticket)));
}

static void answer_desk(struct exchange *x, struct act *a)
{
    json_answer(x, 200,
                json_pack("{s:{s:s, s:b, s:s?}}", "window", "code", a->desk.window_code,
                          "paused", a->desk.paused, "reason",
                          a->desk.paused ? a->desk.paused_reason : NULL));
}

/* The fact of a call is its case; 0 where nobody waited. */
static bool load_serving(struct store *st, struct act *a, int64_t now_ms,
                         struct error *err)
{
    (void)now_ms;
    a->nobody = a->fact_id == 0;
    return a->nobody || (case_get(st, a->fact_id, &a->service_case, err) &&
                         ticket_get(st, a->service_case.ticket_id, &a->ticket, err));
}

static bool load_ticket(struct store *st, struct act *a, int64_t now_ms,
                        struct error *err)
{
    (void)now_ms;
    return ticket_get(st, a->fact_id, &a->ticket, err);
}

static bool load_desk(struct store *st, struct act *a, int64_t now_ms, struct error *err)
{
    (void)now_ms;
    return desk_get(st, a->window, &a->desk, err);
}

static void take_serving(struct act *a, const struct serving *s)
{
    a->ticket = s->ticket;
    a->service_case = s->service_case;
    a->fact_id = s->service_case.id;
}

static const struct rules *rules_of(const struct act *a)
{
    return site_of(a->step.x)->rules;
}

static bool run_call(struct store *st, struct act *a, int64_t now_ms, struct error *err)
{
    struct serving s;

    if (!queue_call(st, rules_of(a), a->window, a->clerk, a->caller.actor, now_ms, &s,
                    &a->nobody, err))
        return false;
    if (!a->nobody)
        take_serving(a, &s);
    return true;
}

static bool run_recall(struct store *st, struct act *a, int64_t now_ms, struct error *err)
{
    struct serving s;

    if (!queue_recall(st, a->window, a->caller.actor, now_ms, &s, err))
        return false;
    take_serving(a, &s);
    return true;
}

static bool run_no_show(struct store *st, struct act *a, int64_t now_ms,
                        struct error *err)
{
    bool ok = queue_no_show(st, rules_of(a), a->window, a->caller.actor, now_ms,
                            &a->ticket, err);

    a->fact_id = a->ticket.id;
    return ok;
}

static bool run_hold(struct store *st, struct act *a, int64_t now_ms, struct error *err)
{
    bool ok =
        queue_hold(st, rules_of(a), a->window, a->caller.actor, now_ms, &a->ticket, err);

    a->fact_id = a->ticket.id;
    return ok;
}

static bool run_undo(struct store *st, struct act *a, int64_t now_ms, struct error *err)
{
    bool ok = queue_undo(st, a->window, a->caller.actor, now_ms, &a->ticket, err);

    a->fact_id = a->ticket.id;
    return ok;
}

static bool run_pause(struct store *st, struct act *a, int64_t now_ms, struct error *err)
{
    return queue_pause(st, a->window, a->reason != NULL ? a->reason : "", 0,
                       a->caller.actor, now_ms, &a->desk, err);
}

static bool run_resume(struct store *st, struct act *a, int64_t now_ms, struct error *err)
{
    return queue_resume(st, a->window, a->caller.actor, now_ms, &a->desk, err);
}

/* The acts of a window: what each takes, does and answers. */
static const struct window_act {
    const char *name;
    bool clerk_required;
    bool (*run)(struct store *st, struct act *a, int64_t now_ms, struct error *err);
    bool (*load)(struct store *st, struct act *a, int64_t now_ms, struct error *err);
    void (*answer)(struct exchange *x, struct act *a);
} acts[] = {
    {"call", true, run_call, load_serving, answer_serving},
    {"recall", false, run_recall, load_serving, answer_serving},
    {"no-show", false, run_no_show, load_ticket, answer_ticket},
    {"hold", false, run_hold, load_ticket, answer_ticket},
    {"undo", false, run_undo, load_ticket, answer_ticket},
    {"pause", false, run_pause, load_desk, answer_desk},
    {"resume", false, run_resume, load_desk, answer_desk},
};

/* The last segment of the path names the act; the routes below let no other in. */
static const struct window_act *act_of(const struct exchange *x)
{
    const char *name = strrchr(x->path, '/') + 1;
    size_t i = 0;

    while (strcmp(acts[i].name, name) != 0)
        i++;
    return &acts[i];
}

static void window_act(struct exchange *x)
{
    const struct window_act *what = act_of(x);
    json_t *body;
    struct act *a = act_new(x, &body);

    if (a == NULL)
        return;
    if (act_text(x, body, "clerk", what->clerk_required, &a->clerk) &&
        act_text(x, body, "reason", false, &a->reason)) {
        a->window = exchange_param(x, 0);
        a->run = what->run;
        a->load = what->load;
        a->answer = what->answer;
        act_write(a);
    }
    json_decref(body);
}

const struct route api_window_routes[] = {
    {METHOD_POST, "/api/v1/windows/{code}/call", window_act, 0, 0},
    {METHOD_POST, "/api/v1/windows/{code}/recall", window_act, 0, 0},
    {METHOD_POST, "/api/v1/windows/{code}/no-show", window_act, 0, 0},
    {METHOD_POST, "/api/v1/windows/{code}/hold", window_act, 0, 0},
    {METHOD_POST, "/api/v1/windows/{code}/undo", window_act, 0, 0},
    {METHOD_POST, "/api/v1/windows/{code}/pause", window_act, 0, 0},
    {METHOD_POST, "/api/v1/windows/{code}/resume", window_act, 0, 0},
};
const size_t api_window_route_count = LENGTH(api_window_routes);
