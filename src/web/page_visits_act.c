/*
 * page_visits_act.c — plans that are announced and drawn, visits by hand, and what was
 * found (page_visits.h).
 *
 * Promise: who is not of a visit's or plan's own side changes nothing of it, whatever the
 * form says; a result is written by a qualified assessor who does not come from the
 * department. The same form twice is one act.
 */
#include "web/page_visits.h"

#include <stdio.h>
#include <string.h>

#include "store/assessor_store.h"
#include "web/citizen.h"
#include "web/problem.h"

static bool fail(struct visits_page *p, int status, const char *trouble,
                 const char *wrong)
{
    return daily_fail(&p->daily, status, trouble, wrong);
}

static bool note(struct store *st, struct visits_page *p, const char *action,
                 const char *what, int64_t id, int64_t now_ms, struct error *err)
{
    char object[48];

    snprintf(object, sizeof(object), "%s %lld", what, (long long)id);
    return store_audit(st, p->daily.staff.who.actor, action, object, NULL, now_ms, err);
}

static bool form_fits(struct visits_page *p)
{
    if (strlen(p->typed.once) != ASSESS_ONCE - 1)
        fail(p, 422, "err_used", "h-open");
    return p->daily.trouble == NULL;
}

static bool kind_fits(struct visits_page *p, const char *wrong)
{
    enum visit_kind kind = visit_kind_read(p->typed.kind);

    if (kind == VISIT_KINDS || !visit_kind_fits(visits_side(p), kind))
        fail(p, 422, "err_visit_kind", wrong);
    return p->daily.trouble == NULL;
}

/* == Acts ========================================================================= */

static bool announce(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct visits_page *p = (struct visits_page *)s;
    int64_t id;

    if (!daily_begin(&p->daily, st, now_ms, err))
        return false;
    if (!form_fits(p) || !kind_fits(p, "plan-kind"))
        return true;
    p->by_risk = daily_count(p->typed.by_risk, VISIT_MOST);
    p->by_lot = daily_count(p->typed.by_lot, VISIT_MOST);
    if (p->by_risk < 0 || p->by_lot < 0 || p->by_risk + p->by_lot == 0)
        return fail(p, 422, "err_counts", "by_risk");
    return visit_plan_announce(
               st,
               &(struct visit_plan_input){.year = p->daily.year,
                                          .side = visits_side(p),
                                          .kind = visit_kind_read(p->typed.kind),
                                          .by_risk = p->by_risk,
                                          .by_lot = p->by_lot,
                                          .once = p->typed.once,
                                          .actor = p->daily.staff.who.actor},
               now_ms, &id, err) &&
           note(st, p, "visits.announced", "plan", id, now_ms, err);
}

static bool draw(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct visits_page *p = (struct visits_page *)s;
    const struct visit_rules rules = visits_rules(site_of(s->x));
    struct visit_plan_row plan;
    bool found, drawn;

    if (!daily_begin(&p->daily, st, now_ms, err) ||
        !visit_plan_find(st, p->plan_id, &plan, &found, err))
        return false;
    if (!found || plan.side != visits_side(p) || plan.year != p->daily.year)
        return fail(p, 422, "err_plan", "h-plans");
    if (!visit_plan_draw(st, &rules, &plan, p->daily.staff.who.actor, now_ms, &drawn,
                         err))
        return false;
    return !drawn || note(st, p, "visits.drawn", "plan", plan.id, now_ms, err);
}

static bool by_hand(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct visits_page *p = (struct visits_page *)s;
    int64_t id;

    if (!daily_begin(&p->daily, st, now_ms, err))
        return false;
    if (!form_fits(p) || !kind_fits(p, "hand-kind"))
        return true;
    if (!visit_add(st,
                   &(struct visit_input){.year = p->daily.year,
                                         .side = visits_side(p),
                                         .kind = visit_kind_read(p->typed.kind),
                                         .window = p->typed.window,
                                         .once = p->typed.once,
                                         .actor = p->daily.staff.who.actor},
                   now_ms, &id, err))
        return false;
    if (id == 0)
        return fail(p, 422, "err_window", "window");
    return note(st, p, "visits.by_hand", "visit", id, now_ms, err);
}

/* What was typed about the result. */
static bool result_fits(struct visits_page *p)
{
    if ((p->date = assess_date(p->typed.on)) == 0 || p->date / 10000 != p->daily.year)
        fail(p, 422, "err_day", "on");
    else if (!points_parse(p->typed.score, &p->score) || p->typed.score[0] == '-')
        fail(p, 422, "err_mark", "score");
    else if (p->typed.words[0] == '\0')
        fail(p, 422, "err_words", "words");
    else if (sent_length(p->typed.words) > VISIT_WORDS)
        fail(p, 422, "err_words_long", "words");
    return p->daily.trouble == NULL;
}

