/*
 * hook.h — what other systems are told of, how that is signed, and when it is tried
 * again.
 *
 * Standard Webhooks 1.0. What is told is thin: ids and a grade, never a phone or a word
 * of anybody's. Pure; any thread.
 */
#ifndef DOMAIN_HOOK_H
#define DOMAIN_HOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"

enum hook_type {
    HOOK_TICKET_TAKEN,
    HOOK_TICKET_CALLED,
    HOOK_TICKET_NOSHOW,
    HOOK_CASE_CLOSED,
    HOOK_INVITATION_SENT,
    HOOK_INVITATION_FAILED,
    HOOK_RATING_RECORDED,
    HOOK_RATING_CORRECTED,
    HOOK_RATING_SEALED, /* settled: it cannot be changed any more */
    HOOK_REVIEW_OPENED,
    HOOK_REVIEW_OVERDUE,
    HOOK_REVIEW_CLOSED,
    HOOK_GATEWAY_DOWN,
    HOOK_TYPES
};

const char *hook_type_name(enum hook_type type); /* "rating.recorded" */

/* HOOK_TYPES for a name that is none. */
enum hook_type hook_type_read(const char *name);

/* Whom to tell of what; borrowed from the settings, never changed after the start. */
enum { HOOKS_MOST = 16, HOOK_NAME = 40 };
struct hook_endpoint {
    char name[HOOK_NAME];
    unsigned types;           /* bits of enum hook_type */
    const char *url, *secret; /* secrets parted by blanks while they change */
};
struct hooks {
    int count;
    struct hook_endpoint endpoints[HOOKS_MOST];
    int timeout_ms; /* an answer is waited for so long */
};

/* NULL for a name that is none. */
const struct hook_endpoint *hooks_find(const struct hooks *hooks, const char *name);

/* "whsec_" and the Base64 of 24 to 64 bytes; several parted by blanks. */
bool hook_secrets_fit(const char *secrets);

/* Adds "v1,BASE64" for each secret, parted by blanks. `at_s` is the time of this try. */
void hook_sign(const char *secrets, const char *id, int64_t at_s, const char *body,
               size_t length, struct buf *out);

/*
 * How long to wait after the `tries`-th try that failed (1 for the first): 5 s, 5 min,
 * 30 min, 2, 5, 10, 14, 20 and 24 h, up to a tenth more by lot. -1: not any more.
 */
int64_t hook_wait_ms(int tries, uint64_t lot);

/* What an answer means: any 2xx is done, 410 wants nothing ever again, all else (a
 * redirect too) is tried again. `status` is 0 where none came. */
enum hook_outcome { HOOK_DONE, HOOK_AGAIN, HOOK_GONE };
enum hook_outcome hook_judge(int status);

#endif
