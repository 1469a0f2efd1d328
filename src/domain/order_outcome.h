/*
 * order_outcome.h — what became of the order of a bad rating, as rates count it: was the
 * citizen spoken with in time, was it put right in time, and what did the citizen say?
 *
 * The two clocks are those of the first round; a verdict is the last one given. While a
 * clock runs nothing is decided: what nobody has done yet is late only when its time is
 * over. Pure; any thread.
 */
#ifndef DOMAIN_ORDER_OUTCOME_H
#define DOMAIN_ORDER_OUTCOME_H

#include "domain/work_order.h"

enum outcome_clock {
    CLOCK_RUNNING, /* not done */
    CLOCK_KEPT,
    CLOCK_MISSED,    /* done when the time was over */
    CLOCK_UNREACHED, /* all calls were made in time, and reached nobody */
    CLOCK_NONE,      /* there was nothing to keep: no call was wanted */
    CLOCKS
};

enum outcome_verdict {
    OUTCOME_OPEN, /* nothing was said yet */
    OUTCOME_SATISFIED,
    OUTCOME_BASICALLY,
    OUTCOME_NOT_SATISFIED,
    OUTCOME_SILENT, /* asked, and said nothing in time */
    OUTCOME_VERDICTS
};

struct order_outcome {
    enum order_reach reach; /* whom nobody can ring is no named rater */
    enum outcome_clock contact, fix;
    enum outcome_verdict verdict;
};

/* As stored: "", "kept" …; unknown names give CLOCKS, OUTCOME_VERDICTS. */
const char *outcome_clock_name(enum outcome_clock clock);
const char *outcome_verdict_name(enum outcome_verdict verdict);
enum outcome_clock outcome_clock_read(const char *name);
enum outcome_verdict outcome_verdict_read(const char *name);

/* Adds an act that was done at `now_ms` and led from `before` to `after`. */
void order_outcome_note(struct order_outcome *o, const struct work_order *before,
                        const struct work_order *after, enum order_act act,
                        enum heard_verdict verdict, const struct order_rules *rules,
                        int64_t now_ms);

/*
 * The same as it stands at `now_ms`: what nobody has done although its time is over is
 * missed. `order` is the order as it is now.
 */
struct order_outcome order_outcome_now(const struct order_outcome *o,
                                       const struct work_order *order, int64_t now_ms);

#endif
