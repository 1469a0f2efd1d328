/*
 * rules.h — the numbers of the settings that decide what is written. Filled once at start
 * by work/options.c, then shared and never changed.
 */
#ifndef STORE_RULES_H
#define STORE_RULES_H

#include "domain/hours.h"
#include "domain/second_assessment.h"
#include "domain/trial.h"
#include "domain/trigger.h"
#include "store/rating_store.h"

struct invite_rules {
    int64_t delay_low_ms,
        delay_high_ms;        /* after the closing, drawn by lot between them */
    struct hours_span window; /* of the local day, in which texts go out */
    int64_t spread_ms;        /* what falls outside waits, then this much by lot */
    int open_working_days, open_days_max; /* how long a case may be rated */
    int per_day, per_30_days;             /* invitations a phone gets at the most */
    int64_t remind_after_ms;              /* 0: no reminder */
};

struct queue_rules {
    int no_show_calls; /* calls before somebody counts as missing */
    int64_t no_show_after_ms;
    int64_t undo_ms;
    int64_t restore_ms; /* how long a missed ticket can be put back */
    int near;           /* people ahead from which a citizen is asked to come back */
    bool sms_alerts;    /* who left a phone is told by SMS, too */
};

struct watch_rules { /* of second assessments */
    struct trigger_rules trigger;
    struct trial_rules trial;
    struct second_rules second;
};

/* Is the recorded end of a case true? */
struct promise_rules {
    int ask_percent;       /* of such cases are asked about; 0: none */
    int open_working_days; /* so long an answer is taken */
};

struct rules {
    struct rating_rules rating;
    struct invite_rules invite;
    struct queue_rules queue;
    struct promise_rules promise;
    struct watch_rules watch;
    int hall_share; /* of a department's year, hundredths of a per cent */
    int keep_days;  /* phones and words are kept so long; 0: for ever */
};

#endif
