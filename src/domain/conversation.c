/*
 * conversation.c — the states of a conversation (conversation.h).
 *
 *                 unclear: ask back, once
 *                      ┌───┐
 *                      │   ▼
 *   survey sent ──▶ ASKED ──── grade 3..5 ────────────▶ RATED ◀─────────┐
 *                      │                                 │  ▲ digit ≥ 3 │
 *                      │                       digit ≤ 2 │  │           │
 *                      ├── grade ≤ 2, no words ──▶ REASON┴──┘           │
 *                      │                              │                 │
 *                      └── grade ≤ 2 and words ──┐    │ words, or 0     │
 *                                                ▼    ▼                 │
 *                                                ENDED ── digit ≥ 3 ────┘
 *                                                ▲ └───── digit ≤ 2 ──▶ REASON
 *            anything else: ask back, once       │
 *                      ┌───┐                     │
 *                      │   ▼                     │
 *   fix told ──────▶ RESULT ── verdict in words ─┘
 *
 *            anything else: ask back, once
 *                      ┌───┐
 *                      │   ▼
 *   true? asked ──▶ PROMISE ── 1 or 2 ──▶ PROMISED ── 1 or 2: said anew, in time
 *
 *   any ── opt-out word, or "not mine" ──▶ CLOSED
 *
 * What must stay true:
 * 1. A rating is made from ASKED by any grade that was read; later only by bare digits
 * or after 改, because words after a rating ("态度不满意") are what the person wants to
 * say, not another grade.
 * 2. Whether a correction is still possible is the store's verdict, not this machine's.
 * 3. At most one question back for each question of ours. Nothing is ever thrown away:
 * what makes no rating is kept.
 * 4. CLOSED stays CLOSED; an opt-out word is heard there too.
 * 5. In RESULT a digit says nothing: 1 was the worst grade a week ago, and would be the
 * first of three choices now. It is neither a verdict nor a correction.
 * 6. A recorded end is spoken of in time, the first time and anew; later words are kept.
 * PROMISE and PROMISED never lead to a rating, nor to the states of one: there 2 is no
 * grade. What fits no answer is kept.
 * 7. A garbled text changes no state and makes nothing: it is asked back where we had
 * asked, and kept else. So is a reply to a survey of several cases that names none.
 */
#include "domain/conversation.h"

#include <string.h>

static const char *const state_names[CONVERSATION_STATES] = {
    [CONVERSATION_ASKED] = "ASKED",       [CONVERSATION_RATED] = "RATED",
    [CONVERSATION_REASON] = "REASON",     [CONVERSATION_ENDED] = "ENDED",
    [CONVERSATION_RESULT] = "RESULT",     [CONVERSATION_PROMISE] = "PROMISE",
    [CONVERSATION_PROMISED] = "PROMISED", [CONVERSATION_CLOSED] = "CLOSED",
};

static const char *const act_names[CONVERSATION_ACTS] = {
    [CONVERSATION_NOTHING] = "nothing", [CONVERSATION_RATE] = "rated",
    [CONVERSATION_COMMENT] = "comment", [CONVERSATION_WHY] = "reason",
    [CONVERSATION_NO_CALL] = "no_call", [CONVERSATION_NOTE] = "note",
    [CONVERSATION_LATE] = "late",       [CONVERSATION_OPTOUT] = "optout",
    [CONVERSATION_NOTME] = "notme",     [CONVERSATION_ASK_BACK] = "asked_back",
    [CONVERSATION_VERDICT] = "verdict", [CONVERSATION_ATTEST] = "attested",
};

static const char *const answer_names[ANSWERS] = {
    [ANSWER_NONE] = "",
    [ANSWER_THANKS_GOOD] = "thanks_good",
    [ANSWER_REASON] = "reason",
    [ANSWER_THANKS_BAD] = "thanks_bad",
    [ANSWER_CLARIFY] = "clarify",
    [ANSWER_CHANGED] = "changed",
    [ANSWER_ALREADY] = "already",
    [ANSWER_EXPIRED] = "expired",
    [ANSWER_UNKNOWN] = "unknown",
    [ANSWER_OPTOUT] = "optout",
    [ANSWER_NOTME] = "notme",
    [ANSWER_CLARIFY_MULTI] = "clarify_multi",
    [ANSWER_CLARIFY_RESULT] = "clarify_result",
    [ANSWER_EARLY] = "early",
    [ANSWER_CLARIFY_PROMISE] = "clarify_promise",
    [ANSWER_PROMISE_DENIED] = "promise_denied",
};

