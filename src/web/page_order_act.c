/*
 * page_order_act.c — what is done about a work order (page_orders.h).
 *
 * Promise: an act is done once, whatever the browser sends twice; somebody who has not
 * seen the newest step is shown it, with his own words kept. Whoever looks at a phone
 * number is in the audit's events before he sees it, has logged in a short while ago, and
 * may look at so many a day.
 */
#include "web/page_orders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"
#include "store/appeal_store.h"
#include "store/audit_store.h"
#include "store/denial.h"
#include "store/order_list.h"
#include "store/person_store.h"
#include "web/act.h"
#include "web/http.h"
#include "web/page.h"
#include "web/problem.h"

static void keep_newest(void *self, const struct order_past *past)
{
    act_newest_keep(self, past->act, past->actor);
}

/* Has this person done just this since he opened the page? */
static bool is_repeat(struct store *st, const struct order_page *p, const struct order *o,
                      bool *repeat, struct error *err)
{
    struct act_newest n = {"", ""};

    *repeat = false;
    if (o->steps != p->steps + 1)
        return true;
    if (!order_steps_each(st, o->id, keep_newest, &n, err))
        return false;
    *repeat = act_is_repeat(&n, order_act_name(p->act), p->staff.who.actor);
    return true;
}

/* The order, where this person may do this to it. */
static bool find_order(struct store *st, struct order_page *p, struct order *o,
                       struct error *err)
{
    bool found;

    if (!order_get(st, p->id, o, &found, err))
        return false;
    if (!found || !order_shown(p->staff.view, &p->staff.who, o))
        return error_set(err, ERROR_ABSENT, "There is no such work order.");
    return true;
}

/* An order is given to somebody who may have it, or to nobody. */
struct hand {
    int64_t wanted;
    bool found;
};

static void look_at_hand(void *self, int64_t account, const char *name, const char *role)
{
    struct hand *hand = self;

    (void)name;
    (void)role;
    hand->found = hand->found || account == hand->wanted;
}

static bool find_owner(struct store *st, const struct order_page *p,
                       const struct order *o, int64_t *owner, struct error *err)
{
    struct hand hand = {0};

    *owner = 0;
    if (p->act != ORDER_ASSIGN || p->detail[0] == '\0')
        return true;
    if (!id_parse(p->detail, &hand.wanted) ||
        !order_hands(st, o, look_at_hand, &hand, err))
        hand.found = false;
    if (!hand.found)
        return error_field(err, "detail", "Choose somebody of the list.");
    *owner = hand.wanted;
    return true;
}

static bool take_step(struct store *st, struct order_page *p, struct order *o,
                      int64_t now_ms, struct error *err)
{
    struct order_step step = {.act = p->act,
                              .actor = p->staff.who.actor,
                              .detail = p->act == ORDER_ASSIGN ? NULL : p->detail,
                              .words = p->said};

    if (p->act == ORDER_NOTE)
        step.detail = NULL;
    const struct denial_found found = {.case_id = o->case_id,
                                       .found = p->detail,
                                       .words = p->said,
                                       .actor = p->staff.who.actor,
                                       .ends = true};
    const struct order_rules *rules = &site_of(p->staff.step.x)->rules->rating.order;

    if (!find_owner(st, p, o, &step.owner, err))
        return false;
    if (p->act == ORDER_SETTLE && o->now.kind == ORDER_DENIED)
        return denial_found(st, rules, &found, now_ms, err);
    return order_step_take(st, rules, o, &step, now_ms, err);
}

static bool do_step(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct order_page *p = (struct order_page *)s;
    struct order o;
    bool repeat;

    if (!find_order(st, p, &o, err) || !is_repeat(st, p, &o, &repeat, err))
        return false;
    if (repeat)
        return true;
    p->overtaken = o.steps != p->steps;
    if (p->overtaken)
        return act_tell(&p->trouble,
                        error_set(err, ERROR_CONFLICT,
                                  "Somebody else has just changed work order %s.",
                                  o.number),
                        err);
    return act_tell(&p->trouble, take_step(st, p, &o, now_ms, err), err);
}

/* ---- appeals ---- */

static bool do_appeal(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct order_page *p = (struct order_page *)s;
    const struct site *site = site_of(s->x);
    struct order o;

    if (!find_order(st, p, &o, err))
        return false;
    return act_tell(&p->trouble,
                    appeal_file(st, o.rating_id, p->detail, p->said, p->staff.who.actor,
                                site->rules->rating.correction_ms, now_ms, err),
                    err);
}

