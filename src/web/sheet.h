/*
 * sheet.h — a workbook for spreadsheets (Office Open XML): one sheet that explains, one
 * with the data.
 *
 * Rows are written in order and kept nowhere: memory does not grow with them. Codes and
 * numbers of cases are texts, so that nothing turns into 1.2E+17; instants are real
 * dates in local time. The only door to libxlsxwriter. One thread at a time.
 */
#ifndef WEB_SHEET_H
#define WEB_SHEET_H

#include <stdint.h>

#include "base/error.h"
#include "base/zone.h"

struct sheet;

enum { SHEET_ROWS = 1048576 - 1 }; /* of data, below the header */

/* Begins a file at `path`; names of the sheets are UTF-8, 31 characters at the most. */
NODISCARD bool sheet_open(const char *path, const char *about, const char *data,
                          struct sheet **out, struct error *err);

/* A line of the sheet that explains: a name and a text or, beside it, a share. */
void sheet_about(struct sheet *s, const char *name, const char *text);
void sheet_about_share(struct sheet *s, const char *name, int64_t part, int64_t of);

/* The header of the data; `wide` is the width of the column in characters. */
void sheet_column(struct sheet *s, const char *title, int wide);

/* The cells of the present row, from the left; an empty text is an empty cell. */
void sheet_text(struct sheet *s, const char *text);
void sheet_number(struct sheet *s, double number);
void sheet_time(struct sheet *s, const struct zone *zone, int64_t at_ms, bool day_only);
void sheet_empty(struct sheet *s);
void sheet_next_row(struct sheet *s);

/* Puts the file together; takes the sheet. ERROR_LATER where the disk did not take it. */
NODISCARD bool sheet_close(struct sheet *s, struct error *err);

/* Forgets it; accepts NULL. What is at the path is the caller's. */
void sheet_drop(struct sheet *s);

#endif
