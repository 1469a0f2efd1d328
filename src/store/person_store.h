/*
 * person_store.h — phones and words: the two things about a citizen that must be
 * erasable.
 *
 * Both are sealed and bound to their row. A number is found again by a keyed hash, so the
 * same number is always the same phone_id while it is kept. Writer thread, inside a
 * command, unless it only looks.
 */
#ifndef STORE_PERSON_STORE_H
#define STORE_PERSON_STORE_H

#include "domain/phone.h"
#include "store/store.h"

/* The id of a number, made where it is new. */
NODISCARD bool phone_keep(struct store *st, const struct phone *phone, int64_t now_ms,
                          int64_t *id, struct error *err);

/* The id of a number, 0 where nobody left it. */
NODISCARD bool phone_find(struct store *st, const struct phone *phone, int64_t *id,
                          struct error *err);

/* The number itself; *found is false once it was erased. */
NODISCARD bool phone_reveal(struct store *st, int64_t id, struct phone *out, bool *found,
                            struct error *err);

/* Keeps what was written, any bytes; `*id` finds it again. */
NODISCARD bool words_keep(struct store *st, const void *bytes, size_t length,
                          int64_t now_ms, int64_t *id, struct error *err);

/* Appends what was written to `out`; *found is false once it was erased. */
NODISCARD bool words_reveal(struct store *st, int64_t id, struct buf *out, bool *found,
                            struct error *err);

/* True while the person behind this phone wants no more ratings texts. */
NODISCARD bool phone_opted_out(struct store *st, int64_t phone_id, bool *out,
                               struct error *err);

/* True where the phone is a registered agent's (one question for a day's batch). */
NODISCARD bool phone_is_agent(struct store *st, int64_t phone_id, bool *out,
                              struct error *err);

#endif
