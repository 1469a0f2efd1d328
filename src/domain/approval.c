/*
 * approval.c — what may follow what in a parallel approval (approval.h).
 *
 * What must stay true:
 * 1. The case is taken in, paid and issued once at the most.
 * 2. Nothing of a department lies before the intake, or after the issue or the closing.
 * 3. A department decides once; while its clock stands it neither reviews nor decides.
 * 4. What is issued was granted by every department that took part.
 * Not here: what it took (approval_figures.c).
 */
#include "domain/approval.h"

#include <string.h>

#include "base/compiler.h"

static const char *const step_names[APPROVAL_STEPS] = {
    [APPROVAL_INFORM] = "inform",   [APPROVAL_CONSULT] = "consult",
    [APPROVAL_ACCEPT] = "accept",   [APPROVAL_SURVEY] = "survey",
    [APPROVAL_REVIEW] = "review",   [APPROVAL_PAY] = "pay",
    [APPROVAL_APPROVE] = "approve", [APPROVAL_ISSUE] = "issue",
    [APPROVAL_START] = "start",     [APPROVAL_PAUSE] = "pause",
    [APPROVAL_RESUME] = "resume",
};

static const char *const state_names[APPROVAL_STATES] = {
    [APPROVAL_RUNNING] = "running",
    [APPROVAL_PAUSED] = "paused",
    [APPROVAL_GRANTED] = "granted",
    [APPROVAL_REFUSED] = "refused",
};

/* Papers to bring, a survey or test outside, experts, a public notice or hearing, another
 * authority, the citizen's payment. */
static const char *const reasons[] = {"supplement", "survey",    "experts",
                                      "notice",     "authority", "payment"};

static const char *const doubts[APPROVAL_DOUBTS] = {
    [APPROVAL_FINE] = "",
    [APPROVAL_NOT_ACCEPTED] =
        "The case was not taken in by then. Accept it first; the departments come after.",
    [APPROVAL_ACCEPTED_ALREADY] =
        "The case is taken in already; a parallel approval has one intake.",
    [APPROVAL_PAID_ALREADY] =
        "The case is paid already; a parallel approval has one payment.",
    [APPROVAL_ISSUED_ALREADY] =
        "The result was issued already; after the one issue no step follows.",
    [APPROVAL_AFTER_CLOSING] =
        "The case was closed before that; after it no step can have been taken.",
    [APPROVAL_NO_CHILD] = "There is no approval of this number in the case.",
    [APPROVAL_OF_CASE] =
        "This step belongs to the case as a whole. Send it for number 0.",
    [APPROVAL_OF_CHILD] =
        "This step belongs to a department. Send it for the number of its approval.",
    [APPROVAL_DECIDED] = "This department has decided already; its clock has ended.",
    [APPROVAL_STANDS] = "The clock of this department stands. Resume it first.",
    [APPROVAL_RUNS] = "The clock of this department runs; there is nothing to resume.",
    [APPROVAL_NOBODY] = "No department has taken part; there is nothing to issue.",
    [APPROVAL_UNDECIDED] =
        "Not every department has decided by then; the result is issued after the last.",
    [APPROVAL_REFUSED_BY_ONE] = "A department has refused; there is nothing to issue.",
    [APPROVAL_EARLIER] =
        "This lies before the step that was told last. Send steps in their order.",
    [APPROVAL_FULL] = "The case has as many of these as can be kept.",
};

const char *approval_step_name(enum approval_step step)
{
    return step_names[step];
}

enum approval_step approval_step_read(const char *name)
{
    int i = 0;

    while (i < APPROVAL_STEPS && strcmp(step_names[i], name) != 0)
        i++;
    return (enum approval_step)i;
}

const char *approval_state_name(enum approval_state state)
{
    return state_names[state];
}

const char *approval_doubt_text(enum approval_doubt doubt)
{
    return doubts[doubt];
}

const char *approval_pause_reason(int i)
{
    return i >= 0 && i < (int)LENGTH(reasons) ? reasons[i] : NULL;
}

bool approval_pause_fits(const char *reason)
{
    for (size_t i = 0; i < LENGTH(reasons); i++)
        if (strcmp(reasons[i], reason) == 0)
            return true;
    return false;
}

/* What holds for every step, whoever takes it. */
static enum approval_doubt doubt_of_any(const struct approval *a, int64_t at_ms)
{
    if (a->issued_ms != 0)
        return APPROVAL_ISSUED_ALREADY;
    if (a->closed_ms != 0 && at_ms > a->closed_ms)
        return APPROVAL_AFTER_CLOSING;
    return APPROVAL_FINE;
}

/* ---- steps of the case ---- */

/* Every department has granted, by then. */
static enum approval_doubt doubt_of_issue(const struct approval *a, int64_t at_ms)
{
    bool refused = false;

