/*
 * crypt.c — the only file that sees libcrypto (crypt.h).
 *
 * A failure of the library itself cannot be handled by anybody: the process ends, as it
 * does without memory, and restarts from disk.
 */
#include "base/crypt.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/sha.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

enum { NONCE_BYTES = 12, TAG_BYTES = 16, SALT_BYTES = 16 };

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static void must(bool ok, const char *what)
{
    if (ok)
        return;
    log_line(LOG_LEVEL_ERROR, "crypt.failed", "call=%s", what);
    abort();
}

void crypt_sha256(const void *bytes, size_t length, unsigned char out[CRYPT_HASH_BYTES])
{
    must(SHA256(bytes, length, out) != NULL, "SHA256");
}

void crypt_hmac(const struct crypt_key *key, const void *bytes, size_t length,
                unsigned char out[CRYPT_HASH_BYTES])
{
    /* Two plain hashes: several times faster than fetching an EVP_MAC for each short
     * text. */
    unsigned char pad[64];
    unsigned char inner[CRYPT_HASH_BYTES];
    SHA256_CTX ctx;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    memset(pad, 0x36, sizeof(pad));
    for (size_t i = 0; i < CRYPT_KEY_BYTES; i++)
        pad[i] ^= key->bytes[i];
    must(SHA256_Init(&ctx) == 1 && SHA256_Update(&ctx, pad, sizeof(pad)) == 1 &&
             SHA256_Update(&ctx, bytes, length) == 1 && SHA256_Final(inner, &ctx) == 1,
         "HMAC");
    for (size_t i = 0; i < sizeof(pad); i++)
        pad[i] ^= 0x36 ^ 0x5c;
    must(SHA256_Init(&ctx) == 1 && SHA256_Update(&ctx, pad, sizeof(pad)) == 1 &&
             SHA256_Update(&ctx, inner, sizeof(inner)) == 1 &&
             SHA256_Final(out, &ctx) == 1,
         "HMAC");
#pragma GCC diagnostic pop
    OPENSSL_cleanse(pad, sizeof(pad));
}

struct crypt_digest crypt_digest_new(void)
{
    struct crypt_digest d = {.state = EVP_MD_CTX_new()};

    must(d.state != NULL && EVP_DigestInit_ex(d.state, EVP_sha256(), NULL) == 1,
         "SHA-256");
    return d;
}

void crypt_digest_add(struct crypt_digest *d, const void *bytes, size_t length)
{
    must(EVP_DigestUpdate(d->state, bytes, length) == 1, "SHA-256");
}

void crypt_digest_end(struct crypt_digest *d, unsigned char out[CRYPT_HASH_BYTES])
{
    must(EVP_DigestFinal_ex(d->state, out, NULL) == 1, "SHA-256");
    EVP_MD_CTX_free(d->state);
    d->state = NULL;
}

static void hmac_any(const EVP_MD *md, const void *key, size_t key_length,
                     const void *bytes, size_t length, unsigned char *out)
{
    unsigned int size;

    must(HMAC(md, key, (int)key_length, bytes, length, out, &size) != NULL, "HMAC");
}

void crypt_hmac_sha256(const void *key, size_t key_length, const void *bytes,
                       size_t length, unsigned char out[CRYPT_HASH_BYTES])
{
    hmac_any(EVP_sha256(), key, key_length, bytes, length, out);
}

void crypt_hmac_sha1(const void *key, size_t key_length, const void *bytes, size_t length,
                     unsigned char out[CRYPT_SHA1_BYTES])
{
    hmac_any(EVP_sha1(), key, key_length, bytes, length, out);
}

void crypt_md5(const void *bytes, size_t length, unsigned char out[CRYPT_MD5_BYTES])
{
    must(EVP_Digest(bytes, length, out, NULL, EVP_md5(), NULL) == 1, "MD5");
}

void crypt_sha1(const void *bytes, size_t length, unsigned char out[CRYPT_SHA1_BYTES])
{
    must(EVP_Digest(bytes, length, out, NULL, EVP_sha1(), NULL) == 1, "SHA-1");
}

