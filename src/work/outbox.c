/*
 * outbox.c — decides which messages leave now.
 *
 * Promise: a message is SUBMITTING on disk before any courier sees it, so a crash cannot
 * send it twice unnoticed. A survey asks only about what can still be rated at that
 * moment; what it asked about stands in message_cases and in its conversation. One that
 * was worded for a gateway and certainly not sent is worded anew when it leaves through
 * another: slot, letters and sender are that one's. Not here: wording (wording.c), what
 * became of it (outbox_book.c), the way (outbox_way.c), wires (courier.c).
 */
#include "work/outbox.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "store/conversation_store.h"
#include "store/invitation_store.h"
#include "store/order_store.h"
#include "store/person_store.h"
#include "store/promise_ask.h"
#include "store/recheck_ask.h"
#include "work/outbox_part.h"
#include "work/wording.h"

/* How soon a survey looks again whether its phone's open question is over. */
#define TURN_MS INT64_C(1800000)

/* One claim while it is being made. */
struct claim {
    struct store *st;
    const struct outbox *ob;
    const struct gateway *g;
    int64_t now_ms;
    struct message m;
    const char *withdrawn; /* the reason, NULL while it may leave */
    bool put_off;
    const char *sender; /* NULL: the gateway's own number */
    /* of a survey */
    struct wording_case cases[LINK_CASES];
    char letters[LINK_CASES]; /* that stand on the disk beside them; 0 for none */
    int count;
    const char *key; /* template */
    int64_t until_ms;
    struct conversation_row opened;
    struct buf text, fill;
};

static struct wording wording_of(struct claim *cl)
{
    return (struct wording){cl->ob->texts, (cl->g->traits & GATEWAY_FORMS) != 0,
                            &cl->text, &cl->fill};
}

/* ---- what may leave ---- */

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
 * Texts that nobody waits for keep to the hours of the day. Where somebody has moved the
 * clock, what fell due on the way is handed over all the same (decisions 21).
 */
static bool keep_hours(struct claim *cl, struct error *err)
{
    const struct invite_rules *rules = &cl->ob->rules->invite;
    int64_t spread_ms =
        rules->spread_ms > 0
            ? (int64_t)(outbox_lot(cl->ob) % (uint64_t)(rules->spread_ms + 1))
            : 0;
    int64_t at_ms =
        send_window_next(cl->st->frame->zone, &rules->window, cl->now_ms, spread_ms);

    cl->put_off = at_ms > cl->now_ms && atomic_load(&cl->ob->world->offset_ms) == 0;
    return !cl->put_off || message_put_off(cl->st, cl->m.id, at_ms, err);
}

/* "remind" or "remind_code" */
static bool is_remind(const struct message *m)
{
    return strncmp(m->kind, "remind", 6) == 0;
}

static bool check_wanted(struct claim *cl, struct error *err)
{
    bool opted_out;

    if (cl->now_ms > cl->m.expires_ms) {
        cl->withdrawn = "expired";
        return true;
    }
    if ((!message_asks(&cl->m) && !is_remind(&cl->m)) || message_is_wished(&cl->m))
        return true;
    if (!phone_opted_out(cl->st, cl->m.phone_id, &opted_out, err))
        return false;
    if (opted_out)
        cl->withdrawn = "opted_out";
    return true;
}

/* ---- surveys ---- */

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
    const struct wording out = wording_of(cl);

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

/* ---- reminders and answers ---- */

/* Which of its cases are still to be rated, and why none is. */
static bool gather_reminded(struct claim *cl, const struct conversation_row *row,
                            struct error *err)
{
    const char *why = "reopened";

    for (int i = 0; i < row->count; i++) {
        struct wording_case *c = &cl->cases[cl->count];

        if (!survey_case_get(cl->st, row->cases[i].id, &c->facts, err))
            return false;
        c->letter = row->cases[i].letter;
        if (c->facts.closed && !c->facts.rated)
            cl->count++;
        else if (c->facts.rated)
            why = "rated";
    }
    if (cl->count == 0)
        cl->withdrawn = why;
    return true;
}

/*
 * A bare digit in answer to a reminder that came from another number than its survey
 * would be a guess while the phone has other open questions.
 */
static bool check_alone(struct claim *cl, const struct conversation_row *row,
                        struct error *err)
{
    struct conversation_row *rows;
    struct link_survey survey;
    int count;
    bool ok;

