/*
 * page_second_act.c — what is done about a second assessment (page_second_assessment.h).
 *
 * Promise: an act is done once, whatever the browser sends twice; somebody who has not
 * seen the newest step is shown it, with his own words kept. Who decides or measures is a
 * qualified assessor of another department.
 */
#include "web/page_second_assessment.h"

#include <stdio.h>
#include <string.h>

#include "store/assessor_store.h"
#include "web/act.h"
#include "web/assess_year.h"
#include "web/page.h"
#include "web/problem.h"

static void keep_newest(void *self, const struct second_past *past)
{
    act_newest_keep(self, past->act, past->actor);
}

/* Has this person done just this since he opened the page? */
static bool is_repeat(struct store *st, const struct second_page *p,
                      const struct second_record *r, bool *repeat, struct error *err)
{
    struct act_newest n = {"", ""};

    *repeat = false;
    if (r->steps != p->steps + 1)
        return true;
    if (!second_steps_each(st, r->id, keep_newest, &n, err))
        return false;
    *repeat = act_is_repeat(&n, second_act_name(p->act), p->staff.who.actor);
    return true;
}

/* The window's own side plans and takes notes; all else is an assessor's. */
static bool is_assessors(enum second_act act)
{
    return act != SECOND_PLAN && act != SECOND_NOTE;
}

static bool take_step(struct store *st, struct second_page *p, struct second_record *r,
                      int64_t now_ms, struct error *err)
{
    struct second_step step = {
        .act = p->act, .actor = p->staff.who.actor, .words = p->said};

    if (is_assessors(p->act) && !assessor_may(st, p->staff.who.id, r->department,
                                              hall_local_date(st->frame, now_ms), err))
        return false;
    if (p->day[0] != '\0' && (p->act == SECOND_PLAN || p->act == SECOND_MEASURE) &&
        !day_parse(p->day, &step.day))
        return error_field(err, "day", "Choose a day.");
    return second_step_take(st, &site_of(p->staff.step.x)->rules->watch, r, &step, now_ms,
                            err);
}

static bool do_step(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct second_page *p = (struct second_page *)s;
    struct second_record r;
    bool found, repeat;

    if (!second_get(st, p->id, &r, &found, err))
        return false;
    if (!found || r.month / 100 != p->year ||
        !second_shown(p->staff.view, &p->staff.who, &r))
        return error_set(err, ERROR_ABSENT, "There is no such second assessment.");
    if (!is_repeat(st, p, &r, &repeat, err))
        return false;
    if (repeat)
        return true;
    if (r.steps != p->steps)
        return act_tell(
            &p->trouble,
            error_set(err, ERROR_CONFLICT,
                      "Somebody else has just changed this second assessment."),
            err);
    return act_tell(&p->trouble, take_step(st, p, &r, now_ms, err), err);
}

static void after_act(struct exchange *x, struct step *s)
{
    struct second_page *p = (struct second_page *)s;
    char path[96];

    if (p->trouble.kind != ERROR_NONE) {
        second_page_show(p);
        return;
    }
    snprintf(path, sizeof(path), "/assess/%d/second/%lld?lang=%s", p->year,
             (long long)p->id, lang_tag(page_lang(x)));
    page_see_other(x, path);
}

void page_second_act(struct exchange *x)
{
    struct second_page *p = staff_new(x, sizeof(*p));
    struct form form;
    const char *steps;
    int64_t seen;

    if (!staff_form(x, &form))
        return;
    p->year = assess_year(x);
    if (!id_parse(exchange_param(x, 1), &p->id))
        p->id = 0;
    steps = form_find(&form, "steps");
    p->act = second_route_act(x->route);
    p->steps = steps != NULL && id_parse(steps, &seen) ? (int)seen : 0;
    p->said = staff_field(x, &form, "words");
    p->day = staff_field(x, &form, "day");
    staff_write(&p->staff, &form, do_step, after_act);
    form_free(&form);
}
