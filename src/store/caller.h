/*
 * caller.h — who asks: a program with a key, a browser that is a kiosk or a desk, or a
 * person.
 *
 * Roles are those of decisions 16 (people) and 17 (machines). They are bits, so that a
 * handler says in one word who may come in: ROLE_HALL | ROLE_INSPECTION. A caller has
 * exactly one.
 */
#ifndef STORE_CALLER_H
#define STORE_CALLER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"

enum role {
    ROLE_NONE = 0,
    /* keys and devices */
    ROLE_MACHINE = 1 << 0,
    ROLE_DESK = 1 << 1,
    ROLE_INTEGRATION = 1 << 2,
    ROLE_DISPLAY = 1 << 3,
    ROLE_AUDITOR = 1 << 4,
    /* people */
    ROLE_SYSTEM = 1 << 8,
    ROLE_SECURITY = 1 << 9,
    ROLE_AUDIT = 1 << 10,
    ROLE_CLERK = 1 << 11,
    ROLE_WINDOW_HEAD = 1 << 12,
    ROLE_DEPARTMENT = 1 << 13,
    ROLE_HALL = 1 << 14,
    ROLE_ORGANISATION = 1 << 15,
    ROLE_INSPECTION = 1 << 16,
};
#define ROLES_DEVICE        (ROLE_MACHINE | ROLE_DESK | ROLE_DISPLAY)
#define ROLES_KEY           (ROLES_DEVICE | ROLE_INTEGRATION | ROLE_AUDITOR)
#define ROLES_ADMINISTRATOR (ROLE_SYSTEM | ROLE_SECURITY | ROLE_AUDIT)
#define ROLES_ACCOUNT                                                                    \
    (ROLES_ADMINISTRATOR | ROLE_CLERK | ROLE_WINDOW_HEAD | ROLE_DEPARTMENT | ROLE_HALL | \
     ROLE_ORGANISATION | ROLE_INSPECTION)

enum caller_kind { CALLER_NOBODY, CALLER_KEY, CALLER_DEVICE, CALLER_ACCOUNT };

enum { CALLER_NAME = 128 };

struct caller {
    enum caller_kind kind;
    enum role role;
    int64_t id; /* of the key, device or account */
    char name[CALLER_NAME];
    char place[40]; /* code of an account's department, window or clerk; "" for none */
    char actor[48]; /* "key 123", "device 5", "account 7": who did it, in every event */
};

/* "machine" …; "" for none or several. */
const char *role_name(enum role role);

/* ROLE_NONE for a word that names no role among `allowed`. */
enum role role_parse(const char *name, unsigned allowed);

/* Fills `out`; a name that is too long is cut. */
void caller_set(struct caller *out, enum caller_kind kind, enum role role, int64_t id,
                const char *name);

/* Is one of these roles the caller's? */
bool caller_is(const struct caller *c, unsigned roles);

#endif
