/*
 * secret.c — see secret.h.
 */
#include "store/secret.h"

#include <stdio.h>
#include <string.h>

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

static void secret_of(const struct keyring *keys, const char *kind, const char *name,
                      char out[GATEWAY_SECRET_TEXT])
{
    unsigned char hash[CRYPT_HASH_BYTES];
    char label[80];

    snprintf(label, sizeof(label), "%s/%s", kind, name);
    crypt_hmac(&keys->gateway, label, strlen(label), hash);
    crypt_base32_bytes(hash, GATEWAY_SECRET_SYMBOLS, out);
}

void secret_of_gateway(const struct keyring *keys, const char *name,
                       char out[GATEWAY_SECRET_TEXT])
{
    secret_of(keys, "gateway", name, out);
}

void secret_of_printer(const struct keyring *keys, const char *name,
                       char out[GATEWAY_SECRET_TEXT])
{
    secret_of(keys, "printer", name, out);
}
