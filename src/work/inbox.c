/*
 * inbox.c — what a reply says (hear.c), whose it is (domain/link.c), what follows
 * (domain/conversation.c), and the writing down of all that.
 *
 * Promise: one reading an inbound row, and one case at the most; whatever cannot be
 * linked or read is kept and shown, never guessed. An answer is queued in the same
 * transaction. Not here: how a rating is made (rating_store.c), how an answer is worded
 * (wording.c).
 */
#include "work/inbox.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/memory.h"
#include "domain/reply.h"
#include "store/conversation_store.h"
#include "store/person_store.h"
#include "store/ticket_store.h"
#include "work/hear.h"

#define DAY_MS INT64_C(86400000)

enum { CODE_DAYS = 45 }; /* a ticket's short code is looked for so far back */

/* ---- one reply while it is read ---- */

struct reply_case {
    struct store *st;
    const struct outbox *ob;
    const struct gateway *g; /* that brought it */
    int64_t now_ms;
    struct inbound in;
    struct news news;
    const char *text; /* what is left after letter and code */
    char letter;
    /* the phone's surveys */
    struct conversation_row *rows;
    struct link_survey *surveys;
    int count;
    /* what was found */
    struct conversation_row *row; /* NULL: none */
    int64_t case_id;              /* 0: none */
    const char *proof;
    bool by_code;
    struct hearing said;
    struct conversation_step step;
    struct rating_result rating;
    const char *act;
};

static bool note(struct reply_case *r, struct error *err)
{
    return rating_note_add(r->st, r->case_id, "sms", r->in.id, buf_text(&r->news.text),
                           r->news.text.length, r->now_ms, err);
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
    return rating_detail_add(r->st, &d, r->now_ms, err);
}

/* ---- answering ---- */

/* The values of the answer's template. Given. */
static char *detail_of(const struct reply_case *r)
{
    json_t *root = json_object();
    char dims[48], *text;

    if (r->rating.rating_id != 0) {
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
                                r->rating.old_grade != 0
                                    ? json_integer(r->rating.old_grade)
                                    : json_string("四项"));
    }
    text = json_dumps(root, JSON_COMPACT);
    json_decref(root);
    return text;
}

/* What is told only once a day, or once at all. */
static bool is_due(struct reply_case *r, enum answer_key answer, bool *due,
                   struct error *err)
{
    const char *kind = NULL;
    int count = 0, most = INBOX_ANSWERS_A_DAY;

    if (!messages_since(r->st, r->in.phone_id, NULL, r->now_ms - DAY_MS, &count, err))
        return false;
    *due = count < most || answer == ANSWER_OPTOUT || answer == ANSWER_NOTME;
    if (answer == ANSWER_UNKNOWN || answer == ANSWER_EXPIRED ||
        (answer == ANSWER_CLARIFY && r->row == NULL))
        kind = answer_name(answer);
    if (kind == NULL)
        return true;
    if (!messages_since(r->st, r->in.phone_id, kind, r->now_ms - DAY_MS, &count, err))
        return false;
    *due &= count == 0;
    return true;
}

static const char *sender_of(const struct reply_case *r)
{
    const char *access = r->g->access_number;

    if (r->row != NULL)
        return r->row->sender;
    return strncmp(r->in.recipient, access, strlen(access)) == 0 ? r->in.recipient
                                                                 : access;
}

static bool answer(struct reply_case *r, enum answer_key which, int64_t *id,
                   struct error *err)
{
    struct message_new m = {
        .kind = answer_name(which),
        .lang = r->row != NULL ? r->row->lang : "zh-CN",
        .sender = sender_of(r),
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
    m.detail = detail = detail_of(r);
    ok = message_add(r->st, &m, r->now_ms, id, err);
    free(detail);
    return ok;
}

/* ---- whose it is ---- */

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

    r->letter = link_letter(r->surveys, (size_t)r->count, r->text, &r->text);
    l = link_choose(r->surveys, (size_t)r->count, r->in.recipient, r->letter);
    r->proof = l.proof;
    r->act = l.kind == LINK_NONE ? "unlinked" : l.kind == LINK_ASK ? "asked_back" : NULL;
    if (l.survey >= 0)
        r->row = &r->rows[l.survey];
    if (l.kind == LINK_CASE)
        r->case_id = r->row->cases[l.which].id;
}

static bool load_surveys(struct reply_case *r, struct error *err)
{
    r->rows = memory_new(sizeof(*r->rows) * CONVERSATIONS_MOST);
    r->surveys = memory_new(sizeof(*r->surveys) * CONVERSATIONS_MOST);
    if (r->in.phone_id != 0 &&
        !conversations_of_phone(r->st, r->in.phone_id, r->rows, &r->count, err))
        return false;
    conversations_as_surveys(r->rows, r->count, r->ob->rules->rating.correction_ms,
                             r->now_ms, r->surveys);
    return true;
}

/* ---- what follows ---- */

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

