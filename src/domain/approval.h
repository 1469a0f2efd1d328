/*
 * approval.h — parallel approval (并联审批): one case that several departments work on at
 * the same time, each with a clock of its own.
 *
 *     the case      accept ─┬─ inform, consult ─── pay (once) ────────┬─ issue (once)
 *                           │                                         │
 *     department 1          ├─ start ─ survey, review … ─ approve ────┤
 *     department 2          └─ start ─ pause ⇄ resume ─── approve ────┘
 *
 * Eight kinds of steps: inform, consult, accept, survey, review, pay, approve, issue; and
 * three acts on a department's clock: start, pause (for a listed reason), resume. One
 * intake, one payment and one issue belong to the case; survey, review and approve to a
 * department; inform and consult to either.
 *
 * Judged is when something happened, not when it was told: a step that was taken before
 * the closing may be told after it, and nothing may lie before what the same part was
 * told to have done last. Closing a case is never refused for what a department has not
 * decided; its clock then ends with the closing, and is shown as undecided.
 *
 * Pure: what was told is kept by store/approval_store.h. Any thread.
 */
#ifndef DOMAIN_APPROVAL_H
#define DOMAIN_APPROVAL_H

#include "domain/promise.h"

enum approval_step {
    APPROVAL_INFORM,
    APPROVAL_CONSULT,
    APPROVAL_ACCEPT,
    APPROVAL_SURVEY,
    APPROVAL_REVIEW,
    APPROVAL_PAY,
    APPROVAL_APPROVE,
    APPROVAL_ISSUE,
    APPROVAL_START,
    APPROVAL_PAUSE,
    APPROVAL_RESUME,
    APPROVAL_STEPS
};

enum { APPROVAL_KINDS = APPROVAL_ISSUE + 1 }; /* the first eight are kinds of steps */

/* "inform" … "resume", as stored; APPROVAL_STEPS for a name that is none. */
const char *approval_step_name(enum approval_step step);
enum approval_step approval_step_read(const char *name);

/* Why a department's clock may stand: "supplement" …; NULL after the last. */
const char *approval_pause_reason(int i);
bool approval_pause_fits(const char *reason);

enum {
    APPROVAL_CHILDREN = 24, /* departments' approvals of one case */
    APPROVAL_PAUSES = 32,   /* of one of them */
};

enum approval_state {
    APPROVAL_RUNNING,
    APPROVAL_PAUSED,
    APPROVAL_GRANTED,
    APPROVAL_REFUSED,
    APPROVAL_STATES
};
const char *approval_state_name(enum approval_state state); /* "running" … */

struct approval_child {
    enum approval_state state;
    int64_t started_ms, ended_ms;                 /* ended_ms 0: not decided */
    int64_t newest_ms;                            /* of what was told of it */
    struct promise_pause pauses[APPROVAL_PAUSES]; /* until_ms 0: stands still */
    size_t pause_count;
};

/* A case with its approvals, as its steps have made it. Begin with the first two. */
struct approval {
    int64_t accepted_ms; /* one intake; 0: not taken in */
    int64_t closed_ms;   /* of the case's record; 0: not closed */
    int64_t paid_ms, issued_ms, newest_ms;
    struct approval_child children[APPROVAL_CHILDREN]; /* n of 1.. stands at n - 1 */
    size_t count;
};

/* Why a step may not be taken; the sentence is for whoever told it. */
enum approval_doubt {
    APPROVAL_FINE,
    APPROVAL_NOT_ACCEPTED,
    APPROVAL_ACCEPTED_ALREADY,
    APPROVAL_PAID_ALREADY,
    APPROVAL_ISSUED_ALREADY,
    APPROVAL_AFTER_CLOSING,
    APPROVAL_NO_CHILD,
    APPROVAL_OF_CASE,  /* a step of the case, told of a department */
    APPROVAL_OF_CHILD, /* and the other way round */
    APPROVAL_DECIDED,
    APPROVAL_STANDS, /* its clock is paused */
    APPROVAL_RUNS,   /* resumed without a pause */
    APPROVAL_NOBODY, /* nothing to issue: no department took part */
    APPROVAL_UNDECIDED,
    APPROVAL_REFUSED_BY_ONE,
    APPROVAL_EARLIER, /* before what was told last of the same part */
    APPROVAL_FULL,
    APPROVAL_DOUBTS
};
const char *approval_doubt_text(enum approval_doubt doubt); /* a sentence; "" for none */

/*
 * Takes a step of child `n`, 0 for the case itself; `granted` counts for APPROVAL_APPROVE
 * only. APPROVAL_START makes the next child: n is then the number that it gets. Where the
 * answer is not APPROVAL_FINE nothing was changed.
 */
enum approval_doubt approval_take(struct approval *a, int n, enum approval_step step,
                                  bool granted, int64_t at_ms);

/* ---- what it took ---- */

struct approval_clock {
    const struct calendar *calendar;
    const struct zone *zone;
    const struct office_hours *hours;
    int64_t now_ms; /* until which what has not ended is counted */
};

/* The office hours of working days between two instants, in milliseconds. */
int64_t approval_working_ms(const struct approval_clock *c, int64_t from_ms,
                            int64_t until_ms);

/* When a child's clock ended, or how far it is counted: now, or the case's closing. */
int64_t approval_end_ms(const struct approval *a, size_t child,
                        const struct approval_clock *c);

struct approval_part {
    int days, paused_days; /* working days that it ran, and stood; as promise.h counts */
    int64_t ran_ms;        /* working time */
};

struct approval_figures {
    struct approval_part parts[APPROVAL_CHILDREN];
    int serial_days, real_days; /* one after another; from the first start to the last end
                                 */
    int64_t serial_ms;  /* working time of all of them, as if one had followed another */
    int64_t busy_ms;    /* in which at least one ran */
    int64_t overlap_ms; /* in which at least two ran: the proof */
};
void approval_figure(const struct approval *a, const struct approval_clock *c,
                     struct approval_figures *out);

/* The working time in which both ran. */
int64_t approval_both_ms(const struct approval *a, size_t one, size_t other,
                         const struct approval_clock *c);

#endif
