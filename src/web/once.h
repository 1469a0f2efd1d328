/*
 * once.h — a form of a kiosk or a desk that is sent twice is one act.
 *
 * The page writes a fresh text into its forms (`once`), or its script one for each press.
 * The act keeps it in its own transaction, per address, for 48 hours
 * (idempotency_store.h; no API key has the number 0 that these rows carry). A form
 * without one acts each time.
 */
#ifndef WEB_ONCE_H
#define WEB_ONCE_H

#include "store/store.h"
#include "web/citizen.h"

enum { ONCE_TEXT = 33, ONCE_MOST = 64 };

/* A fresh one for a page. Any thread. */
void once_new(struct world *world, char out[ONCE_TEXT]);

struct once {
    const char *token; /* "" where none was sent */
    const char *route; /* the path of the request */
    /* Of the fields that must not differ between two that are one act; see once_read. */
    unsigned char body[CRYPT_HASH_BYTES];
};

/*
 * Takes `once` from the form. `strict`: the same text with other fields (but for `late`)
 * is refused later; else the first one counts whatever the second says. ERROR_MALFORMED
 * where it is longer than ONCE_MOST or has other than letters, digits and '-'. Loop.
 */
NODISCARD bool once_read(struct exchange *x, const struct sent *form, bool strict,
                         struct once *out, struct error *err);

/* Was it done before? *fact is what once_keep was told. Writer, before the act. */
NODISCARD bool once_find(struct store *st, const struct once *o, int64_t now_ms,
                         bool *done, int64_t *fact, struct error *err);
/* It is done now. Writer, after the act, in its transaction. */
NODISCARD bool once_keep(struct store *st, const struct once *o, int64_t fact,
                         int64_t now_ms, struct error *err);

#endif
