/*
 * page_rechecks_act.c — drawings that are announced and made, the number that is rung,
 * and what the citizen said (page_rechecks.h).
 *
 * Promise: who is not of a re-check's own side does nothing about it. The number is shown
 * to one person at a time, after it was written down who looked.
 */
#include "web/page_rechecks.h"

#include <stdio.h>
#include <string.h>

#include "store/denial.h"
#include "store/person_store.h"
#include "store/recheck_ask.h"
#include "web/citizen.h"
#include "web/problem.h"

static bool fail(struct rechecks_page *p, int status, const char *trouble,
                 const char *wrong)
{
    return daily_fail(&p->daily, status, trouble, wrong);
}

static bool note(struct store *st, struct rechecks_page *p, const char *action,
                 const char *what, int64_t id, int64_t now_ms, struct error *err)
{
    char object[48];

    snprintf(object, sizeof(object), "%s %lld", what, (long long)id);
    return store_audit(st, p->daily.staff.who.actor, action, object, NULL, now_ms, err);
}

static bool form_fits(struct rechecks_page *p)
{
    if (strlen(p->typed.once) != ASSESS_ONCE - 1)
        fail(p, 422, "err_used", "h-rows");
    return p->daily.trouble == NULL;
}

/* == Plans ======================================================================== */

static int32_t day_of(int date)
{
    return day_number(date / 10000, date / 100 % 100, date % 100);
}

/* Reads what was typed of a plan; a sentence where it is wrong. */
static bool plan_fits(struct store *st, struct rechecks_page *p,
                      struct recheck_plan_input *in, struct error *err)
{
    bool known = true;

    *in = (struct recheck_plan_input){.year = p->daily.year,
                                      .from = assess_date(p->typed.from),
                                      .to = assess_date(p->typed.to),
                                      .side = rechecks_side(p),
                                      .department = p->typed.department,
                                      .wanted =
                                          daily_count(p->typed.wanted, RECHECK_WANTED),
                                      .once = p->typed.once,
                                      .actor = p->daily.staff.who.actor};
    if (in->department[0] != '\0' && !department_known(st, in->department, &known, err))
        return false;
    if (in->from / 10000 != in->year || in->to / 10000 != in->year)
        return fail(p, 422, "err_day", "from");
    if (in->to < in->from || day_of(in->to) - day_of(in->from) >= RECHECK_DAYS)
        return fail(p, 422, "err_days", "to");
    if (in->wanted < 1)
        return fail(p, 422, "err_wanted", "wanted");
    return known || fail(p, 422, "err_department", "department");
}

static bool announce(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct rechecks_page *p = (struct rechecks_page *)s;
    struct recheck_plan_input in;
    int64_t id;

    if (!daily_begin(&p->daily, st, now_ms, err))
        return false;
    if (!form_fits(p))
        return true;
    if (!plan_fits(st, p, &in, err))
        return false;
    if (p->daily.trouble != NULL)
        return true;
    return recheck_announce(st, &in, now_ms, &id, err) &&
           note(st, p, "rechecks.announced", "recheck plan", id, now_ms, err);
}

static bool draw(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct rechecks_page *p = (struct rechecks_page *)s;
    struct recheck_plan plan;
    bool found, drawn;

    if (!daily_begin(&p->daily, st, now_ms, err) ||
        !recheck_plan_find(st, p->plan_id, &plan, &found, err))
        return false;
    if (!found || plan.side != rechecks_side(p) || plan.year != p->daily.year)
        return fail(p, 422, "err_plan", "h-plans");
    if (!recheck_draw(st, &plan, p->daily.staff.who.actor, now_ms, &drawn, err))
        return err->kind == ERROR_LIMIT && fail(p, 422, "err_among", "h-plans");
    return !drawn || note(st, p, "rechecks.drawn", "recheck plan", plan.id, now_ms, err);
}

/* == One re-check ================================================================= */

/* Is it there, of this year's page and the reader's own side? */
static bool find_own(struct store *st, struct rechecks_page *p, struct recheck *r,
                     struct error *err)
{
    bool found;

    if (!recheck_find(st, p->recheck_id, r, &found, err))
        return false;
    if (!found || r->side != rechecks_side(p))
        fail(p, 422, "err_recheck", "h-rows");
    return true;
}

static bool call(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct rechecks_page *p = (struct rechecks_page *)s;
    struct recheck r;
    struct phone phone;
    bool found;

    if (!daily_begin(&p->daily, st, now_ms, err) || !find_own(st, p, &r, err))
        return false;
    if (p->daily.trouble != NULL)
        return true;
    if (!note(st, p, "phone.seen", "recheck", r.id, now_ms, err) ||
        !phone_reveal(st, r.phone_id, &phone, &found, err))
        return false;
    if (!found)
        return fail(p, 422, "err_no_phone", "h-one");
    snprintf(p->phone, sizeof(p->phone), "%s", phone.e164);
    return true;
}

/* One that was chosen; a sentence where it cannot be asked. */
static bool ask_one(struct store *st, struct rechecks_page *p, int64_t now_ms,
                    struct error *err)
{
    static const char *const troubles[] = {[RECHECK_ASK_ANSWERED] = "err_answered",
                                           [RECHECK_ASK_NO_PHONE] = "err_no_phone",
                                           [RECHECK_ASK_NOT_DONE] = "err_not_done"};
    enum recheck_ask outcome;
    struct recheck r;

