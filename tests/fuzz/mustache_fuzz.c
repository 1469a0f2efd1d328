/*
 * mustache_fuzz.c — hostile templates and data end in a page or an error, in bounded
 * time.
 *
 * The input is up to four texts parted by NUL: the data as JSON, the template "t", and
 * the partials "p" and "q". For libFuzzer; also run over templates/ as its corpus.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "web/mustache.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const char *const names[] = {NULL, "t", "p", "q"};
    const char *at = (const char *)bytes;
    const char *stop = at + length;
    struct mustache_set *set = mustache_set_new(0);
    struct buf out = buf_new(1 << 20);
    json_t *data = NULL;

    for (size_t i = 0; i < LENGTH(names) && at < stop; i++) {
        const char *end = memchr(at, '\0', (size_t)(stop - at));
        size_t part = end != NULL ? (size_t)(end - at) : (size_t)(stop - at);
        struct error err = {0};

        if (i == 0)
            data = json_loadb(at, part, JSON_DECODE_ANY, NULL);
        else if (!mustache_set_add(set, names[i], at, part, &err) && err.text[0] == '\0')
            abort();
        at += part + 1;
    }
    if (mustache_find(set, "t") != NULL) {
        struct error err = {0};

        if (!mustache_render(set, "t", data, &out, &err) &&
            (out.length != 0 || err.text[0] == '\0'))
            abort();
    }
    json_decref(data);
    buf_free(&out);
    mustache_set_free(set);
    return 0;
}
