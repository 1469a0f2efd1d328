/*
 * inbox_link.c — whose a reply is: by its receiver and letter (domain/link.h), or by a
 * ticket's short code (inbox_code.c).
 *
 * Promise: only surveys of the phone that wrote, and of the number that it wrote to, are
 * looked at. A garbled text has neither letter nor code.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "work/inbox_reply.h"

static void link_survey(struct reply_case *r)
{
    struct link l;

    if (r->trouble != HEAR_GARBLED)
        r->letter = link_letter(r->surveys, (size_t)r->count, r->text, &r->text);
    l = link_choose(r->surveys, (size_t)r->count, &r->to, r->letter);
    r->proof = l.proof;
    r->act = l.kind == LINK_NONE ? "unlinked" : l.kind == LINK_ASK ? "asked_back" : NULL;
    if (l.survey >= 0)
        r->row = &r->rows[l.survey];
    if (l.kind == LINK_CASE)
        r->case_id = r->row->cases[l.which].id;
}

static void read_receiver(struct reply_case *r)
{
    const char *known[ROUTES_MOST];
    const struct roster *roster = r->ob->roster;
    const struct link_way way = {.gateway = r->g->name,
                                 .own = r->g->access_number,
                                 .known = known,
                                 .known_count = (size_t)roster->count};

    for (int i = 0; i < roster->count; i++)
        known[i] = roster->gateways[i].access_number;
    link_receiver(r->in.recipient, &way, &r->to);
}

/* The phone's surveys, without those that a reply to this number cannot answer. */
static bool load_surveys(struct reply_case *r, struct error *err)
{
    int fit = 0;

    r->rows = conversations_room();
    r->surveys = memory_new(sizeof(*r->surveys) * CONVERSATIONS_MOST);
    if (r->in.phone_id != 0 &&
        !conversations_of_phone(r->st, r->in.phone_id, r->rows, &r->count, err))
        return false;
    conversations_as_surveys(r->rows, r->count, r->ob->rules->rating.correction_ms,
                             r->now_ms, r->surveys);
    for (int i = 0; i < r->count; i++) {
        if (!link_fits(&r->surveys[i], &r->to))
            continue;
        r->rows[fit] = r->rows[i];
        r->surveys[fit++] = r->surveys[i];
    }
    r->count = fit;
    return true;
}

bool reply_link(struct reply_case *r, struct error *err)
{
    bool taken = false;

    read_receiver(r);
    if (!load_surveys(r, err))
        return false;
    if (r->trouble != HEAR_GARBLED && !code_link(r, &taken, err))
        return false;
    if (!taken)
        link_survey(r);
    return true;
}
