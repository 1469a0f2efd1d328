/*
 * message_doubt.h — messages of which nobody knows what became of them: what
 * a crash left, what the gateway is to be asked about, what was never reported.
 *
 * Writer thread, inside a command.
 */
#ifndef STORE_MESSAGE_DOUBT_H
#define STORE_MESSAGE_DOUBT_H

#include "store/message_store.h"

/* Ids of UNKNOWN messages about which the gateway is to be asked now; when the next one
 * is, INT64_MAX for none. */
NODISCARD bool messages_to_ask(struct store *st, int64_t now_ms, int most, int64_t *ids,
                               int *count, struct error *err);
NODISCARD bool messages_next_ask_ms(struct store *st, int64_t *next_ms,
                                    struct error *err);

/* The gateway was asked at `now_ms` and is asked next at `next_ms`; -1: not any more. */
NODISCARD bool message_asked(struct store *st, int64_t id, int64_t now_ms,
                             int64_t next_ms, struct error *err);

/*
 * Puts right what a crash or an ended lease left: CLAIMED is NEW again, SUBMITTING is
 * UNKNOWN. At the start everything found so is put right, whatever its lease says.
 */
NODISCARD bool messages_recover(struct store *st, int64_t now_ms, bool at_start,
                                int *count, struct error *err);

/* Accepted before `before_ms` and never reported becomes NO_REPORT, up to `most` of them.
 */
NODISCARD bool messages_give_up_reports(struct store *st, int64_t before_ms, int most,
                                        int64_t now_ms, struct error *err);

/* Accepted by this gateway and not yet reported; oldest first. */
typedef void message_waits(void *self, int64_t id, int attempt, const char *ref);
NODISCARD bool messages_waiting_report(struct store *st, const char *gateway, int most,
                                       message_waits *each, void *self,
                                       struct error *err);

#endif
