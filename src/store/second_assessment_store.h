/*
 * second_assessment_store.h — second assessments on disk: every step of one as a fact,
 * how it stands now, and the test of whether it helped.
 *
 * What may be done is domain/second_assessment.h's; here it is done and written down.
 * Whose turn it is is the web's, and who may assess is assessor_store.h's. Writer thread,
 * inside a command, unless it only looks.
 */
#ifndef STORE_SECOND_ASSESSMENT_STORE_H
#define STORE_SECOND_ASSESSMENT_STORE_H

#include "domain/second_assessment.h"
#include "store/hall_store.h"
#include "store/rules.h"

enum { SECOND_WORDS = 1000 }; /* characters of what is written into a step */

struct second_record {
    int64_t id, opened_ms, changed_ms;
    char window[CODE_SIZE], department[CODE_SIZE];
    int month; /* that started it, yyyymm */
    struct second_assessment now;
    int steps; /* so far: whoever changes it says which he saw */
};

/*
 * The one that runs at this window, or a new one: triggers_look calls it for what a rule
 * found in this month. A month that finds a running one of another month is a step of it.
 */
NODISCARD bool second_find(struct store *st, const struct second_rules *rules,
                           const char *window, const char *department, int month,
                           int64_t now_ms, int64_t *id, struct error *err);

/* *found is false where this hall has none of this id. */
NODISCARD bool second_get(struct store *st, int64_t id, struct second_record *out,
                          bool *found, struct error *err);

/* One act; texts are borrowed, NULL for none. */
struct second_step {
    enum second_act act;
    const char *actor;
    const char *words;
    int32_t day; /* that a plan or a measurement names; 0 for none */
};

/*
 * Takes one step and updates `r`. ERROR_CONFLICT where it may not be taken now,
 * ERROR_INPUT where the day ("day") or the words ("words") are missing or do not fit. The
 * result is reckoned and kept in the same transaction as the signature under it.
 */
NODISCARD bool second_step_take(struct store *st, const struct watch_rules *rules,
                                struct second_record *r, const struct second_step *step,
                                int64_t now_ms, struct error *err);

/* ---- looking ---- */

/* Those that began with a month of this year, newest first; NULL for any window or
 * department. Names are those of today; "" where there is none. */
struct second_item {
    struct second_record record;
    char window_name[NAME_SIZE], department_name[NAME_SIZE];
    char rules[64];   /* "threshold chart", those that started it */
    char verdict[16]; /* "" for none */
};
typedef void second_each(void *self, const struct second_item *item);
NODISCARD bool seconds_list(struct store *st, int year, const char *department,
                            const char *window, second_each *each, void *self,
                            struct error *err);

struct second_past {
    const char *act, *actor;
    char *words; /* valid UTF-8; NULL for none, or erased */
    int date;    /* yyyymmdd; 0 for none */
    int64_t at_ms;
};
typedef void second_past_each(void *self, const struct second_past *step);
NODISCARD bool second_steps_each(struct store *st, int64_t id, second_past_each *each,
                                 void *self, struct error *err);

/* What a rule found; numbers as in the table. Borrowed in the callback. */
struct second_trigger {
    int month, tolerance;
    const char *rule, *base, *channel;
    int64_t bad, n, base_bad, base_n, expected_milli, limit, tail_ppb, allowed_ppb, at_ms;
};
typedef void second_trigger_each(void *self, const struct second_trigger *t);
NODISCARD bool second_triggers_each(struct store *st, int64_t id,
                                    second_trigger_each *each, void *self,
                                    struct error *err);

/* A local day number as yyyymmdd and back; 0 is 0. */
int day_date(int32_t day);
int32_t date_day(int date);

#endif
