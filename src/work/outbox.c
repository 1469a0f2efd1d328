/*
 * outbox.c — decides which messages leave now.
 *
 * Promise: a message is SUBMITTING on disk before any courier sees it, so a crash cannot
 * send it twice unnoticed. Not here: what asks (outbox_ask.c), wording (wording.c), what
 * became of it (outbox_book.c), the way (outbox_way.c), wires (courier.c).
 */
#include "work/outbox.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/conversation_store.h"
#include "store/invitation_store.h"
#include "store/person_store.h"
#include "work/outbox_claim.h"

/* ---- what may leave ---- */

bool claim_keep_hours(struct claim *cl, struct error *err)
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
    const struct wording out = claim_wording(cl);
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
    if (cl->withdrawn != NULL || !claim_keep_hours(cl, err) || cl->put_off)
        return err->kind == ERROR_NONE;
    if (coded)
        return wording_remind_code(cl->st, cl->m.lang, cl->cases, cl->count,
                                   row.now.until_ms, &out, err);
    return wording_remind(cl->st, cl->m.lang, &cl->cases[0].facts, row.now.until_ms, &out,
                          err);
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
    const struct wording out = claim_wording(cl);
    struct alert a;

    if (!alert_look(cl->st, cl->m.id, cl->now_ms, &a, err))
        return false;
    if (a.stale)
        cl->withdrawn = "stale";
    return a.stale || wording_alert(cl->st, cl->m.lang, &a, &out, err);
}

static bool prepare(struct claim *cl, struct error *err)
{
    const struct wording out = claim_wording(cl);

    if (!check_wanted(cl, err) || cl->withdrawn != NULL)
        return err->kind == ERROR_NONE;
    cl->key = cl->m.kind;
    if (message_is_survey(&cl->m))
        return claim_survey(cl, err);
    if (message_is_promise(&cl->m) || message_is_recheck(&cl->m))
        return claim_promise(cl, err);
    if (message_asks(&cl->m))
        return claim_result(cl, err);
    if (!find_sender(cl, err))
        return false;
    if (is_remind(&cl->m))
        return prepare_remind(cl, err);
    if (message_is_alert(&cl->m))
        return prepare_alert(cl, err);
    if (strcmp(cl->m.kind, "appeal_done") == 0 &&
        (!claim_keep_hours(cl, err) || cl->put_off))
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
