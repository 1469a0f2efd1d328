/*
 * order_outcome.c — see order_outcome.h.
 */
#include "domain/order_outcome.h"

#include <string.h>

static const char *const clock_names[CLOCKS] = {
    [CLOCK_RUNNING] = "",      [CLOCK_KEPT] = "kept",
    [CLOCK_MISSED] = "missed", [CLOCK_UNREACHED] = "unreached",
    [CLOCK_NONE] = "none",
};

static const char *const verdict_names[OUTCOME_VERDICTS] = {
    [OUTCOME_OPEN] = "",
    [OUTCOME_SATISFIED] = "satisfied",
    [OUTCOME_BASICALLY] = "basically_satisfied",
    [OUTCOME_NOT_SATISFIED] = "not_satisfied",
    [OUTCOME_SILENT] = "silent",
};

const char *outcome_clock_name(enum outcome_clock clock)
{
    return clock_names[clock];
}

const char *outcome_verdict_name(enum outcome_verdict verdict)
{
    return verdict_names[verdict];
}

enum outcome_clock outcome_clock_read(const char *name)
{
    int i = 0;

    while (i < CLOCKS && strcmp(clock_names[i], name) != 0)
        i++;
    return (enum outcome_clock)i;
}

enum outcome_verdict outcome_verdict_read(const char *name)
{
    int i = 0;

    while (i < OUTCOME_VERDICTS && strcmp(verdict_names[i], name) != 0)
        i++;
    return (enum outcome_verdict)i;
}

/* Was it done before this clock was over? One that stands goes no further. */
static bool kept(const struct work_order *after, int64_t due_ms, int64_t now_ms)
{
    return (after->paused_ms != 0 ? after->paused_ms : now_ms) <= due_ms;
}

static void note_contact(struct order_outcome *o, const struct work_order *after,
                         enum order_act act, const struct order_rules *rules,
                         int64_t now_ms)
{
    bool in_time = kept(after, after->contact_due_ms, now_ms);

    if (act == ORDER_CONTACT)
        o->contact = in_time ? CLOCK_KEPT : CLOCK_MISSED;
    else if (act == ORDER_UNREACHED && after->tries >= rules->tries)
        o->contact = in_time ? CLOCK_UNREACHED : CLOCK_MISSED;
}

static void note_verdict(struct order_outcome *o, enum order_act act,
                         enum heard_verdict verdict)
{
    static const enum outcome_verdict said[HEARD_VERDICTS] = {
        [HEARD_SATISFIED] = OUTCOME_SATISFIED,
        [HEARD_BASICALLY_SATISFIED] = OUTCOME_BASICALLY,
        [HEARD_NOT_SATISFIED] = OUTCOME_NOT_SATISFIED,
    };

    if (act == ORDER_VERDICT)
        o->verdict = said[verdict];
    else if (act == ORDER_LAPSE && o->verdict == OUTCOME_OPEN)
        o->verdict = OUTCOME_SILENT;
}

void order_outcome_note(struct order_outcome *o, const struct work_order *before,
                        const struct work_order *after, enum order_act act,
                        enum heard_verdict verdict, const struct order_rules *rules,
                        int64_t now_ms)
{
    o->reach = after->reach;
    if (before->round == 0 && o->contact == CLOCK_RUNNING &&
        before->reach == ORDER_REACH_PHONE)
        note_contact(o, after, act, rules, now_ms);
    if (before->round == 0 && o->fix == CLOCK_RUNNING && act == ORDER_FEED_BACK) {
        o->fix = kept(after, after->fix_due_ms, now_ms) ? CLOCK_KEPT : CLOCK_MISSED;
        if (o->contact == CLOCK_RUNNING)
            o->contact = CLOCK_NONE;
    }
    note_verdict(o, act, verdict);
}

struct order_outcome order_outcome_now(const struct order_outcome *o,
                                       const struct work_order *order, int64_t now_ms)
{
    struct order_outcome now = *o;

    if (order->round != 0 || order->state == ORDER_CLOSED)
        return now;
    if (now.contact == CLOCK_RUNNING && order->state == ORDER_OPEN &&
        now.reach == ORDER_REACH_PHONE && !kept(order, order->contact_due_ms, now_ms))
        now.contact = CLOCK_MISSED;
    if (now.fix == CLOCK_RUNNING && !kept(order, order->fix_due_ms, now_ms))
        now.fix = CLOCK_MISSED;
    return now;
}
