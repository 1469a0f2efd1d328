/*
 * mark_table.h — marks for several parts of a scheme in one sheet: a line for each
 * department, a column for each part.
 *
 * The first line says what the columns are: anything above the departments, then parts
 * by their codes or names. An empty cell gives no marks. A sheet is right as a whole or
 * not taken at all; each line that is wrong is named with its number. Pure; any thread.
 */
#ifndef DOMAIN_MARK_TABLE_H
#define DOMAIN_MARK_TABLE_H

#include "domain/mark_sheet.h"

enum { MARK_COLUMNS = 24 };

/* A part that may be a column. */
struct mark_part {
    const char *code, *name, *name_en;
};

struct mark_column {
    size_t part;             /* its place among those that were given */
    struct mark_line *lines; /* owned; in the order of the sheet */
    size_t count;
};

struct mark_table {
    struct mark_column columns[MARK_COLUMNS];
    size_t column_count;
    struct mark_sheet wrong; /* its faults alone */
};

/* Reads a whole sheet; what is right of it is in `out` even where faults are. */
void mark_table_read(const char *text, size_t bytes,
                     const struct mark_department *departments, size_t count,
                     const struct mark_part *parts, size_t part_count,
                     struct mark_table *out);
void mark_table_free(struct mark_table *t);

#endif
