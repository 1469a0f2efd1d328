/*
 * api_slip.c — GET /api/v1/tickets/{id}/slip?format=escpos|png|svg|text&printer=PROFILE
 *
 *     loop → reader: the texts of the ticket → renderer: bytes → loop: answer
 */
#include "web/api_slip.h"

#include "web/http.h"
#include "web/identity.h"
#include "web/problem.h"
#include "web/step.h"
#include "work/press.h"

struct slip_call {
    struct step step;
    struct press_order order;
    const struct printer_ops *dialect;
    int64_t id;
};

static bool read_facts(struct store *st, struct step *s, int64_t now_ms,
                       struct error *err)
{
    struct slip_call *call = (struct slip_call *)s;
    struct token_way way;
    struct caller caller;

    (void)now_ms;
    site_ticket_way(site_of(s->x), &way);
    if (!identity_require(st, s->x, &caller, err))
        return false;
    return slip_facts_read(st, call->id, &way, 0, &call->order.facts, err);
}

static void rendered(struct exchange *x)
{
    struct slip_call *call = x->state;

    if (call->order.ok)
        exchange_answer(x, 200, call->dialect->content_type);
    else
        problem_answer(x, &call->order.err);
}

static void order_done(struct press_order *order)
{
    struct slip_call *call =
        (struct slip_call *)((char *)order - offsetof(struct slip_call, order));

    exchange_wake(call->step.x);
}

static void render(struct exchange *x, struct step *s)
{
    struct slip_call *call = (struct slip_call *)s;

    call->order.out = &x->answer;
    call->order.done = order_done;
    x->resume = rendered;
    exchange_suspend(x);
    if (press_submit(site_of(x)->press, &call->order))
        return;
    error_set(&call->order.err, ERROR_LATER, "Too many slips are being made. Try again.");
    exchange_wake(x);
}

static void slip(struct exchange *x)
{
    struct slip_call *call = step_new(x, sizeof(*call));
    const char *format = exchange_query(x, "format"),
               *printer = exchange_query(x, "printer");
    struct error err = {0};
    struct profile profile;

    call->dialect = printer_find(format != NULL ? format : "escpos");
    call->order.profile = printer != NULL ? printer : "80mm";
    if (!id_parse(exchange_param(x, 0), &call->id))
        error_set(&err, ERROR_ABSENT, "There is no such ticket in this hall.");
    else if (call->dialect == NULL)
        error_field(&err, "format", "A format is escpos, png, svg or text.");
    else if (printer_profile(site_of(x)->settings, call->order.profile, &profile, &err))
        call->order.format = call->dialect->format;
    if (err.kind == ERROR_NONE)
        step_read(&call->step, read_facts, render);
    else
        problem_answer(x, &err);
}

const struct route api_slip_routes[] = {
    {METHOD_GET, "/api/v1/tickets/{id}/slip", slip, 0, 0},
};
const size_t api_slip_route_count = LENGTH(api_slip_routes);
