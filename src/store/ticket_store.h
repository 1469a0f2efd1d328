/*
 * ticket_store.h — tickets: numbers without gaps, and where each stands in the queue.
 *
 * A number is unique per hall, local day and series; its counter moves in the transaction
 * that makes the ticket, so a ticket that is not made burns none. Instants are UTC
 * milliseconds.
 */
#ifndef STORE_TICKET_STORE_H
#define STORE_TICKET_STORE_H

#include "domain/phone.h"
#include "domain/queue.h"
#include "domain/token.h"
#include "store/hall_store.h"

struct ticket {
    /* what was printed: never changes */
    int64_t id, matter_id, phone_id; /* phone_id 0: none was left */
    int local_date, serial;
    char series[4], number[NUMBER_SIZE];
    char lang[8], kiosk[CODE_SIZE], short_code[SHORT_SYMBOLS + 1];
    int taken_ahead, taken_low,
        taken_high; /* as told when it was taken; -1 for no estimate */
    int64_t taken_ms;
    /* where it stands now */
    enum ticket_state state;
    char matter_code[CODE_SIZE], department_code[CODE_SIZE];
    char window_code[CODE_SIZE]; /* called to, serving at, or waiting for; "" for any */
    int64_t clerk_id;
    int calls;
    int64_t place_ms, called_ms, started_ms,
        changed_ms; /* called, started: 0 for not yet */
};

struct ticket_input {
    const char *matter_code;
    const struct phone *phone; /* NULL where none was left */
    const char *lang;
    const char *kiosk_code; /* NULL where it was taken elsewhere */
    const char *actor;
};

/* Takes a number. `job` is the print job's id, 0 where nothing is to be printed. */
NODISCARD bool ticket_take(struct store *st, const struct ticket_input *in,
                           int64_t now_ms, struct ticket *out, int64_t *job,
                           struct error *err);

NODISCARD bool ticket_find(struct store *st, int64_t id, struct ticket *out, bool *found,
                           struct error *err);
/* ERROR_ABSENT where there is none. */
NODISCARD bool ticket_get(struct store *st, int64_t id, struct ticket *out,
                          struct error *err);

/* The ticket of a typed code, not older than `since` (yyyymmdd). Two of them: found is
 * false. */
NODISCARD bool ticket_by_short_code(struct store *st, const char *code, int since,
                                    int64_t *id, bool *found, struct error *err);

/*
 * Moves a ticket in the queue: checks that the new state may follow, writes what `t`
 * holds, keeps the count of those who wait. ERROR_CONFLICT where it may not follow.
 */
NODISCARD bool ticket_move(struct store *st, struct ticket *t, enum ticket_state to,
                           int64_t now_ms, struct error *err);

/* How many wait in front of it now. */
NODISCARD bool ticket_ahead(struct store *st, const struct ticket *t, int *ahead,
                            struct error *err);

/* The wait of somebody with `ahead` people in front, in minutes; -1 for no estimate. */
NODISCARD bool ticket_estimate(struct store *st, const char *series, int ahead,
                               int64_t now_ms, int *low, int *high, struct error *err);

/* How many wait per series today. */
typedef void waiting_each(void *self, const char *series, int waiting);
NODISCARD bool tickets_waiting(struct store *st, int local_date, waiting_each *each,
                               void *self, struct error *err);

/* Those who still wait or were called on an earlier day did not get served: cancels up to
 * `most`. */
NODISCARD bool tickets_cancel_old(struct store *st, int today, int most, int64_t now_ms,
                                  int *cancelled, struct error *err);

#endif
