/*
 * page_visits.c — visits as they are listed, and a plan with what it was made of
 * (page_visits.h).
 */
#include "web/page_visits.h"

#include <stdio.h>
#include <string.h>

static const char pattern[] = "/assess/{year}/visits";

enum visit_side visits_side(const struct visits_page *p)
{
    switch (p->daily.staff.who.role) {
    case ROLE_HALL:
        return VISIT_HALL;
    case ROLE_ORGANISATION:
        return VISIT_ORGANISATION;
    default:
        return VISIT_SIDES;
    }
}

bool visits_shown(const struct visits_page *p, const struct visit *v)
{
    enum visit_side side = visits_side(p);

    if (p->daily.staff.view->scope != ACCESS_HALL)
        return v->result_id != 0;
    return v->result_id != 0 || v->kind != VISIT_MYSTERY || side == VISIT_SIDES ||
           side == v->side;
}

struct visit_rules visits_rules(const struct site *site)
{
    const struct settings *s = site->settings;

    return (struct visit_rules){
        .bad_weight = (int)settings_int(s, "visits.bad_weight"),
        .since_weight = (int)settings_int(s, "visits.since_weight"),
        .overdue_weight = (int)settings_int(s, "visits.overdue_weight"),
        .log_weight = (int)settings_int(s, "visits.log_weight"),
        .bad_full = (int)settings_int(s, "visits.bad_full"),
        .days_full = (int)settings_int(s, "visits.days_full"),
        .overdue_full = (int)settings_int(s, "visits.overdue_full"),
        .log_full = (int)settings_int(s, "visits.log_full"),
        .look_back_days = (int)settings_int(s, "visits.look_back_days"),
    };
}

/* == Visits ======================================================================= */

static json_t *visit_json(struct visits_page *p, const struct visit *v)
{
    struct daily *d = &p->daily;
    char id[24], score[POINTS_TEXT], day[DAY_TEXT] = "";
    json_t *row;

    snprintf(id, sizeof(id), "%lld", (long long)v->id);
    points_text(v->score, score);
    if (v->local_date != 0)
        assess_date_text(v->local_date, day);
    row = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:b}", "id", id,
                    "window", v->window, "kind",
                    staff_word(&d->words, "visit", visit_kind_name(v->kind)), "side",
                    staff_word(&d->words, "side", visit_side_name(v->side)), "reason",
                    staff_word(&d->words, "reason", visit_reason_name(v->reason)),
                    "score", score, "day", day, "by", staff_actor(p->st, v->actor), "at",
                    staff_time(&d->words, v->result_id != 0 ? v->result_ms : v->at_ms),
                    "corrected", (int)v->corrected);
    json_object_set_new(row, "own", json_boolean(v->side == visits_side(p)));
    json_object_set_new(row, "words",
                        v->words != NULL ? json_string(v->words) : json_null());
    json_object_set_new(row, "files",
                        daily_files(d, p->st, EVIDENCE_VISIT, v->id, v->files));
    return row;
}

/* The visit whose result is to be written, with what stands of it. */
static void put_chosen(struct visits_page *p, const struct visit *v)
{
    struct daily *d = &p->daily;
    char id[24] = "", day[DAY_TEXT];

    if (v->result_id != 0)
        snprintf(id, sizeof(id), "%lld", (long long)v->result_id);
    assess_date_text(d->today, day);
    daily_put(d, "chosen", visit_json(p, v));
    daily_put(d, "corrects", json_string(id));
    daily_put(d, "stands", json_boolean(v->result_id != 0));
    daily_put(d, "form_on", json_string(p->typed.on[0] != '\0' ? p->typed.on : day));
    daily_put(d, "form_score", json_string(p->typed.score));
    daily_put(d, "form_words", json_string(p->typed.words));
}

static void add_visit(void *self, const struct visit *v)
{
    struct visits_page *p = self;

    if (!visits_shown(p, v))
        return;
    json_array_append_new(v->result_id != 0 ? p->done : p->open, visit_json(p, v));
    if (v->id == p->visit_id && v->side == visits_side(p))
        put_chosen(p, v);
}

static bool read_visits(struct store *st, struct visits_page *p, struct error *err)
{
    struct daily *d = &p->daily;

    p->st = st;
    p->open = json_array();
    p->done = json_array();
    if (!visits_each(st, d->year, daily_own_window(d), daily_own_department(d), add_visit,
                     p, err)) {
        json_decref(p->open);
        json_decref(p->done);
        return false;
    }
    daily_put_list(d, "open", "some_open", p->open);
    daily_put_list(d, "done", "some_done", p->done);
    return true;
}

/* == Plans ======================================================================== */

static json_t *plan_json(struct visits_page *p, const struct visit_plan_row *plan)
{
    struct daily *d = &p->daily;
    char id[24];
    json_t *row;

    snprintf(id, sizeof(id), "%lld", (long long)plan->id);
    row = json_pack("{s:s, s:s, s:s, s:i, s:i, s:i, s:s, s:s, s:s, s:o, s:o}", "id", id,
                    "kind", staff_word(&d->words, "visit", visit_kind_name(plan->kind)),
                    "side", staff_word(&d->words, "side", visit_side_name(plan->side)),
                    "by_risk", plan->by_risk, "by_lot", plan->by_lot, "count",
                    plan->visits, "seed", plan->seed, "commitment", plan->commitment,
                    "rules", plan->rules, "by", staff_actor(p->st, plan->actor), "at",
                    staff_time(&d->words, plan->at_ms));
    json_object_set_new(row, "drawn", staff_time(&d->words, plan->drawn_ms));
    json_object_set_new(
        row, "draws", json_boolean(plan->drawn_ms == 0 && plan->side == visits_side(p)));
    return row;
}

