/*
 * idempotency_store.h — the same POST twice is one act (Idempotency-Key, 48 hours).
 *
 * Kept per API key, path and token, in the transaction of the act. The answer is not
 * kept: it is rebuilt from the fact that the act made.
 */
#ifndef STORE_IDEMPOTENCY_STORE_H
#define STORE_IDEMPOTENCY_STORE_H

#include "base/crypt.h"
#include "store/store.h"

struct idempotency {
    int64_t api_key_id;
    const char *route; /* the path of the request */
    const char *token; /* what the client sent */
    unsigned char body[CRYPT_HASH_BYTES];
};

/* *fact_id is what the earlier act was about, *made whether it made it. ERROR_INPUT where
 * its body was another one. */
NODISCARD bool idempotency_find(struct store *st, const struct idempotency *i,
                                int64_t now_ms, bool *found, int64_t *fact_id, bool *made,
                                struct error *err);
NODISCARD bool idempotency_keep(struct store *st, const struct idempotency *i,
                                int64_t fact_id, bool made, int64_t now_ms,
                                struct error *err);

/* Forgets what is older than 48 hours. */
NODISCARD bool idempotency_forget(struct store *st, int64_t now_ms, struct error *err);

#endif