static bool do_decide(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct order_page *p = (struct order_page *)s;
    struct order o;

    if (!find_order(st, p, &o, err))
        return false;
    return act_tell(&p->trouble,
                    appeal_decide(st, o.rating_id, p->detail, p->said, p->staff.who.actor,
                                  p->staff.who.place, now_ms, err),
                    err);
}

/* ---- ringing ---- */

/* How many numbers this account has looked at since the hall's day began; past what is
 * allowed that is noted, told on the page, and nothing else happens. */
static bool may_look(struct store *st, struct order_page *p, const char *object,
                     int64_t now_ms, struct error *err)
{
    int date = hall_local_date(st->frame, now_ms);
    int32_t day = day_number(date / 10000, date / 100 % 100, date % 100);

    if (!audit_count(st, p->staff.who.actor, "phone.seen",
                     zone_day_utc(st->frame->zone, day, 0), &p->views, err))
        return false;
    if (p->views < settings_int(site_of(p->staff.step.x)->settings, "staff.phone_views"))
        return true;
    error_set(&p->trouble, ERROR_LIMIT, "The numbers of a day have been looked at.");
    return store_audit(st, p->staff.who.actor, "phone.refused", object, NULL, now_ms,
                       err);
}

/* The number is read in the transaction that books who looked. */
static bool do_call(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct order_page *p = (struct order_page *)s;
    struct phone phone;
    char object[40];
    struct order o;
    bool found;

    if (!find_order(st, p, &o, err))
        return false;
    if (o.owner != p->staff.who.id)
        return error_set(err, ERROR_DENIED,
                         "Only the person to whom the work order is given may ring.");
    snprintf(object, sizeof(object), "order %lld", (long long)o.id);
    if (!may_look(st, p, object, now_ms, err))
        return false;
    if (p->trouble.kind != ERROR_NONE)
        return true;
    if (!take_step(st, p, &o, now_ms, err))
        return act_tell(&p->trouble, false, err);
    p->views++;
    if (!store_audit(st, p->staff.who.actor, "phone.seen", object, NULL, now_ms, err) ||
        !phone_reveal(st, o.phone, &phone, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_ABSENT, "The number has been erased.");
    snprintf(p->phone, sizeof(p->phone), "%s", phone.e164);
    return true;
}

/* ---- the forms ---- */

static void after_act(struct exchange *x, struct step *s)
{
    struct order_page *p = (struct order_page *)s;
    char path[64];

    if (p->trouble.kind != ERROR_NONE || p->phone[0] != '\0') {
        order_page_show(p);
        return;
    }
    snprintf(path, sizeof(path), "/reviews/%lld", (long long)p->id);
    page_see_other(x, path);
}

/* Reads the form; its texts live as long as the exchange. */
static void post(struct exchange *x, enum order_act act, step_work *work)
{
    struct order_page *p = staff_new(x, sizeof(*p));
    const char *said, *detail, *steps;
    struct form form;
    char back[40];
    int64_t seen;

    if (!staff_form(x, &form))
        return;
    if (!id_parse(exchange_param(x, 0), &p->id))
        p->id = 0;
    snprintf(back, sizeof(back), "/reviews/%lld", (long long)p->id);
    p->staff.back = exchange_text(x, back, strlen(back));
    p->staff.recent = act == ORDER_CALL;
    said = form_find(&form, "words");
    detail = form_find(&form, "detail");
    steps = form_find(&form, "steps");
    p->act = act;
    p->steps = steps != NULL && id_parse(steps, &seen) ? (int)seen : 0;
    said = said != NULL ? said : "";
    detail = detail != NULL ? detail : "";
    p->said = exchange_text(x, said, strlen(said));
    p->detail = exchange_text(x, detail, strlen(detail));
    staff_write(&p->staff, &form, work, after_act);
    form_free(&form);
}

void page_order_step(struct exchange *x)
{
    post(x, order_route_act(x->route), do_step);
}

void page_order_call(struct exchange *x)
{
    post(x, ORDER_CALL, do_call);
}

void page_order_appeal(struct exchange *x)
{
    post(x, ORDER_ACTS, do_appeal);
}

void page_order_decide(struct exchange *x)
{
    post(x, ORDER_ACTS, do_decide);
}
