/*
 * token.h — what stands in a ticket's QR code, and the short code for typing.
 *
 * A token is 28 symbols of Crockford base32: 13 for the ticket's id, which grows with
 * time, and 15 for the first 75 bits of HMAC-SHA256(key, "ticket" hall id). It cannot be
 * guessed or changed, and finding the ticket needs no index of random keys. With https, a
 * host of 20 characters and /t/ the address has 59 bytes: QR version 4 at the most at
 * level M (62 bytes).
 */
#ifndef DOMAIN_TOKEN_H
#define DOMAIN_TOKEN_H

#include "base/crypt.h"

enum {
    TOKEN_SYMBOLS = 28,
    TOKEN_ID_SYMBOLS = 13,
    TOKEN_TAG_SYMBOLS = 15,
    SHORT_SYMBOLS = 8
};

void token_make(const struct crypt_key *key, int64_t hall, int64_t ticket_id,
                char out[TOKEN_SYMBOLS + 1]);

/* Where a ticket's QR code leads. Borrowed texts. */
struct token_way {
    const char *base_url; /* to its page, below this address … */
    const char *sms_to;   /* … or, unless NULL, to a text to this number of ours */
};

/*
 * What stands in the QR code: "BASE/t/TOKEN", or "smsto:NUMBER:CODE:", which opens a text
 * that begins with the short code. The colon at its end sets off the grade that the
 * citizen adds, so that "K7QM3RXD:5" is read as code and grade.
 */
void token_qr_text(const struct token_way *way, const char *token, const char *short_code,
                   char *out, size_t size);

/* The ticket's id, if the tag is ours. Takes the same time for every wrong token. */
bool token_read(const struct crypt_key *key, int64_t hall, const char *token,
                int64_t *ticket_id);

/* Try 0, 1, 2 … of a ticket's short code: 40 keyed bits. The store takes the first free
 * one. */
void short_code_make(const struct crypt_key *key, int64_t hall, int64_t ticket_id,
                     int attempt, char out[SHORT_SYMBOLS + 1]);

/*
 * Has each half a digit and a letter? Such a code is never taken for a word or a number
 * in a reply, however it is typed; tickets get no other.
 */
bool short_code_is_plain(const char *code);

/*
 * Reads a short code or a receipt as people type it: blanks and dashes dropped, any case,
 * O as 0, I and L as 1. Returns the number of symbols, 0 where anything else stands there
 * or they are more than `size` - 1.
 */
int typed_code(const char *text, char *out, size_t size);

#endif
