/*
 * recheck_ask.h — re-checks that are asked by SMS: 1 it is true, 2 nothing was received.
 *
 * The question is a message of its own kind and opens a conversation of its own: what a
 * digit means there is that conversation's state, and it never makes, changes or corrects
 * a rating. It goes within the hours and limits of all questions, once for each re-check,
 * and not at all when somebody has got an answer by phone meanwhile. Writer thread,
 * unless it only looks.
 */
#ifndef STORE_RECHECK_ASK_H
#define STORE_RECHECK_ASK_H

#include "store/recheck_store.h"

enum recheck_ask {
    RECHECK_ASK_PUT,      /* into the outbox */
    RECHECK_ASK_BEFORE,   /* it was asked by SMS before */
    RECHECK_ASK_ANSWERED, /* there is an answer */
    RECHECK_ASK_NO_PHONE, /* erased, or an agent's */
    RECHECK_ASK_NOT_DONE, /* the case did not end as done: the question does not fit it */
};
NODISCARD bool recheck_ask(struct store *st, const struct recheck *r, const char *actor,
                           int64_t now_ms, enum recheck_ask *outcome, struct error *err);

/* Those of a plan that can be asked: how many were put into the outbox. */
NODISCARD bool recheck_ask_plan(struct store *st, int64_t plan_id, const char *actor,
                                int64_t now_ms, int *put, struct error *err);

/* The re-check that this message asks about; 0 for none. */
NODISCARD bool recheck_of_message(struct store *st, int64_t message_id,
                                  int64_t *recheck_id, struct error *err);

/* Is the question that waits still wanted: nobody has got an answer meanwhile? */
NODISCARD bool recheck_ask_wanted(struct store *st, int64_t message_id, bool *wanted,
                                  struct error *err);

/* What the citizen replied. The same reply twice is one. */
NODISCARD bool recheck_reply_take(struct store *st, int64_t recheck_id,
                                  int64_t inbound_id, bool received, int64_t now_ms,
                                  struct error *err);

#endif
