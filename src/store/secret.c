/*
 * secret.c — see secret.h.
 */
#include "store/secret.h"

#include <string.h>

void secret_make(struct world *world, char out[SECRET_TEXT])
{
    unsigned char bytes[(SECRET_SYMBOLS * 5 + 7) / 8];

    world->random(world, bytes, sizeof(bytes));
    crypt_base32_bytes(bytes, SECRET_SYMBOLS, out);
    crypt_wipe(bytes, sizeof(bytes));
}

bool secret_hash(const char *text, unsigned char out[CRYPT_HASH_BYTES])
{
    memset(out, 0, CRYPT_HASH_BYTES);
    if (text == NULL || strnlen(text, SECRET_TEXT) != SECRET_SYMBOLS)
        return false;
    crypt_sha256(text, SECRET_SYMBOLS, out);
    return true;
}
