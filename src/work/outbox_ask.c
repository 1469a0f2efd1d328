/*
 * outbox_ask.c — messages that ask: which cases a survey still asks about, the slot or
 * the letters by which a reply finds its case, and whether it is a question's turn.
 *
 * Promise: a survey asks only about what can still be rated at that moment; what it asked
 * about stands in message_cases and in its conversation. One that was worded for a
 * gateway and certainly not sent is worded anew when it leaves through another: slot,
 * letters and sender are that one's.
 */
#include "work/outbox_claim.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "store/invitation_store.h"
#include "store/message_cases.h"
#include "store/order_store.h"
#include "store/promise_ask.h"
#include "store/recheck_ask.h"

/* How soon a survey looks again whether its phone's open question is over. */
#define TURN_MS INT64_C(1800000)

/* ---- surveys ---- */

/* Reads the survey's cases and lets go of those that need no asking any more. A text that
 * asked about them is void then: its question is closed, and worded anew. */
static bool gather_cases(struct claim *cl, struct error *err)
{
    struct link_case asked[LINK_CASES];
    const char *why = "reopened";
    int count;

    if (!message_cases(cl->st, cl->m.id, asked, &count, err))
        return false;
    for (int i = 0; i < count; i++) {
        struct wording_case *c = &cl->cases[cl->count];

        if (!survey_case_get(cl->st, asked[i].id, &c->facts, err))
            return false;
        if (c->facts.closed && !c->facts.rated && cl->now_ms <= c->facts.until_ms) {
            c->letter = cl->letters[cl->count] = asked[i].letter;
            if (c->facts.until_ms > cl->until_ms)
                cl->until_ms = c->facts.until_ms;
            cl->count++;
            continue;
        }
        why = c->facts.rated ? "rated" : c->facts.closed ? "expired" : why;
        if (count > 1 && (!message_case_drop(cl->st, cl->m.id, asked[i].id, err) ||
                          !outbox_close_unasked(cl->st, &cl->m, cl->now_ms, err)))
            return false;
    }
    if (cl->count == 0)
        cl->withdrawn = why;
    return true;
}

/*
 * Where replies carry nothing that tells questions apart there is only ever one: the next
 * waits until that is answered and can no longer be corrected, or so long over that
 * nobody will answer it any more.
 */
static bool wait_turn(struct claim *cl, const struct conversation_row *rows,
                      int row_count, struct error *err)
{
    int64_t correction_ms = cl->ob->rules->rating.correction_ms, over_ms = INT64_MAX;

    for (int i = 0; i < row_count; i++) {
        struct link_survey survey;
        int64_t end_ms = rows[i].now.state == CONVERSATION_ASKED
                             ? rows[i].opened_ms + CONVERSATION_HANGS_MS
                             : rows[i].changed_ms + correction_ms;

        conversations_as_surveys(&rows[i], 1, correction_ms, cl->now_ms, &survey);
        if ((survey.open || survey.hangs) && strcmp(rows[i].gateway, cl->g->name) == 0 &&
            end_ms < over_ms)
            over_ms = end_ms;
    }
    if (over_ms == INT64_MAX)
        return true;
    cl->put_off = true;
    if (over_ms > cl->now_ms + TURN_MS || /* it may be answered any time */
        over_ms <= cl->now_ms)            /* or still waits for its other grades */
        over_ms = cl->now_ms + TURN_MS;
    return message_put_off(cl->st, cl->m.id, over_ms + 1, err);
}

/* A slot that no question of this phone had lately, where the gateway carries slots. */
static int choose_slot(const struct claim *cl, const struct conversation_row *rows,
                       int row_count)
{
    struct slot_use used[CONVERSATIONS_MOST];

    if (cl->g->slots != SLOTS_EXTENSION)
        return SLOT_NONE;
    for (int i = 0; i < row_count; i++)
        used[i] = (struct slot_use){rows[i].slot, rows[i].opened_ms};
    return slot_choose(used, (size_t)row_count, cl->now_ms, cl->ob->slot_rest_ms);
}