static bool assessor_fits(struct store *st, struct visits_page *p, const struct visit *v,
                          struct error *err)
{
    static const char *const troubles[] = {[ASSESSOR_UNKNOWN] = "err_unqualified",
                                           [ASSESSOR_EXPIRED] = "err_expired",
                                           [ASSESSOR_OWN] = "err_own"};
    enum assessor_verdict verdict;

    if (!assessor_judge(st, p->daily.staff.who.id, v->department, p->daily.today,
                        &verdict, err))
        return false;
    return verdict == ASSESSOR_FITS || fail(p, 403, troubles[verdict], "score");
}

static bool keep_result(struct store *st, struct visits_page *p, const struct visit *v,
                        int64_t now_ms, struct error *err)
{
    struct daily *d = &p->daily;
    const struct visit_result_input in = {
        .visit_id = v->id,
        .corrects = p->corrects,
        .local_date = p->date,
        .score = p->score,
        .words = p->typed.words,
        .once = p->typed.once,
        .actor = d->staff.who.actor,
        .file = d->file,
        .file_most = settings_bytes(d->words.site->settings, "daily.file_most")};
    enum visit_verdict verdict;

    if (!daily_room(d, err) || !visit_result_take(st, v, &in, now_ms, &verdict, err))
        return false;
    switch (verdict) {
    case VISIT_OUTDATED:
        return fail(p, 409, "err_outdated", "score");
    case VISIT_TO_COME:
        return fail(p, 422, "err_to_come", "on");
    case VISIT_AGAIN:
        return true;
    case VISIT_TAKEN:
        break;
    }
    return note(st, p, "visits.result", "visit", v->id, now_ms, err);
}

static bool result(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct visits_page *p = (struct visits_page *)s;
    struct visit v;
    bool found;

    if (!daily_begin(&p->daily, st, now_ms, err))
        return false;
    if (!form_fits(p))
        return true;
    if (!visit_find(st, p->visit_id, &v, &found, err))
        return false;
    if (!found || v.side != visits_side(p) || v.year != p->daily.year)
        return fail(p, 422, "err_visit", "h-open");
    if (!result_fits(p))
        return true;
    if (!assessor_fits(st, p, &v, err))
        return false;
    return p->daily.trouble != NULL || keep_result(st, p, &v, now_ms, err);
}

/* == Forms ======================================================================== */

static void taken(struct exchange *x, struct step *s)
{
    struct visits_page *p = (struct visits_page *)s;
    struct daily *d = &p->daily;
    char path[64];

    json_decref(d->data);
    d->data = NULL;
    d->staff.any = false;
    if (!s->ok && !daily_explain(d, &s->err)) {
        problem_answer(x, &s->err);
        return;
    }
    if (d->trouble != NULL) {
        staff_read(&d->staff, visits_read, visits_show);
        return;
    }
    snprintf(path, sizeof(path), "/assess/%d/visits", d->year);
    daily_done(x, path);
}

static void post(struct exchange *x, step_work *work)
{
    struct visits_page *p = daily_new(x, sizeof(*p));
    struct daily *d = &p->daily;
    struct form form;

    if (!daily_form(d, &form))
        return;
    p->typed.once = staff_typed(x, &form, "once");
    p->typed.kind = staff_typed(x, &form, "kind");
    p->typed.window = staff_typed(x, &form, "window");
    p->typed.by_risk = staff_typed(x, &form, "by_risk");
    p->typed.by_lot = staff_typed(x, &form, "by_lot");
    p->typed.on = staff_typed(x, &form, "on");
    p->typed.score = staff_typed(x, &form, "score");
    p->typed.words = staff_typed(x, &form, "words");
    p->visit_id = daily_id(x, &form, "visit");
    p->plan_id = daily_id(x, &form, "plan");
    p->corrects = daily_id(x, &form, "corrects");
    d->staff.any = true;
    staff_write(&d->staff, &form, work, taken);
    form_free(&form);
}

void page_visits_post(struct exchange *x)
{
    post(x, by_hand);
}

void page_visit_announce_post(struct exchange *x)
{
    post(x, announce);
}

void page_visit_draw_post(struct exchange *x)
{
    post(x, draw);
}

void page_visit_result_post(struct exchange *x)
{
    post(x, result);
}
