/*
 * cloud.c — see cloud.h.
 */
#include "gateways/cloud.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypt.h"
#include "base/day.h"
#include "domain/sms_text.h"

enum { CHINA_OFFSET_S = 8 * 3600, PHONE_DIGITS = 7, SPLIT_MOST = 1000 };

/* ---- opening ---- */

static const char *value_of(const struct gateway_setup *setup, const char *key)
{
    const char *text = setup->value != NULL ? setup->value(setup, key) : NULL;

    return text != NULL ? text : "";
}

static bool read_settings(const struct gateway_setup *setup,
                          const struct cloud_needs *needs, struct cloud *c,
                          struct error *err)
{
    const struct {
        const char *key;
        char *into;
        size_t size;
    } rows[] = {{"user", c->user, sizeof(c->user)},
                {"password", c->password, sizeof(c->password)},
                {"account", c->account, sizeof(c->account)},
                {"region", c->region, sizeof(c->region)},
                {"sign_name", c->sign_name, sizeof(c->sign_name)}};

    for (size_t i = 0; i < LENGTH(rows); i++) {
        const char *text = value_of(setup, rows[i].key);
        char word[32];

        snprintf(word, sizeof(word), " %s ", rows[i].key);
        if (text[0] == '\0' && strstr(needs->settings, word) != NULL)
            return error_set(err, ERROR_SETUP,
                             "The gateway \"%.40s\" needs the setting %s. Take it from "
                             "the vendor's console.",
                             setup->name, rows[i].key);
        if (strlen(text) >= rows[i].size || strpbrk(text, "\r\n") != NULL)
            return error_set(err, ERROR_SETUP,
                             "The setting %s of the gateway \"%.40s\" is too long or "
                             "has a line break.",
                             rows[i].key, setup->name);
        snprintf(rows[i].into, rows[i].size, "%s", text);
    }
    return true;
}

/* The host as HTTP names it: without the port that its scheme has anyway. */
static bool read_url(const char *url, struct cloud *c)
{
    const char *scheme_end = strstr(url, "://");
    const char *host = scheme_end != NULL ? scheme_end + 3 : url;
    size_t length = strcspn(host, "/?#"), base = strcspn(url, "?#");
    const char *usual = strncmp(url, "https", 5) == 0 ? ":443" : ":80";

    while (base > 0 && url[base - 1] == '/')
        base--;
    if (scheme_end == NULL || length == 0 || length >= sizeof(c->host) ||
        base >= sizeof(c->base))
        return false;
    snprintf(c->base, sizeof(c->base), "%.*s", (int)base, url);
    snprintf(c->host, sizeof(c->host), "%.*s", (int)length, host);
    length = strlen(c->host);
    if (length > strlen(usual) && strcmp(c->host + length - strlen(usual), usual) == 0)
        c->host[length - strlen(usual)] = '\0';
    return true;
}

bool cloud_open(struct gateway *g, const struct gateway_setup *setup,
                const struct cloud_needs *needs, struct error *err)
{
    struct cloud *c = calloc(1, sizeof(*c));
    const char *url = value_of(setup, "url");

    if (c == NULL)
        abort();
    g->own = c;
    snprintf(g->access_number, sizeof(g->access_number), "%.24s",
             value_of(setup, "access_number"));
    if (!read_settings(setup, needs, c, err) ||
        !forms_read(value_of(setup, "forms"), &c->forms, err))
        return false;
    if (!read_url(url[0] != '\0' ? url : needs->url, c))
        return error_set(err, ERROR_SETUP,
                         "The url of the gateway \"%.40s\" is none. Leave it out for the "
                         "vendor's own.",
                         setup->name);
    if (g->slots == SLOTS_EXTENSION && g->access_number[0] == '\0')
        return error_set(
            err, ERROR_SETUP,
            "The gateway \"%.40s\" is to use extensions and has no access_number to tell "
            "replies apart by. Set it to the number that citizens see.",
            setup->name);
    return true;
}

void cloud_close(struct gateway *g)
{
    struct cloud *c = g->own;

    if (c != NULL)
        crypt_wipe(c->password, sizeof(c->password));
    free(c);
    g->own = NULL;
}

const struct cloud *cloud_of(const struct gateway *g)
{
    return g->own;
}

void cloud_extension(const struct gateway *g, const struct sms_mt *mt, char out[24])
{
    size_t length = strlen(g->access_number);
    const char *from = mt->from != NULL ? mt->from : "";

    out[0] = '\0';
    if (g->slots == SLOTS_EXTENSION && strncmp(from, g->access_number, length) == 0)
        snprintf(out, 24, "%.23s", from + length);
}

/* ---- answers ---- */

const struct cloud_code *cloud_code_find(const struct cloud_code *codes, size_t count,
                                         const char *code)
{
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(codes[i].code);

        if (strcmp(codes[i].code, code) == 0 ||
            (codes[i].code[length - 1] == '*' &&
             strncmp(codes[i].code, code, length - 1) == 0))
            return &codes[i];
    }
    return NULL;
}

enum outcome cloud_book(const struct cloud_code *meaning, const char *code,
                        const char *words, struct submitted *out)
{
    cloud_reason(code, words, out->reason, sizeof(out->reason));
    out->health = meaning->health;
    out->opted_out = meaning->opted_out;
    return meaning->outcome;
}

