/*
 * assets.c — see assets.h.
 */
#include "web/assets.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/crypt.h"
#include "base/pack.h"
#include "web/problem.h"

enum { NAME_MOST = 64 };

static const char folder[] = "templates/assets/";

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
    char path[sizeof(folder) + NAME_MOST];

    if (type_of(name) == NULL || strlen(name) >= NAME_MOST)
        return NULL;
    snprintf(path, sizeof(path), "%s%s", folder, name);
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

enum { HASH_DIGITS = 16 };

static void hash_of(const struct pack_file *file, char hex[HASH_DIGITS + 1])
{
    unsigned char hash[CRYPT_HASH_BYTES];

    crypt_sha256(file->bytes, file->length, hash);
    crypt_hex(hash, HASH_DIGITS / 2, hex);
}

json_t *asset_paths(void)
{
    size_t count;
    const struct pack_file *files = pack_below(folder, &count);
    json_t *paths = json_object();

    for (size_t i = 0; i < count; i++) {
        const char *name = files[i].name + strlen(folder), *end = strrchr(name, '.');
        char key[NAME_MOST], path[NAME_MOST + 32], hex[HASH_DIGITS + 1];

        if (type_of(name) == NULL || strlen(name) >= sizeof(key))
            continue;
        hash_of(&files[i], hex);
        snprintf(path, sizeof(path), "/assets/%.*s.%s%s", (int)(end - name), name, hex,
                 end);
        for (size_t j = 0; j <= strlen(name); j++)
            key[j] = name[j] == '.' || name[j] == '-' ? '_' : name[j];
        json_object_set_new(paths, key, json_string(path));
    }
    return paths;
}

/* Parts "yiping.0123456789abcdef.css" into "yiping.css" and the hash; false where there
 * is none in it. */
static bool name_part(const char *name, char plain[NAME_MOST], char hex[HASH_DIGITS + 1])
{
    const char *end = strrchr(name, '.');
    ptrdiff_t dot = end != NULL ? end - name - HASH_DIGITS - 1 : -1;

    if (dot < 1 || name[dot] != '.' || strlen(name) >= NAME_MOST ||
        strspn(name + dot + 1, "0123456789abcdef") != HASH_DIGITS)
        return false;
    snprintf(plain, NAME_MOST, "%.*s%s", (int)dot, name, end);
    snprintf(hex, HASH_DIGITS + 1, "%s", name + dot + 1);
    return true;
}

void asset_get(struct exchange *x)
{
    const char *name = exchange_param(x, 0);
    const char *held = exchange_header(x, "If-None-Match");
    char plain[NAME_MOST], asked[HASH_DIGITS + 1] = "", hex[HASH_DIGITS + 1],
                                               tag[HASH_DIGITS + 3];
    const struct pack_file *file =
        asset_find(name_part(name, plain, asked) ? plain : name);

    if (file == NULL) {
        problem_say(x, ERROR_ABSENT, "There is no such file here.");
        return;
    }
    hash_of(file, hex);
    snprintf(tag, sizeof(tag), "\"%s\"", hex);
    exchange_header_add(x, "ETag", tag);
    exchange_header_add(x, "Cache-Control",
                        strcmp(asked, hex) == 0 ? "public, max-age=31536000, immutable"
                                                : "public, max-age=3600");
    if (held != NULL && strstr(held, tag) != NULL)
        exchange_answer(x, 304, NULL);
    else
        exchange_answer_static(x, 200, type_of(name), file->bytes, file->length);
}
