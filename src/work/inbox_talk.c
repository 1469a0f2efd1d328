/*
 * inbox_talk.c — what follows from a reply that is linked: the conversation decides
 * (domain/conversation.h), and it is written down here.
 *
 * Promise: one survey of several cases stands with each of them as if it had asked for
 * that one alone. Whoever says "not mine" gets no more texts about that case. Not here:
 * how a rating is made (rating_store.c).
 */
#include <stdio.h>

#include "store/denial.h"
#include "store/message_cases.h"
#include "store/message_store.h"
#include "store/order_store.h"
#include "store/promise_ask.h"
#include "store/recheck_ask.h"
#include "work/inbox_reply.h"
#include "work/outbox_part.h"

/* What a garbled reply says is kept where it came; it is no remark on a case. */
static bool note(struct reply_case *r, struct error *err)
{
    if (r->case_id == 0 || r->trouble == HEAR_GARBLED)
        return true;
    return rating_note_add(r->st, r->case_id, "sms", r->in.id, buf_text(r->said),
                           r->said->length, r->now_ms, err);
}

/* Adds the whole text to the rating that stands, as its comment or reason. */
static bool comment(struct reply_case *r, const char *words, int contact,
                    struct error *err)
{
    struct rating_detail d = {.case_id = r->case_id,
                              .tags = "",
                              .words = words,
                              .contact = contact,
                              .inbound_id = r->in.id};
    bool rated;

    if (r->rating.rating_id == 0 && !rating_look(r->st, &r->ob->rules->rating, r->case_id,
                                                 r->now_ms, &r->rating, &rated, err))
        return false;
    if (r->rating.rating_id == 0)
        return note(r, err);
    d.rating_id = r->rating.rating_id;
    return rating_detail_add(r->st, &r->ob->rules->rating, &d, r->now_ms, err);
}

static bool say_comment(struct reply_case *r, struct error *err)
{
    return comment(r, buf_text(r->said), -1, err);
}

static bool optout(struct reply_case *r, struct error *err)
{
    bool fresh;

    if (!optout_add(r->st, r->in.phone_id, r->in.id, r->now_ms, &fresh, err))
        return false;
    if (!fresh)
        r->step.answer = ANSWER_NONE; /* one confirmation is enough */
    return true;
}

static enum conversation_verdict verdict_of(enum rating_verdict v)
{
    static const enum conversation_verdict verdicts[] = {
        [RATING_RECORDED] = CONVERSATION_RECORDED,
        [RATING_CORRECTED] = CONVERSATION_CORRECTED,
        [RATING_SAME] = CONVERSATION_SAME,
        [RATING_SETTLED] = CONVERSATION_SETTLED,
        [RATING_LATE] = CONVERSATION_OVER,
        [RATING_TOO_EARLY] = CONVERSATION_EARLY,
    };

    return verdicts[v];
}

/* Somebody has to find out whose number it is, and nobody rings it for this case. */
static bool check_number(struct reply_case *r, struct error *err)
{
    const struct order_rules *rules = &r->ob->rules->rating.order;
    const struct order_new order = {.kind = ORDER_NOTME,
                                    .case_id = r->case_id,
                                    .inbound_id = r->in.id,
                                    .actor = "citizen"};
    int64_t id;

    return order_reach_set(r->st, rules, r->case_id, ORDER_REACH_NONE, r->now_ms, err) &&
           order_open(r->st, rules, &order, r->now_ms, &id, err);
}

/* Nothing more about this case leaves for this phone. */
static bool notme(struct reply_case *r, struct error *err)
{
    int64_t ids[16];
    int count;

    if (r->case_id == 0)
        return true;
    if (!check_number(r, err))
        return false;
    if (!conversation_unsent(r->st, r->in.phone_id, r->case_id, 16, ids, &count, err))
        return false;
    for (int i = 0; i < count; i++) {
        struct link_case cases[LINK_CASES];
        struct message m;
        int asked;

        if (!message_get(r->st, ids[i], &m, err) ||
            !message_cases(r->st, ids[i], cases, &asked, err))
            return false;
        if (asked > 1 ? !message_case_drop(r->st, ids[i], r->case_id, err) ||
                            !outbox_close_unasked(r->st, &m, r->now_ms, err)
                      : !outbox_withdraw(r->st, &m, "notme", r->now_ms, err))
            return false;
    }
    return true;
}

