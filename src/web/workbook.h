/*
 * workbook.h — the table of a page as a small workbook (sheet.h), made whole before it is
 * sent.
 *
 * For pages of at most some thousand rows; ratings by the million go through export.h.
 * The file is made in the data folder, on the thread that read the rows, and has no name
 * any more when it is sent.
 */
#ifndef WEB_WORKBOOK_H
#define WEB_WORKBOOK_H

#include "web/exchange.h"
#include "web/sheet.h"

/* Writes everything into the sheet. Named sheets: what explains, what is data. */
typedef void workbook_fill(struct sheet *s, void *self);

/*
 * Makes the workbook and puts its bytes into x->answer; the thread that owns the
 * exchange. ERROR_LATER where the disk does not take it.
 */
NODISCARD bool workbook_make(struct exchange *x, const char *about, const char *data,
                             workbook_fill *fill, void *self, struct error *err);

/* Answers with what workbook_make made: "quota-2026.xlsx". Loop. */
void workbook_answer(struct exchange *x, const char *name);

#endif
