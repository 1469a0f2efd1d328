/*
 * assessor.h — may this account assess that department?
 *
 * Nobody assesses where he comes from: whose account is tied to a department, or to a
 * window or clerk of it, may not. Whoever assesses asks here before a mark is written,
 * in the same transaction. Any thread's store.
 */
#ifndef STORE_ASSESSOR_H
#define STORE_ASSESSOR_H

#include "store/caller.h"
#include "store/store.h"

enum assessor_bar {
    ASSESSOR_FREE,
    ASSESSOR_OWN_DEPARTMENT, /* he comes from there */
    ASSESSOR_UNQUALIFIED,    /* nobody has attested that he may assess */
};

/* What keeps `who` from assessing the department of this code. */
NODISCARD bool assessor_may(struct store *st, const struct caller *who,
                            const char *department, int64_t now_ms,
                            enum assessor_bar *bar, struct error *err);

#endif
