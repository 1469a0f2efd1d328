/*
 * hook.c — see hook.h.
 */
#include "domain/hook.h"

#include <string.h>

#include "base/crypt.h"

static const char *const names[HOOK_TYPES] = {
    [HOOK_TICKET_TAKEN] = "ticket.taken",
    [HOOK_TICKET_CALLED] = "ticket.called",
    [HOOK_TICKET_NOSHOW] = "ticket.noshow",
    [HOOK_CASE_CLOSED] = "case.closed",
    [HOOK_INVITATION_SENT] = "invitation.sent",
    [HOOK_INVITATION_FAILED] = "invitation.failed",
    [HOOK_RATING_RECORDED] = "rating.recorded",
    [HOOK_RATING_CORRECTED] = "rating.corrected",
    [HOOK_RATING_SEALED] = "rating.sealed",
    [HOOK_REVIEW_OPENED] = "review.opened",
    [HOOK_REVIEW_OVERDUE] = "review.overdue",
    [HOOK_REVIEW_CLOSED] = "review.closed",
    [HOOK_GATEWAY_DOWN] = "gateway.down",
};

const char *hook_type_name(enum hook_type type)
{
    return names[type];
}

enum hook_type hook_type_read(const char *name)
{
    int type = 0;

    while (type < HOOK_TYPES && strcmp(names[type], name) != 0)
        type++;
    return (enum hook_type)type;
}

const struct hook_endpoint *hooks_find(const struct hooks *hooks, const char *name)
{
    for (int i = 0; hooks != NULL && i < hooks->count; i++)
        if (strcmp(hooks->endpoints[i].name, name) == 0)
            return &hooks->endpoints[i];
    return NULL;
}

/* ---- secrets and signatures ---- */

enum { SECRET_LEAST = 24, SECRET_MOST = 64 };

static int base64_value(char c)
{
    static const char symbols[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c != '\0' ? strchr(symbols, c) : NULL;

    return at != NULL ? (int)(at - symbols) : -1;
}

/* The bytes of one secret of `length` characters; their number, -1 where it is none. */
static int secret_read(const char *text, size_t length, unsigned char out[SECRET_MOST])
{
    static const char prefix[] = "whsec_";
    uint32_t bits = 0;
    int held = 0, count = 0;

    if (length < sizeof(prefix) || strncmp(text, prefix, sizeof(prefix) - 1) != 0)
        return -1;
    while (length > 0 && text[length - 1] == '=')
        length--;
    for (size_t i = sizeof(prefix) - 1; i < length; i++) {
        int value = base64_value(text[i]);

        if (value < 0)
            return -1;
        bits = bits << 6 | (uint32_t)value;
        held += 6;
        if (held < 8)
            continue;
        held -= 8;
        if (count == SECRET_MOST)
            return -1;
        out[count++] = (unsigned char)(bits >> held);
    }
    return count >= SECRET_LEAST ? count : -1;
}

/* The length of the next secret, from where `*text` is then. */
static size_t next_secret(const char **text)
{
    *text += strspn(*text, " ");
    return strcspn(*text, " ");
}

bool hook_secrets_fit(const char *secrets)
{
    unsigned char key[SECRET_MOST];
    bool any = false, fit = true;
    size_t length;

    while ((length = next_secret(&secrets)) > 0) {
        any = true;
        fit = fit && secret_read(secrets, length, key) > 0;
        secrets += length;
    }
    crypt_wipe(key, sizeof(key));
    return any && fit;
}

void hook_sign(const char *secrets, const char *id, int64_t at_s, const char *body,
               size_t length, struct buf *out)
{
    unsigned char key[SECRET_MOST], mac[CRYPT_HASH_BYTES];
    struct buf signed_text = buf_new(length + 200);
    size_t secret;
    bool first = true;

    buf_addf(&signed_text, "%s.%lld.", id, (long long)at_s);
    buf_add(&signed_text, body, length);
    while ((secret = next_secret(&secrets)) > 0) {
        int bytes = secret_read(secrets, secret, key);

        secrets += secret;
        if (bytes < 0)
            continue;
        crypt_hmac_sha256(key, (size_t)bytes, buf_text(&signed_text), signed_text.length,
                          mac);
        buf_addf(out, "%sv1,", first ? "" : " ");
        crypt_base64(mac, sizeof(mac), out);
        first = false;
    }
    crypt_wipe(key, sizeof(key));
    buf_free(&signed_text);
}

/* ---- trying ---- */

int64_t hook_wait_ms(int tries, uint64_t lot)
{
    static const int64_t waits_s[] = {5,     300,   1800,  7200, 18000,
                                      36000, 50400, 72000, 86400};
    int64_t wait_ms;

    if (tries < 1 || tries > (int)LENGTH(waits_s))
        return -1;
    wait_ms = waits_s[tries - 1] * 1000;
    return wait_ms + (int64_t)(lot % (uint64_t)(wait_ms / 10 + 1));
}

enum hook_outcome hook_judge(int status)
{
    if (status >= 200 && status <= 299)
        return HOOK_DONE;
    return status == 410 ? HOOK_GONE : HOOK_AGAIN;
}