void crypt_base64(const unsigned char *bytes, size_t length, struct buf *out)
{
    static const char symbols[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < length; i += 3) {
        uint32_t three = (uint32_t)bytes[i] << 16 |
                         (i + 1 < length ? (uint32_t)bytes[i + 1] << 8 : 0) |
                         (i + 2 < length ? bytes[i + 2] : 0);

        buf_add_byte(out, (unsigned char)symbols[three >> 18]);
        buf_add_byte(out, (unsigned char)symbols[three >> 12 & 63]);
        buf_add_byte(out, i + 1 < length ? (unsigned char)symbols[three >> 6 & 63] : '=');
        buf_add_byte(out, i + 2 < length ? (unsigned char)symbols[three & 63] : '=');
    }
}

struct crypt_key crypt_derive(const struct crypt_key *master, const char *label)
{
    struct crypt_key key;

    crypt_hmac(master, label, strlen(label), key.bytes);
    return key;
}

bool crypt_equal(const void *a, const void *b, size_t length)
{
    return CRYPTO_memcmp(a, b, length) == 0;
}

/* Looked up once: by its name the library would look for it at each record. */
static EVP_CIPHER *aes_gcm;

static void fetch_aes_gcm(void)
{
    aes_gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    must(aes_gcm != NULL, "AES-GCM");
}

static const EVP_CIPHER *cipher(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, fetch_aes_gcm);
    return aes_gcm;
}

static int bound_to(const char *table, int64_t id, char *out, size_t size)
{
    return snprintf(out, size, "%s/%lld", table, (long long)id);
}

void crypt_seal(const struct crypt_key *key, struct world *world, const char *table,
                int64_t id, const void *bytes, size_t length, unsigned char *out)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    char place[64];
    int n, place_length = bound_to(table, id, place, sizeof(place));

    world->random(world, out, NONCE_BYTES);
    must(ctx != NULL && EVP_EncryptInit_ex(ctx, cipher(), NULL, key->bytes, out) == 1,
         "AES-GCM");
    must(EVP_EncryptUpdate(ctx, NULL, &n, (unsigned char *)place, place_length) == 1,
         "AES-GCM");
    must(EVP_EncryptUpdate(ctx, out + NONCE_BYTES, &n, bytes, (int)length) == 1,
         "AES-GCM");
    must(EVP_EncryptFinal_ex(ctx, out + NONCE_BYTES + n, &n) == 1, "AES-GCM");
    must(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, TAG_BYTES,
                             out + NONCE_BYTES + length) == 1,
         "AES-GCM");
    EVP_CIPHER_CTX_free(ctx);
}

bool crypt_open(const struct crypt_key *key, const char *table, int64_t id,
                const void *sealed, size_t length, struct buf *out, struct error *err)
{
    const unsigned char *in = sealed;
    char place[64];
    int n, place_length = bound_to(table, id, place, sizeof(place));
    EVP_CIPHER_CTX *ctx;
    unsigned char *plain;
    bool ok;

    if (length < CRYPT_SEAL_EXTRA)
        return error_set(err, ERROR_BROKEN, "A sealed record is cut short: %s.", place);
    length -= CRYPT_SEAL_EXTRA;
    plain = malloc(length + 1);
    ctx = EVP_CIPHER_CTX_new();
    must(ctx != NULL && plain != NULL, "AES-GCM");
    ok = EVP_DecryptInit_ex(ctx, cipher(), NULL, key->bytes, in) == 1 &&
         EVP_DecryptUpdate(ctx, NULL, &n, (unsigned char *)place, place_length) == 1 &&
         EVP_DecryptUpdate(ctx, plain, &n, in + NONCE_BYTES, (int)length) == 1 &&
         EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, TAG_BYTES,
                             (void *)(in + NONCE_BYTES + length)) == 1 &&
         EVP_DecryptFinal_ex(ctx, plain + n, &n) == 1;
    EVP_CIPHER_CTX_free(ctx);
    if (ok)
        buf_add(out, plain, length);
    OPENSSL_cleanse(plain, length);
    free(plain);
    if (!ok)
        error_set(err, ERROR_BROKEN,
                  "A sealed record does not open: %s. Is the key file the right one?",
                  place);
    return ok;
}

