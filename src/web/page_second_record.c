/*
 * page_second_record.c — one second assessment (page_second_assessment.h): why, how the
 * window's months went, every step, the result, and the acts that this person may do now.
 *
 * Promise: an act is offered only where its route lets the person in and the state lets
 * it happen.
 */
#include "web/page_second_assessment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/assess_frame.h"
#include "web/http.h"
#include "web/page.h"
#include "web/problem.h"
#include "web/rate_ask.h"
#include "web/second_view.h"

static const char catalogue[] = "second_assessment";

/* == The acts ===================================================================== */

/* Those of people, in the order of the page. */
static const enum second_act acts[] = {SECOND_NOTICE, SECOND_DISMISS, SECOND_PLAN,
                                       SECOND_RETURN, SECOND_MEASURE, SECOND_SIGN,
                                       SECOND_NOTE};

static bool may_post(const struct second_page *p, const struct second_record *r,
                     enum second_act act)
{
    char pattern[64];
    const struct route route = {.method = METHOD_POST, .pattern = pattern};
    const struct access_view *view;

    snprintf(pattern, sizeof(pattern), "/assess/{year}/second/{id}/%s",
             second_act_name(act));
    view = access_view(&route, p->staff.who.role);
    return view != NULL && second_shown(view, &p->staff.who, r);
}

static struct second_clock clock_of(const struct second_page *p)
{
    const struct hall_frame *f = p->words.frame;

    return (struct second_clock){f->calendar, f->zone, &f->hours,
                                 &p->words.site->rules->watch.second, p->words.now_ms};
}

/* The result waits until nothing of it can change. */
static bool is_ripe(const struct second_page *p, const struct second_record *r)
{
    struct local_time now;

    zone_local(p->words.frame->zone, p->words.now_ms, &now);
    return now.day_number >=
           second_sign_day(&r->now, &p->words.site->rules->watch.second);
}

static void add_form(const struct second_page *p, const struct second_record *r,
                     enum second_act act, json_t *to)
{
    const struct second_clock clock = clock_of(p);
    const char *name = second_act_name(act);
    bool again = p->trouble.kind != ERROR_NONE && p->act == act;
    char first_text[DAY_TEXT], last_text[DAY_TEXT];
    int32_t first, last;
    json_t *form = json_pack("{s:s, s:s, s:s, s:b, s:b, s:s, s:i}", "act", name, "text",
                             staff_word(&p->words, "act", name), "hint",
                             staff_word(&p->words, "hint", name), "again", again,
                             "wanted", act != SECOND_MEASURE, "typed",
                             again ? p->said : "", "most", SECOND_WORDS);

    json_array_append_new(to, form);
    if (act != SECOND_PLAN && act != SECOND_MEASURE)
        return;
    second_days(&r->now, act, &clock, &first, &last);
    day_text(first, first_text);
    day_text(last, last_text);
    json_object_set_new(form, "day",
                        json_pack("{s:s, s:s, s:s, s:s}", "name",
                                  staff_word(&p->words, "day", name), "first", first_text,
                                  "last", last_text, "typed", again ? p->day : ""));
}

static void forms_json(const struct second_page *p, const struct second_record *r,
                       json_t *data)
{
    json_t *list = json_array();

    for (size_t i = 0; i < LENGTH(acts); i++)
        if (second_may(&r->now, acts[i]) && may_post(p, r, acts[i]) &&
            (acts[i] != SECOND_SIGN || is_ripe(p, r)))
            add_form(p, r, acts[i], list);
    json_object_set_new(data, "some_forms", json_boolean(json_array_size(list) > 0));
    json_object_set_new(data, "forms", list);
}

/* == The steps ==================================================================== */

struct steps {
    struct store *st;
    const struct second_page *p;
    json_t *list;
};

static void add_step(void *self, const struct second_past *past)
{
    struct steps *s = self;
    char day[DAY_TEXT];
    json_t *step =
        json_pack("{s:s, s:o, s:o}", "what", staff_word(&s->p->words, "step", past->act),
                  "who", staff_actor_word(s->st, &s->p->words, past->actor), "at",
                  staff_time(&s->p->words, past->at_ms));

    assess_date_text(past->date, day);
    if (past->date != 0)
        json_object_set_new(step, "day", json_string(day));
    if (past->words != NULL)
        json_object_set_new(step, "text", json_string(past->words));
    json_array_append_new(s->list, step);
}

/* == The page ===================================================================== */

static void put_day(json_t *data, const char *key, int32_t day)
{
    char text[DAY_TEXT];

    if (day == 0)
        return;
    day_text(day, text);
    json_object_set_new(data, key, json_string(text));
}

