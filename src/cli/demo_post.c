/*
 * demo_post.c — the post of the demo's past: what the courier would have carried, and
 * what citizens wrote back.
 *
 * Each message goes the whole way, claim, submit, gateway, report, and each reply is kept
 * raw and read, so the story is linked and proved exactly like real post.
 */
#include "cli/demo_story.h"

#include <stdio.h>

#include "store/message_cases.h"
#include "store/message_store.h"
#include "work/inbox.h"

#define SECOND_MS INT64_C(1000)

enum { AT_ONCE = 64, DAY_FROM_MIN = 7 * 60, DAY_TO_MIN = 23 * 60 };

/* == What a citizen makes of a text
 * ========================================================== */

/* Puts an answer on the agenda; nobody writes in the night. */
static void write_back(struct past *p, const struct outgoing *out, int64_t low_s,
                       int64_t high_s, const char *text)
{
    static const struct hours_span awake = {DAY_FROM_MIN, DAY_TO_MIN};
    struct happening h = {.kind = PERSON_WRITES, .phone = out->to};
    int64_t at_ms =
        p->now_ms + lot_between(&p->lot, low_s * SECOND_MS, high_s * SECOND_MS);

    h.at_ms = send_window_next(p->st->frame->zone, &awake, at_ms,
                               lot_between(&p->lot, 0, 1800 * SECOND_MS));
    snprintf(h.to, sizeof(h.to), "%s", out->from);
    snprintf(h.text, sizeof(h.text), "%s", text);
    agenda_put(&p->agenda, &h);
}

static void write_soon_or_later(struct past *p, const struct outgoing *out,
                                const char *text)
{
    if (lot_chance(&p->lot, 65))
        write_back(p, out, 30, 1800, text);
    else
        write_back(p, out, 1800, 30 * 3600, text);
}

static void answer_survey(struct past *p, const struct outgoing *out, bool four)
{
    uint32_t drawn = lot_below(&p->lot, 100);

    if (drawn < 30)
        write_soon_or_later(p, out, people_reply(&p->lot, people_grade(&p->lot), four));
    else if (drawn < 33)
        write_soon_or_later(p, out, people_unclear(&p->lot));
    else if (drawn < 35)
        write_soon_or_later(p, out, lot_chance(&p->lot, 50) ? "T" : "退订");
    else if (drawn < 36)
        write_soon_or_later(p, out, "不是我办的");
}

/* A letter for each case, one message after another. */
static bool answer_several(struct past *p, const struct outgoing *out, struct error *err)
{
    struct link_case cases[LINK_CASES];
    int count;

    if (!message_cases(p->st, out->id, cases, &count, err))
        return false;
    if (!lot_chance(&p->lot, 55))
        return true;
    for (int i = 0; i < count; i++) {
        char text[8];

        snprintf(text, sizeof(text), "%c%d", cases[i].letter != 0 ? cases[i].letter : '0',
                 people_grade(&p->lot));
        if (cases[i].letter != 0)
            write_back(p, out, 60 + 60 * i, 90 + 60 * i, text);
    }
    return true;
}

/* What the person who got this message does next, by lot. */
static bool receive(struct past *p, const struct outgoing *out, struct error *err)
{
    struct message m;

    if (!message_get(p->st, out->id, &m, err))
        return false;
    if (strcmp(m.kind, "survey_multi") == 0)
        return answer_several(p, out, err);
    if (strcmp(m.kind, "survey") == 0 || strcmp(m.kind, "survey_four") == 0)
        answer_survey(p, out, m.kind[6] != '\0');
    else if (strcmp(m.kind, "remind") == 0 && lot_chance(&p->lot, 8))
        write_soon_or_later(p, out, people_reply(&p->lot, people_grade(&p->lot), false));
    else if (strcmp(m.kind, "reason") == 0 && lot_chance(&p->lot, 70))
        write_back(p, out, 40, 600,
                   lot_chance(&p->lot, 12) ? "0" : people_words(&p->lot, 2));
    else if (strcmp(m.kind, "clarify") == 0 && lot_chance(&p->lot, 70))
        write_back(p, out, 40, 400, lot_chance(&p->lot, 60) ? "5" : "4");
    else if (strcmp(m.kind, "thanks_good") == 0 && lot_chance(&p->lot, 4))
        write_back(p, out, 60, 4 * 3600, lot_chance(&p->lot, 50) ? "改3" : "4");
    else if (strcmp(m.kind, "thanks_good") == 0 && lot_chance(&p->lot, 9))
        write_back(p, out, 40, 900, people_words(&p->lot, 5));
    return true;
}

/* == Carrying
 * ================================================================================ */

static bool carry(struct past *p, struct outgoing *out, struct error *err)
{
    const struct gateway *g = p->roster.gateways;
    const struct sms_mt mt = {.id = out->id,
                              .attempt = out->attempt,
                              .to = out->to.e164,
                              .from = out->from,
                              .text = out->text};
    struct request request = request_new();
    struct answer answer = {.body = buf_new(GATEWAY_BODY_MOST)};
    struct submitted submitted = {0};
    enum outcome outcome;
    bool ok = g->ops->compose(g, &mt, &request, err);

    if (ok) {
        line_carry(p->line, &request, p->now_ms, &answer);
        outcome = g->ops->judge(g, &answer, &submitted);
        ok = outbox_book(p->st, &p->outbox, g, out->id, out->attempt, outcome, &submitted,
                         p->now_ms, err);
    }
    request_free(&request);
    buf_free(&answer.body);
    return ok && receive(p, out, err);
}

static bool send_due(struct past *p, struct error *err)
{
    int64_t ids[AT_ONCE];
    int count;

    if (!messages_due(p->st, NULL, p->now_ms, AT_ONCE, ids, &count, err))
        return false;
    for (int i = 0; i < count; i++) {
        struct outgoing out = {0};
        bool leaves;

        if (!outbox_take(p->st, &p->outbox, p->roster.gateways, ids[i], p->now_ms, &out,
                         &leaves, err))
            return false;
        if (leaves && !carry(p, &out, err))
            return false;
    }
    return true;
}

static bool read_kept(struct past *p, struct error *err)
{
    int64_t ids[AT_ONCE];
    int count;
    bool ok = inbound_due(p->st, p->now_ms, AT_ONCE, ids, &count, err);

    for (int i = 0; ok && i < count; i++)
        ok = inbox_read(p->st, &p->outbox, ids[i], p->now_ms, err);
    return ok;
}

static bool take_pushes(struct past *p, struct error *err)
{
    struct callback raw = callback_new(false);
    bool ok = true;

    while (ok && line_push(p->line, p->now_ms, false, &raw)) {
        int fresh;

        ok = inbox_keep(p->st, p->roster.gateways, &raw, p->now_ms, &fresh, err) &&
             read_kept(p, err);
    }
    callback_free(&raw);
    return ok;
}

bool past_post(struct past *p, struct error *err)
{
    return take_pushes(p, err) && send_due(p, err);
}

bool past_write(struct past *p, const struct happening *h, struct error *err)
{
    if (line_reply(p->line, "", h->phone.e164, h->to, h->text, p->now_ms))
        return true;
    return error_set(err, ERROR_LATER, "Too many replies are under way.");
}
