/*
 * outbox.c — decides which messages leave now, and books what became of them.
 *
 * Promise: a message is claimed on disk before any courier sees it, and SUBMITTING on
 * disk before its first byte leaves, so a crash cannot send it twice unnoticed. A survey
 * asks only about what can still be rated at that moment; what it asked about stands in
 * message_cases and in its conversation. Not here: wording (wording.c), parts
 * (sms_text.c), wires (courier.c).
 */
#include "work/outbox.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "store/conversation_store.h"
#include "store/invitation_store.h"
#include "store/person_store.h"
#include "work/wording.h"

static uint64_t lot(const struct outbox *ob)
{
    uint64_t drawn;

    ob->world->random(ob->world, &drawn, sizeof(drawn));
    return drawn;
}

static bool is_survey(const struct message *m)
{
    return strncmp(m->kind, "survey", 6) == 0;
}

/* One claim while it is being made. */
struct claim {
    struct store *st;
    const struct outbox *ob;
    const struct gateway *g;
    int64_t now_ms;
    struct message m;
    const char *withdrawn; /* the reason, NULL while it may leave */
    bool put_off;
    /* of a survey */
    struct wording_case cases[LINK_CASES];
    int count;
    const char *key; /* template */
    int64_t until_ms;
    struct conversation_row opened;
    struct buf text;
};

/* ---- what may leave ---- */

/* Reads the survey's cases and lets go of those that need no asking any more. */
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
            c->letter = asked[i].letter;
            if (c->facts.until_ms > cl->until_ms)
                cl->until_ms = c->facts.until_ms;
            cl->count++;
            continue;
        }
        why = c->facts.rated ? "rated" : c->facts.closed ? "expired" : why;
        if (count > 1 && !message_case_drop(cl->st, cl->m.id, asked[i].id, err))
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
    int64_t spread_ms = rules->spread_ms > 0
                            ? (int64_t)(lot(cl->ob) % (uint64_t)(rules->spread_ms + 1))
                            : 0;
    int64_t at_ms =
        send_window_next(cl->st->frame->zone, &rules->window, cl->now_ms, spread_ms);

    cl->put_off = at_ms > cl->now_ms && atomic_load(&cl->ob->world->offset_ms) == 0;
    return !cl->put_off || message_put_off(cl->st, cl->m.id, at_ms, err);
}

static bool check_wanted(struct claim *cl, struct error *err)
{
    bool opted_out;

    if (cl->now_ms > cl->m.expires_ms) {
        cl->withdrawn = "expired";
        return true;
    }
    if (!is_survey(&cl->m) && strcmp(cl->m.kind, "remind") != 0)
        return true;
    if (!phone_opted_out(cl->st, cl->m.phone_id, &opted_out, err))
        return false;
    if (opted_out)
        cl->withdrawn = "opted_out";
    return true;
}

/* ---- surveys ---- */

