/*
 * printer.c — finds dialects and ways by their names, and checks their tables.
 *
 * Promise: a format has exactly one dialect, an address at most one way. Not here: queues
 * and threads (work/spool.c), what the bytes mean (the dialects' own files).
 */
#include "printers/printer.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const struct printer_ops *const dialects[SLIP_FORMATS] = {
    [SLIP_ESCPOS] = &printer_escpos,
    [SLIP_PNG] = &printer_png,
    [SLIP_SVG] = &printer_svg,
    [SLIP_TEXT] = &printer_text,
};

static const struct way_ops *const ways[] = {&way_preview, &way_file, &way_tcp};

const struct printer_ops *printer_dialect(enum slip_format format)
{
    const struct printer_ops *ops = dialects[format];

    assert(ops->format == format && ops->name != NULL && ops->content_type != NULL &&
           ops->render != NULL);
    return ops;
}

const struct printer_ops *printer_find(const char *name)
{
    for (int i = 0; i < SLIP_FORMATS; i++)
        if (strcmp(printer_dialect((enum slip_format)i)->name, name) == 0)
            return dialects[i];
    return NULL;
}

bool slip_render(const struct slip *slip, const struct profile *profile,
                 enum slip_format format, struct buf *out, struct error *err)
{
    if (!printer_dialect(format)->render(slip, profile, out, err))
        return false;
    if (out->overflowed)
        return error_set(err, ERROR_TOO_LARGE,
                         "The rendered ticket is larger than %zu bytes; shorten it.",
                         out->ceiling);
    return true;
}

bool way_open(struct way *way, const char *address, struct error *err)
{
    size_t length = strcspn(address, ":");
    const char *rest = address + length + (address[length] == ':');

    memset(way, 0, sizeof(*way));
    way->connect_ms = 4000;
    way->write_ms = 30000;
    way->drain_ms = 2000;
    for (size_t i = 0; i < LENGTH(ways); i++)
        if (strlen(ways[i]->name) == length &&
            memcmp(ways[i]->name, address, length) == 0) {
            assert(ways[i]->open != NULL && ways[i]->send != NULL);
            way->ops = ways[i];
            return ways[i]->open(way, rest, err);
        }
    return error_set(err, ERROR_SETUP,
                     "A printer's address begins with preview, file: or tcp:, not "
                     "\"%.60s\".",
                     address);
}

bool way_send(const struct way *way, const struct buf *job, struct buf *answer,
              enum delivery *fate, struct error *err)
{
    *fate = DELIVERY_NOTHING;
    return way->ops->send(way, job, answer, fate, err);
}
