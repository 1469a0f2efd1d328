/*
 * approval_json.c — see approval_json.h.
 */
#include "web/approval_json.h"

#include "web/json.h"

enum { MINUTE_MS = 60000 };

struct approval_clock approval_clock_of(const struct hall_frame *frame, int64_t now_ms)
{
    return (struct approval_clock){.calendar = frame->calendar,
                                   .zone = frame->zone,
                                   .hours = &frame->hours,
                                   .now_ms = now_ms};
}

static json_t *minutes(int64_t ms)
{
    return json_integer(ms / MINUTE_MS);
}

/* A decided one has ended; one that the closing cut off has not. */
json_t *approval_json(const struct hall_frame *frame, const struct approval_case *all,
                      size_t child, const struct approval_figures *figures)
{
    const struct approval_child *c = &all->now.children[child];
    const struct approval_row *row = &all->rows[child];
    const struct approval_part *part = &figures->parts[child];

    return json_pack(
        "{s:i, s:{s:s, s:s}, s:s?, s:s, s:o, s:o, s:o, s:i, s:i, s:o, s:o}", "n",
        (int)child + 1, "department", "code", row->department, "name",
        row->department_name, "matter", row->matter[0] != '\0' ? row->matter : NULL,
        "state", approval_state_name(c->state), "started_at",
        json_time(frame->zone, c->started_ms), "ended_at",
        json_time(frame->zone, c->ended_ms), "promised_days",
        row->promised_days >= 0 ? json_integer(row->promised_days) : json_null(), "days",
        part->days, "paused_days", part->paused_days, "working_minutes",
        minutes(part->ran_ms), "case", json_id(row->child_case_id));
}

json_t *approval_step_json(const struct hall_frame *frame,
                           const struct approval_fact *fact)
{
    json_t *out = json_pack("{s:o, s:i, s:s, s:o, s:o}", "id", json_id(fact->id), "n",
                            fact->n, "step", approval_step_name(fact->step), "at",
                            json_time(frame->zone, fact->at_ms), "told_at",
                            json_time(frame->zone, fact->told_ms));

    if (fact->step == APPROVAL_APPROVE)
        json_object_set_new(out, "outcome",
                            json_string(fact->granted ? "granted" : "refused"));
    if (fact->reason[0] != '\0')
        json_object_set_new(out, "reason", json_string(fact->reason));
    return out;
}

struct steps {
    const struct hall_frame *frame;
    json_t *list;
};

static void add_step(void *self, const struct approval_fact *fact)
{
    struct steps *s = self;

    json_array_append_new(s->list, approval_step_json(s->frame, fact));
}

/* Each two that ran at the same time. */
static json_t *pairs_json(const struct approval_case *all, const struct approval_clock *c)
{
    json_t *list = json_array();

    for (size_t i = 0; i < all->now.count; i++)
        for (size_t k = i + 1; k < all->now.count; k++)
            json_array_append_new(
                list,
                json_pack("{s:[i, i], s:o}", "n", (int)i + 1, (int)k + 1, "both_minutes",
                          minutes(approval_both_ms(&all->now, i, k, c))));
    return list;
}

bool approval_case_json(struct store *st, const struct approval_case *all, int64_t now_ms,
                        json_t **out, struct error *err)
{
    const struct approval_clock clock = approval_clock_of(st->frame, now_ms);
    struct steps steps = {st->frame, json_array()};
    json_t *approvals = json_array();
    struct approval_figures f;

    approval_figure(&all->now, &clock, &f);
    for (size_t i = 0; i < all->now.count; i++)
        json_array_append_new(approvals, approval_json(st->frame, all, i, &f));
    *out = json_pack(
        "{s:o, s:o, s:{s:i, s:i, s:o, s:o, s:o, s:o}}", "approvals", approvals, "steps",
        steps.list, "overlap", "serial_days", f.serial_days, "real_days", f.real_days,
        "serial_minutes", minutes(f.serial_ms), "busy_minutes", minutes(f.busy_ms),
        "overlap_minutes", minutes(f.overlap_ms), "pairs", pairs_json(all, &clock));
    if (approval_facts(st, all->case_id, add_step, &steps, err))
        return true;
    json_decref(*out);
    return false;
}

static void add_department(void *self, const struct approval_department *d)
{
    json_array_append_new(self, json_pack("{s:s, s:s, s:b}", "code", d->code, "name",
                                          d->name, "intake", d->intake));
}

bool approval_departments_json(struct store *st, int64_t case_id, json_t **out,
                               struct error *err)
{
    *out = json_array();
    if (approval_departments(st, case_id, add_department, *out, err))
        return true;
    json_decref(*out);
    return false;
}
