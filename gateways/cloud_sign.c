/*
 * cloud_sign.c — see cloud_sign.h.
 */
#include "gateways/cloud_sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypt.h"
#include "base/day.h"
#include "gateways/urlencoded.h"

enum { FIELDS_MOST = 256, SIGNED_MOST = 1 << 20 };

void cloud_hash(const void *bytes, size_t length, char out[65])
{
    unsigned char hash[CRYPT_HASH_BYTES];

    crypt_sha256(bytes != NULL ? bytes : "", length, hash);
    crypt_hex(hash, sizeof(hash), out);
}

/* ---- Twilio ---- */

/* A field, its name and value side by side in `bytes`. */
struct field {
    size_t at, name_length, value_length;
};

struct fields {
    struct buf bytes;
    struct field each[FIELDS_MOST];
    size_t count;
    bool too_many;
};

static void take_field(void *self, const char *name, size_t name_length,
                       const char *value, size_t value_length)
{
    struct fields *f = self;

    if (f->count == FIELDS_MOST) {
        f->too_many = true;
        return;
    }
    f->each[f->count++] = (struct field){f->bytes.length, name_length, value_length};
    buf_add(&f->bytes, name, name_length);
    buf_add(&f->bytes, value, value_length);
}

static int compare_bytes(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t shorter = a_length < b_length ? a_length : b_length;
    int order = shorter > 0 ? memcmp(a, b, shorter) : 0;

    return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

static int compare_fields(const void *left, const void *right, void *bytes)
{
    const struct field *a = left, *b = right;
    const char *from = bytes;
    int order = compare_bytes(from + a->at, a->name_length, from + b->at, b->name_length);

    return order != 0 ? order
                      : compare_bytes(from + a->at + a->name_length, a->value_length,
                                      from + b->at + b->name_length, b->value_length);
}

/* The fields by name, those of one name by value and each value once. */
static void add_sorted(struct fields *f, struct buf *out)
{
    char *bytes = f->bytes.data;

    if (f->count == 0)
        return;
    qsort_r(f->each, f->count, sizeof(f->each[0]), compare_fields, bytes);
    for (size_t i = 0; i < f->count; i++)
        if (i == 0 || compare_fields(&f->each[i - 1], &f->each[i], bytes) != 0)
            buf_add(out, bytes + f->each[i].at,
                    f->each[i].name_length + f->each[i].value_length);
}

bool cloud_sign_twilio(const char *token, const char *url, const char *form,
                       size_t length, struct buf *out)
{
    struct fields *fields = calloc(1, sizeof(*fields));
    struct buf signed_text = buf_new(SIGNED_MOST);
    unsigned char mac[CRYPT_SHA1_BYTES];
    bool ok;

    if (fields == NULL)
        abort();
    fields->bytes = buf_new(SIGNED_MOST);
    buf_add_text(&signed_text, url);
    if (length > 0)
        urlencoded_fields(form, length, take_field, fields);
    ok = !fields->too_many && !fields->bytes.overflowed;
    if (ok)
        add_sorted(fields, &signed_text);
    ok = ok && !signed_text.overflowed;
    if (ok) {
        crypt_hmac_sha1(token, strlen(token), buf_text(&signed_text), signed_text.length,
                        mac);
        crypt_base64(mac, sizeof(mac), out);
    }
    buf_free(&signed_text);
    buf_free(&fields->bytes);
    free(fields);
    return ok;
}

/* ---- Alibaba Cloud ---- */

static void add_names(const struct acs3 *r, struct buf *out)
{
    for (size_t i = 0; i < r->header_count; i++)
        buf_addf(out, "%s%s", i > 0 ? ";" : "", r->headers[i].name);
}

static void hmac_hex(const void *key, size_t key_length, const struct buf *text,
                     char out[65])
{
    unsigned char mac[CRYPT_HASH_BYTES];

    crypt_hmac_sha256(key, key_length, buf_text(text), text->length, mac);
    crypt_hex(mac, sizeof(mac), out);
}

void cloud_sign_acs3(const struct acs3 *r, struct buf *out)
{
    struct buf text = buf_new(SIGNED_MOST);
    char hash[65], signature[65];

    buf_addf(&text, "%s\n/\n", r->method);
    buf_add_text(&text, r->query);
    buf_add_byte(&text, '\n');
    for (size_t i = 0; i < r->header_count; i++)
        buf_addf(&text, "%s:%s\n", r->headers[i].name, r->headers[i].value);
    buf_add_byte(&text, '\n');
    add_names(r, &text);
    buf_addf(&text, "\n%s", r->body_hash);
    cloud_hash(buf_text(&text), text.length, hash);
    buf_clear(&text);
    buf_addf(&text, "ACS3-HMAC-SHA256\n%s", hash);
    hmac_hex(r->secret, strlen(r->secret), &text, signature);
    buf_addf(out, "ACS3-HMAC-SHA256 Credential=%s,SignedHeaders=", r->key_id);
    add_names(r, out);
    buf_addf(out, ",Signature=%s", signature);
    buf_free(&text);
}

/* ---- Tencent Cloud ---- */

/* The key of the day and the service: the secret itself signs nothing. */
static void signing_key(const struct tc3 *r, const char *day,
                        unsigned char key[CRYPT_HASH_BYTES])
{
    static const char last[] = "tc3_request";
    struct buf first = buf_new(4096);

    buf_addf(&first, "TC3%s", r->secret);
    crypt_hmac_sha256(buf_text(&first), first.length, day, strlen(day), key);
    crypt_hmac_sha256(key, CRYPT_HASH_BYTES, r->service, strlen(r->service), key);
    crypt_hmac_sha256(key, CRYPT_HASH_BYTES, last, strlen(last), key);
    crypt_wipe(first.data, first.length);
    buf_free(&first);
}

void cloud_sign_tc3(const struct tc3 *r, struct buf *out)
{
    struct buf text = buf_new(SIGNED_MOST);
    unsigned char key[CRYPT_HASH_BYTES];
    char hash[65], signature[65], day[DAY_TEXT];

    day_text((int32_t)(r->at_s / 86400), day);
    cloud_hash(r->body, r->length, hash);
    buf_addf(&text, "POST\n/\n\ncontent-type:%s\nhost:%s\n\ncontent-type;host\n%s",
             r->content_type, r->host, hash);
    cloud_hash(buf_text(&text), text.length, hash);
    buf_clear(&text);
    buf_addf(&text, "TC3-HMAC-SHA256\n%lld\n%s/%s/tc3_request\n%s", (long long)r->at_s,
             day, r->service, hash);
    signing_key(r, day, key);
    hmac_hex(key, sizeof(key), &text, signature);
    crypt_wipe(key, sizeof(key));
    buf_addf(out,
             "TC3-HMAC-SHA256 Credential=%s/%s/%s/tc3_request, "
             "SignedHeaders=content-type;host, Signature=%s",
             r->key_id, day, r->service, signature);
    buf_free(&text);
}
