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
    int64_t idle_ms;       /* since it was last seen */
    int64_t absolute_ms;   /* since log-in */
    unsigned second_roles; /* who must show a second factor; others may have one */
    int64_t password_ms;   /* how old a password may be; 0: as old as it likes */
};

/* What has to be done before the session is good for anything else, in this order. */
enum session_want {
    SESSION_WANTS_NOTHING,
    SESSION_WANTS_CODE,     /* of the second factor */
    SESSION_WANTS_DEVICE,   /* a second factor has to be set up */
    SESSION_WANTS_PASSWORD, /* a new one */
    SESSION_WANTS_PROOF,    /* another log-in, because the last is too long ago */
};

struct session_state {
    enum session_want want; /* never PROOF */
    bool second;            /* its second factor was shown */
    int64_t started_ms;     /* the log-in */
    bool touch;             /* session_touch should be called */
};
extern const struct session_rules session_rules_default;

/* How old `seen` may be before a look is worth a write (session_touch). */
enum { SESSION_TOUCH_MS = 60 * 1000 };

/*
 * A fresh session for an account that has proved itself; always a new cookie. `second`:
 * with its second factor, too. The address it came from may be NULL.
 */
NODISCARD bool session_start(struct store *st, int64_t account_id, const char *address,
                             bool second, int64_t now_ms, char cookie[SECRET_TEXT],
                             struct error *err);

/*
 * Whose session this cookie (NULL for none) is, and what it still wants. ERROR_LOGIN
 * where it is nobody's or over.
 */
NODISCARD bool session_check(struct store *st, const struct session_rules *rules,
                             const char *cookie, int64_t now_ms, struct caller *out,
                             struct session_state *state, struct error *err);

/* It was used now. Nothing happens where it is over. */
NODISCARD bool session_touch(struct store *st, const struct session_rules *rules,
                             const char *cookie, int64_t now_ms, struct error *err);

/* The sessions of an account that are in force, newest first. */
struct session_row {
    char code[17]; /* names it in a list: the first half of its hash */
    int64_t started_ms, seen_ms;
    char address[64];
    bool own; /* it is that of `cookie` */
};
typedef void session_each(void *self, const struct session_row *row);
NODISCARD bool sessions_each(struct store *st, const struct session_rules *rules,
                             int64_t account_id, const char *cookie, int64_t now_ms,
                             session_each *each, void *self, struct error *err);

/* Ends every session of the account but that of `cookie` (NULL: that too). */
NODISCARD bool sessions_end(struct store *st, int64_t account_id, const char *cookie,
                            const char *actor, int64_t now_ms, struct error *err);

/* Log-out. Nothing happens where the cookie is nobody's. */
NODISCARD bool session_end(struct store *st, const char *cookie, int64_t now_ms,
                           struct error *err);

#endif