static bool scrypt(const char *password, const unsigned char salt[SALT_BYTES], uint64_t n,
                   uint64_t r, uint64_t p, unsigned char out[CRYPT_HASH_BYTES])
{
    return EVP_PBE_scrypt(password, strlen(password), salt, SALT_BYTES, n, r, p,
                          64u << 20, out, CRYPT_HASH_BYTES) == 1;
}

void crypt_password_hash(const char *password, struct world *world, char out[160])
{
    unsigned char salt[SALT_BYTES], hash[CRYPT_HASH_BYTES];
    char salt_hex[2 * SALT_BYTES + 1], hash_hex[2 * CRYPT_HASH_BYTES + 1];

    world->random(world, salt, sizeof(salt));
    must(scrypt(password, salt, 1u << 15, 8, 3, hash), "scrypt");
    crypt_hex(salt, sizeof(salt), salt_hex);
    crypt_hex(hash, sizeof(hash), hash_hex);
    snprintf(out, 160, "scrypt$32768$8$3$%s$%s", salt_hex, hash_hex);
}

static bool from_hex(const char *text, unsigned char *out, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned byte;

        if (sscanf(text + 2 * i, "%2x", &byte) != 1)
            return false;
        out[i] = (unsigned char)byte;
    }
    return text[2 * length] == '\0';
}

bool crypt_password_check(const char *password, const char *hash)
{
    unsigned long long n, r, p;
    char salt_hex[2 * SALT_BYTES + 2], hash_hex[2 * CRYPT_HASH_BYTES + 2];
    unsigned char salt[SALT_BYTES], want[CRYPT_HASH_BYTES], got[CRYPT_HASH_BYTES];

    if (sscanf(hash, "scrypt$%llu$%llu$%llu$%33[0-9a-f]$%65[0-9a-f]", &n, &r, &p,
               salt_hex, hash_hex) != 5)
        return false;
    if (!from_hex(salt_hex, salt, sizeof(salt)) ||
        !from_hex(hash_hex, want, sizeof(want)))
        return false;
    return scrypt(password, salt, n, r, p, got) && crypt_equal(want, got, sizeof(want));
}

void crypt_base32(uint64_t number, int symbols, char *out)
{
    for (int i = symbols - 1; i >= 0; i--) {
        out[i] = alphabet[number & 31];
        number >>= 5;
    }
    out[symbols] = '\0';
}

void crypt_base32_bytes(const unsigned char *bytes, int symbols, char *out)
{
    unsigned held = 0;
    int bits = 0;

    for (int i = 0; i < symbols; i++) {
        if (bits < 5) {
            held = held << 8 | *bytes++;
            bits += 8;
        }
        bits -= 5;
        out[i] = alphabet[held >> bits & 31];
    }
    out[symbols] = '\0';
}

int crypt_base32_value(char symbol)
{
    const char *at;

    if (symbol >= 'a' && symbol <= 'z')
        symbol = (char)(symbol - 'a' + 'A');
    if (symbol == 'O')
        symbol = '0';
    if (symbol == 'I' || symbol == 'L')
        symbol = '1';
    at = symbol != '\0' ? strchr(alphabet, symbol) : NULL;
    return at != NULL ? (int)(at - alphabet) : -1;
}

void crypt_hex(const unsigned char *bytes, size_t length, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < length; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * length] = '\0';
}

void crypt_wipe(void *bytes, size_t length)
{
    OPENSSL_cleanse(bytes, length);
}

/* ---- boxes ---- */

static void box_public(const unsigned char private_key[CRYPT_BOX_KEY],
                       unsigned char public_key[CRYPT_BOX_KEY])
{
    size_t length = CRYPT_BOX_KEY;
    EVP_PKEY *key =
        EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, private_key, CRYPT_BOX_KEY);

    must(key != NULL && EVP_PKEY_get_raw_public_key(key, public_key, &length) == 1,
         "X25519");
    EVP_PKEY_free(key);
}

void crypt_box_pair(struct world *world, unsigned char private_key[CRYPT_BOX_KEY],
                    unsigned char public_key[CRYPT_BOX_KEY])
{
    world->random(world, private_key, CRYPT_BOX_KEY);
    box_public(private_key, public_key);
}

