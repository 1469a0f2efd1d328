/*
 * second_assessment.h — a window that is looked at a second time: states, acts and
 * clocks.
 *
 * A rule finds it (trigger.h); the organisation department gives notice, or says why not;
 * the window's own side writes a plan and from which day it is in force; the hall
 * measures again up to a day that it names beforehand; when all ratings of that time have
 * settled, the program says "worked", "not shown" or "worse" (trial.h) and the
 * organisation department signs it. Clocks run in the hall's working days to the end of
 * its office hours. Pure: what was done is kept by store/second_assessment_store.h. Any
 * thread.
 */
#ifndef DOMAIN_SECOND_ASSESSMENT_H
#define DOMAIN_SECOND_ASSESSMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "domain/calendar.h"

enum second_state {
    SECOND_TRIGGERED,
    SECOND_NOTICED,
    SECOND_PLANNED,
    SECOND_MEASURING,
    SECOND_RESULT,    /* over */
    SECOND_DISMISSED, /* over */
    SECOND_STATES
};

enum second_act {
    SECOND_FIND,    /* the clockwork: by a rule */
    SECOND_AGAIN,   /* the clockwork: by a rule, while one is running */
    SECOND_NOTICE,  /* the organisation department */
    SECOND_DISMISS, /* the organisation department, with a reason */
    SECOND_PLAN,    /* the window's own side; a plan may be written anew until measured */
    SECOND_RETURN,  /* the organisation department: another plan is wanted */
    SECOND_MEASURE, /* the hall: until which day */
    SECOND_SIGN,    /* the organisation department: the result */
    SECOND_NOTE,
    SECOND_ACTS
};

const char *second_state_name(enum second_state state); /* "triggered" … */
const char *second_act_name(enum second_act act);       /* "find" … */
enum second_state second_state_read(const char *name);
enum second_act second_act_read(const char *name);

struct second_rules { /* days are working days, but for the last four */
    int notice_days, plan_days, measure_days, sign_days;
    int measure_least, measure_most; /* days of the re-measurement */
    int plan_most;                   /* days ahead that a plan may come into force */
    int settle_days; /* after the last closing nothing of it can change any more */
};
extern const struct second_rules second_rules_default;

struct second_clock {
    const struct calendar *calendar;
    const struct zone *zone;
    const struct office_hours *hours;
    const struct second_rules *rules;
    int64_t now_ms;
};

/* Days are local day numbers (base/day.h); 0 for none. */
struct second_assessment {
    enum second_state state;
    int32_t found_end; /* the last day of the month that started it */
    int32_t plan_from; /* the plan is in force from this day on: the first of "after" */
    int32_t until;     /* the last day of "after" */
    int64_t due_ms;    /* of the clock that runs; INT64_MAX where none does */
};

bool second_is_over(const struct second_assessment *a);

/* Found by a rule in the month that ends on this day. */
void second_begin(struct second_assessment *a, int32_t found_end,
                  const struct second_clock *c);

/* May this be done to it now? */
bool second_may(const struct second_assessment *a, enum second_act act);

/* What must be true of the day that goes with an act (a plan, a measurement). */
enum second_day {
    SECOND_DAY_FITS,
    SECOND_DAY_WANTED, /* there is none */
    SECOND_DAY_EARLY,
    SECOND_DAY_LATE
};
enum second_day second_day_fits(const struct second_assessment *a, enum second_act act,
                                int32_t day, const struct second_clock *c);
/* The first and the last day that fit. */
void second_days(const struct second_assessment *a, enum second_act act,
                 const struct second_clock *c, int32_t *first, int32_t *last);

/* The first day on which the result can be told: all of its ratings have settled. */
int32_t second_sign_day(const struct second_assessment *a, const struct second_rules *r);

/*
 * Does it; false, and untouched, where it may not be done now. `day` counts for a plan
 * and a measurement only, and must fit.
 */
NODISCARD bool second_do(struct second_assessment *a, enum second_act act, int32_t day,
                         const struct second_clock *c);

/* The two periods of closings that are compared; before may be empty (from > to). */
struct second_periods {
    int32_t before_from, before_to, after_from, after_to;
};
struct second_periods second_periods(const struct second_assessment *a);

#endif
