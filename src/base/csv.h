/*
 * csv.h — tables as text: rows of cells parted by commas (RFC 4180).
 *
 * Read leniently where nothing can be misunderstood (a byte order mark, LF alone, blank
 * lines), and not at all where it could: a quote in the middle of a cell, bytes behind a
 * closing one, a NUL. Written strictly: CRLF, quotes where they are needed, and a text
 * that a spreadsheet would take for a formula gets an apostrophe before it. A reader
 * belongs to one thread.
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"

enum { CSV_CELLS = 64, CSV_ROW_BYTES = 64 << 10 };

struct csv_reader {
    FILE *file;   /* borrowed */
    int64_t line; /* of what is read next, from 1 */
    bool begun;
    /* The row that was read last; cells are NUL-terminated, borrowed until the next. */
    int64_t row_line; /* on which it begins */
    const char *cells[CSV_CELLS];
    int count;
    const char *why; /* of CSV_WRONG: one sentence */
    struct buf bytes;
};

enum csv_got { CSV_ROW, CSV_WRONG, CSV_END };

void csv_open(struct csv_reader *r, FILE *file);
void csv_close(struct csv_reader *r);

/* The next row. After a wrong one reading goes on with the next line. */
enum csv_got csv_next(struct csv_reader *r);

/* What begins a file that spreadsheets are to take for UTF-8. */
#define CSV_BOM "\xef\xbb\xbf"

/*
 * Adds one cell, with a comma before it unless it is the first of its row. A text is
 * guarded against formulas, a number is not; NULL is an empty cell.
 */
void csv_text(struct buf *out, bool first, const char *text);
void csv_number(struct buf *out, bool first, const char *number);
void csv_end(struct buf *out); /* of a row */

#endif