bool cloud_not_answered(const struct answer *answer, struct submitted *out,
                        enum outcome *outcome)
{
    if (answer->carried == CARRIED_ANSWERED)
        return false;
    snprintf(out->reason, sizeof(out->reason), "%s",
             answer->trouble[0] != '\0'            ? answer->trouble
             : answer->carried == CARRIED_NOT_SENT ? "not sent"
                                                   : "no answer");
    if (answer->carried == CARRIED_NOT_SENT)
        out->health = HEALTH_DOWN;
    *outcome = answer->carried == CARRIED_NOT_SENT ? OUTCOME_RETRY : OUTCOME_UNKNOWN;
    return true;
}

enum outcome cloud_undocumented(const struct answer *answer, struct submitted *out)
{
    snprintf(out->reason, sizeof(out->reason), "HTTP %d, an answer that says nothing",
             answer->status);
    return OUTCOME_UNKNOWN;
}

/* ---- JSON and texts ---- */

json_t *cloud_json(const struct buf *body)
{
    return json_loadb(buf_text(body), body->length, JSON_REJECT_DUPLICATES, NULL);
}

void cloud_dump(json_t *value, struct buf *out)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

    if (text != NULL)
        buf_add_text(out, text);
    free(text);
    json_decref(value);
}

void cloud_copy(const char *text, char *out, size_t size)
{
    size_t length = strlen(text), used = 0, bytes;
    uint32_t code;

    for (size_t at = 0; at < length; at += bytes) {
        bytes = sms_text_next(text + at, length - at, &code);
        if (bytes == 0) {
            bytes = 1; /* not UTF-8: the byte goes */
            continue;
        }
        if (used + bytes >= size)
            break;
        if (code < 0x20 || (code >= 0x7F && code <= 0x9F))
            continue;
        memcpy(out + used, text + at, bytes);
        used += bytes;
    }
    out[used] = '\0';
}

void cloud_member(json_t *object, const char *key, char *out, size_t size)
{
    json_t *value = json_object_get(object, key);

    out[0] = '\0';
    if (json_is_string(value))
        cloud_copy(json_string_value(value), out, size);
    else if (json_is_integer(value))
        snprintf(out, size, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
}

int64_t cloud_number(json_t *object, const char *key)
{
    char text[24];

    cloud_member(object, key, text, sizeof(text));
    if (text[0] == '\0' || strlen(text) > 18 ||
        strspn(text, "0123456789") != strlen(text))
        return -1;
    return strtoll(text, NULL, 10);
}

void cloud_reason(const char *code, const char *words, char *out, size_t size)
{
    char plain[400], masked[400];
    size_t used = 0;

    cloud_copy(words, plain, sizeof(plain));
    for (const char *at = plain; *at != '\0';) {
        size_t digits = strspn(at, "0123456789");
        size_t take = digits > 0 ? digits : 1;

        if (digits >= PHONE_DIGITS)
            used += (size_t)snprintf(masked + used, sizeof(masked) - used, "***");
        else
            used += (size_t)snprintf(masked + used, sizeof(masked) - used, "%.*s",
                                     (int)take, at);
        at += take;
    }
    masked[used] = '\0';
    snprintf(plain, sizeof(plain), "%.100s%s%.290s", code,
             code[0] != '\0' && masked[0] != '\0' ? ": " : "", masked);
    cloud_copy(plain, out, size);
}

/* `count` digits at `*text` into `out`. */
static bool take_digits(const char **text, int count, int *out)
{
    *out = 0;
    for (int i = 0; i < count; i++, (*text)++) {
        if (**text < '0' || **text > '9')
            return false;
        *out = *out * 10 + (**text - '0');
    }
    return true;
}

int64_t cloud_china_ms(const char *text)
{
    static const int widths[] = {4, 2, 2, 2, 2, 2};
    static const char between[] = "-- ::";
    bool parted = strlen(text) == 19;
    int f[6];

    if (!parted && strlen(text) != 14)
        return 0;
    for (int i = 0; i < 6; i++) {
        if (parted && i > 0 && *text++ != between[i - 1])
            return 0;
        if (!take_digits(&text, widths[i], &f[i]))
            return 0;
    }
    if (f[0] < 2000 || f[1] < 1 || f[1] > 12 || f[2] < 1 || f[2] > 31 || f[3] > 23 ||
        f[4] > 59 || f[5] > 60)
        return 0;
    return ((int64_t)day_number(f[0], f[1], f[2]) * 86400 + f[3] * 3600 + f[4] * 60 +
            f[5] - CHINA_OFFSET_S) *
           1000;
}

static void split_one(const struct callback *c, json_t *element, callback_each *each,
                      void *self)
{
    struct callback one = callback_new(c->report);

    buf_add(&one.query, buf_text(&c->query), c->query.length);
    snprintf(one.type, sizeof(one.type), "%s", c->type);
    snprintf(one.signature, sizeof(one.signature), "%s", c->signature);
    cloud_dump(json_incref(element), &one.body);
    each(self, &one);
    callback_free(&one);
}

void cloud_split(const struct callback *c, callback_each *each, void *self)
{
    json_t *root = cloud_json(&c->body), *element;
    size_t i;

    if (!json_is_array(root) || json_array_size(root) > SPLIT_MOST)
        each(self, c);
    else
        json_array_foreach(root, i, element) split_one(c, element, each, self);
    json_decref(root);
}
