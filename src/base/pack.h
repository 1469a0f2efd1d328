/*
 * pack.h — the templates, assets and migrations that travel inside the binary.
 *
 * The Makefile writes the table from the files below templates/ and src/store/schema/
 * (`od`, one table sorted by name). Names are paths in the repository:
 * "templates/pages/ticket.html". Everything is borrowed and lives as long as the process.
 * Any thread.
 */
#ifndef BASE_PACK_H
#define BASE_PACK_H

#include <stddef.h>

struct pack_file {
    const char *name;
    const unsigned char *bytes; /* followed by a NUL that `length` does not count */
    size_t length;
};

/* The file of this name, or NULL. */
const struct pack_file *pack_find(const char *name);

/*
 * The first file whose name begins with `prefix`, or NULL; `*count` is how many there
 * are. They lie side by side in the order of their names.
 */
const struct pack_file *pack_below(const char *prefix, size_t *count);

/* Written by the Makefile. */
extern const struct pack_file pack_table[];
extern const size_t pack_table_length;

#endif
