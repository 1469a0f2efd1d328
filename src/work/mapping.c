/*
 * mapping.c — see mapping.h.
 */
#include "work/mapping.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/pack.h"

enum { MAPPING_BYTES = 1 << 20 };

static bool read_packed(const char *name, struct record_map **out, struct error *err)
{
    char path[128];
    const struct pack_file *file;

    snprintf(path, sizeof(path), "templates/records/%.60s.json", name);
    file = pack_find(path);
    if (file == NULL)
        return error_set(err, ERROR_SETUP,
                         "There is no mapping %.60s. Name a file, or national, or "
                         "province-sms7.",
                         name);
    return record_map_parse((const char *)file->bytes, file->length, out, err);
}

bool mapping_read(const char *name, struct record_map **out, struct error *err)
{
    struct buf json = buf_new(MAPPING_BYTES);
    FILE *file = fopen(name, "rb");
    char block[4096];
    size_t n;
    bool ok;

    if (file == NULL)
        return read_packed(name, out, err);
    while ((n = fread(block, 1, sizeof(block), file)) > 0)
        buf_add(&json, block, n);
    fclose(file);
    ok = record_map_parse(buf_text(&json), json.length, out, err);
    buf_free(&json);
    return ok;
}
