/*
 * second_store.h — the second factor of people: the device that shows codes, and the
 * codes on paper for the day it is lost.
 *
 * The device's secret is sealed, codes on paper are kept as hashes; each code is good
 * once. How often somebody may try is counted as for passwords. Writer thread, inside a
 * transaction.
 */
#ifndef STORE_SECOND_STORE_H
#define STORE_SECOND_STORE_H

#include "domain/totp.h"
#include "store/account_store.h"

enum {
    RECOVERY_CODES = 8,
    RECOVERY_SYMBOLS = 24,                    /* of Crockford base32: 120 random bits */
    RECOVERY_TEXT = RECOVERY_SYMBOLS + 5 + 1, /* parted by fours */
};

/*
 * A new device for the account, instead of any before it, with fresh codes on paper which
 * are shown once. `step` is that of the code by which the device was tried: it is used.
 */
NODISCARD bool second_set(struct store *st, int64_t account_id,
                          const unsigned char secret[TOTP_SECRET_BYTES], int64_t step,
                          const char *actor, int64_t now_ms,
                          char codes[RECOVERY_CODES][RECOVERY_TEXT], struct error *err);

/* Takes device and codes away, where there are any: the person begins anew. */
NODISCARD bool second_end(struct store *st, int64_t account_id, const char *actor,
                          int64_t now_ms, struct error *err);

/*
 * Counts an attempt and tells whether `typed` is the device's code now, or a code on
 * paper that was not used; either is then used up. ERROR_LIMIT where the account had its
 * share. A wrong code is no error: commit, so that it stays counted.
 */
NODISCARD bool second_try(struct store *st, const struct account_rules *rules,
                          int64_t account_id, const char *typed, int64_t now_ms,
                          bool *right, struct error *err);

/* How many codes on paper are left. Any thread's store. */
NODISCARD bool recovery_left(struct store *st, int64_t account_id, int *left,
                             struct error *err);

#endif
