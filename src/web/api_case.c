/*
 * api_case.c — cases for desks and other systems (api.md): start, accept, pause, resume,
 * close, reopen, one more on a ticket, and cases that were handled elsewhere.
 */
#include "base/zone.h"
#include "store/invitation_store.h"
#include "store/trait_store.h"
#include "web/api_act.h"
#include "web/api_queue.h"
#include "web/problem.h"
#include "work/space.h"

static void answer_case(struct exchange *x, struct act *a)
{
    json_answer(x, 200, json_pack("{s:o}", "case", case_json(x, &a->service_case)));
}

static void answer_added(struct exchange *x, struct act *a)
{
    json_answer(x, 201, json_pack("{s:o}", "case", case_json(x, &a->service_case)));
}

static void answer_closed(struct exchange *x, struct act *a)
{
    json_answer(x, 200,
                json_pack("{s:o, s:o}", "case", case_json(x, &a->service_case),
                          "invitation", invitation_json(x, &a->invitation)));
}

/* 201 the first time, 200 for the same (source, case_no) again. */
static void answer_imported(struct exchange *x, struct act *a)
{
    json_answer(x, a->fresh ? 201 : 200,
                json_pack("{s:o, s:o}", "case", case_json(x, &a->service_case),
                          "invitation",
                          a->invitation.id != 0 ? invitation_json(x, &a->invitation)
                                                : json_null()));
}

static bool load_case(struct store *st, struct act *a, int64_t now_ms, struct error *err)
{
    bool decided;

    (void)now_ms;
    return case_get(st, a->fact_id, &a->service_case, err) &&
           invitation_of_case(st, a->fact_id, &a->invitation, &decided, err);
}

static const struct rules *rules_of(const struct act *a)
{
    return site_of(a->step.x)->rules;
}

static bool run_start(struct store *st, struct act *a, int64_t now_ms, struct error *err)
{
    return case_start(st, rules_of(a), a->id, a->caller.actor, now_ms, &a->service_case,
                      err);
}

static bool run_accept(struct store *st, struct act *a, int64_t now_ms, struct error *err)
{
    return case_accept(st, a->id, a->caller.actor, now_ms, &a->service_case, err);
}

static bool run_pause(struct store *st, struct act *a, int64_t now_ms, struct error *err)
{
    return case_pause(st, a->id, a->reason, a->caller.actor, now_ms, &a->service_case,
                      err);
}

static bool run_resume(struct store *st, struct act *a, int64_t now_ms, struct error *err)
{
    return case_resume(st, a->id, a->reason, a->caller.actor, now_ms, &a->service_case,
                       err);
}

static bool run_reopen(struct store *st, struct act *a, int64_t now_ms, struct error *err)
{
    return case_reopen(st, a->id, a->reason, a->caller.actor, now_ms, &a->service_case,
                       err);
}

/* What the desk knows of the case is told before it is counted. */
static bool run_close(struct store *st, struct act *a, int64_t now_ms, struct error *err)
{
    struct service_case c;

    return case_get(st, a->id, &c, err) &&
           case_traits_tell(st, a->id, &a->traits, a->caller.actor, now_ms, err) &&
           case_close(st, rules_of(a), a->id, a->outcome, a->has_phone ? &a->phone : NULL,
                      a->caller.actor, now_ms, &a->service_case, &a->invitation, err);
}

/* The acts on a case: what each takes, does and answers. */
static const struct case_act {
    const char *name;
    bool (*run)(struct store *st, struct act *a, int64_t now_ms, struct error *err);
    void (*answer)(struct exchange *x, struct act *a);
} acts[] = {
    {"start", run_start, answer_case},   {"accept", run_accept, answer_case},
    {"pause", run_pause, answer_case},   {"resume", run_resume, answer_case},
    {"reopen", run_reopen, answer_case}, {"close", run_close, answer_closed},
};

static const struct case_act *act_of(const struct exchange *x)
{
    const char *name = strrchr(x->path, '/') + 1;
    size_t i = 0;

    while (strcmp(acts[i].name, name) != 0)
        i++;
    return &acts[i];
}

static bool outcome_known(struct exchange *x, struct act *a)
{
    static const char *const known[] = {"done", "refused", "withdrawn"};
    struct error err = {0};

    if (a->outcome == NULL)
        a->outcome = "done";
    for (size_t i = 0; i < LENGTH(known); i++)
        if (strcmp(known[i], a->outcome) == 0)
            return true;
    error_field(&err, "outcome", "An outcome is done, refused or withdrawn.");
    problem_answer(x, &err);
    return false;
}

/* What the body tells of the case beside its result; answers what is wrong with it. */
static bool take_traits(struct exchange *x, struct act *a, const json_t *body)
{
    struct error err = {0};
    bool ok = true;

    a->traits = case_traits_untold;
    for (int i = 0; ok && i < TRAIT_FIELDS; i++)
        ok = case_trait_json(&a->traits, case_trait_fields[i],
                             json_object_get(body, case_trait_fields[i]), &err);
    if (!ok)
        problem_answer(x, &err);
    return ok;
}

/* The wrapper keeps `fact_id` for a repeated request: every act here is about one case.
 */
