/*
 * printer.c — finds dialects by their names, and checks their tables.
 *
 * Promise: a format has exactly one dialect. Not here: ways (way.c), queues and threads
 * (work/spool.c), what the bytes mean (the dialects' own files).
 */
#include "printers/printer.h"

#include <assert.h>
#include <string.h>

static const struct printer_ops *const dialects[SLIP_FORMATS] = {
    [SLIP_ESCPOS] = &printer_escpos,
    [SLIP_PNG] = &printer_png,
    [SLIP_SVG] = &printer_svg,
    [SLIP_TEXT] = &printer_text,
};

const struct printer_ops *printer_dialect(enum slip_format format)
{
    const struct printer_ops *ops = dialects[format];

    assert(ops->format == format && ops->name != NULL && ops->content_type != NULL &&
           ops->render != NULL);
    return ops;
}

enum slip_format printer_format(const struct profile *profile)
{
    return profile->dialect == DIALECT_IMAGE ? SLIP_PNG : SLIP_ESCPOS;
}

const struct printer_ops *printer_find(const char *name)
{
    if (strcmp(name, "image") == 0)
        return &printer_png;
    for (int i = 0; i < SLIP_FORMATS; i++)
        if (strcmp(printer_dialect((enum slip_format)i)->name, name) == 0)
            return dialects[i];
    return NULL;
}

bool slip_render(const struct slip *slip, const struct profile *profile,
                 enum slip_format format, struct buf *out, struct error *err)
{
    return slip_render_cached(slip, profile, format, NULL, out, err);
}

bool slip_render_cached(const struct slip *slip, const struct profile *profile,
                        enum slip_format format, struct printer_cache *cache,
                        struct buf *out, struct error *err)
{
    if (!printer_dialect(format)->render(slip, profile, cache, out, err))
        return false;
    if (out->overflowed)
        return error_set(err, ERROR_TOO_LARGE,
                         "The rendered ticket is larger than %zu bytes; shorten it.",
                         out->ceiling);
    return true;
}