    if (strcmp(row->gateway, cl->g->name) == 0)
        return true;
    rows = conversations_room();
    ok = conversations_of_phone(cl->st, cl->m.phone_id, rows, &count, err);
    for (int i = 0; ok && i < count; i++) {
        conversations_as_surveys(&rows[i], 1, cl->ob->rules->rating.correction_ms,
                                 cl->now_ms, &survey);
        if (survey.open && rows[i].id != row->id)
            cl->withdrawn = "ambiguous";
    }
    free(rows);
    return ok;
}

static bool prepare_remind(struct claim *cl, struct error *err)
{
    const struct wording out = wording_of(cl);
    bool coded = strcmp(cl->m.kind, "remind_code") == 0;
    struct conversation_row row;

    if (!conversation_get(cl->st, cl->m.conversation_id, &row, err) ||
        !gather_reminded(cl, &row, err))
        return false;
    if (cl->withdrawn != NULL)
        return true;
    if (row.now.state == CONVERSATION_CLOSED ||
        (row.count == 1 && row.now.state != CONVERSATION_ASKED))
        cl->withdrawn = "answered";
    else if (cl->now_ms > row.now.until_ms)
        cl->withdrawn = "expired";
    else if (!coded && !check_alone(cl, &row, err))
        return false;
    if (cl->withdrawn != NULL || !keep_hours(cl, err) || cl->put_off)
        return err->kind == ERROR_NONE;
    if (coded)
        return wording_remind_code(cl->st, cl->m.lang, cl->cases, cl->count,
                                   row.now.until_ms, &out, err);
    return wording_remind(cl->st, cl->m.lang, &cl->cases[0].facts, row.now.until_ms, &out,
                          err);
}

/* As it was worded before. */
static bool repeat_wording(struct claim *cl, struct error *err)
{
    cl->sender = cl->m.sender;
    return message_body(cl->st, cl->m.id, &cl->text, &cl->fill, err);
}

static bool prepare_survey(struct claim *cl, struct error *err)
{
    bool worded;

    if (!gather_cases(cl, err))
        return false;
    if (cl->withdrawn == NULL && !message_is_wished(&cl->m) && !keep_hours(cl, err))
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
    const struct wording out = wording_of(cl);

    return ask_apart(cl, CONVERSATION_RESULT, cl->m.expires_ms, err) &&
           (cl->put_off ||
            wording_answer(cl->st, cl->m.kind, cl->m.lang, cl->m.detail, &out, err));
}

static bool prepare_result(struct claim *cl, struct error *err)
{
    struct order order;
    bool living, worded;

    if (!order_of_case(cl->st, cl->m.case_id, &order, &living, err))
        return false;
    if (!living || order.now.state != ORDER_FED_BACK) {
        cl->withdrawn = "answered"; /* on the page of the ticket */
        return true;
    }
    if (!keep_hours(cl, err) || cl->put_off)
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
    const struct wording out = wording_of(cl);
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

static bool prepare_promise(struct claim *cl, struct error *err)
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
        !keep_hours(cl, err) || cl->put_off)
        return err->kind == ERROR_NONE;
    return word_promise(cl, &c, &q, err);
}

/* The number an answer comes from: its conversation's, where that is this gateway's. */
static bool find_sender(struct claim *cl, struct error *err)
{
    size_t access = strlen(cl->g->access_number);
    struct conversation_row row;

    if (cl->m.sender[0] == '\0')
        return true;
    if (cl->m.conversation_id != 0) {
        if (!conversation_get(cl->st, cl->m.conversation_id, &row, err))
            return false;
        if (strcmp(row.gateway, cl->g->name) == 0)
            cl->sender = cl->m.sender;
    } else if (access > 0 && strncmp(cl->m.sender, cl->g->access_number, access) == 0) {
        cl->sender = cl->m.sender;
    }
    return true;
}

/* A queue alert says what is true now, or nothing. */
static bool prepare_alert(struct claim *cl, struct error *err)
{
    const struct wording out = wording_of(cl);
    struct alert a;

    if (!alert_look(cl->st, cl->m.id, cl->now_ms, &a, err))
        return false;
    if (a.stale)
        cl->withdrawn = "stale";
    return a.stale || wording_alert(cl->st, cl->m.lang, &a, &out, err);
}

