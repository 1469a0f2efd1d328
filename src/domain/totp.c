/*
 * totp.c — see totp.h.
 */
#include "domain/totp.h"

#include <stdio.h>
#include <string.h>

#include "base/crypt.h"

int64_t totp_step(int64_t at_ms)
{
    return at_ms / TOTP_STEP_MS;
}

void totp_code(const unsigned char *secret, size_t length, int64_t step, int digits,
               char *out)
{
    unsigned char counter[8], mac[CRYPT_SHA1_BYTES];
    uint32_t number, modulus = 1;
    int offset;

    for (int i = 0; i < 8; i++)
        counter[i] = (unsigned char)((uint64_t)step >> (56 - 8 * i));
    crypt_hmac_sha1(secret, length, counter, sizeof(counter), mac);
    offset = mac[CRYPT_SHA1_BYTES - 1] & 0x0f;
    number = (uint32_t)(mac[offset] & 0x7f) << 24 | (uint32_t)mac[offset + 1] << 16 |
             (uint32_t)mac[offset + 2] << 8 | mac[offset + 3];
    for (int i = 0; i < digits; i++)
        modulus *= 10;
    snprintf(out, (size_t)digits + 1, "%0*u", digits, number % modulus);
}

/* Six digits without what people put between them; false where it is anything else. */
static bool read_digits(const char *typed, char out[TOTP_DIGITS + 1])
{
    int count = 0;

    for (const char *p = typed; *p != '\0'; p++) {
        if (*p == ' ')
            continue;
        if (*p < '0' || *p > '9' || count == TOTP_DIGITS)
            return false;
        out[count++] = *p;
    }
    out[count] = '\0';
    return count == TOTP_DIGITS;
}

bool totp_match(const unsigned char secret[TOTP_SECRET_BYTES], const char *typed,
                int64_t now_ms, int64_t used, int64_t *step)
{
    char digits[TOTP_DIGITS + 1], code[TOTP_DIGITS + 1];
    int64_t now = totp_step(now_ms);
    bool found = false;

    if (!read_digits(typed, digits))
        return false;
    for (int64_t at = now - TOTP_WINDOW; at <= now + TOTP_WINDOW; at++) {
        totp_code(secret, TOTP_SECRET_BYTES, at, TOTP_DIGITS, code);
        if (crypt_equal(code, digits, TOTP_DIGITS) && at > used && !found) {
            *step = at;
            found = true;
        }
    }
    return found;
}

void totp_secret_text(const unsigned char secret[TOTP_SECRET_BYTES],
                      char out[TOTP_SECRET_TEXT])
{
    static const char symbols[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    for (size_t i = 0; i < TOTP_SECRET_TEXT - 1; i++) {
        size_t bit = 5 * i;
        unsigned pair = (unsigned)secret[bit / 8] << 8;

        if (bit / 8 + 1 < TOTP_SECRET_BYTES)
            pair |= secret[bit / 8 + 1];
        out[i] = symbols[pair >> (11 - bit % 8) & 31];
    }
    out[TOTP_SECRET_TEXT - 1] = '\0';
}

void totp_address(const unsigned char secret[TOTP_SECRET_BYTES], const char *label,
                  struct buf *out)
{
    char text[TOTP_SECRET_TEXT];

    totp_secret_text(secret, text);
    buf_add_text(out, "otpauth://totp/Yiping:");
    for (const unsigned char *p = (const unsigned char *)label; *p != '\0'; p++)
        if ((*p >= '0' && *p <= '9') || ((*p | 0x20) >= 'a' && (*p | 0x20) <= 'z') ||
            *p == '-' || *p == '.' || *p == '_')
            buf_add_byte(out, *p);
        else
            buf_addf(out, "%%%02X", *p);
    buf_addf(out, "?secret=%s&issuer=Yiping", text);
    crypt_wipe(text, sizeof(text));
}