/* Chooses slot or letters, so that a reply finds its case. */
static void choose_way(struct claim *cl, const struct conversation_row *rows,
                       int row_count)
{
    struct link_survey *surveys =
        memory_new(sizeof(*surveys) * (size_t)(row_count > 0 ? row_count : 1));
    char letters[LINK_CASES];
    int slot = choose_slot(cl, rows, row_count);
    bool alone = true;

    conversations_as_surveys(rows, row_count, cl->ob->rules->rating.correction_ms,
                             cl->now_ms, surveys);
    for (int i = 0; i < row_count; i++)
        alone &= !surveys[i].open && !surveys[i].hangs;
    cl->opened.slot = slot;
    slot_sender(cl->g->access_number, slot, cl->opened.sender);
    link_free_letters(surveys, slot == SLOT_NONE ? (size_t)row_count : 0, cl->count,
                      letters);
    cl->opened.four = cl->count == 1 && cl->cases[0].facts.four;
    if (cl->count > 1)
        cl->key = "survey_multi";
    else if (slot == SLOT_NONE && !alone)
        cl->key = "survey_code";
    else
        cl->key = cl->opened.four ? "survey_four" : "survey";
    if (strcmp(cl->key, "survey_code") == 0)
        cl->opened.four = false;
    for (int i = 0; i < cl->count; i++)
        cl->cases[i].letter =
            cl->count > 1 || strcmp(cl->key, "survey_code") == 0 ? letters[i] : 0;
    free(surveys);
}

/* Opens the conversation that this message begins, in this state. */
static bool open_question(struct claim *cl, enum conversation_state state,
                          struct error *err)
{
    cl->opened.phone_id = cl->m.phone_id;
    cl->opened.message_id = cl->m.id;
    cl->opened.now = (struct conversation){.state = state, .until_ms = cl->until_ms};
    snprintf(cl->opened.gateway, sizeof(cl->opened.gateway), "%s", cl->g->name);
    cl->sender = cl->opened.sender;
    return conversation_open(cl->st, &cl->opened, cl->now_ms, err);
}

static bool open_survey(struct claim *cl, struct error *err)
{
    const struct wording out = claim_wording(cl);

    for (int i = 0; i < cl->count; i++)
        if (cl->cases[i].letter != cl->letters[i] &&
            !message_case_letter(cl->st, cl->m.id, cl->cases[i].facts.id,
                                 cl->cases[i].letter, err))
            return false;
    return open_question(cl, CONVERSATION_ASKED, err) &&
           wording_survey(cl->st, cl->key, cl->m.lang, cl->cases, cl->count, &out, err);
}

static bool word_survey(struct claim *cl, struct error *err)
{
    struct conversation_row *rows = conversations_room();
    int row_count;
    bool ok = conversations_of_phone(cl->st, cl->m.phone_id, rows, &row_count, err);

    if (ok && cl->g->slots == SLOTS_ONE)
        ok = wait_turn(cl, rows, row_count, err);
    if (ok && !cl->put_off)
        choose_way(cl, rows, row_count);
    free(rows);
    return ok && (cl->put_off || open_survey(cl, err));
}

/* Whether it was worded before, for this very gateway and these very cases; else that
 * wording is void. */
static bool find_wording(struct claim *cl, bool *worded, struct error *err)
{
    struct conversation_row row;

    *worded = false;
    if (cl->m.conversation_id == 0)
        return true;
    if (!conversation_get(cl->st, cl->m.conversation_id, &row, err))
        return false;
    *worded =
        row.now.state != CONVERSATION_CLOSED && strcmp(row.gateway, cl->g->name) == 0;
    return *worded || outbox_close_unasked(cl->st, &cl->m, cl->now_ms, err);
}

/* As it was worded before. */
static bool repeat_wording(struct claim *cl, struct error *err)
{
    cl->sender = cl->m.sender;
    return message_body(cl->st, cl->m.id, &cl->text, &cl->fill, err);
}

bool claim_survey(struct claim *cl, struct error *err)
{
    bool worded;

    if (!gather_cases(cl, err))
        return false;
    if (cl->withdrawn == NULL && !message_is_wished(&cl->m) && !claim_keep_hours(cl, err))
        return false;
    if (cl->withdrawn != NULL || cl->put_off)
        return true;
    if (!find_wording(cl, &worded, err))
        return false;
    return worded ? repeat_wording(cl, err) : word_survey(cl, err);
}

/* ---- what was done about a bad rating ---- */

/*
 * Opens a question whose answers fit other questions too. Where no slot tells it apart it
 * waits until the phone's other questions are over.
 */
static bool ask_apart(struct claim *cl, enum conversation_state state, int64_t until_ms,
                      struct error *err)
{
    struct conversation_row *rows = conversations_room();
    int row_count;
    bool ok = conversations_of_phone(cl->st, cl->m.phone_id, rows, &row_count, err);

