/*
 * page_order.c — one work order (page_orders.h): what the citizen said, whose case it is,
 * every step, and the acts that this person may do now.
 *
 * Promise: an act is offered only where its route lets the person in and the order lets
 * it happen. No phone is shown here, not even masked, but to whoever is to ring it, once.
 */
#include "web/page_orders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/appeal_store.h"
#include "store/assessment_store.h"
#include "store/denial.h"
#include "store/order_list.h"
#include "web/fault_words.h"
#include "web/http.h"
#include "web/page.h"
#include "web/problem.h"

enum order_act order_route_act(const struct route *route)
{
    const char *last = strrchr(route->pattern, '/');

    return order_act_read(last != NULL ? last + 1 : "");
}

/* May this person post to the route whose pattern ends so? */
static bool may_post(const struct order_page *p, const struct order *o, const char *last)
{
    char pattern[64];
    const struct route route = {.method = METHOD_POST, .pattern = pattern};
    const struct access_view *view;

    snprintf(pattern, sizeof(pattern), "/reviews/{id}/%s", last);
    view = access_view(&route, p->staff.who.role);
    return view != NULL && order_shown(view, &p->staff.who, o);
}

/* ---- the acts ---- */

/* What a form for an act looks like. */
static const struct form_kind {
    enum order_act act;
    bool words, wanted; /* a field for words; it must not be empty */
    bool detail;        /* a choice */
    const char *key;    /* that opens it; NULL for none */
} forms[] = {
    {ORDER_VERIFY, true, false, false, NULL},
    {ORDER_CONTACT, true, false, false, "KeyC"},
    {ORDER_UNREACHED, true, false, false, NULL},
    {ORDER_FIX, true, false, false, "KeyF"},
    {ORDER_FIX_LONG, true, true, false, NULL},
    {ORDER_EXPLAIN, true, true, false, NULL},
    {ORDER_FEED_BACK, true, true, false, "KeyD"},
    {ORDER_SETTLE, true, true, false, NULL},
    {ORDER_NOTE, true, true, false, "KeyN"},
    {ORDER_ASSIGN, false, false, true, "KeyA"},
    {ORDER_TRANSFER, true, false, true, NULL},
    {ORDER_PAUSE, false, false, true, NULL},
    {ORDER_RESUME, false, false, false, NULL},
};

static void add_choice(json_t *to, const char *value, const char *text)
{
    json_array_append_new(to, json_pack("{s:s, s:s}", "value", value, "text", text));
}

static void add_hand(void *self, int64_t account, const char *name, const char *role)
{
    char id[24];

    (void)role;
    snprintf(id, sizeof(id), "%lld", (long long)account);
    add_choice(self, id, name);
}

struct departments {
    json_t *list;
    const char *but; /* the one that has it */
};

static void add_department(void *self, const struct window *w)
{
    struct departments *d = self;
    json_t *known;
    size_t i;

    if (strcmp(w->department_code, d->but) == 0)
        return;
    json_array_foreach(d->list, i, known)
    {
        if (strcmp(json_string_value(json_object_get(known, "value")),
                   w->department_code) == 0)
            return;
    }
    add_choice(d->list, w->department_code, w->department_name);
}

static bool add_choices(struct store *st, const struct order_page *p,
                        const struct order *o, enum order_act act, json_t *to,
                        struct error *err)
{
    struct departments others = {to, o->department};

    if (act == ORDER_ASSIGN)
        return order_hands(st, o, add_hand, to, err);
    if (act == ORDER_TRANSFER)
        return windows_each(st, add_department, &others, err);
    for (int i = 0; act == ORDER_SETTLE && denial_finding(i) != NULL; i++)
        add_choice(to, denial_finding(i),
                   staff_word(&p->words, "order_detail", denial_finding(i)));
    if (act == ORDER_SETTLE)
        return true;
    for (int i = 0; order_pause_reason(i) != NULL; i++)
        add_choice(to, order_pause_reason(i),
                   staff_word(&p->words, "pause", order_pause_reason(i)));
    return true;
}

static bool add_form(struct store *st, const struct order_page *p, const struct order *o,
                     const struct form_kind *kind, json_t *to, struct error *err)
{
    const char *name = order_act_name(kind->act);
    bool again = p->trouble.kind != ERROR_NONE && p->act == kind->act;
    json_t *form = json_pack("{s:s, s:s, s:b, s:b, s:b, s:i}", "act", name, "text",
                             staff_word(&p->words, "act_order", name), "words",
                             kind->words, "wanted", kind->wanted, "again", again, "most",
                             kind->act == ORDER_FEED_BACK ? ORDER_RESULT : ORDER_WORDS);
    json_t *choices = json_array();

    json_array_append_new(to, form);
    json_object_set_new(form, "choices", choices);
    json_object_set_new(form, "hint",
                        json_string(staff_word(&p->words, "act_hint", name)));
    if (kind->key != NULL)
        json_object_set_new(form, "key", json_string(kind->key));
    if (again)
        json_object_set_new(form, "typed", json_string(p->said));
    if (!kind->detail && (kind->act != ORDER_SETTLE || o->now.kind != ORDER_DENIED))
        return true;
    json_object_set_new(form, "detail", json_true());
    return add_choices(st, p, o, kind->act, choices, err);
}

