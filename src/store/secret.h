/*
 * secret.h — long random secrets: API keys, cookies, one-time links.
 *
 * A secret is 52 symbols of Crockford base32: 260 random bits. The store keeps only its
 * SHA-256, which needs no salt because nobody can guess the secret. Any thread.
 */
#ifndef STORE_SECRET_H
#define STORE_SECRET_H

#include <stdbool.h>

#include "base/crypt.h"
#include "base/world.h"
#include "store/keyring.h"

enum { SECRET_SYMBOLS = 52, SECRET_TEXT = SECRET_SYMBOLS + 1 };

void secret_make(struct world *world, char out[SECRET_TEXT]);

/*
 * The hash by which a secret is kept and found. False where `text` (which may be NULL)
 * cannot be a secret of ours at all; `out` is then all zeros, which is nobody's hash.
 */
bool secret_hash(const char *text, unsigned char out[CRYPT_HASH_BYTES]);

/*
 * The secret in the addresses that a gateway calls, where none is set: 26 symbols, 130
 * bits, the same for as long as the key file is.
 */
enum { GATEWAY_SECRET_SYMBOLS = 26, GATEWAY_SECRET_TEXT = GATEWAY_SECRET_SYMBOLS + 1 };
void secret_of_gateway(const struct keyring *keys, const char *name,
                       char out[GATEWAY_SECRET_TEXT]);

/* The same for the address that a printer calls. */
void secret_of_printer(const struct keyring *keys, const char *name,
                       char out[GATEWAY_SECRET_TEXT]);

#endif
