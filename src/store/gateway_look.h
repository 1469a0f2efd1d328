/*
 * gateway_look.h — all that people want to know of one gateway, read at once: how it
 * stands, what waits for it, what it did today. For the page, the command and the
 * metrics. The courier says how a gateway stands when that changes, so its age tells
 * nothing while a server runs.
 */
#ifndef STORE_GATEWAY_LOOK_H
#define STORE_GATEWAY_LOOK_H

#include "store/gateway_store.h"

struct gateway_look {
    struct gateway_state state; /* state.name is filled always */
    bool said;                  /* else nobody ever said how it stands */
    struct gateway_queue queue;
    int64_t today[GATEWAY_COUNTS];
    int64_t oldest_s; /* since when the oldest message is overdue; 0 for none */
};

/* Any thread's store that may look. */
NODISCARD bool gateway_look(struct store *st, const char *name, int64_t now_ms,
                            struct gateway_look *out, struct error *err);

#endif
