/*
 * page_desk_act.c — what the buttons of a desk do (see page_desk.h).
 *
 * Promise: pressing a button twice does no more than pressing it once: who calls while
 * somebody is here is shown who is here, a case that has started or closed stays so.
 */
#include "web/page_desk.h"

#include <stdio.h>
#include <string.h>

/* The source of the cases that are opened here (case_store.c). */
static const char own_source[] = "yiping";

static bool do_call(struct store *st, struct desk_step *d, int64_t now_ms,
                    struct error *err)
{
    struct serving serving;
    struct desk desk;
    bool nobody = false;

    if (!desk_get(st, d->window, &desk, err))
        return false;
    if (desk.ticket_id != 0)
        return true;
    if (!queue_call(st, site_of(d->step.x)->rules, d->window, d->clerk, d->actor, now_ms,
                    &serving, &nobody, err))
        return false;
    d->said = nobody ? "m_nobody" : NULL;
    return true;
}

static bool do_recall(struct store *st, struct desk_step *d, int64_t now_ms,
                      struct error *err)
{
    struct serving serving;

    return queue_recall(st, d->window, d->actor, now_ms, &serving, err);
}

static bool do_no_show(struct store *st, struct desk_step *d, int64_t now_ms,
                       struct error *err)
{
    struct ticket t;

    return queue_no_show(st, site_of(d->step.x)->rules, d->window, d->actor, now_ms, &t,
                         err);
}

static bool do_hold(struct store *st, struct desk_step *d, int64_t now_ms,
                    struct error *err)
{
    struct ticket t;

    return queue_hold(st, site_of(d->step.x)->rules, d->window, d->actor, now_ms, &t,
                      err);
}

static bool do_pause(struct store *st, struct desk_step *d, int64_t now_ms,
                     struct error *err)
{
    struct desk desk;

    return queue_pause(st, d->window, d->reason, 0, d->actor, now_ms, &desk, err);
}

static bool do_resume(struct store *st, struct desk_step *d, int64_t now_ms,
                      struct error *err)
{
    struct desk desk;

    return queue_resume(st, d->window, d->actor, now_ms, &desk, err);
}

static bool do_undo(struct store *st, struct desk_step *d, int64_t now_ms,
                    struct error *err)
{
    struct ticket t;

    return queue_undo(st, d->window, d->actor, now_ms, &t, err);
}

/* The ticket at this window; ERROR_CONFLICT where nobody is here. */
static bool ticket_here(struct store *st, const struct desk_step *d, int64_t *id,
                        struct error *err)
{
    struct desk desk;

    if (!desk_get(st, d->window, &desk, err))
        return false;
    *id = desk.ticket_id;
    return *id != 0 ||
           error_set(err, ERROR_CONFLICT,
                     "Nobody is at window %s now. Call the next first.", d->window);
}

static bool do_transfer(struct store *st, struct desk_step *d, int64_t now_ms,
                        struct error *err)
{
    struct ticket t;
    int64_t id;

    return ticket_here(st, d, &id, err) &&
           queue_transfer(st, site_of(d->step.x)->rules, id, d->to_window, d->actor,
                          now_ms, &t, err);
}

static bool do_restore(struct store *st, struct desk_step *d, int64_t now_ms,
                       struct error *err)
{
    struct ticket t;

    return queue_restore(st, site_of(d->step.x)->rules, d->ticket_id, d->actor, now_ms,
                         &t, err);
}

static bool do_add_case(struct store *st, struct desk_step *d, int64_t now_ms,
                        struct error *err)
{
    struct service_case c;
    int64_t id;

    return ticket_here(st, d, &id, err) &&
           case_add(st, id, d->matter, d->actor, now_ms, &c, err);
}

/* The case that is meant, by id or by its number; it must be this window's. */
static bool case_here(struct store *st, struct desk_step *d, struct service_case *out,
                      struct error *err)
{
    struct window w;
    bool found = false;

    if (d->case_no[0] != '\0') {
        if (!case_by_number(st, own_source, d->case_no, out, &found, err))
            return false;
    } else if (!case_find(st, d->case_id, out, &found, err)) {
        return false;
    }
    if (found && !window_get(st, out->window_id, &w, err))
        return false;
    if (found && strcmp(w.code, d->window) == 0)
        return true;
    return error_field(err, "case_no", "This window has no such case.");
}

static bool do_start(struct store *st, struct desk_step *d, int64_t now_ms,
                     struct error *err)
{
    struct service_case c;

    if (!case_here(st, d, &c, err))
        return false;
    return c.state != CASE_WAITING ||
           case_start(st, site_of(d->step.x)->rules, c.id, d->actor, now_ms, &c, err);
}

static bool do_accept(struct store *st, struct desk_step *d, int64_t now_ms,
                      struct error *err)
{
    struct service_case c;

    if (!case_here(st, d, &c, err))
        return false;
    d->said = "m_accepted";
    return c.state == CASE_ACCEPTED || case_accept(st, c.id, d->actor, now_ms, &c, err);
}

static bool do_close(struct store *st, struct desk_step *d, int64_t now_ms,
                     struct error *err)
{
    struct service_case c;
    struct invitation inv;

    if (!case_here(st, d, &c, err) ||
        !case_close(st, site_of(d->step.x)->rules, c.id,
                    d->outcome[0] != '\0' ? d->outcome : "done",
                    d->has_phone ? &d->phone : NULL, d->actor, now_ms, &c, &inv, err))
        return false;
    d->said = inv.message_id != 0 ? "m_closed_asked" : "m_closed";
    return true;
}

static const struct desk_act acts[] = {
    {"call", do_call},         {"recall", do_recall},     {"no-show", do_no_show},
    {"hold", do_hold},         {"pause", do_pause},       {"resume", do_resume},
    {"undo", do_undo},         {"start", do_start},       {"accept", do_accept},
    {"close", do_close},       {"transfer", do_transfer}, {"restore", do_restore},
    {"add-case", do_add_case},
};

const struct desk_act *desk_act_find(const char *name)
{
    for (size_t i = 0; i < LENGTH(acts); i++)
        if (strcmp(acts[i].name, name) == 0)
            return &acts[i];
    return NULL;
}
