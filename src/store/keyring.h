/*
 * keyring.h — the keys of a data folder, all made from one secret in a file outside the
 * store.
 *
 * The file holds 64 hex digits, mode 0600. Losing it loses phones, words and the validity
 * of printed tickets; it belongs into the backup of the folder, but not beside the
 * database's copy. Read once at start, then shared and never changed. Any thread.
 */
#ifndef STORE_KEYRING_H
#define STORE_KEYRING_H

#include "base/crypt.h"
#include "base/error.h"
#include "base/world.h"

struct keyring {
    struct crypt_key ticket;      /* tags of ticket tokens */
    struct crypt_key short_code;  /* typed codes */
    struct crypt_key phone_token; /* look-up of numbers */
    struct crypt_key phone_seal;
    struct crypt_key words_seal;
    struct crypt_key second_seal; /* secrets of second factors */
    struct crypt_key form;        /* nonces of citizens' forms, CSRF tokens */
    struct crypt_key gateway; /* secrets in the paths that gateways and printers call */
    int64_t print; /* by which a store knows its own file; tells nothing of it */
};

/* Reads the file, or makes it, whole or not at all, where it is missing and `create` is
 * set. */
NODISCARD bool keyring_open(const char *path, bool create, struct world *world,
                            struct keyring *out, struct error *err);

#endif