    if (!find_own(st, p, &r, err))
        return false;
    if (p->daily.trouble != NULL)
        return true;
    if (!recheck_ask(st, &r, p->daily.staff.who.actor, now_ms, &outcome, err))
        return false;
    if (outcome == RECHECK_ASK_BEFORE)
        return true;
    if (outcome != RECHECK_ASK_PUT)
        return fail(p, 422, troubles[outcome], "h-one");
    return note(st, p, "rechecks.asked", "recheck", r.id, now_ms, err);
}

/* All of a plan that can be asked. */
static bool ask_plan(struct store *st, struct rechecks_page *p, int64_t now_ms,
                     struct error *err)
{
    struct recheck_plan plan;
    bool found;
    int count;

    if (!recheck_plan_find(st, p->plan_id, &plan, &found, err))
        return false;
    if (!found || plan.side != rechecks_side(p) || plan.year != p->daily.year)
        return fail(p, 422, "err_plan", "h-plans");
    return recheck_ask_plan(st, plan.id, p->daily.staff.who.actor, now_ms, &count, err) &&
           note(st, p, "rechecks.asked", "recheck plan", plan.id, now_ms, err);
}

static bool ask(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct rechecks_page *p = (struct rechecks_page *)s;

    return daily_begin(&p->daily, st, now_ms, err) &&
           (p->recheck_id != 0 ? ask_one(st, p, now_ms, err)
                               : ask_plan(st, p, now_ms, err));
}

static bool answer_fits(struct rechecks_page *p)
{
    if (recheck_outcome_read(p->typed.outcome) == RECHECK_OUTCOMES)
        fail(p, 422, "err_outcome", "outcome");
    else if (sent_length(p->typed.words) > RECHECK_WORDS)
        fail(p, 422, "err_words_long", "words");
    return p->daily.trouble == NULL;
}

static bool keep_answer(struct store *st, struct rechecks_page *p,
                        const struct recheck *r, int64_t now_ms, struct error *err)
{
    const struct recheck_answer in = {.recheck_id = r->id,
                                      .seen = p->seen,
                                      .outcome = recheck_outcome_read(p->typed.outcome),
                                      .steered = strcmp(p->typed.steered, "1") == 0 ? 1
                                                 : strcmp(p->typed.steered, "0") == 0
                                                     ? 0
                                                     : -1,
                                      .words = p->typed.words,
                                      .once = p->typed.once,
                                      .actor = p->daily.staff.who.actor};
    const struct denial said = {
        .case_id = r->case_id, .received = in.outcome == RECHECK_TRUE, .actor = in.actor};
    enum recheck_verdict verdict;

    if (!recheck_answer_take(st, &in, now_ms, &verdict, err))
        return false;
    switch (verdict) {
    case RECHECK_OUTDATED:
        return fail(p, 409, "err_answered", "outcome");
    case RECHECK_STANDS:
        return fail(p, 409, "err_stands", "h-one");
    case RECHECK_AGAIN:
        return true;
    case RECHECK_TAKEN:
        break;
    }
    if ((in.outcome == RECHECK_TRUE || in.outcome == RECHECK_NOT_TRUE) &&
        !denial_take(st, &p->daily.words.site->rules->rating.order, &said, now_ms, err))
        return false;
    return note(st, p, "rechecks.answered", "recheck", r->id, now_ms, err);
}

static bool answer(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct rechecks_page *p = (struct rechecks_page *)s;
    struct recheck r;

    if (!daily_begin(&p->daily, st, now_ms, err))
        return false;
    if (!form_fits(p))
        return true;
    if (!find_own(st, p, &r, err))
        return false;
    return p->daily.trouble != NULL || !answer_fits(p) ||
           keep_answer(st, p, &r, now_ms, err);
}

/* == Forms ======================================================================== */

static void taken(struct exchange *x, struct step *s)
{
    struct rechecks_page *p = (struct rechecks_page *)s;
    struct daily *d = &p->daily;
    char path[64];

    json_decref(d->data);
    d->data = NULL;
    d->staff.any = false;
    if (!s->ok && d->trouble == NULL) {
        problem_answer(x, &s->err);
        return;
    }
    if (d->trouble != NULL || p->phone[0] != '\0') {
        staff_read(&d->staff, rechecks_read, rechecks_show);
        return;
    }
    snprintf(path, sizeof(path), "/assess/%d/rechecks", d->year);
    daily_done(x, path);
}

static void post(struct exchange *x, step_work *work)
{
    struct rechecks_page *p = daily_new(x, sizeof(*p));
    struct daily *d = &p->daily;
    struct form form;

    if (!staff_form(x, &form))
        return;
    p->typed.once = staff_typed(x, &form, "once");
    p->typed.from = staff_typed(x, &form, "from");
    p->typed.to = staff_typed(x, &form, "to");
    p->typed.department = staff_typed(x, &form, "department");
    p->typed.wanted = staff_typed(x, &form, "wanted");
    p->typed.outcome = staff_typed(x, &form, "outcome");
    p->typed.steered = staff_typed(x, &form, "steered");
    p->typed.words = staff_typed(x, &form, "words");
    p->recheck_id = daily_id(x, &form, "recheck");
    p->plan_id = daily_id(x, &form, "plan");
    p->seen = daily_id(x, &form, "seen");
    d->staff.any = true;
    staff_write(&d->staff, &form, work, taken);
    form_free(&form);
}

void page_recheck_announce_post(struct exchange *x)
{
    post(x, announce);
}

void page_recheck_draw_post(struct exchange *x)
{
    post(x, draw);
}

void page_recheck_call_post(struct exchange *x)
{
    post(x, call);
}

void page_recheck_answer_post(struct exchange *x)
{
    post(x, answer);
}

void page_recheck_ask_post(struct exchange *x)
{
    post(x, ask);
}
