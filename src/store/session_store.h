/*
 * session_store.h — who is logged in.
 *
 * A session is a random cookie of which only the SHA-256 is kept. It ends when it was
 * idle too long, when it is too old, at log-out, at a new password, and for an
 * administrator also when the same person logs in elsewhere. Checking works on a reader's
 * store; the rest is the writer's.
 */
#ifndef STORE_SESSION_STORE_H
#define STORE_SESSION_STORE_H

#include "store/caller.h"
#include "store/secret.h"
#include "store/store.h"

struct session_rules {
    int64_t idle_ms;     /* since it was last seen */
    int64_t absolute_ms; /* since log-in */
};
extern const struct session_rules session_rules_default;

/* How old `seen` may be before a look is worth a write (session_touch). */
enum { SESSION_TOUCH_MS = 60 * 1000 };

/* A fresh session for an account that has proved itself; always a new cookie. */
NODISCARD bool session_start(struct store *st, int64_t account_id, int64_t now_ms,
                             char cookie[SECRET_TEXT], struct error *err);

/*
 * Whose session this cookie (NULL for none) is. ERROR_LOGIN where it is nobody's or over.
 * `*touch` says that session_touch should be called.
 */
NODISCARD bool session_check(struct store *st, const struct session_rules *rules,
                             const char *cookie, int64_t now_ms, struct caller *out,
                             bool *touch, struct error *err);

/* It was used now. Nothing happens where it is over. */
NODISCARD bool session_touch(struct store *st, const struct session_rules *rules,
                             const char *cookie, int64_t now_ms, struct error *err);

/* Log-out. Nothing happens where the cookie is nobody's. */
NODISCARD bool session_end(struct store *st, const char *cookie, int64_t now_ms,
                           struct error *err);

#endif