    if (ok && cl->g->slots != SLOTS_EXTENSION)
        ok = wait_turn(cl, rows, row_count, err);
    if (ok && !cl->put_off) {
        cl->until_ms = until_ms;
        cl->opened.slot = choose_slot(cl, rows, row_count);
        slot_sender(cl->g->access_number, cl->opened.slot, cl->opened.sender);
        ok = open_question(cl, state, err);
    }
    free(rows);
    return ok;
}

static bool word_result(struct claim *cl, struct error *err)
{
    const struct wording out = claim_wording(cl);

    return ask_apart(cl, CONVERSATION_RESULT, cl->m.expires_ms, err) &&
           (cl->put_off ||
            wording_answer(cl->st, cl->m.kind, cl->m.lang, cl->m.detail, &out, err));
}

bool claim_result(struct claim *cl, struct error *err)
{
    struct order order;
    bool living, worded;

    if (!order_of_case(cl->st, cl->m.case_id, &order, &living, err))
        return false;
    if (!living || order.now.state != ORDER_FED_BACK) {
        cl->withdrawn = "answered"; /* on the page of the ticket */
        return true;
    }
    if (!claim_keep_hours(cl, err) || cl->put_off)
        return err->kind == ERROR_NONE;
    if (!find_wording(cl, &worded, err))
        return false;
    return worded ? repeat_wording(cl, err) : word_result(cl, err);
}

/* ---- whether a recorded end is true ---- */

/* Is it the question's turn, behind the rating and on a day on which the phone may be
 * asked? Where there is but one question at a time it would keep surveys waiting. */
static bool promise_turn(struct claim *cl, const struct survey_case *c, struct error *err)
{
    int64_t at_ms = c->until_ms + 1;

    if (cl->g->slots == SLOTS_ONE) {
        cl->withdrawn = "no_slot";
        return true;
    }
    if ((c->rated || cl->now_ms > c->until_ms) &&
        !promise_ask_day(cl->st, &cl->ob->rules->invite, cl->m.phone_id, cl->now_ms,
                         cl->m.expires_ms, &at_ms, err))
        return false;
    cl->put_off = at_ms > cl->now_ms;
    if (at_ms <= cl->m.expires_ms)
        return !cl->put_off || message_put_off(cl->st, cl->m.id, at_ms, err);
    cl->put_off = false;
    cl->withdrawn = "capped";
    return true;
}

static bool word_promise(struct claim *cl, const struct survey_case *c,
                         const struct promise_question *q, struct error *err)
{
    const struct hall_frame *f = cl->st->frame;
    const struct wording out = claim_wording(cl);
    int64_t until_ms = calendar_deadline_ms(f->calendar, f->zone, &f->hours, cl->now_ms,
                                            cl->ob->rules->promise.open_working_days);

    return ask_apart(cl, CONVERSATION_PROMISE, until_ms, err) &&
           (cl->put_off || (message_is_recheck(&cl->m)
                                ? wording_recheck(cl->st, cl->m.lang, c, &out, err)
                                : wording_promise(cl->st, cl->m.lang, c, q->promised,
                                                  q->taken, &out, err)));
}

/* Is there still something to ask about? */
static bool promise_wanted(struct claim *cl, const struct promise_question *q,
                           struct error *err)
{
    bool wanted = true;

    if (message_is_recheck(&cl->m) && !recheck_ask_wanted(cl->st, cl->m.id, &wanted, err))
        return false;
    if (!q->decided)
        cl->withdrawn = "reopened";
    else if (!wanted)
        cl->withdrawn = "answered"; /* by phone */
    else if (message_is_promise(&cl->m) && cl->ob->rules->promise.ask_percent == 0)
        cl->withdrawn = "switched_off";
    return true;
}

bool claim_promise(struct claim *cl, struct error *err)
{
    struct promise_question q;
    struct survey_case c;
    bool worded;

    if (!promise_ask_look(cl->st, cl->m.case_id, &q, err) ||
        !survey_case_get(cl->st, cl->m.case_id, &c, err))
        return false;
    if (!promise_wanted(cl, &q, err))
        return false;
    if (cl->withdrawn != NULL)
        return true;
    if (!find_wording(cl, &worded, err))
        return false;
    if (worded)
        return repeat_wording(cl, err);
    if (!promise_turn(cl, &c, err) || cl->withdrawn != NULL || cl->put_off ||
        !claim_keep_hours(cl, err) || cl->put_off)
        return err->kind == ERROR_NONE;
    return word_promise(cl, &c, &q, err);
}