static bool rate(struct reply_case *r, const struct conversation *c, struct error *err)
{
    struct rating_input in = {.case_id = r->case_id,
                              .grade = r->said.grade,
                              .channel = r->by_code ? CHANNEL_TICKET_SMS : CHANNEL_SMS,
                              .proof = r->proof,
                              .inbound_id = r->in.id};

    memcpy(in.dims, r->said.dims, sizeof(in.dims));
    if (!rating_take(r->st, &r->ob->rules->rating, &in, r->now_ms, &r->rating, err))
        return false;
    r->step = conversation_rated(c, &r->said.heard, verdict_of(r->rating.verdict));
    if (r->step.act == CONVERSATION_NOTE || r->step.act == CONVERSATION_LATE)
        return note(r, err);
    if (r->rating.verdict == RATING_CORRECTED)
        r->act = "corrected";
    if (!r->said.heard.comment || r->step.act != CONVERSATION_RATE)
        return true;
    return comment(r, buf_text(&r->news.text), -1, err);
}

static bool act(struct reply_case *r, const struct conversation *c, struct error *err)
{
    switch (r->step.act) {
    case CONVERSATION_RATE:
        return rate(r, c, err);
    case CONVERSATION_COMMENT:
    case CONVERSATION_WHY:
        return comment(r, buf_text(&r->news.text), -1, err);
    case CONVERSATION_NO_CALL:
        return comment(r, "", 0, err);
    case CONVERSATION_OPTOUT:
        return optout(r, err);
    case CONVERSATION_ASK_BACK:
        return !r->said.heard.comment || note(r, err);
    case CONVERSATION_NOTE:
    case CONVERSATION_LATE:
        return note(r, err);
    default:
        return true;
    }
}

/* A code without a survey: the answer opens the conversation, so that what follows is
 * linked. */
static bool open_by_code(struct reply_case *r, int64_t answer_id, struct error *err)
{
    struct conversation_row row = {.phone_id = r->in.phone_id, .message_id = answer_id};

    if (r->row != NULL || !r->by_code || answer_id == 0 || r->rating.rating_id == 0)
        return true;
    snprintf(row.gateway, sizeof(row.gateway), "%s", r->g->name);
    snprintf(row.sender, sizeof(row.sender), "%s", sender_of(r));
    row.now =
        (struct conversation){.state = r->step.next,
                              .clarified = r->step.clarified,
                              .until_ms = r->now_ms + r->ob->rules->rating.correction_ms};
    return message_case_add(r->st, answer_id, 1, r->case_id, err) &&
           conversation_open(r->st, &row, r->now_ms, err);
}

static bool write_reading(struct reply_case *r, struct error *err)
{
    const struct reading reading = {
        .inbound_id = r->in.id,
        .outcome = r->said.outcome,
        .act = r->act != NULL ? r->act : conversation_act_name(r->step.act),
        .proof = r->proof,
        .conversation_id = r->row != NULL ? r->row->id : 0,
        .case_id = r->case_id,
        .rating_id =
            r->rating.verdict == RATING_RECORDED || r->rating.verdict == RATING_CORRECTED
                ? r->rating.rating_id
                : 0,
    };

    return reading_add(r->st, &reading, r->now_ms, err);
}

/* Exactly one case: the conversation decides. */
static bool converse(struct reply_case *r, struct error *err)
{
    struct conversation c = {.state = CONVERSATION_ASKED, .until_ms = INT64_MAX};
    int64_t answer_id;

    if (r->row != NULL)
        c = r->row->now;
    /* One survey of several cases has one state, which is that of the case spoken of
     * last. */
    if (r->row != NULL && r->row->count > 1 && c.state != CONVERSATION_CLOSED) {
        int64_t focus;

        if (!conversation_focus(r->st, r->row->id, &focus, err))
            return false;
        if (focus != r->case_id)
            c.state = CONVERSATION_ASKED;
    }
    r->step = conversation_hear(&c, &r->said.heard, r->now_ms);
    if (!act(r, &c, err))
        return false;
    if (r->row != NULL && !conversation_set(r->st, r->row->id, r->step.next,
                                            r->step.clarified, r->now_ms, err))
        return false;
    return answer(r, r->step.answer, &answer_id, err) &&
           open_by_code(r, answer_id, err) && write_reading(r, err);
}

/*
 * One survey that asked for several, and no letter. Words after a rating belong to the
 * case spoken of last; a grade without its letter is asked back, never guessed.
 */
static bool converse_without_letter(struct reply_case *r, bool *done, struct error *err)
{
    const struct heard *h = &r->said.heard;
    enum conversation_state state = r->row->now.state;

    *done = false;
    if (h->kind != HEARD_UNCLEAR || state == CONVERSATION_ASKED ||
        state == CONVERSATION_CLOSED)
        return true;
    if (!conversation_focus(r->st, r->row->id, &r->case_id, err))
        return false;
    if (r->case_id == 0)
        return true;
    r->proof = strcmp(r->row->sender, r->in.recipient) == 0 && r->row->slot != SLOT_NONE
                   ? "P1"
                   : "P3";
    *done = true;
    return converse(r, err);
}

/* No case: opting out and "not mine" are heard all the same, the rest is asked back or
 * kept. */
