/*
 * inbox_link.c — whose a reply is: by its receiver, letter or short code (domain/link.h).
 *
 * Promise: only surveys of the phone that wrote, and of the number that it wrote to, are
 * looked at. A garbled text has neither letter nor code.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "domain/reply.h"
#include "store/ticket_store.h"
#include "work/inbox_reply.h"

#define DAY_MS INT64_C(86400000)

enum { CODE_DAYS = 45 }; /* a ticket's short code is looked for so far back */

/* The survey of the phone that asks about this case, if there is one. */
static void find_row_of_case(struct reply_case *r)
{
    for (int i = 0; i < r->count; i++)
        for (int k = 0; k < r->rows[i].count; k++)
            if (r->rows[i].cases[k].id == r->case_id && r->row == NULL)
                r->row = &r->rows[i];
}

/*
 * A ticket's short code in front (P5). *taken is false where it is none of ours; the text
 * is then read as if it had none. A ticket with several closed cases is asked back.
 */
static bool link_code(struct reply_case *r, bool *taken, struct error *err)
{
    char code[SHORT_SYMBOLS + 1];
    size_t past;
    int64_t ticket_id, ids[2];
    int count, since;

    *taken = false;
    if (!reply_short_code(r->text, strlen(r->text), code, &past))
        return true;
    since = hall_local_date(r->st->frame, r->now_ms - CODE_DAYS * DAY_MS);
    if (!ticket_by_short_code(r->st, code, since, &ticket_id, taken, err))
        return false;
    if (!*taken)
        return true;
    if (!survey_cases_of_ticket(r->st, ticket_id, 2, ids, &count, err))
        return false;
    r->text += past;
    r->by_code = true;
    r->proof = count == 1 ? "P5" : "P0";
    r->case_id = count == 1 ? ids[0] : 0;
    if (count == 1)
        find_row_of_case(r);
    r->act = count == 1 ? NULL : count > 1 ? "asked_back" : "unlinked";
    return true;
}

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

    r->rows = memory_new(sizeof(*r->rows) * CONVERSATIONS_MOST);
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
    if (r->trouble != HEAR_GARBLED && !link_code(r, &taken, err))
        return false;
    if (!taken)
        link_survey(r);
    return true;
}
