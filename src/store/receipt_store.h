/*
 * receipt_store.h — what a receipt stands for, and what goes with a rating on its page.
 *
 * A receipt is 16 symbols that stand on the citizen's page or SMS. It finds its rating
 * without telling whose it was. Looks only; any thread's store.
 */
#ifndef STORE_RECEIPT_STORE_H
#define STORE_RECEIPT_STORE_H

#include "store/order_store.h"

struct receipt {
    int64_t rating_id, rated_ms;
    int grade; /* 0 where four were given instead */
    int dims[4];
    bool replaced; /* a correction came after it and counts instead */
    bool sensitive;
    char matter_name[NAME_SIZE];
};

NODISCARD bool receipt_find(struct store *st, const char *code, struct receipt *out,
                            bool *found, struct error *err);

/* When a rating was given and, where its case has a work order, how that stands. */
enum { RECEIPT_RESULT = 4 * ORDER_RESULT + 1 };
struct rating_moment {
    int64_t rated_ms;
    int round;                          /* 1: it corrected an earlier one */
    int64_t contact_due_ms, fix_due_ms; /* 0: it opened none */
    char order_state[16];               /* "" for none */
    int64_t order_ms;                   /* since when it is in that state */
    char result[RECEIPT_RESULT];        /* what was done, as the citizen was told; "" */
};

NODISCARD bool rating_moment(struct store *st, int64_t rating_id,
                             struct rating_moment *out, struct error *err);

#endif