static void put_periods(const struct second_page *p, const struct second_record *r,
                        json_t *data)
{
    const struct second_periods periods = second_periods(&r->now);

    put_day(data, "plan_from", r->now.plan_from);
    put_day(data, "until", r->now.until);
    if (r->now.plan_from != 0) {
        put_day(data, "before_from", periods.before_from);
        put_day(data, "before_to", periods.before_to);
    }
    if (r->now.until != 0)
        put_day(data, "ripe",
                second_sign_day(&r->now, &p->words.site->rules->watch.second));
}

static bool put_head(struct store *st, struct second_page *p,
                     const struct second_record *r, struct error *err)
{
    const struct staff_words *w = &p->words;
    char id[24], month[MONTH_TEXT];
    struct window window;
    bool found;

    if (!window_find(st, r->window, &window, &found, err))
        return false;
    snprintf(id, sizeof(id), "%lld", (long long)r->id);
    second_month_text(r->month, month);
    p->data =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:b, s:b, s:i}", "id", id,
                  "window", found ? window.name : r->window, "department",
                  found ? window.department_name : r->department, "month", month, "state",
                  staff_word(w, "state", second_state_name(r->now.state)), "opened",
                  staff_time(w, r->opened_ms), "due",
                  r->now.due_ms != INT64_MAX ? staff_time(w, r->now.due_ms) : json_null(),
                  "over", r->now.due_ms <= w->now_ms, "ended", second_is_over(&r->now),
                  "steps_seen", r->steps, "year", p->year);
    json_object_set_new(
        p->data, "next",
        json_string(staff_word(w, "next", second_state_name(r->now.state))));
    put_periods(p, r, p->data);
    return true;
}

static bool put_rest(struct store *st, struct second_page *p,
                     const struct second_record *r, struct error *err)
{
    const struct access_view *list = access_page("/ratings", p->staff.who.role);
    const struct second_view v = {.words = &p->words,
                                  .rules = &p->words.site->rules->watch,
                                  .record = r,
                                  .least = rate_least(p->staff.view),
                                  .lists = list != NULL && !list->bad_only};
    struct steps steps = {st, p, json_array()};
    json_t *triggers = json_array(), *chart = NULL, *result = NULL;

    json_object_set_new(p->data, "steps", steps.list);
    json_object_set_new(p->data, "triggers", triggers);
    if (!second_steps_each(st, r->id, add_step, &steps, err) ||
        !second_view_triggers(st, &v, triggers, err) ||
        !second_view_chart(st, &v, p->words.now_ms, &chart, err))
        return false;
    json_object_set_new(p->data, "chart", chart);
    if (!second_view_result(st, &v, &result, err))
        return false;
    json_object_set_new(p->data, "result", result);
    forms_json(p, r, p->data);
    return true;
}

static bool read_page(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct second_page *p = (struct second_page *)s;
    struct second_record r;
    bool found;

    p->words = assess_words(s->x, st, catalogue, now_ms);
    if (!second_get(st, p->id, &r, &found, err))
        return false;
    if (!found || r.month / 100 != p->year ||
        !second_shown(p->staff.view, &p->staff.who, &r))
        return error_set(err, ERROR_ABSENT, "There is no such second assessment.");
    if (!put_head(st, p, &r, err))
        return false;
    if (put_rest(st, p, &r, err))
        return true;
    json_decref(p->data);
    return false;
}

/* What a person can put right, in his language. */
static const char *trouble_text(const struct second_page *p)
{
    const char *key = p->trouble.kind == ERROR_DENIED        ? "err_assessor"
                      : p->trouble.kind != ERROR_INPUT       ? "err_conflict"
                      : strcmp(p->trouble.field, "day") == 0 ? "err_day"
                                                             : "err_words";

    return page_text(p->words.site, catalogue, p->words.lang, key);
}

static void show_page(struct exchange *x, struct step *s)
{
    struct second_page *p = (struct second_page *)s;
    json_t *data =
        assess_frame(x, &p->staff, p->words.lang, p->year, "/assess/{year}/second");
    int status = p->trouble.kind == ERROR_NONE ? 200 : problem_status(p->trouble.kind);

    json_object_update(data, p->data);
    json_decref(p->data);
    if (p->trouble.kind != ERROR_NONE)
        json_object_set_new(data, "trouble", json_string(trouble_text(p)));
    page_answer(x, status, "second_assessment", catalogue, p->words.lang, data);
}

void second_page_show(struct second_page *p)
{
    staff_read(&p->staff, read_page, show_page);
}

void page_second_record(struct exchange *x)
{
    struct second_page *p = staff_new(x, sizeof(*p));

    p->year = assess_year(x);
    if (!id_parse(exchange_param(x, 1), &p->id))
        p->id = 0;
    second_page_show(p);
}
