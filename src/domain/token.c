/*
 * token.c — see token.h.
 */
#include "domain/token.h"

#include <stdio.h>
#include <string.h>

static void tag_of(const struct crypt_key *key, int64_t hall, int64_t id,
                   const char *what, unsigned char out[CRYPT_HASH_BYTES])
{
    char text[80];
    int length = snprintf(text, sizeof(text), "%s %lld %lld", what, (long long)hall,
                          (long long)id);

    crypt_hmac(key, text, (size_t)length, out);
}

void token_make(const struct crypt_key *key, int64_t hall, int64_t ticket_id,
                char out[TOKEN_SYMBOLS + 1])
{
    unsigned char tag[CRYPT_HASH_BYTES];

    tag_of(key, hall, ticket_id, "ticket", tag);
    crypt_base32((uint64_t)ticket_id, TOKEN_ID_SYMBOLS, out);
    crypt_base32_bytes(tag, TOKEN_TAG_SYMBOLS, out + TOKEN_ID_SYMBOLS);
}

void token_qr_text(const struct token_way *way, const char *token, const char *short_code,
                   char *out, size_t size)
{
    if (way->sms_to != NULL)
        snprintf(out, size, "smsto:%s:%s:", way->sms_to, short_code);
    else
        snprintf(out, size, "%s/t/%s", way->base_url, token);
}

bool token_read(const struct crypt_key *key, int64_t hall, const char *token,
                int64_t *ticket_id)
{
    char given[TOKEN_SYMBOLS + 1], right[TOKEN_SYMBOLS + 1];
    uint64_t id = 0;
    bool wellformed = strlen(token) == TOKEN_SYMBOLS;

    memset(given, '0', sizeof(given));
    for (int i = 0; i < TOKEN_SYMBOLS && wellformed; i++) {
        int value = crypt_base32_value(token[i]);

        if (value < 0)
            wellformed = false;
        else
            crypt_base32((uint64_t)value, 1, given + i);
        if (i < TOKEN_ID_SYMBOLS && wellformed)
            id = id << 5 | (uint64_t)value;
    }
    id &= INT64_MAX;
    token_make(key, hall, (int64_t)id, right);
    if (!crypt_equal(given, right, TOKEN_SYMBOLS) || !wellformed)
        return false;
    *ticket_id = (int64_t)id;
    return true;
}

void short_code_make(const struct crypt_key *key, int64_t hall, int64_t ticket_id,
                     int attempt, char out[SHORT_SYMBOLS + 1])
{
    unsigned char tag[CRYPT_HASH_BYTES];
    char what[32];

    snprintf(what, sizeof(what), "short %d", attempt);
    tag_of(key, hall, ticket_id, what, tag);
    crypt_base32_bytes(tag, SHORT_SYMBOLS, out);
}

bool short_code_is_plain(const char *code)
{
    for (int half = 0; half < 2; half++) {
        int digits = 0;

        for (int i = 0; i < SHORT_SYMBOLS / 2; i++)
            digits += code[half * (SHORT_SYMBOLS / 2) + i] <= '9';
        if (digits == 0 || digits == SHORT_SYMBOLS / 2)
            return false;
    }
    return true;
}

int typed_code(const char *text, char *out, size_t size)
{
    size_t length = 0;

    for (; *text != '\0'; text++) {
        int value;

        if (*text == ' ' || *text == '-')
            continue;
        value = crypt_base32_value(*text);
        if (value < 0 || length + 1 >= size)
            return 0;
        crypt_base32((uint64_t)value, 1, out + length);
        length++;
    }
    out[length] = '\0';
    return (int)length;
}
