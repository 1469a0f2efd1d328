/*
 * message_look.h — messages as people and limits look at them: to whom,
 * about what, how many.
 *
 * Any connection; changes nothing.
 */
#ifndef STORE_MESSAGE_LOOK_H
#define STORE_MESSAGE_LOOK_H

#include "store/store.h"

/* How many messages of a kind a phone got since then; NULL counts every answer we gave.
 */
NODISCARD bool messages_since(struct store *st, int64_t phone_id, const char *kind,
                              int64_t since_ms, int *count, struct error *err);

/* One message as people look at it; texts are borrowed for the call. */
struct message_view {
    int64_t id, phone_id, conversation_id, case_id;
    const char *kind, *sender, *text, *state, *reason, *gateway, *lang;
    int attempt;
    int64_t at_ms; /* handed over, or last changed */
};
typedef void message_each(void *self, const struct message_view *m);

/* What has been handed over at least once, newest first; phone_id 0 means every phone. */
NODISCARD bool messages_sent(struct store *st, int64_t phone_id, int most,
                             message_each *each, void *self, struct error *err);

/* All that concerns a case, oldest first: its surveys and what followed. */
NODISCARD bool messages_of_case(struct store *st, int64_t case_id, message_each *each,
                                void *self, struct error *err);

#endif
