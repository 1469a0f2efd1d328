/*
 * event_store.h — every act at the queue, a window or a case, as a fact.
 */
#ifndef STORE_EVENT_STORE_H
#define STORE_EVENT_STORE_H

#include "store/store.h"

struct event {
    const char *kind;  /* taken, called, started … past tense */
    int64_t ticket_id; /* 0 for none, as the three below */
    int64_t case_id, window_id, clerk_id;
    const char
        *actor; /* who: "key 12", "device 5", "account 7", "citizen", "clockwork" */
    const char *detail; /* reason, outcome … or NULL */
};

NODISCARD bool event_add(struct store *st, const struct event *e, int64_t now_ms,
                         int64_t *id, struct error *err);

#endif
