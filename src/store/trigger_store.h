/*
 * trigger_store.h — the months of windows as the rules of second assessments see them,
 * and the looking itself: once for each settled month.
 *
 * A month is settled when nothing of it can change by a rating any more. What is counted:
 * active ratings with an overall grade that no appeal took out, by the month of closing,
 * window and channel; not what staff entered from paper, for nobody scores himself.
 */
#ifndef STORE_TRIGGER_STORE_H
#define STORE_TRIGGER_STORE_H

#include "domain/trigger.h"
#include "store/hall_store.h"
#include "store/rules.h"

enum {
    PAST_MONTHS = 2 * TRIGGER_BASE_MOST + 1
}; /* a year, each month with its baseline */

struct past_window {
    char code[CODE_SIZE], department[CODE_SIZE];
    bool in_force;                            /* the hall still has it */
    struct trigger_month months[PAST_MONTHS]; /* [0] is the newest */
};

/* Owns its list; in the order of the codes. */
struct past {
    struct past_window *windows;
    size_t count;
    int newest; /* yyyymm */
};
void past_free(struct past *p);

/* The `months` (up to PAST_MONTHS) that end with `newest`, of one window or of all
 * (NULL). Any thread's store. */
NODISCARD bool past_read(struct store *st, int newest, int months, const char *window,
                         struct past *out, struct error *err);

/* All windows as they stood `back` months before the newest; an array of past.count. */
void past_at(const struct past *p, int back, struct trigger_window *out);

/* Months as yyyymm: so many later, or earlier. */
int month_add(int month, int by);

/* The last day of a month (base/day.h), and the newest month that is settled. */
int32_t month_end(int month);
int month_settled(const struct hall_frame *frame, const struct second_rules *rules,
                  int64_t now_ms);

/*
 * Looks at each settled month that was not looked at yet, up to `most` of them, oldest
 * first; the very first look of a store is at the newest only. What a rule finds starts a
 * second assessment, or is noted in the one that is running. The same months again find
 * nothing. Writer thread, in a transaction.
 */
NODISCARD bool triggers_look(struct store *st, const struct watch_rules *rules, int most,
                             int64_t now_ms, int *looked, struct error *err);

#endif
