/*
 * profile.h — the kinds of printers: built in, or made from settings.
 *
 * `80mm` (576 dots, 48 columns) and `58mm` (384 dots, 32 columns) are built in. A section
 * of the settings file makes another one: it begins as a copy of a built-in, takes its
 * keys one after another and is checked once. Plain values; any thread.
 */
#ifndef PRINTERS_PROFILE_H
#define PRINTERS_PROFILE_H

#include <stdbool.h>

#include "base/error.h"
#include "domain/profile.h"

/* ERROR_SETUP where no built-in has this name. */
NODISCARD bool profile_builtin(const char *name, struct profile *out, struct error *err);

/* All keys that profile_set knows, ended by NULL. */
extern const char *const profile_keys[];

/*
 * One setting: dots, columns, qr_dots, band_rows, dialect (escpos | image), encoding
 * (gb18030 | gbk | big5 | utf-8 | raster), qr (raster | native), qr_shave (yes | no) and
 * cutter (partial | full | none). ERROR_SETUP names key, value and what is allowed.
 */
NODISCARD bool profile_set(struct profile *profile, const char *key, const char *value,
                           struct error *err);

/*
 * How many zeros end whatever a job that broke off has left open: the largest picture
 * command. They print nothing else. 0 where the dialect has no such commands.
 */
int profile_wash_bytes(const struct profile *profile);

/* Whether the settings go together; to be asked after the last profile_set. */
NODISCARD bool profile_check(const struct profile *profile, struct error *err);

#endif
