/*
 * inbox_code.c — a text that begins with a ticket's short code: what the QR code of a
 * hall without a public address opens (domain/token.h), or what somebody typed.
 *
 *     one case closed     the text is about that one (P5)
 *     several closed      they are asked about, a letter each; nothing is guessed
 *     none closed yet     it says so, and how many wait in front
 *
 * Promise: whoever holds the ticket may rate it from any phone, as by its page. A code
 * without a grade is asked back, and the digit that follows is linked.
 */
#include <stdio.h>

#include "domain/reply.h"
#include "store/message_cases.h"
#include "store/message_store.h"
#include "work/inbox_reply.h"
#include "work/outbox_part.h"

#define DAY_MS INT64_C(86400000)

enum {
    CODE_DAYS = 45, /* a ticket's short code is looked for so far back */
    CODE_CASES = 12,
};

/* == Whose it is ================================================================== */

/* The survey of the phone that asks about this case; NULL for none. The question whether
 * its recorded end is true is no survey: a digit behind a code is a grade. */
static struct conversation_row *row_of_case(struct reply_case *r, int64_t case_id)
{
    for (int i = 0; i < r->count; i++)
        for (int k = 0; k < r->rows[i].count; k++)
            if (r->rows[i].cases[k].id == case_id &&
                !conversation_attests(r->rows[i].now.state))
                return &r->rows[i];
    return NULL;
}

/* Of several cases the one whose letter follows the code, where they were asked about. */
static void link_lettered(struct reply_case *r, const int64_t *ids, int count)
{
    for (int i = 0; i < count && r->row == NULL; i++)
        r->row = row_of_case(r, ids[i]);
    r->act = "asked_back";
    if (r->row == NULL || r->row->count < 2)
        return;
    r->act = NULL;
    r->letter = link_letter(&r->surveys[r->row - r->rows], 1, r->text, &r->text);
    for (int k = 0; k < r->row->count; k++)
        if (r->letter != 0 && r->row->cases[k].letter == r->letter)
            r->case_id = r->row->cases[k].id;
    r->proof = r->case_id != 0 ? "P5" : "P0";
}

bool code_link(struct reply_case *r, bool *taken, struct error *err)
{
    char code[SHORT_SYMBOLS + 1];
    size_t past;
    int64_t ticket_id, ids[CODE_CASES];
    int count, since;

    *taken = false;
    if (!reply_short_code(r->text, strlen(r->text), code, &past))
        return true;
    since = hall_local_date(r->st->frame, r->now_ms - CODE_DAYS * DAY_MS);
    if (!ticket_by_short_code(r->st, code, since, &ticket_id, taken, err))
        return false;
    if (!*taken)
        return true;
    if (!ticket_get(r->st, ticket_id, &r->ticket, err) ||
        !ticket_ahead(r->st, &r->ticket, &r->ahead, err) ||
        !survey_cases_of_ticket(r->st, ticket_id, CODE_CASES, ids, &count, err))
        return false;
    r->text += past;
    r->by_code = true;
    r->proof = "P0";
    if (count == 0)
        r->act = "unlinked";
    if (count > 1)
        link_lettered(r, ids, count);
    if (count != 1)
        return true;
    r->proof = "P5";
    r->case_id = ids[0];
    r->row = row_of_case(r, ids[0]);
    return true;
}

/* == What follows ================================================================= */

/* The ticket's cases that can be rated still, as many as a text has room for. */
static bool gather_askable(struct reply_case *r, int64_t out[LINK_CASES], int *count,
                           struct error *err)
{
    int64_t ids[CODE_CASES];
    int all;

    *count = 0;
    if (!survey_cases_of_ticket(r->st, r->ticket.id, CODE_CASES, ids, &all, err))
        return false;
    for (int i = 0; i < all && *count < LINK_CASES; i++) {
        struct survey_case c;

        if (!survey_case_get(r->st, ids[i], &c, err))
            return false;
        if (c.closed && !c.rated && r->now_ms <= c.until_ms)
            out[(*count)++] = ids[i];
    }
    return true;
}

/* A survey that was wished for: it leaves at once, whatever the hour. */
static bool ask_about(struct reply_case *r, const int64_t *ids, int count,
                      struct error *err)
{
    const struct message_new survey = {
        .kind = "survey",
        .lang = r->ticket.lang,
        .detail = OUTBOX_WISHED,
        .phone_id = r->in.phone_id,
        .case_id = ids[0],
        .due_ms = r->now_ms,
        .expires_ms = r->now_ms + DAY_MS,
    };
    int64_t id;

    if (!message_add(r->st, &survey, r->now_ms, &id, err))
        return false;
    for (int i = 0; i < count; i++)
        if (!message_case_add(r->st, id, i + 1, ids[i], err))
            return false;
    return true;
}

/* Does the ticket still wait for something? */
static bool is_early(const struct reply_case *r)
{
    return r->ticket.state != TICKET_CANCELLED && r->ticket.state != TICKET_MISSED;
}

bool code_without_case(struct reply_case *r, struct error *err)
{
    int64_t ids[LINK_CASES];
    int count;

    if (strcmp(r->act, "unlinked") == 0) {
        r->step.answer = is_early(r) ? ANSWER_EARLY : ANSWER_UNKNOWN;
        return true;
    }
    r->step.answer = ANSWER_CLARIFY;
    if (!gather_askable(r, ids, &count, err))
        return false;
    if (count == 0 || r->in.phone_id == 0)
        return true;
    r->step.answer = ANSWER_NONE;
    return ask_about(r, ids, count, err);
}

bool code_open(struct reply_case *r, int64_t answer_id, struct error *err)
{
    struct conversation_row row = {.phone_id = r->in.phone_id, .message_id = answer_id};
    bool rated = r->rating.rating_id != 0;
    struct survey_case c;

    if (r->row != NULL || !r->by_code || answer_id == 0 ||
        (!rated && r->step.answer != ANSWER_CLARIFY))
        return true;
    if (!survey_case_get(r->st, r->case_id, &c, err))
        return false;
    snprintf(row.gateway, sizeof(row.gateway), "%s", r->g->name);
    snprintf(row.sender, sizeof(row.sender), "%s", reply_sender(r));
    row.now = (struct conversation){
        .state = r->step.next,
        .clarified = r->step.clarified,
        .until_ms = rated ? r->now_ms + r->ob->rules->rating.correction_ms : c.until_ms};
    return message_case_add(r->st, answer_id, 1, r->case_id, err) &&
           conversation_open(r->st, &row, r->now_ms, err);
}
