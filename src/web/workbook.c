/*
 * workbook.c — see workbook.h.
 */
#include "web/workbook.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "web/export.h"
#include "web/site.h"

enum { PIECE = 64 << 10 };

static bool read_back(struct exchange *x, const char *path, struct error *err)
{
    FILE *file = fopen(path, "rb");
    char piece[PIECE];
    size_t n;
    bool ok = file != NULL;

    while (ok && (n = fread(piece, 1, sizeof(piece), file)) > 0)
        buf_add(&x->answer, piece, n);
    ok = ok && !ferror(file) && !x->answer.overflowed;
    if (file != NULL)
        fclose(file);
    return ok ||
           error_set(err, ERROR_LATER, "The table could not be read back. Try again.");
}

bool workbook_make(struct exchange *x, const char *about, const char *data,
                   workbook_fill *fill, void *self, struct error *err)
{
    struct sheet *s = NULL;
    char path[1100];
    bool ok;
    int fd;

    snprintf(path, sizeof(path), "%.1000s/export-web-XXXXXX", site_of(x)->folder);
    fd = mkstemp(path);
    if (fd < 0)
        return error_set(err, ERROR_LATER,
                         "The table could not be begun. Is the disk full?");
    close(fd);
    ok = sheet_open(path, about, data, &s, err);
    if (ok) {
        fill(s, self);
        ok = sheet_close(s, err);
    }
    ok = ok && read_back(x, path, err);
    unlink(path);
    return ok;
}

void workbook_answer(struct exchange *x, const char *name)
{
    char value[128];

    snprintf(value, sizeof(value), "attachment; filename=\"%.80s\"", name);
    exchange_header_add(x, "Content-Disposition", value);
    exchange_answer(x, 200, export_type(EXPORT_XLSX));
}
