/*
 * crypt.h — the room of libcrypto: hashes, keyed hashes, sealing, passwords, and codes
 * for eyes.
 *
 * SHA-256 (FIPS 180-4), HMAC (RFC 2104), AES-256-GCM (SP 800-38D), scrypt (RFC 7914),
 * Crockford base32. Any thread; nothing here keeps state but what stands in its structs.
 */
#ifndef BASE_CRYPT_H
#define BASE_CRYPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/world.h"

enum {
    CRYPT_HASH_BYTES = 32,
    CRYPT_KEY_BYTES = 32,
    CRYPT_SEAL_EXTRA = 12 + 16, /* nonce in front, tag behind */
};

struct crypt_key {
    unsigned char bytes[CRYPT_KEY_BYTES];
};

void crypt_sha256(const void *bytes, size_t length, unsigned char out[CRYPT_HASH_BYTES]);

/* The same of what comes in pieces. crypt_digest_end gives it and forgets the pieces. */
struct crypt_digest {
    void *state;
};
struct crypt_digest crypt_digest_new(void);
void crypt_digest_add(struct crypt_digest *d, const void *bytes, size_t length);
void crypt_digest_end(struct crypt_digest *d, unsigned char out[CRYPT_HASH_BYTES]);

void crypt_hmac(const struct crypt_key *key, const void *bytes, size_t length,
                unsigned char out[CRYPT_HASH_BYTES]);

/*
 * For what gateways sign and check (RFC 2104 with SHA-256 and SHA-1, RFC 1321), keys of
 * any length. SHA-1 and MD5 only where the other side's protocol prescribes them.
 */
enum { CRYPT_SHA1_BYTES = 20, CRYPT_MD5_BYTES = 16 };
void crypt_hmac_sha256(const void *key, size_t key_length, const void *bytes,
                       size_t length, unsigned char out[CRYPT_HASH_BYTES]);
void crypt_hmac_sha1(const void *key, size_t key_length, const void *bytes, size_t length,
                     unsigned char out[CRYPT_SHA1_BYTES]);
void crypt_md5(const void *bytes, size_t length, unsigned char out[CRYPT_MD5_BYTES]);
void crypt_sha1(const void *bytes, size_t length, unsigned char out[CRYPT_SHA1_BYTES]);

/* A key of its own for each purpose: HMAC-SHA256(master, label). */
struct crypt_key crypt_derive(const struct crypt_key *master, const char *label);

/* Equal or not, in a time that tells nothing. */
bool crypt_equal(const void *a, const void *b, size_t length);

/*
 * Seals `length` bytes into out (nonce, ciphertext, tag: length + CRYPT_SEAL_EXTRA),
 * bound to the place it is kept in: a table's name and a row's id. Opening elsewhere
 * fails.
 */
void crypt_seal(const struct crypt_key *key, struct world *world, const char *table,
                int64_t id, const void *bytes, size_t length, unsigned char *out);
NODISCARD bool crypt_open(const struct crypt_key *key, const char *table, int64_t id,
                          const void *sealed, size_t length, struct buf *out,
                          struct error *err);

/* "scrypt$N$r$p$salt$hash" of a password, N = 2^15, r = 8, p = 3. About 0.2 s: hasher
 * thread only. */
void crypt_password_hash(const char *password, struct world *world, char out[160]);
bool crypt_password_check(const char *password, const char *hash);

/* Crockford base32 of a number's lowest 5 * `symbols` bits, highest first;
 * NUL-terminated. */
void crypt_base32(uint64_t number, int symbols, char *out);

/* Base32 of the first `symbols` * 5 bits of bytes. */
void crypt_base32_bytes(const unsigned char *bytes, int symbols, char *out);

/*
 * Reads one symbol as people type it: any case, O as 0, I and L as 1. -1 for anything
 * else.
 */
int crypt_base32_value(char symbol);

void crypt_hex(const unsigned char *bytes, size_t length,
               char *out); /* lower case, NUL */

/* Base64 with padding (RFC 4648), added to the buffer. */
void crypt_base64(const unsigned char *bytes, size_t length, struct buf *out);

/*
 * A box that only the owner of a private key opens, who need not be here: X25519 (RFC
 * 7748) with a pair made for this box alone, whose public half stands in front, and
 * AES-256-GCM under a key out of what both share. Bound to table and id as crypt_seal.
 */
enum {
    CRYPT_BOX_KEY = 32,
    CRYPT_BOX_TEXT = 2 * CRYPT_BOX_KEY + 1, /* a key in hexadecimal, and the NUL */
    CRYPT_BOX_EXTRA = CRYPT_BOX_KEY + CRYPT_SEAL_EXTRA
};
void crypt_box_pair(struct world *world, unsigned char private_key[CRYPT_BOX_KEY],
                    unsigned char public_key[CRYPT_BOX_KEY]);
void crypt_box_seal(const unsigned char public_key[CRYPT_BOX_KEY], struct world *world,
                    const char *table, int64_t id, const void *bytes, size_t length,
                    unsigned char *out);
NODISCARD bool crypt_box_open(const unsigned char private_key[CRYPT_BOX_KEY],
                              const char *table, int64_t id, const void *box,
                              size_t length, struct buf *out, struct error *err);

/* Reads 64 hexadecimal digits; false where they are none, or no key that can be used. */
NODISCARD bool crypt_box_key_read(const char *text, unsigned char key[CRYPT_BOX_KEY]);

/* Forgets secrets in memory for good. */
void crypt_wipe(void *bytes, size_t length);

#endif
