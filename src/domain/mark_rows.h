/*
 * mark_rows.h — the lines of a sheet of marks as cells: CSV, or what comes of copying
 * columns out of a spreadsheet (parted by tabs). A byte order mark before them is left
 * out, and so are blanks around cells, also the wide one of Chinese texts. Pure.
 */
#ifndef DOMAIN_MARK_ROWS_H
#define DOMAIN_MARK_ROWS_H

#include "domain/mark_sheet.h"

/* Borrowed in the callback; cells may be written to. */
struct mark_row {
    int64_t line; /* from 1; lines that are empty are counted, but not told */
    bool first;
    char **cells;
    int count;
    const char *why; /* NULL, or why it is no line of cells */
};
typedef void mark_row_each(void *self, const struct mark_row *row);
void mark_rows_each(const char *text, size_t bytes, mark_row_each *each, void *self);

/* How many departments are meant by a code or a whole name; the last of them is in *at. A
 * code is never doubtful. */
size_t mark_department_find(const struct mark_department *departments, size_t count,
                            const char *text, size_t *at);

#endif
