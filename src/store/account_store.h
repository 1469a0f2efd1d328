/*
 * account_store.h — people who may come in, their passwords, and how often they may
 * guess.
 *
 * Hashing takes a fifth of a second and is never done here: the hasher thread makes and
 * checks (work/hasher.h). A log-in is three steps: account_attempt (counted before
 * anybody knows whether the password is right, so that many at once cannot outrun the
 * count), the check, and then session_start or nothing. Writer thread, inside a
 * transaction, unless it only looks.
 */
#ifndef STORE_ACCOUNT_STORE_H
#define STORE_ACCOUNT_STORE_H

#include "domain/password.h"
#include "store/caller.h"
#include "store/hall_store.h"
#include "store/store.h"

enum {
    ACCOUNT_NAME = 65, /* 1..64 bytes and a NUL */
    PASSWORD_HASH = 160,
};

/* How often a password may be guessed; account_rules_default has the house's numbers. */
struct account_rules {
    int failures;       /* of a name within … */
    int64_t failure_ms; /* … this time lock it */
    int64_t lock_ms;    /* for this long */
    int address_most;   /* attempts from one address … */
    int64_t address_ms; /* … within this time */
};
extern const struct account_rules account_rules_default;

struct account {
    int64_t id;
    enum role role;
    char place[CODE_SIZE]; /* code of its clerk, window or department; "" for none */
    char name[ACCOUNT_NAME];
    int64_t created_ms;
    bool ended;
};

/* What no password fits: of an account that has none yet. */
extern const char account_no_password[];

/* A name: 1 to 64 bytes, no blanks or control characters. ERROR_INPUT "name". */
NODISCARD bool account_name_fits(const char *name, struct error *err);

/*
 * ERROR_CONFLICT where the name is taken. `place` is the code of the clerk, window or
 * department that the role is tied to (account_place_fits), else NULL. `hash` is what
 * crypt_password_hash made.
 */
NODISCARD bool account_add(struct store *st, const char *name, enum role role,
                           const char *place, const char *hash, const char *actor,
                           int64_t now_ms, int64_t *id, struct error *err);

/*
 * A clerk's account is tied to a clerk of the hall, a window head's to a window, a
 * department's to a department, any other to nothing. ERROR_INPUT of the field "place".
 */
NODISCARD bool account_place_fits(struct store *st, enum role role, const char *place,
                                  struct error *err);

/* Another role from now on; the account's sessions end. */
NODISCARD bool account_role_set(struct store *st, int64_t id, enum role role,
                                const char *place, const char *actor, int64_t now_ms,
                                struct error *err);

/* A new password for an account; its sessions end. */
NODISCARD bool account_password(struct store *st, int64_t id, const char *hash,
                                const char *actor, int64_t now_ms, struct error *err);

/* The newest passwords' hashes, newest first. */
NODISCARD bool password_last(struct store *st, int64_t id,
                             char hashes[PASSWORD_HISTORY][PASSWORD_HASH], int *count,
                             struct error *err);

/* Does it hold a name of the hall, of a department or of this program? */
NODISCARD bool password_local(struct store *st, const char *password, bool *holds,
                              struct error *err);

NODISCARD bool account_get(struct store *st, int64_t id, struct account *out, bool *found,
                           struct error *err);
NODISCARD bool account_find(struct store *st, const char *name, struct account *out,
                            bool *found, struct error *err);

/*
 * The account is over: its sessions end and nobody logs in by it again; its name stays
 * taken. ERROR_CONFLICT where it has ended, or is the last of its kind of administrator.
 */
NODISCARD bool account_end(struct store *st, int64_t id, const char *actor,
                           int64_t now_ms, struct error *err);

/* Is there any account? Until then the first-run link is good. */
NODISCARD bool accounts_any(struct store *st, bool *any, struct error *err);

/* Calls back for each account, oldest first. */
typedef void account_each(void *self, const struct account *account);
NODISCARD bool accounts_each(struct store *st, account_each *each, void *self,
                             struct error *err);

/* What a log-in needs to go on; the same shape whether the name exists or not. */
struct account_attempt {
    struct account account;   /* id 0 for a name that nobody has */
    char hash[PASSWORD_HASH]; /* to check against; of no password where id is 0 */
    int64_t address_row; /* what this attempt counts as, taken back when it succeeds */
    char subject[96];
};

/*
 * Counts an attempt for the name and for the address it comes from. ERROR_LIMIT where
 * either had its share: known and unknown names are locked alike. The attempt stays
 * counted when the caller commits, so commit also what fails afterwards.
 */
NODISCARD bool account_attempt(struct store *st, const struct account_rules *rules,
                               const char *name, const char *address, int64_t now_ms,
                               struct account_attempt *out, struct error *err);

/*
 * The password was wrong, which is said in the audit; so is that the name is locked from
 * now on. What was typed as a name is not kept where nobody has it: it may be a password.
 */
NODISCARD bool account_attempt_wrong(struct store *st, const struct account_rules *rules,
                                     const struct account_attempt *attempt,
                                     const char *address, int64_t now_ms,
                                     struct error *err);

/*
 * The same count for another thing that somebody may guess ("second 12"): ERROR_LIMIT
 * where it is locked, else one more; and forgotten once it was right.
 */
NODISCARD bool account_try(struct store *st, const struct account_rules *rules,
                           const char *subject, int64_t now_ms, struct error *err);
NODISCARD bool account_try_right(struct store *st, const char *subject,
                                 struct error *err);

/* Is the name locked now; and: no longer, from now on (an audit event). */
NODISCARD bool account_locked(struct store *st, const struct account_rules *rules,
                              const struct account *account, int64_t now_ms, bool *locked,
                              struct error *err);
NODISCARD bool account_unlock(struct store *st, const struct account *account,
                              const char *actor, int64_t now_ms, struct error *err);

/* The password was right: the name's failures and this attempt's count are forgotten. */
NODISCARD bool account_attempt_right(struct store *st,
                                     const struct account_attempt *attempt,
                                     struct error *err);

#endif