static bool rate(struct reply_case *r, const struct conversation *c, struct error *err)
{
    struct rating_input in = {.case_id = r->case_id,
                              .grade = r->heard.grade,
                              .channel = r->by_code ? CHANNEL_TICKET_SMS : CHANNEL_SMS,
                              .proof = r->proof,
                              .inbound_id = r->in.id};

    memcpy(in.dims, r->heard.dims, sizeof(in.dims));
    if (!rating_take(r->st, &r->ob->rules->rating, &in, r->now_ms, &r->rating, err))
        return false;
    r->step = conversation_rated(c, &r->heard.heard, verdict_of(r->rating.verdict));
    if (r->step.act == CONVERSATION_NOTE || r->step.act == CONVERSATION_LATE)
        return note(r, err);
    if (r->rating.verdict == RATING_CORRECTED)
        r->act = "corrected";
    if (!r->heard.heard.comment || r->step.act != CONVERSATION_RATE)
        return true;
    return say_comment(r, err);
}

/* The verdict on a fix is the reading's outcome; the words stay with the case. One that
 * comes when nothing is asked any more changes no order. */
static bool verdict(struct reply_case *r, struct error *err)
{
    const struct order_step step = {.act = ORDER_VERDICT,
                                    .actor = "citizen",
                                    .detail = "sms",
                                    .verdict = r->heard.heard.verdict};
    const struct order_rules *rules = &r->ob->rules->rating.order;
    struct order order;
    bool living;

    snprintf(r->heard.outcome, sizeof(r->heard.outcome), "%s",
             heard_verdict_name(r->heard.heard.verdict));
    if (!note(r, err) || !order_of_case(r->st, r->case_id, &order, &living, err))
        return false;
    return !living || !order_may(&order.now, ORDER_VERDICT, rules) ||
           order_step_take(r->st, rules, &order, &step, r->now_ms, err);
}

/* What is said of a recorded end is the reading's outcome; it is no rating. That it is
 * not true reaches a person. */
static bool attest(struct reply_case *r, struct error *err)
{
    enum heard_promise said = r->heard.heard.promise;
    const struct denial d = {.case_id = r->case_id,
                             .inbound_id = r->in.id,
                             .received = said == HEARD_PROMISE_TRUE,
                             .actor = "citizen"};
    int64_t recheck_id;

    snprintf(r->heard.outcome, sizeof(r->heard.outcome), "%s", heard_promise_name(said));
    if (!recheck_of_message(r->st, r->row->message_id, &recheck_id, err))
        return false;
    return (recheck_id != 0 ? recheck_reply_take(r->st, recheck_id, r->in.id, d.received,
                                                 r->now_ms, err)
                            : promise_answer_add(r->st, r->case_id, r->row->id, r->in.id,
                                                 d.received, r->now_ms, err)) &&
           denial_take(r->st, &r->ob->rules->rating.order, &d, r->now_ms, err);
}

static bool act(struct reply_case *r, const struct conversation *c, struct error *err)
{
    switch (r->step.act) {
    case CONVERSATION_RATE:
        return rate(r, c, err);
    case CONVERSATION_COMMENT:
    case CONVERSATION_WHY:
        return say_comment(r, err);
    case CONVERSATION_NO_CALL:
        return comment(r, "", 0, err);
    case CONVERSATION_OPTOUT:
        return optout(r, err);
    case CONVERSATION_NOTME:
        return notme(r, err);
    case CONVERSATION_VERDICT:
        return verdict(r, err);
    case CONVERSATION_ATTEST:
        return attest(r, err);
    case CONVERSATION_ASK_BACK:
        return !r->heard.heard.comment || note(r, err);
    case CONVERSATION_NOTE:
    case CONVERSATION_LATE:
        return note(r, err);
    default:
        return true;
    }
}

static bool write_reading(struct reply_case *r, struct error *err)
{
    const struct reading reading = {
        .inbound_id = r->in.id,
        .outcome = r->heard.outcome,
        .act = r->act != NULL ? r->act : conversation_act_name(r->step.act),
        .proof = r->proof,
        .trouble = hear_trouble_name(r->trouble),
        .conversation_id = r->row != NULL ? r->row->id : 0,
        .case_id = r->case_id,
        .rating_id =
            r->rating.verdict == RATING_RECORDED || r->rating.verdict == RATING_CORRECTED
                ? r->rating.rating_id
                : 0,
    };

    return reading_add(r->st, &reading, r->now_ms, err);
}

/* ---- how it stands ---- */

