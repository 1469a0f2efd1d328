/*
 * inbox_answer.c — what is said back to whoever wrote.
 *
 * Promise: an answer is queued in the transaction of what it answers. Nobody is told the
 * same twice that needs no telling twice, and two machines never talk for ever. Not here:
 * how it is worded (wording.c).
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/message_store.h"
#include "work/inbox_reply.h"
#include "store/message_look.h"

#define DAY_MS INT64_C(86400000)

static void set_grades(const struct reply_case *r, json_t *root)
{
    char dims[48];

    json_object_set_new(root, "rc", json_string(r->rating.receipt));
    json_object_set_new(root, "d_ms", json_integer(r->rating.closed_ms));
    if (r->rating.grade != 0) {
        json_object_set_new(root, "g", json_integer(r->rating.grade));
        json_object_set_new(root, "g1", json_integer(r->rating.grade));
        json_object_set_new(root, "g2", json_integer(r->rating.grade));
    } else {
        snprintf(dims, sizeof(dims), "%d%d%d%d", r->rating.dims[0], r->rating.dims[1],
                 r->rating.dims[2], r->rating.dims[3]);
        json_object_set_new(root, "g", json_string(dims));
        json_object_set_new(root, "g1", json_string(dims));
        json_object_set_new(root, "g2", json_string(dims));
    }
    if (r->step.answer == ANSWER_CHANGED)
        json_object_set_new(root, "g1",
                            r->rating.old_grade != 0 ? json_integer(r->rating.old_grade)
                                                     : json_string("四项"));
}

/* A letter that this reply could have begun with, for the example; 0 for none. */
static char letter_for(const struct reply_case *r)
{
    if (r->row != NULL && r->case_id != 0)
        for (int i = 0; i < r->row->count; i++)
            if (r->row->cases[i].id == r->case_id)
                return r->row->cases[i].letter;
    if (r->row != NULL)
        return r->row->count > 0 ? r->row->cases[0].letter : 0;
    for (int i = 0; i < r->count; i++)
        for (int k = 0; r->surveys[i].open && k < r->surveys[i].count; k++)
            if (r->surveys[i].cases[k].letter != 0)
                return r->surveys[i].cases[k].letter;
    return 0;
}

/* Of a ticket whose case is not closed yet. */
static void set_place(const struct reply_case *r, json_t *root)
{
    char n[16];

    snprintf(n, sizeof(n), "%d", r->ahead);
    json_object_set_new(root, "no", json_string(r->ticket.number));
    if (r->ticket.state == TICKET_WAITING)
        json_object_set_new(root, "n", json_string(n));
}

/* The values of the answer's template. Given. */
static char *detail_of(const struct reply_case *r)
{
    json_t *root = json_object();
    char letter[2] = {letter_for(r), '\0'}, *text;

    if (r->rating.rating_id != 0)
        set_grades(r, root);
    if (r->step.answer == ANSWER_EARLY)
        set_place(r, root);
    if (letter[0] != 0)
        json_object_set_new(root, "letter", json_string(letter));
    text = json_dumps(root, JSON_COMPACT);
    json_decref(root);
    return text;
}

/* Said once in a conversation, and without one once a day. */
static bool is_said_once(enum answer_key answer)
{
    return answer == ANSWER_UNKNOWN || answer == ANSWER_EXPIRED ||
           answer == ANSWER_ALREADY;
}

static bool is_due(struct reply_case *r, enum answer_key answer, bool *due,
                   struct error *err)
{
    bool told = false;
    int count = 0;

    if (!messages_since(r->st, r->in.phone_id, NULL, r->now_ms - DAY_MS, &count, err))
        return false;
    *due =
        count < INBOX_ANSWERS_A_DAY || answer == ANSWER_OPTOUT || answer == ANSWER_NOTME;
    if (r->row != NULL) {
        if (is_said_once(answer) &&
            !conversation_was_told(r->st, r->row, answer_name(answer), &told, err))
            return false;
        *due &= !told;
        return true;
    }
    if (!is_said_once(answer) && answer != ANSWER_CLARIFY &&
        answer != ANSWER_CLARIFY_MULTI)
        return true;
    if (!messages_since(r->st, r->in.phone_id, answer_name(answer), r->now_ms - DAY_MS,
                        &count, err))
        return false;
    *due &= count == 0;
    return true;
}

const char *reply_sender(const struct reply_case *r)
{
    if (r->row != NULL)
        return r->row->sender;
    return r->to.mode == LINK_NUMBER && r->to.access[0] != '\0' ? r->to.number
                                                                : r->g->access_number;
}

bool reply_answer(struct reply_case *r, enum answer_key which, int64_t *id,
                  struct error *err)
{
    char lang[16] = "zh-CN";
    struct message_new m = {
        .kind = answer_name(which),
        .lang = lang,
        .sender = reply_sender(r),
        .gateway = r->row != NULL ? r->row->gateway : r->g->name,
        .phone_id = r->in.phone_id,
        .conversation_id = r->row != NULL ? r->row->id : 0,
        .case_id = r->case_id,
        .due_ms = r->now_ms,
        .expires_ms = r->now_ms + DAY_MS,
    };
    char *detail = NULL;
    bool due, ok;

    *id = 0;
    if (which == ANSWER_NONE || r->in.phone_id == 0)
        return true;
    if (!is_due(r, which, &due, err))
        return false;
    if (!due)
        return true;
    if (r->row != NULL && !conversation_lang(r->st, r->row, lang, err))
        return false;
    m.detail = detail = detail_of(r);
    ok = message_add(r->st, &m, r->now_ms, id, err);
    free(detail);
    return ok;
}
