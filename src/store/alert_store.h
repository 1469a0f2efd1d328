/*
 * alert_store.h — queue alerts: an SMS to who left a phone and is nearly, or now, called.
 *
 * The message is queued in the transaction of the call that makes it true, and the store
 * itself refuses a second one of the same change: "near" comes once a ticket, "called"
 * once a call. Whether it still is true is looked up again when the message leaves, for a
 * text that comes late sends people to a window in vain. Nobody has asked a question
 * here: opting out of surveys does not concern alerts, nor do the surveys' limits.
 */
#ifndef STORE_ALERT_STORE_H
#define STORE_ALERT_STORE_H

#include "store/rules.h"
#include "store/ticket_store.h"

/*
 * Queues what this call has made true: the called one's text, and that of the one who has
 * `near` people ahead now and had more when the number was taken. Nothing happens unless
 * the rules want alerts. `case_id` is the case that is called for. Writer thread.
 */
NODISCARD bool alert_called(struct store *st, const struct rules *rules,
                            const struct ticket *t, int64_t case_id, int64_t now_ms,
                            struct error *err);

/* What an alert has to say at this moment. */
struct alert {
    bool near;  /* else: called */
    bool stale; /* not true any more, and nothing else here counts */
    struct ticket ticket;
    int ahead, low_min, high_min; /* near: -1 for no estimate */
    int floor;                    /* of the window, or of all that serve the matter; 0 */
};

/* ERROR_ABSENT where the message is no alert. */
NODISCARD bool alert_look(struct store *st, int64_t message_id, int64_t now_ms,
                          struct alert *out, struct error *err);

/* The floor on which a matter is handled, where that is one for all its windows; else 0.
 * Any thread's store. */
NODISCARD bool matter_floor(struct store *st, const char *matter_code,
                            const char *department_code, int *floor, struct error *err);

#endif