/* Whom a plan has chosen for mystery visits the other side does not learn beforehand. */
static bool plan_shown(const struct visits_page *p, const struct visit_plan_row *plan)
{
    enum visit_side side = visits_side(p);

    return plan->kind != VISIT_MYSTERY || side == VISIT_SIDES || side == plan->side;
}

static void add_plan(void *self, const struct visit_plan_row *plan)
{
    struct visits_page *p = self;
    json_t *row = plan_json(p, plan);

    json_object_set_new(row, "opens",
                        json_boolean(plan->drawn_ms != 0 && plan_shown(p, plan)));
    json_array_append_new(p->plans, row);
}

static bool read_plans(struct store *st, struct visits_page *p, struct error *err)
{
    p->plans = json_array();
    if (p->daily.staff.view->scope == ACCESS_HALL &&
        !visit_plans_each(st, p->daily.year, add_plan, p, err)) {
        json_decref(p->plans);
        return false;
    }
    daily_put_list(&p->daily, "plans", "some_plans", p->plans);
    return true;
}

/* == The page ===================================================================== */

static void put_forms(struct visits_page *p, json_t *windows)
{
    struct daily *d = &p->daily;
    enum visit_side side = visits_side(p);
    json_t *kinds = json_array();

    for (int k = 0; k < VISIT_KINDS && side != VISIT_SIDES; k++) {
        const char *name = visit_kind_name((enum visit_kind)k);

        if (visit_kind_fits(side, (enum visit_kind)k))
            assess_option(kinds, name, staff_word(&d->words, "visit", name),
                          p->typed.kind);
    }
    daily_put(d, "writes", json_boolean(side != VISIT_SIDES));
    daily_put(d, "sees_plans", json_boolean(d->staff.view->scope == ACCESS_HALL));
    daily_put(d, "kinds", kinds);
    daily_put(d, "windows", windows);
    daily_put(d, "by_risk",
              json_string(p->typed.by_risk[0] != '\0' ? p->typed.by_risk : "2"));
    daily_put(d, "by_lot",
              json_string(p->typed.by_lot[0] != '\0' ? p->typed.by_lot : "2"));
}

bool visits_read(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct visits_page *p = (struct visits_page *)s;
    json_t *windows;

    if (!daily_begin(&p->daily, st, now_ms, err))
        return false;
    windows = json_array();
    put_forms(p, windows);
    if (daily_windows(&p->daily, st, p->typed.window, windows, err) &&
        read_visits(st, p, err) && read_plans(st, p, err))
        return true;
    json_decref(p->daily.data);
    return false;
}

void visits_show(struct exchange *x, struct step *s)
{
    daily_show(x, &((struct visits_page *)s)->daily, pattern, "visits");
}

static void nothing_typed(struct visits_page *p)
{
    p->typed.once = p->typed.kind = p->typed.window = p->typed.by_risk = p->typed.by_lot =
        p->typed.on = p->typed.score = p->typed.words = "";
}

void page_visits(struct exchange *x)
{
    struct visits_page *p = daily_new(x, sizeof(*p));
    const char *visit = exchange_query(x, "visit");

    nothing_typed(p);
    if (visit != NULL && !id_parse(visit, &p->visit_id))
        p->visit_id = 0;
    staff_read(&p->daily.staff, visits_read, visits_show);
}

/* == One plan ===================================================================== */

static void add_candidate(void *self, const struct visit_candidate *c)
{
    struct visits_page *p = self;
    char risk[POINTS_TEXT], since[16] = "–";

    points_text(c->risk, risk);
    if (c->facts.since_days != VISIT_NEVER)
        snprintf(since, sizeof(since), "%d", c->facts.since_days);
    json_array_append_new(
        p->candidates,
        json_pack("{s:s, s:I, s:I, s:i, s:s, s:i, s:i, s:s, s:s, s:o}", "window",
                  c->facts.code, "bad", (json_int_t)c->facts.bad, "rated",
                  (json_int_t)c->facts.rated, "permille", c->bad_permille, "since", since,
                  "overdue", c->facts.overdue, "remarks", c->facts.remarks, "risk", risk,
                  "lot", c->lot, "reason",
                  c->chosen ? json_string(staff_word(&p->daily.words, "reason",
                                                     visit_reason_name(c->reason)))
                            : json_null()));
}

static bool read_plan(struct store *st, struct step *s, int64_t now_ms, struct error *err)
{
    struct visits_page *p = (struct visits_page *)s;
    struct visit_plan_row plan;
    bool found, ok;

    if (!daily_begin(&p->daily, st, now_ms, err))
        return false;
    p->st = st;
    ok = visit_plan_find(st, p->plan_id, &plan, &found, err) &&
         ((found && plan.year == p->daily.year && plan.drawn_ms != 0 &&
           plan_shown(p, &plan)) ||
          error_set(err, ERROR_ABSENT, "There is no such plan."));
    if (ok) {
        p->candidates = json_array();
        daily_put(&p->daily, "candidates", p->candidates);
        daily_put(&p->daily, "plan", plan_json(p, &plan));
        ok = visit_candidates_each(st, plan.id, add_candidate, p, err);
    }
    if (!ok)
        json_decref(p->daily.data);
    return ok;
}

static void show_plan(struct exchange *x, struct step *s)
{
    daily_show(x, &((struct visits_page *)s)->daily, pattern, "visit_plan");
}

void page_visit_plan(struct exchange *x)
{
    struct visits_page *p = daily_new(x, sizeof(*p));

    nothing_typed(p);
    if (!id_parse(exchange_param(x, 1), &p->plan_id))
        p->plan_id = 0;
    staff_read(&p->daily.staff, read_plan, show_plan);
}
