/*
 * request_store.h — what takes two administrators: one asks, another grants.
 *
 * An account, a role, a new password, a lost second factor and a key give somebody power,
 * so nobody gives them alone: the one who grants is another person and another kind of
 * administrator than the one who asks. Who asked may take it back. Asked and granted are
 * facts and audit events. Writer thread, inside a transaction, unless it only looks.
 */
#ifndef STORE_REQUEST_STORE_H
#define STORE_REQUEST_STORE_H

#include "store/account_store.h"
#include "store/key_store.h"

enum request_kind {
    REQUEST_ACCOUNT,  /* to be made: name, role, place */
    REQUEST_ROLE,     /* another one: account_id, role, place */
    REQUEST_PASSWORD, /* a link to set a new one: account_id */
    REQUEST_SECOND,   /* the device is lost: account_id */
    REQUEST_KEY,      /* to be made: name, role, limits */
    REQUEST_KINDS
};

struct request {
    int64_t id;
    enum request_kind kind;
    int64_t account_id;     /* 0 for what is to be made */
    char name[CALLER_NAME]; /* of what is to be made, else of the account */
    enum role role;
    char place[CODE_SIZE];
    struct key_limits limits;
    int64_t asked_by, asked_ms;
    enum role asked_role;
    char asked_name[ACCOUNT_NAME];
};

/* What a grant made; each is shown once, to the one who granted. "" for none. */
struct request_gift {
    char key[KEY_TEXT];
    char link[SECRET_TEXT];
    enum link_purpose purpose;
};

enum { REQUEST_LINK_MS = 24 * 3600 * 1000 };

const char *request_kind_name(enum request_kind kind);

/* ERROR_INPUT of a field, ERROR_CONFLICT for a name that is taken, ERROR_ABSENT for an
 * account that is not there or has ended. */
NODISCARD bool request_add(struct store *st, const struct request *r,
                           const struct caller *who, int64_t now_ms, int64_t *id,
                           struct error *err);

/* Those that wait, oldest first. */
typedef void request_each(void *self, const struct request *r);
NODISCARD bool requests_each(struct store *st, request_each *each, void *self,
                             struct error *err);

/*
 * Grants it, which does it; ERROR_DENIED for whoever asked, and for the same kind of
 * administrator. ERROR_ABSENT where nothing waits under this id.
 */
NODISCARD bool request_grant(struct store *st, int64_t id, const struct caller *who,
                             int64_t now_ms, struct request_gift *gift,
                             struct error *err);
NODISCARD bool request_refuse(struct store *st, int64_t id, const struct caller *who,
                              int64_t now_ms, struct error *err);

#endif