static bool without_case(struct reply_case *r, struct error *err)
{
    const struct heard *h = &r->said.heard;
    bool asked = r->row != NULL || (r->act != NULL && strcmp(r->act, "asked_back") == 0);
    int64_t answer_id;

    r->step = (struct conversation_step){.act = CONVERSATION_NOTHING};
    if (r->row != NULL)
        r->step.next = r->row->now.state;
    if (h->kind == HEARD_OPTOUT && r->in.phone_id != 0) {
        r->act = "optout";
        r->step.next = CONVERSATION_CLOSED;
        r->step.answer = ANSWER_OPTOUT;
        if (!optout(r, err))
            return false;
    } else if (h->kind == HEARD_NOTME && r->row != NULL) {
        r->act = "notme";
        r->step.next = CONVERSATION_CLOSED;
        r->step.answer = ANSWER_NOTME;
    } else if (asked) {
        r->act = "asked_back";
        r->step.answer =
            r->row != NULL && r->row->now.clarified ? ANSWER_NONE : ANSWER_CLARIFY;
    } else {
        r->act = "unlinked";
        r->step.answer = ANSWER_UNKNOWN;
    }
    if (r->row != NULL &&
        !conversation_set(r->st, r->row->id, r->step.next,
                          r->row->now.clarified || r->step.answer == ANSWER_CLARIFY,
                          r->now_ms, err))
        return false;
    return answer(r, r->step.answer, &answer_id, err) && write_reading(r, err);
}

static bool read_reply(struct reply_case *r, struct error *err)
{
    bool taken = false, done = false;

    r->text = buf_text(&r->news.text);
    r->proof = "P0";
    if (!load_surveys(r, err) || !link_code(r, &taken, err))
        return false;
    if (!taken)
        link_survey(r);
    hear(r->text, strlen(r->text), r->row != NULL && r->row->four, &r->said);
    if (r->case_id != 0)
        return converse(r, err);
    if (r->row != NULL && (!converse_without_letter(r, &done, err) || done))
        return err->kind == ERROR_NONE;
    return without_case(r, err);
}

/* ---- reports ---- */

static bool read_report(struct store *st, const struct outbox *ob,
                        const struct inbound *in, const struct news *news, int64_t now_ms,
                        struct error *err)
{
    static const char *const outcomes[] = {
        [REPORT_BUFFERED] = "buffered",
        [REPORT_DELIVERED] = "delivered",
        [REPORT_UNDELIVERED] = "undelivered",
        [REPORT_EXPIRED] = "expired",
    };
    struct reading reading = {.inbound_id = in->id,
                              .outcome = outcomes[news->state],
                              .act = "unlinked",
                              .proof = "P0"};
    struct error unknown = {0};
    struct message m;
    int attempt;
    bool changed;

    if (gateway_reference_read(news->reference, &reading.message_id, &attempt) &&
        message_get(st, reading.message_id, &m, &unknown)) {
        if (!outbox_report(st, ob, m.id, news, now_ms, &changed, err))
            return false;
        reading.act = changed ? "report" : "report_again";
    } else {
        reading.message_id = 0;
    }
    return reading_add(st, &reading, now_ms, err);
}

/* ---- any of them ---- */

static bool read_known(struct store *st, const struct outbox *ob, const struct gateway *g,
                       const struct inbound *in, struct news *news, int64_t now_ms,
                       struct error *err)
{
    struct reply_case r = {
        .st = st, .ob = ob, .g = g, .now_ms = now_ms, .in = *in, .news = *news};
    bool ok;

    if (in->report)
        return read_report(st, ob, in, news, now_ms, err);
    ok = read_reply(&r, err);
    free(r.rows);
    free(r.surveys);
    return ok;
}

bool inbox_read(struct store *st, const struct outbox *ob, int64_t id, int64_t now_ms,
                struct error *err)
{
    struct buf bytes = buf_new(INBOUND_RAW_MOST);
    struct callback raw = callback_new(false);
    const struct gateway *g;
    struct news news = {.text = buf_new(INBOUND_RAW_MOST)};
    struct error unread = {0};
    struct inbound in;
    bool found, ok = false;

    if (!inbound_get(st, id, &in, err))
        goto out;
    if (in.read) {
        ok = true;
        goto out;
    }
    if (!words_reveal(st, in.words_id, &bytes, &found, err))
        goto out;
    callback_unpack(buf_text(&bytes), bytes.length, &raw);
    raw.report = in.report;
    g = roster_find(ob->roster, in.gateway);
    if (found && g != NULL && g->ops->parse(g, &raw, &news, &unread)) {
        ok = read_known(st, ob, g, &in, &news, now_ms, err);
    } else {
        const struct reading reading = {
            .inbound_id = id, .outcome = "unreadable", .act = "unlinked", .proof = "P0"};

        log_line(LOG_LEVEL_WARNING, "inbox.unreadable", "inbound=%lld", (long long)id);
        ok = reading_add(st, &reading, now_ms, err);
    }
out:
    buf_free(&bytes);
    callback_free(&raw);
    buf_free(&news.text);
    return ok;
}
