/*
 * export_part.h — what the parts of `yiping export` share: the words of the call, the
 * filter that they make, and a file that is there only when it is whole.
 */
#ifndef CLI_EXPORT_PART_H
#define CLI_EXPORT_PART_H

#include <stdio.h>

#include "cli/folder.h"
#include "cli/progress.h"
#include "web/export.h"

enum { EXPORT_FILTERS = 8 };

struct export_words {
    const char *what, *file, *data, *format, *mapping;
    struct exchange_pair filter[EXPORT_FILTERS]; /* as in the address of /ratings */
    size_t filters;
    enum lang lang;
    bool no_bom, quiet, json;
};

/* The filter of the call; borrows from the words. ERROR_INPUT names the field. */
NODISCARD bool export_filter(const struct export_words *w, struct review_filter *out,
                             struct error *err);

/* An audit event; before the first row leaves. `action` is "export.ratings" … */
NODISCARD bool export_note(struct folder *f, const struct export_words *w,
                           const char *action, const char *more, struct error *err);

/* A file beside FILE, which takes its name when it is whole; "-" is stdout. */
struct export_file {
    const char *name; /* as called */
    FILE *file;
    char beside[1100]; /* "" for stdout */
};

NODISCARD bool export_file_open(const char *name, struct export_file *out,
                                struct error *err);
/* Syncs and renames where `whole`, else takes it away. */
NODISCARD bool export_file_close(struct export_file *f, bool whole, struct error *err);

/* `yiping export record`; its exit code. */
int export_record(struct folder *f, const struct export_words *w);

#endif