const char *conversation_state_name(enum conversation_state state)
{
    return state_names[state];
}

enum conversation_state conversation_state_read(const char *name)
{
    for (int i = 0; i < CONVERSATION_STATES; i++)
        if (strcmp(state_names[i], name) == 0)
            return (enum conversation_state)i;
    return CONVERSATION_CLOSED;
}

const char *conversation_act_name(enum conversation_act act)
{
    return act_names[act];
}

const char *answer_name(enum answer_key answer)
{
    return answer_names[answer];
}

const char *heard_promise_name(enum heard_promise said)
{
    static const char *const names[] = {[HEARD_NO_PROMISE] = "",
                                        [HEARD_PROMISE_TRUE] = "promise_true",
                                        [HEARD_PROMISE_DENIED] = "promise_denied"};

    return names[said];
}

bool conversation_attests(enum conversation_state state)
{
    return state == CONVERSATION_PROMISE || state == CONVERSATION_PROMISED;
}

static struct conversation_step stay(const struct conversation *c,
                                     enum conversation_act act, enum answer_key answer)
{
    return (struct conversation_step){act, answer, c->state, c->clarified};
}

static struct conversation_step go(const struct conversation *c,
                                   enum conversation_act act, enum answer_key answer,
                                   enum conversation_state next)
{
    return (struct conversation_step){act, answer, next, c->clarified};
}

static bool graded(const struct heard *h)
{
    return h->kind == HEARD_GRADE || h->kind == HEARD_DIMS;
}

/* What is asked when nothing was understood: what the question was, in other words. */
static enum answer_key question_of(const struct conversation *c)
{
    if (c->state == CONVERSATION_RESULT)
        return ANSWER_CLARIFY_RESULT;
    if (c->state == CONVERSATION_PROMISE)
        return ANSWER_CLARIFY_PROMISE;
    return c->lettered ? ANSWER_CLARIFY_MULTI : ANSWER_CLARIFY;
}

/* Unclear words are kept; whoever was asked back once is not asked again. */
static struct conversation_step not_understood(const struct conversation *c,
                                               const struct heard *h)
{
    struct conversation_step s;

    if (c->clarified)
        return stay(c,
                    h->comment || h->garbled ? CONVERSATION_NOTE : CONVERSATION_NOTHING,
                    ANSWER_NONE);
    s = stay(c, CONVERSATION_ASK_BACK, question_of(c));
    s.clarified = true;
    return s;
}

static struct conversation_step hear_asked(const struct conversation *c,
                                           const struct heard *h, int64_t now_ms)
{
    if (now_ms > c->until_ms)
        return stay(c, CONVERSATION_LATE, ANSWER_EXPIRED);
    if (graded(h) && !h->garbled && !h->nameless)
        return stay(c, CONVERSATION_RATE, ANSWER_NONE);
    return not_understood(c, h);
}

/* A fix was told: only words are a verdict on it. */
static struct conversation_step hear_result(const struct conversation *c,
                                            const struct heard *h, int64_t now_ms)
{
    if (now_ms > c->until_ms)
        return stay(c, CONVERSATION_LATE, ANSWER_NONE);
    if (h->verdict != HEARD_NO_VERDICT && !h->garbled && !h->nameless)
        return go(c, CONVERSATION_VERDICT, ANSWER_NONE, CONVERSATION_ENDED);
    return not_understood(c, h);
}