static bool prepare(struct claim *cl, struct error *err)
{
    const struct wording out = wording_of(cl);

    if (!check_wanted(cl, err) || cl->withdrawn != NULL)
        return err->kind == ERROR_NONE;
    cl->key = cl->m.kind;
    if (message_is_survey(&cl->m))
        return prepare_survey(cl, err);
    if (message_is_promise(&cl->m) || message_is_recheck(&cl->m))
        return prepare_promise(cl, err);
    if (message_asks(&cl->m))
        return prepare_result(cl, err);
    if (!find_sender(cl, err))
        return false;
    if (is_remind(&cl->m))
        return prepare_remind(cl, err);
    if (message_is_alert(&cl->m))
        return prepare_alert(cl, err);
    if (strcmp(cl->m.kind, "appeal_done") == 0 && (!keep_hours(cl, err) || cl->put_off))
        return err->kind == ERROR_NONE; /* nobody waits for it at night */
    return wording_answer(cl->st, cl->m.kind, cl->m.lang, cl->m.detail, &out, err);
}

/* ---- taking it ---- */

static bool write_claim(struct claim *cl, struct outgoing *out, struct error *err)
{
    char sender[SENDER_SIZE];
    const struct message_claim claim = {
        .kind = cl->key,
        .gateway = cl->g->name,
        .sender = sender,
        .body = buf_text(&cl->text),
        .fill = cl->fill.overflowed || cl->fill.length == 0 ? "{}" : buf_text(&cl->fill),
        .conversation_id = cl->opened.id,
        .lease_ms = cl->now_ms + OUTBOX_LEASE_MS + cl->g->timeout_ms,
    };

    snprintf(sender, sizeof(sender), "%s",
             cl->sender != NULL ? cl->sender : cl->g->access_number);
    if (!message_take(cl->st, &cl->m, &claim, cl->now_ms, err))
        return false;
    out->id = cl->m.id;
    out->attempt = cl->m.attempt;
    snprintf(out->from, sizeof(out->from), "%s", sender);
    snprintf(out->kind, sizeof(out->kind), "%s", cl->m.kind);
    snprintf(out->lang, sizeof(out->lang), "%s", cl->m.lang);
    snprintf(out->values, sizeof(out->values), "%s", claim.fill);
    snprintf(out->text, sizeof(out->text), "%s", claim.body);
    return true;
}

bool outbox_close_unasked(struct store *st, const struct message *m, int64_t now_ms,
                          struct error *err)
{
    return !message_asks(m) || m->conversation_id == 0 ||
           conversation_set(st, m->conversation_id, CONVERSATION_CLOSED, false, now_ms,
                            err);
}

bool outbox_withdraw(struct store *st, const struct message *m, const char *reason,
                     int64_t now_ms, struct error *err)
{
    return outbox_close_unasked(st, m, now_ms, err) &&
           message_withdraw(st, m->id, reason, now_ms, err);
}

static bool finish(struct claim *cl, struct outgoing *out, bool *leaves,
                   struct error *err)
{
    bool known;

    if (cl->put_off)
        return true;
    if (cl->withdrawn == NULL) {
        if (!phone_reveal(cl->st, cl->m.phone_id, &out->to, &known, err))
            return false;
        if (!known)
            cl->withdrawn = "erased";
    }
    if (cl->withdrawn != NULL) {
        if (cl->opened.id != 0)
            cl->m.conversation_id = cl->opened.id;
        return outbox_withdraw(cl->st, &cl->m, cl->withdrawn, cl->now_ms, err);
    }
    *leaves = true;
    return write_claim(cl, out, err);
}

bool outbox_take(struct store *st, const struct outbox *ob, const struct gateway *g,
                 int64_t id, int64_t now_ms, struct outgoing *out, bool *leaves,
                 struct error *err)
{
    struct claim cl = {.st = st,
                       .ob = ob,
                       .g = g,
                       .now_ms = now_ms,
                       .text = buf_new(GATEWAY_TEXT_MOST - 1),
                       .fill = buf_new(OUTBOX_VALUES - 1)};
    bool ok = message_get(st, id, &cl.m, err);

    *leaves = false;
    if (ok && message_is_waiting(cl.m.state))
        ok = prepare(&cl, err) && finish(&cl, out, leaves, err);
    buf_free(&cl.text);
    buf_free(&cl.fill);
    return ok;
}
