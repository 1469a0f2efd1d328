/*
 * sheet_store.h — marks of departments that other offices handed in, sheet by sheet.
 *
 * A sheet fills one part of a year's scheme. A later one is another fact: both are shown,
 * and the newest of its part counts until the year's result is frozen. Any thread's
 * store; sheet_import on the writer, inside its transaction.
 */
#ifndef STORE_SHEET_STORE_H
#define STORE_SHEET_STORE_H

#include "domain/mark_sheet.h"
#include "store/scheme_store.h"

enum { SHEET_NAME = 80 }; /* characters */

struct sheet_input {
    const char *once; /* of the form; the same twice is one */
    int year;
    const char *part;   /* code */
    const char *name;   /* whose sheet it is */
    const char *digest; /* SHA-256 of its bytes */
    const struct mark_department *departments;
    const struct mark_line *lines;
    size_t count;
    const char *actor;
};

/*
 * Takes a whole sheet. ERROR_INPUT of "part" where the year's scheme has no such part, or
 * the hall owns it, or it is no part of a sheet; of "name", or of "sheet" where it has no
 * line.
 */
NODISCARD bool sheet_import(struct store *st, const struct sheet_input *in,
                            int64_t now_ms, struct error *err);

/* Does a sheet fill this part, and is it not the hall's? */
bool sheet_fills(const struct scheme_part *part);

/* Borrowed in the callback. */
struct sheet_entry {
    int64_t id, at_ms;
    const char *part, *name, *digest, *by;
    int marks;
    bool counts; /* the newest of its part */
};

/* Those of a year, newest first. */
typedef void sheet_each(void *self, const struct sheet_entry *s);
NODISCARD bool sheets_each(struct store *st, int year, sheet_each *each, void *self,
                           struct error *err);

/* The newest sheet of a part; *id is 0 where there is none. */
NODISCARD bool sheet_newest(struct store *st, int year, const char *part, int64_t *id,
                            struct error *err);

/* The marks that count for a part of a year, of its newest sheet, by departments' codes.
 */
typedef void sheet_mark_each(void *self, const char *department, int32_t mark);
NODISCARD bool sheet_marks_each(struct store *st, int year, const char *part,
                                sheet_mark_each *each, void *self, struct error *err);

#endif