/* Chooses slot or letters, so that a reply finds its case. */
static void choose_way(struct claim *cl, const struct conversation_row *rows,
                       int row_count)
{
    struct link_survey *surveys =
        memory_new(sizeof(*surveys) * (size_t)(row_count > 0 ? row_count : 1));
    struct slot_use used[CONVERSATIONS_MOST];
    char letters[LINK_CASES];
    int slot = SLOT_NONE;
    bool alone = true;

    conversations_as_surveys(rows, row_count, cl->ob->rules->rating.correction_ms,
                             cl->now_ms, surveys);
    for (int i = 0; i < row_count; i++) {
        used[i] = (struct slot_use){rows[i].slot, rows[i].opened_ms};
        alone &= !surveys[i].open;
    }
    if (cl->g->slots == SLOTS_EXTENSION)
        slot = slot_choose(used, (size_t)row_count, cl->now_ms, cl->ob->slot_rest_ms);
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

static bool open_survey(struct claim *cl, struct error *err)
{
    struct conversation_row *rows = memory_new(sizeof(*rows) * CONVERSATIONS_MOST);
    int row_count;
    bool ok = conversations_of_phone(cl->st, cl->m.phone_id, rows, &row_count, err);

    if (ok)
        choose_way(cl, rows, row_count);
    free(rows);
    for (int i = 0; ok && i < cl->count; i++)
        ok = message_case_letter(cl->st, cl->m.id, cl->cases[i].facts.id,
                                 cl->cases[i].letter, err);
    if (!ok)
        return false;
    cl->opened.phone_id = cl->m.phone_id;
    cl->opened.message_id = cl->m.id;
    cl->opened.now =
        (struct conversation){.state = CONVERSATION_ASKED, .until_ms = cl->until_ms};
    snprintf(cl->opened.gateway, sizeof(cl->opened.gateway), "%s", cl->g->name);
    return conversation_open(cl->st, &cl->opened, cl->now_ms, err) &&
           wording_survey(cl->st, cl->key, cl->m.lang, cl->cases, cl->count, &cl->text,
                          err);
}

/* ---- reminders and answers ---- */

static bool prepare_remind(struct claim *cl, struct error *err)
{
    struct conversation_row row;

    if (!conversation_get(cl->st, cl->m.conversation_id, &row, err))
        return false;
    if (row.count != 1) {
        cl->withdrawn = "reopened";
        return true;
    }
    if (!survey_case_get(cl->st, row.cases[0].id, &cl->cases[0].facts, err))
        return false;
    if (cl->cases[0].facts.rated)
        cl->withdrawn = "rated";
    else if (!cl->cases[0].facts.closed)
        cl->withdrawn = "reopened";
    else if (row.now.state != CONVERSATION_ASKED)
        cl->withdrawn = "answered";
    else if (cl->now_ms > row.now.until_ms)
        cl->withdrawn = "expired";
    if (cl->withdrawn != NULL || !keep_hours(cl, err) || cl->put_off)
        return err->kind == ERROR_NONE;
    return wording_remind(cl->st, cl->m.lang, &cl->cases[0].facts, row.now.until_ms,
                          &cl->text, err);
}

static bool prepare_survey(struct claim *cl, struct error *err)
{
    if (!gather_cases(cl, err))
        return false;
    if (cl->withdrawn != NULL || !keep_hours(cl, err) || cl->put_off)
        return err->kind == ERROR_NONE;
    if (cl->m.conversation_id != 0) /* worded at an earlier attempt */
        return message_body(cl->st, cl->m.id, &cl->text, err);
    return open_survey(cl, err);
}

static bool prepare(struct claim *cl, struct error *err)
{
    if (!check_wanted(cl, err) || cl->withdrawn != NULL)
        return err->kind == ERROR_NONE;
    cl->key = cl->m.kind;
    if (is_survey(&cl->m))
        return prepare_survey(cl, err);
    if (strcmp(cl->m.kind, "remind") == 0)
        return prepare_remind(cl, err);
    return wording_answer(cl->st, cl->m.kind, cl->m.lang, cl->m.detail, &cl->text, err);
}

/* ---- the claim itself ---- */

static bool write_claim(struct claim *cl, struct outgoing *out, struct error *err)
{
    const char *sender = cl->opened.id != 0        ? cl->opened.sender
                         : cl->m.sender[0] != '\0' ? cl->m.sender
                                                   : cl->g->access_number;
    const struct message_claim claim = {
        .kind = cl->key,
        .gateway = cl->g->name,
        .sender = sender,
        .body = buf_text(&cl->text),
        .conversation_id = cl->opened.id,
        .lease_ms = cl->now_ms + OUTBOX_LEASE_MS,
    };

    out->id = cl->m.id;
    snprintf(out->from, sizeof(out->from), "%s", sender);
    snprintf(out->text, sizeof(out->text), "%s", claim.body);
    return message_claim(cl->st, &cl->m, &claim, cl->now_ms, err);
}

/* A survey that never goes out leaves no open question behind, which a reply might be
 * linked to. */
static bool close_unasked(struct store *st, const struct message *m, int64_t now_ms,
                          struct error *err)
{
    return !is_survey(m) || m->conversation_id == 0 ||
           conversation_set(st, m->conversation_id, CONVERSATION_CLOSED, false, now_ms,
                            err);
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
    if (cl->withdrawn != NULL)
        return close_unasked(cl->st, &cl->m, cl->now_ms, err) &&
               message_withdraw(cl->st, cl->m.id, cl->withdrawn, cl->now_ms, err);
    *leaves = true;
    return write_claim(cl, out, err);
}

bool outbox_claim(struct store *st, const struct outbox *ob, const struct gateway *g,
                  int64_t id, int64_t now_ms, struct outgoing *out, bool *leaves,
                  struct error *err)
{
    struct claim cl = {.st = st,
                       .ob = ob,
                       .g = g,
                       .now_ms = now_ms,
                       .text = buf_new(GATEWAY_TEXT_MOST - 1)};
    bool ok = message_get(st, id, &cl.m, err);

    *leaves = false;
    if (ok && (cl.m.state == MESSAGE_NEW || cl.m.state == MESSAGE_RETRY))
        ok = prepare(&cl, err) && finish(&cl, out, leaves, err);
    buf_free(&cl.text);
    return ok;
}

bool outbox_submit(struct store *st, struct outgoing *out, int64_t now_ms,
                   struct error *err)
{
    struct message m;

    if (!message_get(st, out->id, &m, err) ||
        !message_submit(st, &m, now_ms + OUTBOX_LEASE_MS, now_ms, err))
        return false;
    out->attempt = m.attempt;
    return true;
}

/* ---- what became of it ---- */

/* One reminder, where it still helps and the survey can be answered with a bare digit. */
static bool queue_remind(struct store *st, const struct outbox *ob,
                         const struct message *m, const struct conversation_row *row,
                         int64_t now_ms, struct error *err)
{
    const struct invite_rules *rules = &ob->rules->invite;
    const struct message_new remind = {
        .kind = "remind",
        .lang = m->lang,
        .sender = m->sender,
        .phone_id = m->phone_id,
        .conversation_id = row->id,
        .case_id = row->cases[0].id,
        .due_ms = send_window_next(st->frame->zone, &rules->window,
                                   now_ms + rules->remind_after_ms, 0),
        .expires_ms = row->now.until_ms,
    };
    int64_t id;

    if (rules->remind_after_ms <= 0 || row->count != 1 || row->cases[0].letter != 0 ||
        remind.due_ms >= row->now.until_ms)
        return true;
    return message_add(st, &remind, now_ms, &id, err);
}

/* The gateway has taken a survey: from now on runs the time for answering it (decisions
 * 4). */
static bool survey_accepted(struct store *st, const struct outbox *ob,
                            const struct message *m, int64_t now_ms, struct error *err)
{
    struct conversation_row row;

    if (!is_survey(m) || m->conversation_id == 0)
        return true;
    if (!conversation_get(st, m->conversation_id, &row, err))
        return false;
    for (int i = 0; i < row.count; i++) {
        struct survey_case c;
        int64_t until_ms;

        if (!survey_case_get(st, row.cases[i].id, &c, err))
            return false;
        until_ms = invitation_rate_until(st, &ob->rules->invite, c.closed_ms, now_ms);
        if (until_ms > c.until_ms && !survey_case_until_set(st, c.id, until_ms, err))
            return false;
        if (until_ms > row.now.until_ms)
            row.now.until_ms = until_ms;
    }
    return conversation_until_set(st, row.id, row.now.until_ms, err) &&
           queue_remind(st, ob, m, &row, now_ms, err);
}

static bool book_accepted(struct store *st, const struct outbox *ob, struct message *m,
                          const char *ref, int64_t now_ms, struct error *err)
{
    bool first;

    return message_accepted(st, m, ref, now_ms, &first, err) &&
           (!first || survey_accepted(st, ob, m, now_ms, err));
}

bool outbox_book(struct store *st, const struct outbox *ob, int64_t id,
                 enum outcome outcome, const struct submitted *submitted, int64_t now_ms,
                 struct error *err)
{
    struct message m;
    bool entered;

    if (!message_get(st, id, &m, err))
        return false;
    switch (outcome) {
    case OUTCOME_ACCEPTED:
        return book_accepted(
            st, ob, &m, submitted->ref_count > 0 ? submitted->refs[0] : "", now_ms, err);
    case OUTCOME_REFUSED:
        return message_enter(st, &m, MESSAGE_REFUSED, submitted->reason, now_ms, &entered,
                             err) &&
               (!entered || close_unasked(st, &m, now_ms, err));
    case OUTCOME_RETRY:
        if (!message_enter(st, &m, MESSAGE_RETRY, submitted->reason, now_ms, &entered,
                           err))
            return false;
        return !entered ||
               message_put_off(st, id, now_ms + message_back_off_ms(m.attempt, lot(ob)),
                               err);
    case OUTCOME_UNKNOWN:
        break;
    }
    return message_enter(st, &m, MESSAGE_UNKNOWN, submitted->reason, now_ms, &entered,
                         err);
}

bool outbox_report(struct store *st, const struct outbox *ob, int64_t id,
                   const struct news *report, int64_t now_ms, bool *changed,
                   struct error *err)
{
    static const enum message_state finals[] = {
        [REPORT_BUFFERED] = MESSAGE_ACCEPTED,
        [REPORT_DELIVERED] = MESSAGE_DELIVERED,
        [REPORT_UNDELIVERED] = MESSAGE_UNDELIVERED,
        [REPORT_EXPIRED] = MESSAGE_EXPIRED,
    };
    struct message m;
    enum message_state before;

    if (!message_get(st, id, &m, err))
        return false;
    before = m.state;
    *changed = false;
    /* A report is proof that the gateway has it, even where its answer is missing or
     * late. */
    if ((m.state == MESSAGE_SUBMITTING || m.state == MESSAGE_UNKNOWN) &&
        !book_accepted(st, ob, &m, report->ref, now_ms, err))
        return false;
    if (report->state != REPORT_BUFFERED &&
        !message_enter(st, &m, finals[report->state], NULL, now_ms, changed, err))
        return false;
    *changed = m.state != before;
    return true;
}
