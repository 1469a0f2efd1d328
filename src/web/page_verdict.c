/*
 * page_verdict.c — what the citizen says of a fix: POST /t/{token}/verdict (see
 * page_ticket.h).
 *
 * Promise: the verdict is durable before anything is answered, and is taken once: the
 * order takes no second one, whatever is sent. It may be given as long as the order waits
 * for it, also when the case can no longer be rated.
 */
#include "web/page_ticket.h"

#include "store/order_store.h"

static bool take(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct visit_step *v = (struct visit_step *)s;
    const struct order_rules *rules = &site_of(s->x)->rules->rating.order;
    const struct order_step step = {.act = ORDER_VERDICT,
                                    .actor = "citizen",
                                    .detail = "page",
                                    .verdict = v->verdict};
    struct order order;
    bool none, living;

    if (!visit_choose_case(st, v, &none, err))
        return false;
    if (none)
        return true;
    if (!order_of_case(st, v->case_id, &order, &living, err))
        return false;
    return !living || !order_may(&order.now, ORDER_VERDICT, rules) ||
           order_step_take(st, rules, &order, &step, now_ms, err);
}

static void show_again(struct visit_step *v, int status, const char *alert)
{
    v->status = status;
    v->alert = alert;
    visit_show(v);
}

/* Whether it was taken or came too late, the page says how the order stands. */
static void taken(struct exchange *x, struct step *s)
{
    struct visit_step *v = (struct visit_step *)s;

    if (!s->ok && s->err.kind == ERROR_ABSENT)
        citizen_say(x, 404, "unknown");
    else if (!s->ok && s->err.kind == ERROR_INPUT)
        show_again(v, 422, "err_case");
    else if (!s->ok)
        citizen_say(x, 503, "busy");
    else
        visit_see_other(v, "");
}

void page_verdict_post(struct exchange *x)
{
    struct visit_step *v = visit_begin(x);
    struct error err = {0};
    struct sent form;

    if (v == NULL)
        return;
    if (!sent_read(x, &form, &err)) {
        show_again(v, 400, "err_form");
        return;
    }
    v->verdict = heard_verdict_read(sent_text(&form, "verdict"));
    v->case_id = sent_number(&form, "case");
    if (v->verdict == HEARD_NO_VERDICT)
        show_again(v, 422, "err_grade");
    else if (v->case_id < 0)
        citizen_say(x, 404, "unknown");
    else
        step_write_any(&v->step, take, taken);
}