static void case_act(struct exchange *x)
{
    const struct case_act *what = act_of(x);
    json_t *body;
    struct act *a = act_new(x, &body);

    if (a == NULL)
        return;
    if (act_id(x, 0, &a->id) && act_text(x, body, "reason", false, &a->reason) &&
        act_text(x, body, "outcome", false, &a->outcome) && outcome_known(x, a) &&
        act_phone(x, a, body) && take_traits(x, a, body)) {
        a->fact_id = a->id;
        a->run = what->run;
        a->load = load_case;
        a->answer = what->answer;
        act_write(a);
    }
    json_decref(body);
}

/* == One more case on a ticket
 * =============================================================== */

static bool run_add(struct store *st, struct act *a, int64_t now_ms, struct error *err)
{
    bool ok =
        case_add(st, a->id, a->matter, a->caller.actor, now_ms, &a->service_case, err);

    a->fact_id = a->service_case.id;
    return ok;
}

static void add(struct exchange *x)
{
    json_t *body;
    struct act *a = act_new(x, &body);

    if (a == NULL)
        return;
    if (act_id(x, 0, &a->id) && act_text(x, body, "matter", true, &a->matter)) {
        a->run = run_add;
        a->load = load_case;
        a->answer = answer_added;
        act_write(a);
    }
    json_decref(body);
}

/* == Cases of other systems
 * ================================================================== */

static bool instant(struct exchange *x, const json_t *body, const char *field,
                    bool required, int64_t *out)
{
    struct error err = {0};
    const char *text;

    *out = 0;
    if (!act_text(x, body, field, required, &text))
        return false;
    if (text == NULL || zone_parse_iso(text, out))
        return true;
    error_field(&err, field,
                "%s must be an instant with its offset, as in "
                "2026-11-23T10:42:00+08:00.",
                field);
    problem_answer(x, &err);
    return false;
}

static bool run_import(struct store *st, struct act *a, int64_t now_ms, struct error *err)
{
    const struct case_import in = {.source = a->source,
                                   .case_no = a->case_no,
                                   .matter = a->matter,
                                   .window = a->window,
                                   .clerk = a->clerk,
                                   .parent = a->parent,
                                   .phone = a->has_phone ? &a->phone : NULL,
                                   .accepted_ms = a->accepted_ms,
                                   .closed_ms = a->closed_ms,
                                   .traits = &a->traits,
                                   .actor = a->caller.actor};

    if (a->closed_ms > now_ms + 300000 || a->accepted_ms > now_ms + 300000)
        return error_field(
            err, a->closed_ms > now_ms + 300000 ? "closed_at" : "accepted_at",
            "This instant lies in the future. Check the other system's clock.");
    if (!case_import(st, rules_of(a), &in, now_ms, &a->service_case, &a->invitation,
                     &a->fresh, err))
        return false;
    a->fact_id = a->service_case.id;
    return true;
}

static bool has_room(struct exchange *x)
{
    struct error err = {0};

    if (space_for_more(site_of(x)->space, &err))
        return true;
    problem_answer(x, &err);
    return false;
}

static bool order_right(struct exchange *x, const struct act *a)
{
    struct error err = {0};

    if (a->closed_ms == 0 || a->closed_ms >= a->accepted_ms)
        return true;
    error_field(&err, "closed_at", "closed_at lies before accepted_at.");
    problem_answer(x, &err);
    return false;
}

/* Names of other systems are kept short enough for every receiver of our exports. */
static bool name_fits(struct exchange *x, const char *field, const char *text,
                      size_t most)
{
    struct error err = {0};

    if (strlen(text) <= most)
        return true;
    error_field(&err, field, "The field %s is longer than %zu bytes.", field, most);
    problem_answer(x, &err);
    return false;
}

static void import(struct exchange *x)
{
    json_t *body;
    struct act *a = act_new(x, &body);

    if (a == NULL)
        return;
    if (has_room(x) && act_text(x, body, "case_no", true, &a->case_no) &&
        name_fits(x, "case_no", a->case_no, 64) &&
        act_text(x, body, "source", true, &a->source) &&
        name_fits(x, "source", a->source, 32) &&
        act_text(x, body, "matter", true, &a->matter) &&
        act_text(x, body, "window", true, &a->window) &&
        act_text(x, body, "clerk", true, &a->clerk) &&
        act_text(x, body, "parent", false, &a->parent) &&
        instant(x, body, "accepted_at", true, &a->accepted_ms) &&
        instant(x, body, "closed_at", false, &a->closed_ms) && order_right(x, a) &&
        act_phone(x, a, body) && take_traits(x, a, body)) {
        a->run = run_import;
        a->load = load_case;
        a->answer = answer_imported;
        act_write(a);
    }
    json_decref(body);
}

const struct route api_case_routes[] = {
    {METHOD_POST, "/api/v1/cases", import, 0, 0},
    {METHOD_POST, "/api/v1/cases/{id}/start", case_act, 0, 0},
    {METHOD_POST, "/api/v1/cases/{id}/accept", case_act, 0, 0},
    {METHOD_POST, "/api/v1/cases/{id}/pause", case_act, 0, 0},
    {METHOD_POST, "/api/v1/cases/{id}/resume", case_act, 0, 0},
    {METHOD_POST, "/api/v1/cases/{id}/reopen", case_act, 0, 0},
    {METHOD_POST, "/api/v1/cases/{id}/close", case_act, 0, 0},
    {METHOD_POST, "/api/v1/tickets/{id}/cases", add, 0, 0},
};
const size_t api_case_route_count = LENGTH(api_case_routes);
