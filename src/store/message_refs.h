/*
 * message_refs.h — what a gateway called a message: one id for each part of an attempt.
 *
 * A report may know nothing but that id. Writer thread, inside a command.
 */
#ifndef STORE_MESSAGE_REFS_H
#define STORE_MESSAGE_REFS_H

#include "store/store.h"

/* One part of an attempt, as its gateway named it. */
struct message_ref {
    int64_t id,
        message_id;   /* message_id 0: its report came before the gateway's answer */
    int64_t phone_id; /* whom it was sent to; 0 for unknown */
    int attempt, part, parts;
    char state[12]; /* "" or what was reported: "BUFFERED" "DELIVERED" … */
};

NODISCARD bool message_ref_add(struct store *st, const struct message_ref *ref,
                               const char *gateway, const char *name, int64_t now_ms,
                               struct error *err);

/* All that this gateway called so, newest first, at most `most`. */
NODISCARD bool message_refs_find(struct store *st, const char *gateway, const char *name,
                                 int most, struct message_ref *out, int *count,
                                 struct error *err);

/* The part of a message that some gateway called so; *found is false for none. */
NODISCARD bool message_ref_of(struct store *st, int64_t id, const char *name,
                              struct message_ref *out, bool *found, struct error *err);

NODISCARD bool message_ref_state_set(struct store *st, int64_t ref_id, const char *state,
                                     struct error *err);

/* How many parts of an attempt were reported in this state, and how many there are. */
NODISCARD bool message_refs_count(struct store *st, int64_t id, int attempt,
                                  const char *state, int *there, int *parts,
                                  struct error *err);

#endif
