/*
 * work_order.h — a bad rating on its way to being put right: states, acts and clocks.
 *
 * An order opens with a grade of 1 or 2, with "not mine", with a sealed hint for the
 * inspection, or with "the recorded end is not true". The citizen is contacted, the
 * matter is fixed or explained, the citizen is told and judges in words; whoever is not
 * satisfied has it opened once more, and after that it is supervised. Every clock runs in
 * the hall's working days to the end of its office hours. Pure: what is done is decided
 * here, what was done is kept by store/order_store.h. Any thread.
 */
#ifndef DOMAIN_WORK_ORDER_H
#define DOMAIN_WORK_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/zone.h"
#include "domain/calendar.h"
#include "domain/verdict.h"

enum order_kind {
    ORDER_RATING,
    ORDER_NOTME,
    ORDER_HINT,
    ORDER_DENIED, /* the citizen says that the recorded end is not true */
    ORDER_KINDS
};

enum order_state {
    ORDER_OPEN, /* nobody has spoken with the citizen */
    ORDER_CONTACTED,
    ORDER_FIXING,      /* a simple matter */
    ORDER_FIXING_LONG, /* a complex one */
    ORDER_EXPLAINED,   /* there is nothing to fix, and the citizen is told why */
    ORDER_FED_BACK,    /* the citizen was told, and is asked */
    ORDER_SUPERVISED,  /* not satisfied a second time */
    ORDER_CLOSED,
    ORDER_STATES
};

enum order_act {
    ORDER_VERIFY, /* look into the facts */
    ORDER_ASSIGN,
    ORDER_TRANSFER,  /* to another department, which may not refuse */
    ORDER_CALL,      /* look at the number, to ring the citizen */
    ORDER_CONTACT,   /* spoke with the citizen */
    ORDER_UNREACHED, /* tried to */
    ORDER_FIX,
    ORDER_FIX_LONG,
    ORDER_EXPLAIN,
    ORDER_FEED_BACK,
    ORDER_VERDICT, /* the citizen's, never anybody else's */
    ORDER_LAPSE,   /* the citizen said nothing in time */
    ORDER_SETTLE,  /* a number checked, a hint followed, a supervision ended, an end
                      looked into */
    ORDER_REPLACE, /* a corrected rating has an order of its own */
    ORDER_PAUSE,   /* the clocks stand, for a listed reason */
    ORDER_RESUME,
    ORDER_NOTE,
    ORDER_ESCALATE, /* overdue: the next one up is told */
    ORDER_ACTS
};

/* Can the citizen be rung? */
enum order_reach {
    ORDER_REACH_PHONE,
    ORDER_REACH_DECLINED, /* asked not to be */
    ORDER_REACH_NONE,     /* left no number */
    ORDER_REACHES
};

/* Who is told of an overdue order; nobody at 0. */
enum { ORDER_LEVEL_MOST = 4 }; /* window head, department, hall, organisation */

/* Settings; days are working days. */
struct order_rules {
    int contact_days, fix_days, fix_long_days, verdict_days, escalate_days;
    int tries; /* after so many the citizen counts as out of reach */
};
extern const struct order_rules order_rules_default; /* those of the sheets */

struct order_clock {
    const struct calendar *calendar;
    const struct zone *zone;
    const struct office_hours *hours;
    const struct order_rules *rules;
    int64_t now_ms;
};

struct work_order {
    enum order_kind kind;
    enum order_state state;
    enum order_reach reach;
    int round;         /* 1: opened once more */
    int tries;         /* calls that reached nobody, in this round */
    int level;         /* how far an overdue clock went up */
    int64_t paused_ms; /* since when the clocks stand; 0: they run */
    int64_t begun_ms;  /* this round */
    int64_t contact_due_ms, fix_due_ms, verdict_due_ms; /* 0 for none */
    int64_t raised_ms; /* when it last went up; 0 for never in this step */
};

/* As stored: "open" "contacted" …, "verify" …; unknown names give ORDER_STATES, _ACTS …
 */
const char *order_kind_name(enum order_kind kind);
const char *order_state_name(enum order_state state);
const char *order_act_name(enum order_act act);
const char *order_reach_name(enum order_reach reach);
enum order_kind order_kind_read(const char *name);
enum order_state order_state_read(const char *name);
enum order_act order_act_read(const char *name);
enum order_reach order_reach_read(const char *name);

/* Why clocks may stand; NULL after the last. */
const char *order_pause_reason(int i);
bool order_pause_fits(const char *reason);

/* Opens one: state, round and clocks. */
void order_begin(struct work_order *o, enum order_kind kind, enum order_reach reach,
                 const struct order_clock *c);

/* May this be done to it now? */
bool order_may(const struct work_order *o, enum order_act act,
               const struct order_rules *rules);

/*
 * Does it; false, and untouched, where it may not be done. `verdict` counts for
 * ORDER_VERDICT only, which is refused without one.
 */
NODISCARD bool order_do(struct work_order *o, enum order_act act,
                        enum heard_verdict verdict, const struct order_clock *c);

/* The clock that runs: what must be done by when; INT64_MAX where none does. */
int64_t order_due_ms(const struct work_order *o, const struct order_rules *rules);

/*
 * When somebody has to look at it by himself: to tell the next one up, or to close it
 * without a verdict. INT64_MAX for never. What is then to be done is ORDER_LAPSE or
 * ORDER_ESCALATE: order_look.
 */
int64_t order_look_ms(const struct work_order *o, const struct order_clock *c);
enum order_act order_look(const struct work_order *o);

#endif
