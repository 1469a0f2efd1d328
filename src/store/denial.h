/*
 * denial.h — a citizen says that the recorded end of a case is not true, and a person
 * looks into it by a clock.
 *
 * Such an answer, to the question by SMS or in a re-check, opens a work order of its own
 * kind, one for a case at a time. It is nobody's at the window that recorded the end: not
 * in its list, and not to be given to its head or clerk. What the citizen says later
 * stands with the order and closes nothing, for a change of mind may have been asked for;
 * it ends when somebody has written down what was found. Writer thread.
 */
#ifndef STORE_DENIAL_H
#define STORE_DENIAL_H

#include "store/order_store.h"

/* What somebody found out about the recorded end; NULL after the last: "delivered" after
 * all, the record was "untrue", or it stays "unclear". */
const char *denial_finding(int i);
bool denial_finding_fits(const char *found);

/* What was said of a case's recorded end, and by whom it was written down. */
struct denial {
    int64_t case_id, inbound_id; /* inbound_id 0: by phone */
    bool received;
    const char *actor; /* "citizen", or who rang him */
};

/* Opens the order, or adds what is new to the one that lives. The same said twice is one,
 * and "it is true" opens nothing. */
NODISCARD bool denial_take(struct store *st, const struct order_rules *rules,
                           const struct denial *d, int64_t now_ms, struct error *err);

/*
 * What somebody found out about the order's case. It ends the order where `ends`, which
 * the hall's people may; a department's finding is a step of it. ERROR_INPUT, with its
 * field, where `found` is none or no words say how. `answer_id` is the answer that it is
 * about, 0 for the newest that nobody looked into, if there is one.
 */
struct denial_found {
    int64_t case_id, answer_id;
    const char *found, *words, *actor;
    bool ends;
};
NODISCARD bool denial_found(struct store *st, const struct order_rules *rules,
                            const struct denial_found *f, int64_t now_ms,
                            struct error *err);

#endif