    if (a->count == 0)
        return APPROVAL_NOBODY;
    for (size_t i = 0; i < a->count; i++) {
        if (a->children[i].ended_ms == 0 || a->children[i].ended_ms > at_ms)
            return APPROVAL_UNDECIDED;
        refused |= a->children[i].state == APPROVAL_REFUSED;
    }
    return refused ? APPROVAL_REFUSED_BY_ONE : APPROVAL_FINE;
}

/* What is told of the case itself; informing and consulting come before the intake, too.
 */
static enum approval_doubt doubt_of_case(const struct approval *a,
                                         enum approval_step step, int64_t at_ms)
{
    bool taken_in = a->accepted_ms != 0 && at_ms >= a->accepted_ms;

    if (step == APPROVAL_ACCEPT)
        return a->accepted_ms != 0 ? APPROVAL_ACCEPTED_ALREADY : APPROVAL_FINE;
    if (at_ms < a->newest_ms)
        return APPROVAL_EARLIER;
    if (step == APPROVAL_INFORM || step == APPROVAL_CONSULT)
        return APPROVAL_FINE;
    if (step != APPROVAL_PAY && step != APPROVAL_ISSUE)
        return APPROVAL_OF_CHILD;
    if (!taken_in)
        return APPROVAL_NOT_ACCEPTED;
    if (step == APPROVAL_PAY)
        return a->paid_ms != 0 ? APPROVAL_PAID_ALREADY : APPROVAL_FINE;
    return doubt_of_issue(a, at_ms);
}

static void take_of_case(struct approval *a, enum approval_step step, int64_t at_ms)
{
    if (step == APPROVAL_ACCEPT)
        a->accepted_ms = at_ms;
    if (step == APPROVAL_PAY)
        a->paid_ms = at_ms;
    if (step == APPROVAL_ISSUE)
        a->issued_ms = at_ms;
    if (at_ms > a->newest_ms)
        a->newest_ms = at_ms;
}

/* ---- steps of a department ---- */

static enum approval_doubt doubt_of_start(const struct approval *a, int n, int64_t at_ms)
{
    if (a->accepted_ms == 0 || at_ms < a->accepted_ms)
        return APPROVAL_NOT_ACCEPTED;
    if (a->count == APPROVAL_CHILDREN)
        return APPROVAL_FULL;
    return n == (int)a->count + 1 ? APPROVAL_FINE : APPROVAL_NO_CHILD;
}

static enum approval_doubt doubt_of_child(const struct approval_child *c,
                                          enum approval_step step, int64_t at_ms)
{
    if (step == APPROVAL_ACCEPT || step == APPROVAL_PAY || step == APPROVAL_ISSUE)
        return APPROVAL_OF_CASE;
    if (c->ended_ms != 0)
        return APPROVAL_DECIDED;
    if (at_ms < c->newest_ms)
        return APPROVAL_EARLIER;
    if (c->state == APPROVAL_PAUSED &&
        (step == APPROVAL_REVIEW || step == APPROVAL_APPROVE || step == APPROVAL_PAUSE))
        return APPROVAL_STANDS;
    if (c->state == APPROVAL_RUNNING && step == APPROVAL_RESUME)
        return APPROVAL_RUNS;
    if (step == APPROVAL_PAUSE && c->pause_count == APPROVAL_PAUSES)
        return APPROVAL_FULL;
    return APPROVAL_FINE;
}

static void take_of_child(struct approval_child *c, enum approval_step step, bool granted,
                          int64_t at_ms)
{
    c->newest_ms = at_ms;
    if (step == APPROVAL_PAUSE) {
        c->state = APPROVAL_PAUSED;
        c->pauses[c->pause_count++] = (struct promise_pause){.from_ms = at_ms};
    } else if (step == APPROVAL_RESUME) {
        c->state = APPROVAL_RUNNING;
        c->pauses[c->pause_count - 1].until_ms = at_ms;
    } else if (step == APPROVAL_APPROVE) {
        c->state = granted ? APPROVAL_GRANTED : APPROVAL_REFUSED;
        c->ended_ms = at_ms;
    }
}

enum approval_doubt approval_take(struct approval *a, int n, enum approval_step step,
                                  bool granted, int64_t at_ms)
{
    bool starts = step == APPROVAL_START && n != 0;
    enum approval_doubt doubt = doubt_of_any(a, at_ms);

    if (doubt != APPROVAL_FINE)
        return doubt;
    if (!starts && (n < 0 || n > (int)a->count))
        return APPROVAL_NO_CHILD;
    doubt = n == 0   ? doubt_of_case(a, step, at_ms)
            : starts ? doubt_of_start(a, n, at_ms)
                     : doubt_of_child(&a->children[n - 1], step, at_ms);
    if (doubt != APPROVAL_FINE)
        return doubt;
    if (n == 0)
        take_of_case(a, step, at_ms);
    else if (starts)
        a->children[a->count++] = (struct approval_child){
            .state = APPROVAL_RUNNING, .started_ms = at_ms, .newest_ms = at_ms};
    else
        take_of_child(&a->children[n - 1], step, granted, at_ms);
    return APPROVAL_FINE;
}