static bool is_several(const struct reply_case *r)
{
    return r->row != NULL && r->row->count > 1;
}

/* How the conversation stands with the case in question. */
static bool load_standing(struct reply_case *r, struct conversation *c, struct error *err)
{
    bool found;

    *c = (struct conversation){.state = CONVERSATION_ASKED, .until_ms = INT64_MAX};
    if (r->row == NULL)
        return true;
    *c = r->row->now;
    if (!is_several(r) || r->case_id == 0 || c->state == CONVERSATION_CLOSED)
        return true;
    c->state = CONVERSATION_ASKED;
    return conversation_case_state(r->st, r->row->id, r->case_id, &c->state, &found, err);
}

/*
 * Of several cases the survey itself stands as the one that was spoken of last; it is
 * closed only where the person wants nothing at all.
 */
static bool save_standing(struct reply_case *r, struct error *err)
{
    enum conversation_state whole = r->step.next;

    if (r->row == NULL)
        return true;
    if (is_several(r) && r->case_id != 0) {
        if (!conversation_case_set(r->st, r->row->id, r->case_id, r->step.next, r->now_ms,
                                   err))
            return false;
        if (r->step.act != CONVERSATION_OPTOUT && whole == CONVERSATION_CLOSED)
            whole = r->row->now.state;
    }
    return conversation_set(r->st, r->row->id, whole, r->step.clarified, r->now_ms, err);
}

/* ---- what follows ---- */

/* The conversation decides. */
static bool converse(struct reply_case *r, struct error *err)
{
    struct conversation c;
    int64_t answer_id;

    if (!load_standing(r, &c, err))
        return false;
    r->step = conversation_hear(&c, &r->heard.heard, r->now_ms);
    return act(r, &c, err) && save_standing(r, err) &&
           reply_answer(r, r->step.answer, &answer_id, err) &&
           code_open(r, answer_id, err) && write_reading(r, err);
}

/*
 * One survey that asked for several, and no letter. Words after a rating belong to the
 * case spoken of last; a grade without its letter is asked back, never guessed.
 */
static bool find_focus(struct reply_case *r, struct error *err)
{
    enum conversation_state state = r->row->now.state;

    if (r->heard.heard.kind != HEARD_UNCLEAR || state == CONVERSATION_ASKED ||
        state == CONVERSATION_CLOSED)
        return true;
    if (!conversation_focus(r->st, r->row->id, &r->case_id, err))
        return false;
    if (r->case_id != 0)
        r->proof = r->to.mode == LINK_NUMBER && r->row->slot != SLOT_NONE &&
                           strlen(r->to.number) > strlen(r->to.access)
                       ? "P1"
                       : "P3";
    return true;
}

/* Several surveys fit, or none: only an opt-out word is heard. */
static bool without_survey(struct reply_case *r, struct error *err)
{
    bool asked = r->act != NULL && strcmp(r->act, "asked_back") == 0, lettered = false;
    int64_t answer_id;

    for (int i = 0; i < r->count; i++)
        lettered |= r->surveys[i].open && r->surveys[i].count > 0 &&
                    r->surveys[i].cases[0].letter != 0;
    r->step = (struct conversation_step){.act = CONVERSATION_NOTHING};
    if (r->heard.heard.kind == HEARD_OPTOUT && r->in.phone_id != 0) {
        r->act = "optout";
        r->step.answer = ANSWER_OPTOUT;
        if (!optout(r, err))
            return false;
    } else if (r->by_code) {
        if (!code_without_case(r, err))
            return false;
    } else if (asked) {
        r->act = "asked_back";
        r->step.answer = lettered ? ANSWER_CLARIFY_MULTI : ANSWER_CLARIFY;
    } else {
        r->act = "unlinked";
        r->step.answer = ANSWER_UNKNOWN;
    }
    return reply_answer(r, r->step.answer, &answer_id, err) && write_reading(r, err);
}

bool reply_follow(struct reply_case *r, struct error *err)
{
    size_t length = strlen(r->text);

    if (r->trouble == HEAR_WELL)
        hear(r->text, length, r->row != NULL && r->row->four, &r->heard);
    else
        hear_damaged(r->text, length, r->trouble, &r->heard);
    if (r->row == NULL && r->case_id == 0)
        return without_survey(r, err);
    if (r->case_id == 0 && !find_focus(r, err))
        return false;
    r->heard.heard.nameless = r->case_id == 0;
    return converse(r, err);
}
