/*
 * denial.c — see denial.h.
 */
#include "store/denial.h"

#include <stdio.h>
#include <string.h>

#include "store/event_store.h"
#include "store/promise_ask.h"

static const char *const findings[] = {"delivered", "untrue", "unclear", NULL};

/* As steps of the order name what the citizen said. */
static const char said_received[] = "said_received", said_denied[] = "said_denied";

const char *denial_finding(int i)
{
    return findings[i];
}

bool denial_finding_fits(const char *found)
{
    for (int i = 0; findings[i] != NULL; i++)
        if (strcmp(findings[i], found) == 0)
            return true;
    return false;
}

/* The denial stands in the case's history, for whoever looks at it. */
static bool tell_history(struct store *st, const struct denial *d, int64_t now_ms,
                         struct error *err)
{
    struct event e = {.kind = "promise_denied", .case_id = d->case_id, .actor = d->actor};
    struct service_case c;

    if (!case_get(st, d->case_id, &c, err))
        return false;
    e.ticket_id = c.ticket_id;
    return event_add(st, &e, now_ms, NULL, err);
}

static bool open_order(struct store *st, const struct order_rules *rules,
                       const struct denial *d, int64_t now_ms, struct error *err)
{
    const struct order_new order = {.kind = ORDER_DENIED,
                                    .case_id = d->case_id,
                                    .inbound_id = d->inbound_id,
                                    .actor = d->actor};
    char object[40], of[40];
    int64_t id;

    if (!order_open(st, rules, &order, now_ms, &id, err))
        return false;
    snprintf(object, sizeof(object), "order %lld", (long long)id);
    snprintf(of, sizeof(of), "case %lld", (long long)d->case_id);
    return store_audit(st, d->actor, "denial.opened", object, of, now_ms, err);
}

/* What the citizen said last, while an order's steps are read. */
static void look_what_was_said(void *self, const struct order_past *past)
{
    bool *received = self;

    if (strcmp(past->detail, said_received) == 0)
        *received = true;
    if (strcmp(past->detail, said_denied) == 0)
        *received = false;
}

static bool add_to_order(struct store *st, const struct order_rules *rules,
                         struct order *o, const struct denial *d, int64_t now_ms,
                         struct error *err)
{
    const struct order_step step = {.act = ORDER_NOTE,
                                    .actor = d->actor,
                                    .detail = d->received ? said_received : said_denied};
    bool received = false;

    if (!order_steps_each(st, o->id, look_what_was_said, &received, err))
        return false;
    return received == d->received || order_step_take(st, rules, o, &step, now_ms, err);
}

bool denial_take(struct store *st, const struct order_rules *rules,
                 const struct denial *d, int64_t now_ms, struct error *err)
{
    struct order o;
    bool living;

    if (!order_of_kind(st, d->case_id, ORDER_DENIED, &o, &living, err) ||
        (!d->received && !tell_history(st, d, now_ms, err)))
        return false;
    if (living)
        return add_to_order(st, rules, &o, d, now_ms, err);
    return d->received || open_order(st, rules, d, now_ms, err);
}

/* == What was found out =========================================================== */

static void keep_waiting(void *self, const struct promise_answer *a)
{
    if (!a->received && a->found[0] == '\0')
        *(int64_t *)self = a->id;
}

/* The answer it is about has it, too, for whoever looks at the case. */
static bool keep_check(struct store *st, const struct denial_found *f, int64_t now_ms,
                       struct error *err)
{
    int64_t answer_id = f->answer_id;

    if (answer_id == 0 && !promise_answers(st, f->case_id, keep_waiting, &answer_id, err))
        return false;
    return answer_id == 0 || promise_check_add(st, f->case_id, answer_id, f->found,
                                               f->words, f->actor, now_ms, err);
}

bool denial_found(struct store *st, const struct order_rules *rules,
                  const struct denial_found *f, int64_t now_ms, struct error *err)
{
    const struct order_step step = {.act = f->ends ? ORDER_SETTLE : ORDER_NOTE,
                                    .actor = f->actor,
                                    .detail = f->found,
                                    .words = f->words};
    char object[40];
    struct order o;
    bool living;

    if (!denial_finding_fits(f->found))
        return error_field(err, f->answer_id != 0 ? "found" : "detail",
                           "Choose what was found out.");
    if (f->words[0] == '\0')
        return error_field(err, "words", "Write down how it was found out.");
    if (!keep_check(st, f, now_ms, err) ||
        !order_of_kind(st, f->case_id, ORDER_DENIED, &o, &living, err))
        return false;
    if (!living)
        return true;
    snprintf(object, sizeof(object), "order %lld", (long long)o.id);
    return order_step_take(st, rules, &o, &step, now_ms, err) &&
           store_audit(st, f->actor, f->ends ? "denial.settled" : "denial.looked", object,
                       f->found, now_ms, err);
}
