/*
 * api_approval.c — see api_approval.h.
 *
 * Promise: the same told twice is one step and answers 200 with it, with an
 * Idempotency-Key and without; what cannot follow is refused with a sentence and leaves
 * no trace. A key of one department speaks for that department alone.
 */
#include "web/api_approval.h"

#include <string.h>

#include "base/zone.h"
#include "web/api_act.h"
#include "web/approval_json.h"
#include "web/identity.h"
#include "web/problem.h"

enum { FORGIVEN_MS = 5 * 60 * 1000 };

/* == Telling ====================================================================== */

static void answer_told(struct exchange *x, struct act *a)
{
    json_answer(x, a->fresh ? 201 : 200, a->body);
}

/* What is answered: the step, and how its department stands now. */
static bool load_told(struct store *st, struct act *a, int64_t now_ms, struct error *err)
{
    const struct approval_clock clock = approval_clock_of(st->frame, now_ms);
    struct approval_figures figures;
    struct approval_case all;
    struct approval_told told;

    if (!approval_fact_get(st, a->fact_id, &told, err) ||
        !approval_read(st, told.fact.case_id, &all, err))
        return false;
    approval_figure(&all.now, &clock, &figures);
    a->body = json_pack("{s:o, s:o}", "step", approval_step_json(st->frame, &told.fact),
                        "approval",
                        told.fact.n > 0 ? approval_json(st->frame, &all,
                                                        (size_t)told.fact.n - 1, &figures)
                                        : json_null());
    return true;
}

/* An instant of the body; now where none was told. Not in the future. */
static bool settle_time(const struct act *a, int64_t now_ms, int64_t *out,
                        struct error *err)
{
    *out = a->accepted_ms != 0 ? a->accepted_ms : now_ms;
    return *out <= now_ms + FORGIVEN_MS ||
           error_field(err, "at",
                       "This instant lies in the future. Check the other system's "
                       "clock.");
}

/* The department that a step is told of: the child's, or the one of the intake. */
static bool speaks_for(struct store *st, const struct act *a, int n, struct error *err)
{
    const char *place = a->caller.place;
    struct approval_case all;
    struct service_case c;
    struct window w;
    const char *own;

    if (place[0] == '\0')
        return true;
    if (!case_get(st, a->id, &c, err) || !window_get(st, c.window_id, &w, err) ||
        !approval_read(st, a->id, &all, err))
        return false;
    own = n == 0                             ? w.department_code
          : n > 0 && n <= (int)all.now.count ? all.rows[n - 1].department
                                             : "";
    return strcmp(own, place) == 0 ||
           error_set(err, ERROR_DENIED, "This key speaks for the department %s alone.",
                     place);
}

static bool run_start(struct store *st, struct act *a, int64_t now_ms, struct error *err)
{
    struct approval_begin in = {.case_id = a->id,
                                .department = a->department,
                                .matter = a->matter,
                                .promised_days = a->number,
                                .actor = a->caller.actor};
    struct matter m;
    bool found;

    if (a->caller.place[0] != '\0') {
        if (in.department == NULL && in.matter != NULL &&
            matter_find(st, in.matter, &m, &found, err) && found)
            in.department = m.department_code;
        if (err->kind != ERROR_NONE)
            return false;
        if (in.department == NULL || strcmp(in.department, a->caller.place) != 0)
            return error_set(err, ERROR_DENIED,
                             "This key speaks for the department %s alone.",
                             a->caller.place);
    }
    return settle_time(a, now_ms, &in.at_ms, err) &&
           approval_start(st, &in, now_ms, &a->fact_id, &a->fresh, err) &&
           load_told(st, a, now_ms, err);
}

static bool run_step(struct store *st, struct act *a, int64_t now_ms, struct error *err)
{
    struct approval_tell in = {.case_id = a->id,
                               .n = a->number,
                               .step = approval_step_read(a->word),
                               .granted = a->outcome == NULL ||
                                          strcmp(a->outcome, "granted") == 0,
                               .reason = a->reason,
                               .actor = a->caller.actor};

    return speaks_for(st, a, in.n, err) && settle_time(a, now_ms, &in.at_ms, err) &&
           approval_tell(st, &in, now_ms, &a->fact_id, &a->fresh, err) &&
           load_told(st, a, now_ms, err);
}

static bool refuse(struct exchange *x, const char *field, const char *text)
{
    struct error err = {0};

    error_field(&err, field, "%s", text);
    problem_answer(x, &err);
    return false;
}

static bool act_instant(struct exchange *x, const json_t *body, struct act *a)
{
    const char *text;

    if (!act_text(x, body, "at", false, &text))
        return false;
    return text == NULL || zone_parse_iso(text, &a->accepted_ms) ||
           refuse(x, "at",
                  "at must be an instant with its offset, as in "
                  "2026-11-23T10:42:00+08:00.");
}