/* Whether the recorded end is true: 1 or 2, and nothing else is an answer. */
static struct conversation_step hear_promise(const struct conversation *c,
                                             const struct heard *h, int64_t now_ms)
{
    bool denied = h->promise == HEARD_PROMISE_DENIED;

    if (now_ms > c->until_ms)
        return stay(c, CONVERSATION_LATE, ANSWER_NONE);
    if (h->promise != HEARD_NO_PROMISE && !h->garbled && !h->nameless)
        return go(c, CONVERSATION_ATTEST, denied ? ANSWER_PROMISE_DENIED : ANSWER_NONE,
                  CONVERSATION_PROMISED);
    if (c->state == CONVERSATION_PROMISED)
        return stay(c, CONVERSATION_NOTE, ANSWER_NONE);
    return not_understood(c, h);
}

/* After a rating: a bare digit corrects, anything else is what the person wants to add.
 */
static struct conversation_step hear_rated(const struct conversation *c,
                                           const struct heard *h)
{
    bool waits = c->state == CONVERSATION_REASON;

    if (h->garbled)
        return stay(c, CONVERSATION_NOTE, ANSWER_NONE);
    if (graded(h) && h->bare)
        return stay(c, CONVERSATION_RATE, ANSWER_NONE);
    if (waits && h->zero)
        return go(c, CONVERSATION_NO_CALL, ANSWER_NONE, CONVERSATION_ENDED);
    if (waits && (h->comment || graded(h)))
        return go(c, CONVERSATION_WHY, ANSWER_THANKS_BAD, CONVERSATION_ENDED);
    if (h->comment || graded(h))
        return stay(c, CONVERSATION_COMMENT, ANSWER_NONE);
    return stay(c, CONVERSATION_NOTHING, ANSWER_NONE);
}

struct conversation_step conversation_hear(const struct conversation *c,
                                           const struct heard *h, int64_t now_ms)
{
    if (h->kind == HEARD_OPTOUT && !h->garbled)
        return go(c, CONVERSATION_OPTOUT, ANSWER_OPTOUT, CONVERSATION_CLOSED);
    if (c->state == CONVERSATION_CLOSED)
        return stay(c, CONVERSATION_NOTE,
                    h->kind == HEARD_NOTME ? ANSWER_NONE : ANSWER_UNKNOWN);
    if (h->kind == HEARD_NOTME && !h->garbled)
        return go(c, CONVERSATION_NOTME, ANSWER_NOTME, CONVERSATION_CLOSED);
    if (c->state == CONVERSATION_RESULT)
        return hear_result(c, h, now_ms);
    if (conversation_attests(c->state))
        return hear_promise(c, h, now_ms);
    if (c->state == CONVERSATION_ASKED || h->nameless)
        return hear_asked(c, h, now_ms);
    return hear_rated(c, h);
}

/* Where a rating that was just taken leads, and what it is answered when it is the first.
 */
static struct conversation_step after(const struct conversation *c, const struct heard *h,
                                      enum answer_key good, enum answer_key bad)
{
    if (!h->low)
        return go(c, CONVERSATION_RATE, good, CONVERSATION_RATED);
    if (h->comment && bad == ANSWER_REASON)
        return go(c, CONVERSATION_RATE, ANSWER_THANKS_BAD, CONVERSATION_ENDED);
    return go(c, CONVERSATION_RATE, bad, CONVERSATION_REASON);
}

struct conversation_step conversation_rated(const struct conversation *c,
                                            const struct heard *h,
                                            enum conversation_verdict verdict)
{
    switch (verdict) {
    case CONVERSATION_RECORDED:
        return after(c, h, ANSWER_THANKS_GOOD, ANSWER_REASON);
    case CONVERSATION_CORRECTED:
        return after(c, h, ANSWER_CHANGED, ANSWER_CHANGED);
    case CONVERSATION_SAME:
        if (c->state == CONVERSATION_ASKED) /* given before by another way: the QR page */
            return after(c, h, ANSWER_THANKS_GOOD, ANSWER_REASON);
        return stay(c, CONVERSATION_NOTHING, h->low ? ANSWER_NONE : ANSWER_THANKS_GOOD);
    case CONVERSATION_SETTLED:
        return stay(c, CONVERSATION_NOTE, ANSWER_ALREADY);
    case CONVERSATION_OVER:
        return stay(c, CONVERSATION_LATE, ANSWER_EXPIRED);
    case CONVERSATION_EARLY:
        break;
    }
    return stay(c, CONVERSATION_NOTE, ANSWER_UNKNOWN);
}
