/*
 * totp.h — codes of six digits that a person's own device shows, a new one every half
 * minute.
 *
 * Standards: RFC 6238 (TOTP with HMAC-SHA-1, X = 30 s, T0 = 0), RFC 4226 5.3 (the
 * digits), RFC 4648 6 (base32 of the secret), and the otpauth addresses that
 * authenticator apps read as a QR code. Pure; any thread.
 */
#ifndef DOMAIN_TOTP_H
#define DOMAIN_TOTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum {
    TOTP_SECRET_BYTES = 20,
    TOTP_SECRET_TEXT = 32 + 1,
    TOTP_DIGITS = 6,
    TOTP_STEP_MS = 30000,
    TOTP_WINDOW = 1, /* steps that a device's clock may be off, either way */
};

int64_t totp_step(int64_t at_ms);

/* The code of a step, `digits` (6 to 8) and a NUL into `out`. */
void totp_code(const unsigned char *secret, size_t length, int64_t step, int digits,
               char *out);

/*
 * Does `typed` (blanks in it are skipped) belong to a step that is at most TOTP_WINDOW
 * from now and later than `used`, the last step that was ever taken? `*step` is then that
 * step. Every step is compared, so that the time tells nothing.
 */
bool totp_match(const unsigned char secret[TOTP_SECRET_BYTES], const char *typed,
                int64_t now_ms, int64_t used, int64_t *step);

/* The secret as people type it into an app that has no camera. */
void totp_secret_text(const unsigned char secret[TOTP_SECRET_BYTES],
                      char out[TOTP_SECRET_TEXT]);

/* otpauth://totp/… for the QR code; `label` says whose code it is, in any letters. */
void totp_address(const unsigned char secret[TOTP_SECRET_BYTES], const char *label,
                  struct buf *out);

#endif