static bool forms_json(struct store *st, const struct order_page *p,
                       const struct order *o, json_t *data, struct error *err)
{
    const struct order_rules *rules = &site_of(p->staff.step.x)->rules->rating.order;
    json_t *list = json_array();

    json_object_set_new(data, "forms", list);
    for (size_t i = 0; i < LENGTH(forms); i++)
        if (order_may(&o->now, forms[i].act, rules) &&
            may_post(p, o, order_act_name(forms[i].act)) &&
            !add_form(st, p, o, &forms[i], list, err))
            return false;
    json_object_set_new(data, "ring",
                        json_boolean(order_may(&o->now, ORDER_CALL, rules) &&
                                     may_post(p, o, "call") &&
                                     o->owner == p->staff.who.id));
    json_object_set_new(data, "some_forms", json_boolean(json_array_size(list) > 0));
    return true;
}

/* ---- the steps ---- */

struct steps {
    struct store *st;
    const struct order_page *p;
    json_t *list;
};

/* "not_satisfied sms" → its words; an account → its name; a code → its words. */
static json_t *detail_json(const struct steps *s, const struct order_past *past)
{
    char code[ORDER_DETAIL];

    if (past->detail[0] == '\0')
        return json_null();
    if (strncmp(past->detail, "account ", 8) == 0)
        return staff_actor_word(s->st, &s->p->words, past->detail);
    snprintf(code, sizeof(code), "%.*s", (int)strcspn(past->detail, " "), past->detail);
    return json_string(staff_word(&s->p->words, "order_detail", code));
}

static void add_step(void *self, const struct order_past *past)
{
    struct steps *s = self;
    json_t *step = json_pack(
        "{s:s, s:o, s:o, s:o}", "what", staff_word(&s->p->words, "act_order", past->act),
        "who", staff_actor_word(s->st, &s->p->words, past->actor), "detail",
        detail_json(s, past), "at", staff_time(&s->p->words, past->at_ms));

    if (past->words != NULL)
        json_object_set_new(step, s->p->staff.view->words ? "text" : "hidden",
                            s->p->staff.view->words ? json_string(past->words)
                                                    : json_true());
    json_array_append_new(s->list, step);
}

/* ---- the appeal ---- */

static bool appeal_json(struct store *st, const struct order_page *p,
                        const struct order *o, json_t *data, struct error *err)
{
    const struct staff_words *w = &p->words;
    struct appeal a;
    json_t *grounds = json_array(), *to;
    bool found, final;

    json_object_set_new(data, "grounds", grounds);
    if (o->rating_id == 0)
        return true;
    if (!assessment_final_of_case(st, o->case_id, &final, err) ||
        !appeal_of(st, o->rating_id, &a, &found, err))
        return false;
    for (int i = 0; appeal_ground(i) != NULL; i++)
        add_choice(grounds, appeal_ground(i), staff_word(w, "ground", appeal_ground(i)));
    json_object_set_new(data, "may_appeal",
                        json_boolean(!found && !final && may_post(p, o, "appeal")));
    json_object_set_new(data, "year_frozen", json_boolean(!found && final));
    if (!found)
        return true;
    to = json_pack("{s:s, s:o, s:o}", "ground", staff_word(w, "ground", a.ground), "who",
                   staff_actor_word(st, w, a.actor), "at", staff_time(w, a.at_ms));
    json_object_set_new(data, "appeal", to);
    json_object_set_new(data, "may_decide",
                        json_boolean(a.outcome[0] == '\0' && may_post(p, o, "decide")));
    if (p->staff.view->words && a.words != NULL)
        json_object_set_new(to, "text", json_string(a.words));
    if (a.outcome[0] != '\0') {
        json_object_set_new(to, "outcome",
                            json_string(staff_word(w, "appeal", a.outcome)));
        json_object_set_new(to, "decider", staff_actor_word(st, w, a.decider));
        json_object_set_new(to, "decided", staff_time(w, a.decided_ms));
        if (p->staff.view->words && a.decision_words != NULL)
            json_object_set_new(to, "reason", json_string(a.decision_words));
    }
    appeal_free(&a);
    return err->kind == ERROR_NONE;
}

/* ---- what the citizen said ---- */