/*
 * What both sides share, made a key: bound to both public halves, so that a box that was
 * turned over to another owner does not open. False for a public key of small order, with
 * which everybody would share the same.
 */
static bool box_key(const unsigned char own_private[CRYPT_BOX_KEY],
                    const unsigned char other_public[CRYPT_BOX_KEY],
                    const unsigned char front[CRYPT_BOX_KEY],
                    const unsigned char owner[CRYPT_BOX_KEY], struct crypt_key *out)
{
    static const char label[] = "yiping box 1";
    unsigned char both[sizeof(label) + 2 * (size_t)CRYPT_BOX_KEY];
    struct crypt_key shared;
    size_t length = sizeof(shared.bytes);
    EVP_PKEY *own =
        EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, own_private, CRYPT_BOX_KEY);
    EVP_PKEY *other =
        EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, other_public, CRYPT_BOX_KEY);
    EVP_PKEY_CTX *ctx = own != NULL ? EVP_PKEY_CTX_new(own, NULL) : NULL;
    bool ok = ctx != NULL && other != NULL && EVP_PKEY_derive_init(ctx) == 1 &&
              EVP_PKEY_derive_set_peer(ctx, other) == 1 &&
              EVP_PKEY_derive(ctx, shared.bytes, &length) == 1 &&
              length == sizeof(shared.bytes);

    memcpy(both, label, sizeof(label));
    memcpy(both + sizeof(label), front, CRYPT_BOX_KEY);
    memcpy(both + sizeof(label) + CRYPT_BOX_KEY, owner, CRYPT_BOX_KEY);
    if (ok)
        crypt_hmac(&shared, both, sizeof(both), out->bytes);
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(other);
    EVP_PKEY_free(own);
    crypt_wipe(&shared, sizeof(shared));
    return ok;
}

void crypt_box_seal(const unsigned char public_key[CRYPT_BOX_KEY], struct world *world,
                    const char *table, int64_t id, const void *bytes, size_t length,
                    unsigned char *out)
{
    unsigned char once[CRYPT_BOX_KEY];
    struct crypt_key key;

    crypt_box_pair(world, once, out);
    must(box_key(once, public_key, out, public_key, &key), "X25519");
    crypt_seal(&key, world, table, id, bytes, length, out + CRYPT_BOX_KEY);
    crypt_wipe(once, sizeof(once));
    crypt_wipe(&key, sizeof(key));
}

bool crypt_box_open(const unsigned char private_key[CRYPT_BOX_KEY], const char *table,
                    int64_t id, const void *box, size_t length, struct buf *out,
                    struct error *err)
{
    const unsigned char *in = box;
    unsigned char owner[CRYPT_BOX_KEY];
    struct crypt_key key;
    bool ok;

    if (length < CRYPT_BOX_EXTRA)
        return error_set(err, ERROR_INPUT, "A sealed answer is cut short.");
    box_public(private_key, owner);
    if (!box_key(private_key, in, in, owner, &key))
        return error_set(err, ERROR_INPUT, "A sealed answer is damaged.");
    ok =
        crypt_open(&key, table, id, in + CRYPT_BOX_KEY, length - CRYPT_BOX_KEY, out, err);
    crypt_wipe(&key, sizeof(key));
    if (ok)
        return true;
    error_clear(err);
    return error_set(err, ERROR_INPUT,
                     "A sealed answer does not open. Is this the private key to whose "
                     "public half it was sealed?");
}

bool crypt_box_key_read(const char *text, unsigned char key[CRYPT_BOX_KEY])
{
    static const unsigned char probe[CRYPT_BOX_KEY] = {1, 2, 3};
    struct crypt_key unused;
    size_t n = 0;

    if (strlen(text) != 2 * (size_t)CRYPT_BOX_KEY)
        return false;
    for (; n < CRYPT_BOX_KEY; n++) {
        unsigned value = 0;

        for (int i = 0; i < 2; i++) {
            const char *digits = "0123456789abcdef", *at;
            char c = text[2 * n + (size_t)i];

            at = strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c);
            if (at == NULL || c == '\0')
                return false;
            value = value * 16 + (unsigned)(at - digits);
        }
        key[n] = (unsigned char)value;
    }
    return box_key(probe, key, key, key, &unused);
}
