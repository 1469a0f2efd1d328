/*
 * outbox_book.c — what became of a message: the gateway's answer, and its reports.
 *
 * Promise: answers and reports may come in any order, twice, late or never, of this
 * attempt or an earlier one, and leave the state that their sum proves (message.h). A
 * message of several parts is delivered when each part is, and undelivered when one is.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "store/message_refs.h"
#include "store/message_cases.h"
#include "store/conversation_store.h"
#include "store/inbound_store.h"
#include "store/invitation_store.h"
#include "store/person_store.h"
#include "work/outbox_part.h"

#define DAY_MS INT64_C(86400000)

enum { SAME_REF = 8 }; /* so many messages of one gateway's id are looked at */

static const char *const report_names[] = {
    [REPORT_BUFFERED] = "BUFFERED",
    [REPORT_DELIVERED] = "DELIVERED",
    [REPORT_UNDELIVERED] = "UNDELIVERED",
    [REPORT_EXPIRED] = "EXPIRED",
};

/* ---- accepted ---- */

/*
 * One reminder, some days after the (last) closing and at least one after the survey,
 * where that still helps. One that was asked with letters is reminded of with letters.
 */
static bool queue_remind(struct store *st, const struct outbox *ob,
                         const struct message *m, const struct conversation_row *row,
                         int64_t closed_ms, int64_t now_ms, struct error *err)
{
    const struct invite_rules *rules = &ob->rules->invite;
    const bool coded = row->count > 1 || row->cases[0].letter != 0;
    int64_t due_ms = closed_ms + rules->remind_after_ms;
    struct message_new remind = {
        .kind = coded ? "remind_code" : "remind",
        .lang = m->lang,
        .sender = m->sender,
        .gateway = m->gateway,
        .phone_id = m->phone_id,
        .conversation_id = row->id,
        .case_id = row->cases[0].id,
        .expires_ms = row->now.until_ms,
    };
    int64_t id;

    if (due_ms < now_ms + DAY_MS)
        due_ms = now_ms + DAY_MS;
    remind.due_ms = send_window_next(st->frame->zone, &rules->window, due_ms, 0);
    if (rules->remind_after_ms <= 0 || row->count == 0 || message_is_wished(m) ||
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
    int64_t closed_ms = 0, asked_until_ms;

    if (!message_is_survey(m) || m->conversation_id == 0)
        return true;
    if (!conversation_get(st, m->conversation_id, &row, err))
        return false;
    asked_until_ms = row.now.until_ms;
    for (int i = 0; i < row.count; i++) {
        struct survey_case c;
        int64_t until_ms;

        if (!survey_case_get(st, row.cases[i].id, &c, err))
            return false;
        if (c.closed_ms > closed_ms)
            closed_ms = c.closed_ms;
        until_ms = invitation_rate_until(st, &ob->rules->invite, c.closed_ms, now_ms);
        if (until_ms > c.until_ms && !survey_case_until_set(st, c.id, until_ms, err))
            return false;
        if (until_ms > row.now.until_ms)
            row.now.until_ms = until_ms;
    }
    return (row.now.until_ms == asked_until_ms ||
            conversation_until_set(st, row.id, row.now.until_ms, err)) &&
           queue_remind(st, ob, m, &row, closed_ms, now_ms, err);
}

/* The gateway has it. Nothing happens to what was withdrawn or refused. */
static bool accepted(struct store *st, const struct outbox *ob, struct message *m,
                     const char *ref, int64_t now_ms, struct error *err)
{
    bool first;

    if (m->state == MESSAGE_WITHDRAWN || m->state == MESSAGE_REFUSED)
        return true;
    return message_accepted(st, m, ref, now_ms, &first, err) &&
           (!first || survey_accepted(st, ob, m, now_ms, err));
}

/* ---- parts ---- */

/* The parts of an attempt, by the gateway's ids. */
static bool keep_refs(struct store *st, const struct message *m, const char *gateway,
                      int attempt, const struct submitted *submitted, int64_t now_ms,
                      struct error *err)
{
    int parts =
        submitted->ref_count < GATEWAY_PARTS ? submitted->ref_count : GATEWAY_PARTS;

    for (int i = 0; i < parts; i++) {
        const struct message_ref ref = {
            .message_id = m->id, .attempt = attempt, .part = i + 1, .parts = parts};

        if (submitted->refs[i][0] != '\0' &&
            !message_ref_add(st, &ref, gateway, submitted->refs[i], now_ms, err))
            return false;
    }
    return true;
}

/* What the reports of all parts, this one among them, say of the whole. */
static bool judge_parts(struct store *st, const struct message *m,
                        const struct news *report, enum report_state *state, int *attempt,
                        struct error *err)
{
    struct message_ref ref;
    int there, parts;
    bool found;

    *state = report->state;
    if (report->ref[0] == '\0')
        return true;
    if (!message_ref_of(st, m->id, report->ref, &ref, &found, err))
        return false;
    if (!found)
        return true;
    if (*attempt == 0)
        *attempt = ref.attempt;
    if (ref.state[0] == '\0' || strcmp(ref.state, "BUFFERED") == 0)
        if (!message_ref_state_set(st, ref.id, report_names[report->state], err))
            return false;
    if (ref.parts < 2 || report->state != REPORT_DELIVERED)
        return true;
    if (!message_refs_count(st, m->id, ref.attempt, "DELIVERED", &there, &parts, err))
        return false;
    if (there < parts)
        *state = REPORT_BUFFERED;
    return true;
}

/* ---- what a report proves ---- */

/* The citizen holds what was worded for this gateway: that question is the open one. */
static bool ask_again(struct store *st, struct message *m,
                      const struct conversation_row *asked, int64_t now_ms,
                      struct error *err)
{
    bool opted_out;

    if (asked->id == m->conversation_id)
        return true;
    if (!phone_opted_out(st, m->phone_id, &opted_out, err) ||
        !outbox_close_unasked(st, m, now_ms, err) ||
        !message_converse(st, m, asked->id, asked->sender, err))
        return false;
    if (asked->slot != SLOT_NONE && asked->count == 1 &&
        !message_case_letter(st, m->id, asked->cases[0].id, 0, err))
        return false;
    return opted_out ||
           conversation_set(st, asked->id, CONVERSATION_ASKED, false, now_ms, err);
}

/*
 * What was sent by an earlier attempt went through that attempt's gateway, with the words
 * for that one.
 */
static bool stand_by(struct store *st, struct message *m, int attempt, int64_t now_ms,
                     struct error *err)
{
    struct conversation_row *rows;
    char gateway[40];
    int count;
    bool ok;

    if (!message_is_waiting(m->state))
        return true;
    if (!message_attempt_gateway(st, m->id, attempt, gateway, err))
        return false;
    if (gateway[0] == '\0' || strcmp(gateway, m->gateway) == 0)
        return true;
    if (!message_plan(st, m, gateway, err) || !message_is_survey(m))
        return err->kind == ERROR_NONE;
    rows = conversations_room();
    ok = conversations_of_phone(st, m->phone_id, rows, &count, err);
    for (int i = 0; ok && i < count; i++) {
        if (rows[i].message_id != m->id || strcmp(rows[i].gateway, gateway) != 0)
            continue;
        ok = ask_again(st, m, &rows[i], now_ms, err);
        break;
    }
    free(rows);
    return ok;
}

bool outbox_proved(struct store *st, const struct outbox *ob, struct message *m,
                   int attempt, const struct news *report, int64_t now_ms,
                   struct error *err)
{
    static const enum message_state finals[] = {
        [REPORT_BUFFERED] = MESSAGE_ACCEPTED,
        [REPORT_DELIVERED] = MESSAGE_DELIVERED,
        [REPORT_UNDELIVERED] = MESSAGE_UNDELIVERED,
        [REPORT_EXPIRED] = MESSAGE_EXPIRED,
    };
    enum report_state state;
    bool entered;

    if (!judge_parts(st, m, report, &state, &attempt, err))
        return false;
    if (attempt == 0)
        attempt = m->attempt;
    if (attempt < 1 || attempt > m->attempt)
        return true;
    /* The newer attempt may fare better than the older one did. */
    if (attempt < m->attempt && !message_is_waiting(m->state) &&
        state != REPORT_DELIVERED)
        return true;
    if ((m->state == MESSAGE_SUBMITTING || m->state == MESSAGE_UNKNOWN ||
         message_is_waiting(m->state)) &&
        (!stand_by(st, m, attempt, now_ms, err) ||
         !accepted(st, ob, m, report->ref, now_ms, err)))
        return false;
    return state == REPORT_BUFFERED ||
           message_enter(st, m, finals[state],
                         report->reason[0] != '\0' ? report->reason : NULL, now_ms,
                         &entered, err);
}

/* ---- reports that came before the gateway's answer ---- */

static bool take_early(struct store *st, const struct outbox *ob, struct message *m,
                       const char *gateway, int attempt, const char *name, int64_t now_ms,
                       struct error *err)
{
    struct message_ref rows[SAME_REF];
    int count;

    if (!message_refs_find(st, gateway, name, SAME_REF, rows, &count, err))
        return false;
    for (int i = 0; i < count; i++) {
        struct news report = {.kind = NEWS_REPORT};

        if (rows[i].message_id != 0 || rows[i].id < id_floor(m->submitted_ms) ||
            (rows[i].phone_id != 0 && rows[i].phone_id != m->phone_id))
            continue;
        for (size_t s = 0; s < LENGTH(report_names); s++)
            if (strcmp(rows[i].state, report_names[s]) == 0)
                report.state = (enum report_state)s;
        snprintf(report.ref, sizeof(report.ref), "%s", name);
        if (!outbox_proved(st, ob, m, attempt, &report, now_ms, err))
            return false;
    }
    return true;
}

/*
 * A gateway that takes a message without naming it (a spool folder) names it later,
 * beside our reference; the reports that follow know that name alone, and may be here
 * already.
 */
static bool learn_ref(struct store *st, const struct outbox *ob, struct message *m,
                      int attempt, const struct news *report, int64_t now_ms,
                      struct error *err)
{
    struct message_ref ref = {
        .message_id = m->id, .attempt = attempt, .part = 1, .parts = 1};
    char gateway[40];
    bool found;

    if (report->state != REPORT_BUFFERED || report->ref[0] == '\0' || attempt < 1 ||
        attempt > m->attempt)
        return true;
    if (!message_ref_of(st, m->id, report->ref, &ref, &found, err))
        return false;
    return found || (message_attempt_gateway(st, m->id, attempt, gateway, err) &&
                     message_ref_add(st, &ref, gateway, report->ref, now_ms, err) &&
                     take_early(st, ob, m, gateway, attempt, report->ref, now_ms, err));
}

bool outbox_report(struct store *st, const struct outbox *ob, int64_t id,
                   const struct news *report, int64_t now_ms, bool *changed,
                   struct error *err)
{
    enum message_state before;
    struct message m;
    int64_t named;
    int attempt;
    bool fresh;

    *changed = false;
    if (!message_get(st, id, &m, err))
        return false;
    before = m.state;
    if (!gateway_reference_read(report->reference, &named, &attempt) || named != id)
        attempt = 0;
    if (report->opted_out && !optout_add(st, m.phone_id, 0, now_ms, &fresh, err))
        return false;
    if (!gateway_count_add(st, m.gateway, COUNT_REPORTS, 1, now_ms, err) ||
        !outbox_proved(st, ob, &m, attempt, report, now_ms, err) ||
        !learn_ref(st, ob, &m, attempt, report, now_ms, err))
        return false;
    *changed = m.state != before;
    return true;
}

static bool book_accepted(struct store *st, const struct outbox *ob,
                          const struct gateway *g, struct message *m, int attempt,
                          const struct submitted *submitted, int64_t now_ms,
                          struct error *err)
{
    const char *ref = submitted->ref_count > 0 ? submitted->refs[0] : "";

    if (!keep_refs(st, m, g->name, attempt, submitted, now_ms, err) ||
        !stand_by(st, m, attempt, now_ms, err) || !accepted(st, ob, m, ref, now_ms, err))
        return false;
    for (int i = 0; i < submitted->ref_count && i < GATEWAY_PARTS; i++)
        if (submitted->refs[i][0] != '\0' &&
            !take_early(st, ob, m, g->name, attempt, submitted->refs[i], now_ms, err))
            return false;
    return true;
}

/* ---- the answer ---- */

static bool book_refused(struct store *st, struct message *m, const char *reason,
                         int64_t now_ms, struct error *err)
{
    bool entered;

    return message_enter(st, m, MESSAGE_REFUSED, reason, now_ms, &entered, err) &&
           (!entered || outbox_close_unasked(st, m, now_ms, err));
}

/* This very attempt was certainly not taken: that also settles what was UNKNOWN since its
 * lease ended. */
static bool book_retry(struct store *st, const struct outbox *ob, struct message *m,
                       const char *reason, int64_t now_ms, struct error *err)
{
    bool entered;

    if (m->state != MESSAGE_SUBMITTING && m->state != MESSAGE_UNKNOWN)
        return true;
    return message_enter(st, m, MESSAGE_RETRY, reason, now_ms, &entered, err) &&
           message_put_off(st, m->id,
                           now_ms + message_back_off_ms(m->attempt, outbox_lot(ob)), err);
}

bool outbox_book(struct store *st, const struct outbox *ob, const struct gateway *g,
                 int64_t id, int attempt, enum outcome outcome,
                 const struct submitted *submitted, int64_t now_ms, struct error *err)
{
    struct message m;
    bool entered, fresh;

    if (!message_get(st, id, &m, err))
        return false;
    if (attempt < 1 || attempt > m.attempt)
        return true;
    if (submitted->opted_out) {
        if (!optout_add(st, m.phone_id, 0, now_ms, &fresh, err))
            return false;
        if (outcome == OUTCOME_RETRY)
            outcome = OUTCOME_REFUSED;
    }
    if (outcome == OUTCOME_ACCEPTED)
        return book_accepted(st, ob, g, &m, attempt, submitted, now_ms, err);
    if (attempt != m.attempt)
        return true;
    if (outcome == OUTCOME_REFUSED)
        return book_refused(st, &m, submitted->reason, now_ms, err);
    if (outcome == OUTCOME_RETRY)
        return book_retry(st, ob, &m, submitted->reason, now_ms, err);
    return message_enter(st, &m, MESSAGE_UNKNOWN, submitted->reason, now_ms, &entered,
                         err);
}

/* ---- whose report it is ---- */

/* Whom a report names: 0 where nobody, or nobody that we know of. */
static bool named_phone(struct store *st, const struct news *news, bool *names,
                        int64_t *phone_id, struct error *err)
{
    struct error unread = {0};
    struct phone phone;

    *names = news->from[0] != '\0' && phone_parse(news->from, "86", &phone, &unread);
    *phone_id = 0;
    return !*names || phone_find(st, &phone, phone_id, err);
}

static bool find_by_reference(struct store *st, const char *gateway,
                              const struct news *news, bool names, int64_t phone_id,
                              int64_t *id, int *attempt, bool *found, struct error *err)
{
    struct error absent = {0};
    struct message m;
    char through[40];

    *found = false;
    if (!gateway_reference_read(news->reference, id, attempt))
        return true;
    if (!message_get(st, *id, &m, &absent))
        return absent.kind == ERROR_ABSENT || (*err = absent, false);
    if (names && phone_id != m.phone_id)
        return true;
    if (!message_attempt_gateway(st, *id, *attempt, through, err))
        return false;
    *found = strcmp(through, gateway) == 0;
    return true;
}

static bool find_by_ref(struct store *st, const char *gateway, const struct news *news,
                        bool names, int64_t phone_id, int64_t *id, int *attempt,
                        bool *found, struct error *err)
{
    struct message_ref rows[SAME_REF];
    int count;

    *found = false;
    if (news->ref[0] == '\0')
        return true;
    if (!message_refs_find(st, gateway, news->ref, SAME_REF, rows, &count, err))
        return false;
    for (int i = 0; i < count && !*found; i++) {
        if (rows[i].message_id == 0 || (names && rows[i].phone_id != phone_id))
            continue;
        *id = rows[i].message_id;
        *attempt = rows[i].attempt;
        *found = true;
    }
    return true;
}

bool outbox_report_find(struct store *st, const char *gateway, const struct news *news,
                        int64_t now_ms, int64_t *id, int *attempt, bool *found,
                        struct error *err)
{
    struct message_ref early = {.part = 1, .parts = 1};
    bool names;

    *id = 0;
    *attempt = 0;
    if (!named_phone(st, news, &names, &early.phone_id, err) ||
        !find_by_reference(st, gateway, news, names, early.phone_id, id, attempt, found,
                           err) ||
        (!*found &&
         !find_by_ref(st, gateway, news, names, early.phone_id, id, attempt, found, err)))
        return false;
    if (*found)
        return true;
    *id = 0;
    *attempt = 0;
    if (news->ref[0] == '\0' || (names && early.phone_id == 0))
        return true;
    snprintf(early.state, sizeof(early.state), "%s", report_names[news->state]);
    return message_ref_add(st, &early, gateway, news->ref, now_ms, err);
}
