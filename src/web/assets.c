/*
 * assets.c — see assets.h.
 */
#include "web/assets.h"

#include <stdio.h>
#include <string.h>

#include "base/crypt.h"
#include "base/pack.h"
#include "web/problem.h"

static const struct {
    const char *end, *type;
} types[] = {
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
};

/* The content type by the end of the name; NULL for what we do not hand out. */
static const char *type_of(const char *name)
{
    const char *end = strrchr(name, '.');

    for (size_t i = 0; end != NULL && i < LENGTH(types); i++)
        if (strcmp(end, types[i].end) == 0)
            return types[i].type;
    return NULL;
}

static const struct pack_file *asset_find(const char *name)
{
    char path[128];

    if (type_of(name) == NULL || strlen(name) > 64)
        return NULL;
    snprintf(path, sizeof(path), "templates/assets/%s", name);
    return pack_find(path);
}

const char *asset_text(const char *name)
{
    const struct pack_file *file = asset_find(name);

    return file != NULL ? (const char *)file->bytes : NULL;
}

void style_source(const char *style, char out[STYLE_SOURCE])
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned char hash[CRYPT_HASH_BYTES + 1] = {0}; /* 33 is a multiple of 3 */
    char base64[45];

    crypt_sha256(style, strlen(style), hash);
    for (int i = 0, o = 0; i < CRYPT_HASH_BYTES; i += 3) {
        unsigned bits = (unsigned)hash[i] << 16 | hash[i + 1] << 8 | hash[i + 2];

        for (int shift = 18; shift >= 0; shift -= 6)
            base64[o++] = digits[bits >> shift & 63];
    }
    base64[43] = '='; /* two bytes were left: the last digit is padding */
    base64[44] = '\0';
    snprintf(out, STYLE_SOURCE, "'sha256-%s'", base64);
}

static void tag_of(const struct pack_file *file, char out[20])
{
    unsigned char hash[CRYPT_HASH_BYTES];
    char hex[17];

    crypt_sha256(file->bytes, file->length, hash);
    crypt_hex(hash, 8, hex);
    snprintf(out, 20, "\"%s\"", hex);
}

void asset_get(struct exchange *x)
{
    const char *name = exchange_param(x, 0);
    const struct pack_file *file = asset_find(name);
    const char *held = exchange_header(x, "If-None-Match");
    char tag[20];

    if (file == NULL) {
        problem_say(x, ERROR_ABSENT, "There is no such file here.");
        return;
    }
    tag_of(file, tag);
    exchange_header_add(x, "ETag", tag);
    exchange_header_add(x, "Cache-Control", "public, max-age=3600");
    if (held != NULL && strstr(held, tag) != NULL)
        exchange_answer(x, 304, NULL);
    else
        exchange_answer_static(x, 200, type_of(name), file->bytes, file->length);
}
