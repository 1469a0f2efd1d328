/*
 * cloud_sign.h — how three vendors sign: what they call us with, and what we call them
 * with.
 *
 * Twilio's request validation (HMAC-SHA1 over the URL and the form's sorted fields),
 * Alibaba Cloud's V3 (ACS3-HMAC-SHA256) and Tencent Cloud's V3 (TC3-HMAC-SHA256). Judged
 * by vectors that the vendors' own packages made (tests/data/vectors). Nothing is kept;
 * any thread.
 */
#ifndef GATEWAYS_CLOUD_SIGN_H
#define GATEWAYS_CLOUD_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"

/* SHA-256 as 64 lower-case hex digits. */
void cloud_hash(const void *bytes, size_t length, char out[65]);

/*
 * The base64 signature that belongs to a call of this URL with this form body (NULL and 0
 * where there is none). False where the form has more fields than anybody sends.
 */
NODISCARD bool cloud_sign_twilio(const char *token, const char *url, const char *form,
                                 size_t length, struct buf *out);

struct cloud_header {
    const char *name, *value; /* lower case; blanks around the value taken off */
};

/* `query` is canonical: sorted by name, each part as urlencoded_encode writes it. */
struct acs3 {
    const char *key_id, *secret, *method, *query;
    const struct cloud_header *headers; /* all that are signed, sorted by name */
    size_t header_count;
    const char *body_hash; /* as in x-acs-content-sha256 */
};

/* Adds the value of the header Authorization. */
void cloud_sign_acs3(const struct acs3 *r, struct buf *out);

struct tc3 {
    const char *key_id, *secret, *service, *host, *content_type;
    int64_t at_s; /* as in X-TC-Timestamp */
    const void *body;
    size_t length;
};

/* Adds the value of the header Authorization. */
void cloud_sign_tc3(const struct tc3 *r, struct buf *out);

#endif
