/*
 * order_store.h — work orders on disk: every step of one as a fact, and how it stands
 * now.
 *
 * What may be done is domain/work_order.h's; here it is done, written down and, where the
 * citizen is to be asked, put into the outbox in the same transaction. Whose turn it is
 * to do what is the web's. Writer thread, inside a command, unless it only looks.
 */
#ifndef STORE_ORDER_STORE_H
#define STORE_ORDER_STORE_H

#include "domain/queue.h"
#include "domain/work_order.h"
#include "store/hall_store.h"

enum {
    ORDER_NUMBER = 16,
    ORDER_WORDS = 500, /* characters of what is written into a step */
    ORDER_RESULT = 20, /* characters of what was done, as an SMS tells it */
    ORDER_DETAIL = 48,
};

/* How an order stands. */
struct order {
    int64_t id, case_id;
    int64_t rating_id, inbound_id; /* 0 for none */
    int64_t opened_ms, changed_ms;
    int64_t owner; /* account; 0 for nobody */
    int64_t phone; /* of the case; 0 for none */
    char number[ORDER_NUMBER];
    struct work_order now;
    char paused_for[16];
    char department[CODE_SIZE]; /* whose it is */
    char window[CODE_SIZE]; /* likewise; "" for any, and for an end that was denied, which
                               the window that recorded it does not look into */
    int steps;              /* so far: whoever changes it says which he saw */
};

/* What an order is opened for; ids 0 for none. */
struct order_new {
    enum order_kind kind;
    int64_t case_id, rating_id, inbound_id;
    const char *actor;
};

NODISCARD bool order_open(struct store *st, const struct order_rules *rules,
                          const struct order_new *in, int64_t now_ms, int64_t *id,
                          struct error *err);

/* *found is false where this hall has no such order. */
NODISCARD bool order_get(struct store *st, int64_t id, struct order *out, bool *found,
                         struct error *err);

/* The newest order of this kind of a case that is not closed. */
NODISCARD bool order_of_kind(struct store *st, int64_t case_id, enum order_kind kind,
                             struct order *out, bool *found, struct error *err);

/* The order of a case's bad rating that is not closed. */
NODISCARD bool order_of_case(struct store *st, int64_t case_id, struct order *out,
                             bool *found, struct error *err);

/* One act; texts are borrowed, NULL for none. */
struct order_step {
    enum order_act act;
    const char *actor;
    const char *detail; /* by act: see order_step_take */
    const char *words;
    enum heard_verdict verdict; /* ORDER_VERDICT */
    int64_t owner;              /* ORDER_ASSIGN; 0: nobody */
};

/*
 * Takes one step and updates `o`. `detail` is the other department's code for
 * ORDER_TRANSFER, the reason for ORDER_PAUSE, "sms" or "page" for ORDER_VERDICT, what
 * was found for ORDER_SETTLE of a denied end. What was
 * done, ORDER_FEED_BACK, is told in `words`, ORDER_RESULT characters: the citizen is
 * asked by SMS where that may be. ERROR_CONFLICT where the step may not be taken now,
 * ERROR_INPUT where what it needs is missing.
 */
NODISCARD bool order_step_take(struct store *st, const struct order_rules *rules,
                               struct order *o, const struct order_step *step,
                               int64_t now_ms, struct error *err);

/* Whether the citizen may be rung, in every order of the case that lives. */
NODISCARD bool order_reach_set(struct store *st, const struct order_rules *rules,
                               int64_t case_id, enum order_reach reach, int64_t now_ms,
                               struct error *err);

/* Takes the steps that are due by themselves: up a level, or closed without a verdict; up
 * to `most` of them. */
NODISCARD bool orders_look(struct store *st, const struct order_rules *rules, int most,
                           int64_t now_ms, int *taken, struct error *err);

/* ---- looking ---- */

/* A step as people read it; borrowed in the callback. */
struct order_past {
    const char *act, *actor, *detail;
    char *words; /* valid UTF-8; NULL for none, or erased */
    int64_t at_ms;
};
typedef void order_past_each(void *self, const struct order_past *step);
NODISCARD bool order_steps_each(struct store *st, int64_t id, order_past_each *each,
                                void *self, struct error *err);

#endif
