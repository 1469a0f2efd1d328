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

enum { SECRET_SYMBOLS = 52, SECRET_TEXT = SECRET_SYMBOLS + 1 };

void secret_make(struct world *world, char out[SECRET_TEXT]);

/*
 * The hash by which a secret is kept and found. False where `text` (which may be NULL)
 * cannot be a secret of ours at all; `out` is then all zeros, which is nobody's hash.
 */
bool secret_hash(const char *text, unsigned char out[CRYPT_HASH_BYTES]);

#endif