/* The rating that it is about, and who handled the case. */
static bool case_json(struct store *st, const struct order_page *p, const struct order *o,
                      json_t *data, struct error *err)
{
    const struct staff_words *w = &p->words;
    struct review_record r;
    bool found;

    if (!review_record_read(st, o->case_id, NULL, NULL, &r, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_BROKEN, "Work order %s has lost its case.",
                         o->number);
    json_object_set_new(data, "case",
                        json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "no", r.case_no,
                                  "matter", r.matter.name, "window", r.window.name,
                                  "department", r.department.name, "clerk",
                                  p->staff.view->clerk ? r.clerk.name : "", "closed",
                                  staff_time(w, r.closed_ms)));
    for (size_t i = 0; i < r.rating_count; i++) {
        const struct review_rating *rating = &r.ratings[i];
        char id[24];

        if (rating->id != o->rating_id)
            continue;
        snprintf(id, sizeof(id), "%lld", (long long)rating->id);
        json_object_set_new(
            data, "rating",
            json_pack("{s:s, s:o, s:o, s:o, s:b, s:s, s:s}", "id", id, "grade",
                      staff_grade(w, rating->grade), "dims", staff_dims(w, rating->dims),
                      "tags", staff_tags(w, rating->tags), "replaced", !rating->effective,
                      "channel", staff_word(w, "channel", rating->channel), "proof",
                      rating->proof));
    }
    for (size_t i = 0; o->now.kind != ORDER_DENIED && i < r.rating_count; i++)
        if (r.ratings[i].comment != NULL && p->staff.view->words)
            json_object_set_new(data, "said", json_string(r.ratings[i].comment));
    review_record_free(&r);
    return true;
}

/* ---- the page ---- */

static json_t *head_json(const struct order_page *p, const struct order *o)
{
    const struct staff_words *w = &p->words;
    const struct order_rules *rules = &site_of(p->staff.step.x)->rules->rating.order;
    int64_t due_ms = order_due_ms(&o->now, rules);
    char id[24], level[12];
    json_t *data;

    snprintf(id, sizeof(id), "%lld", (long long)o->id);
    snprintf(level, sizeof(level), "%d", o->now.level);
    data = json_pack(
        "{s:s, s:s, s:s, s:s, s:o, s:o, s:b, s:b, s:i, s:s}", "id", id, "number",
        o->number, "kind", staff_word(w, "order_kind", order_kind_name(o->now.kind)),
        "state", staff_word(w, "order", order_state_name(o->now.state)), "opened",
        staff_time(w, o->opened_ms), "due",
        due_ms != INT64_MAX ? staff_time(w, due_ms) : json_null(), "over",
        due_ms <= w->now_ms, "again", o->now.round > 0, "steps_seen", o->steps, "reach",
        staff_word(w, "reach", order_reach_name(o->now.reach)));
    if (o->now.level > 0)
        json_object_set_new(data, "level",
                            json_string(staff_word(w, "order_level", level)));
    if (o->now.paused_ms != 0)
        json_object_set_new(data, "paused",
                            json_string(staff_word(w, "pause", o->paused_for)));
    return data;
}

static bool read_page(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct order_page *p = (struct order_page *)s;
    struct steps steps = {st, p, json_array()};
    struct account owner;
    struct order o;
    bool found, known = false;

    p->words = (struct staff_words){.site = site_of(s->x),
                                    .frame = st->frame,
                                    .lang = page_lang(s->x),
                                    .now_ms = now_ms};
    if (!order_get(st, p->id, &o, &found, err))
        goto failed;
    if (!found || !order_shown(p->staff.view, &p->staff.who, &o)) {
        error_set(err, ERROR_ABSENT, "There is no such work order.");
        goto failed;
    }
    p->data = head_json(p, &o);
    json_object_set_new(p->data, "steps", steps.list);
    if (order_steps_each(st, o.id, add_step, &steps, err) &&
        case_json(st, p, &o, p->data, err) && forms_json(st, p, &o, p->data, err) &&
        appeal_json(st, p, &o, p->data, err) &&
        (o.owner == 0 || account_get(st, o.owner, &owner, &known, err))) {
        if (known)
            json_object_set_new(p->data, "owner", json_string(owner.name));
        return true;
    }
    json_decref(p->data);
    return false;
failed:
    json_decref(steps.list);
    return false;
}

static int status_of(const struct order_page *p)
{
    return p->trouble.kind == ERROR_NONE ? 200 : problem_status(p->trouble.kind);
}

static void show_page(struct exchange *x, struct step *s)
{
    struct order_page *p = (struct order_page *)s;
    json_t *data = staff_frame(x, &p->staff, p->words.lang);

    json_object_update(data, p->data);
    json_decref(p->data);
    if (p->overtaken)
        json_object_set_new(data, "conflict", json_true());
    else if (p->trouble.kind == ERROR_LIMIT)
        json_object_set_new(data, "spent", json_true());
    else if (p->trouble.kind != ERROR_NONE)
        json_object_set_new(data, "trouble",
                            fault_json(p->words.site, p->words.lang, p->trouble.text));
    if (p->phone[0] != '\0')
        json_object_set_new(data, "phone", json_string(p->phone));
    if (p->views > 0) {
        json_object_set_new(data, "views", json_integer(p->views));
        json_object_set_new(
            data, "views_most",
            json_integer(settings_int(site_of(x)->settings, "staff.phone_views")));
    }
    page_answer(x, status_of(p), "order", "staff", p->words.lang, data);
}

void order_page_show(struct order_page *p)
{
    staff_read(&p->staff, read_page, show_page);
}

void page_order(struct exchange *x)
{
    struct order_page *p = staff_new(x, sizeof(*p));

    if (!id_parse(exchange_param(x, 0), &p->id))
        p->id = 0;
    order_page_show(p);
}
