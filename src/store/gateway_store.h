/*
 * gateway_store.h — what each gateway did, day by day, and how it stands now.
 *
 * Counts change in the transaction of what they count. The state is what the courier last
 * said, for pages and `yiping gateway status`. Writer thread, inside a command, unless it
 * only looks.
 */
#ifndef STORE_GATEWAY_STORE_H
#define STORE_GATEWAY_STORE_H

#include "domain/message.h"
#include "store/store.h"

enum gateway_count {
    COUNT_SUBMITTED, /* attempts that were handed over */
    COUNT_ACCEPTED,
    COUNT_REFUSED,
    COUNT_RETRIED,         /* certainly not sent, tried again */
    COUNT_UNKNOWN,         /* may have been sent */
    COUNT_RESOLVED_SENT,   /* of these: found to have been sent */
    COUNT_RESOLVED_UNSENT, /* of these: found not to have been sent */
    COUNT_RESENT,          /* of these: sent once more */
    COUNT_DELIVERED,
    COUNT_UNDELIVERED,
    COUNT_EXPIRED,
    COUNT_NO_REPORT,
    COUNT_REPLIES,
    COUNT_REPORTS,
    COUNT_WITHDRAWN,
    GATEWAY_COUNTS
};

/* As stored and shown: "submitted", "resolved_sent" … */
const char *gateway_count_name(enum gateway_count what);

/* Adds to today's count of the gateway; nothing happens where `gateway` is "". */
NODISCARD bool gateway_count_add(struct store *st, const char *gateway,
                                 enum gateway_count what, int64_t n, int64_t now_ms,
                                 struct error *err);

/*
 * What a gateway did on the local day `date` (yyyymmdd), or ever where it is 0. A NULL
 * gateway adds all of them up.
 */
NODISCARD bool gateway_counts(struct store *st, const char *gateway, int date,
                              int64_t out[GATEWAY_COUNTS], struct error *err);

/* How a gateway stands, as the courier last said. */
struct gateway_state {
    char name[40];
    char condition[12]; /* "ready" "busy" "resting" "shut" "broken" */
    char trouble[240];  /* the last error, "" for none */
    int64_t error_ms;   /* when that was, 0 for never */
    int in_flight;
    int64_t queued_inside;       /* as the gateway says, -1 where it does not */
    int rate_1, rate_5, rate_15; /* messages a minute, times 100 */
    int64_t changed_ms;          /* filled when read */
};

NODISCARD bool gateway_state_set(struct store *st, const struct gateway_state *state,
                                 int64_t now_ms, struct error *err);

/* *found is false where nobody ever said. */
NODISCARD bool gateway_state_get(struct store *st, const char *name,
                                 struct gateway_state *out, bool *found,
                                 struct error *err);

typedef void gateway_state_each(void *self, const struct gateway_state *state);
NODISCARD bool gateway_states(struct store *st, gateway_state_each *each, void *self,
                              struct error *err);

/* What waits for a gateway, or hangs there. */
struct gateway_queue {
    int64_t waiting;       /* NEW and RETRY, due or not */
    int64_t overdue;       /* of these: due by now */
    int64_t oldest_due_ms; /* of these: since when the oldest is due, 0 for none */
    int64_t by_state[MESSAGE_STATES]; /* only those that are still open */
};

/* NULL: those that no gateway takes. */
NODISCARD bool gateway_queue(struct store *st, const char *gateway, int64_t now_ms,
                             struct gateway_queue *out, struct error *err);

#endif