/* Promised working days; -1 where none are told. */
static bool act_days(struct exchange *x, const json_t *body, struct act *a)
{
    const json_t *value = json_object_get(body, "promised_days");

    a->number = -1;
    if (value == NULL || json_is_null(value))
        return true;
    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        json_integer_value(value) > HALL_DAYS_MOST)
        return refuse(x, "promised_days", "Promised days are a number from 0 to 3650.");
    a->number = (int)json_integer_value(value);
    return true;
}

static void start(struct exchange *x)
{
    json_t *body;
    struct act *a = act_new(x, &body);

    if (a == NULL)
        return;
    if (act_id(x, 0, &a->id) && act_text(x, body, "matter", false, &a->matter) &&
        act_text(x, body, "department", false, &a->department) && act_days(x, body, a) &&
        act_instant(x, body, a)) {
        a->run = run_start;
        a->load = load_told;
        a->answer = answer_told;
        act_write(a);
    }
    json_decref(body);
}

/* The number of an approval in the path; 0 is the case itself. What is no number is
 * looked for as -1, so that a stranger hears 401 before 404. */
static int number_in(const char *text)
{
    int number = 0;

    for (const char *p = text; *p != '\0'; p++) {
        if (*p < '0' || *p > '9' || p - text > 3)
            return -1;
        number = number * 10 + (*p - '0');
    }
    return number;
}

static bool word_known(struct exchange *x, const struct act *a)
{
    enum approval_step step = approval_step_read(a->word);

    if (step == APPROVAL_STEPS)
        return refuse(
            x, "step",
            "A step is inform, consult, accept, survey, review, pay, approve or "
            "issue; pause and resume stop and start a clock.");
    if (a->outcome == NULL)
        return true;
    if (step != APPROVAL_APPROVE)
        return refuse(x, "outcome", "Only approve has an outcome.");
    return strcmp(a->outcome, "granted") == 0 || strcmp(a->outcome, "refused") == 0 ||
           refuse(x, "outcome", "An outcome of approve is granted or refused.");
}

static void tell(struct exchange *x)
{
    json_t *body;
    struct act *a = act_new(x, &body);

    if (a == NULL)
        return;
    a->number = number_in(exchange_param(x, 1));
    if (act_id(x, 0, &a->id) && act_text(x, body, "step", true, &a->word) &&
        act_text(x, body, "outcome", false, &a->outcome) && word_known(x, a) &&
        act_text(x, body, "reason", false, &a->reason) && act_instant(x, body, a)) {
        a->run = run_step;
        a->load = load_told;
        a->answer = answer_told;
        act_write(a);
    }
    json_decref(body);
}

/* == Looking ====================================================================== */

struct approval_look {
    struct step step;
    int64_t id;
    json_t *body;
};

struct place_wanted {
    const char *place;
    bool found;
};

static void match_place(void *self, const struct approval_department *d)
{
    struct place_wanted *w = self;

    w->found |= strcmp(d->code, w->place) == 0;
}

static bool read_approvals(struct store *st, struct step *s, int64_t now_ms,
                           struct error *err)
{
    struct approval_look *look = (struct approval_look *)s;
    struct place_wanted wanted;
    struct approval_case all;
    struct caller who;

    if (!identity_require(st, s->x, &who, err) || !approval_read(st, look->id, &all, err))
        return false;
    wanted = (struct place_wanted){who.place, who.place[0] == '\0'};
    if (!wanted.found && !approval_departments(st, look->id, match_place, &wanted, err))
        return false;
    if (!wanted.found) /* others' cases are as good as absent */
        return error_set(err, ERROR_ABSENT, "There is no such case in this hall.");
    return approval_case_json(st, &all, now_ms, &look->body, err);
}

static void answer_approvals(struct exchange *x, struct step *s)
{
    json_answer(x, 200, ((struct approval_look *)s)->body);
}

static void look(struct exchange *x)
{
    struct approval_look *l = step_new(x, sizeof(*l));

    if (!id_parse(exchange_param(x, 0), &l->id))
        l->id = 0;
    step_read(&l->step, read_approvals, answer_approvals);
}

const struct route api_approval_routes[] = {
    {METHOD_GET, "/api/v1/cases/{id}/approvals", look, 0, 0},
    {METHOD_POST, "/api/v1/cases/{id}/approvals", start, 0, 0},
    {METHOD_POST, "/api/v1/cases/{id}/approvals/{n}/steps", tell, 0, 0},
};
const size_t api_approval_route_count = LENGTH(api_approval_routes);
