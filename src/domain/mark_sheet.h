/*
 * mark_sheet.h — marks of departments as another office hands them in: a line each, a
 * department and its marks.
 *
 * CSV, or what comes of copying two columns out of a spreadsheet (parted by tabs). A
 * department is named by its code or by its whole name; marks are 0 … 100 with at most
 * four decimals. A first line without marks is taken for a header. A sheet is right as a
 * whole or not taken at all; each line that is wrong is named with its number. Pure; any
 * thread.
 */
#ifndef DOMAIN_MARK_SHEET_H
#define DOMAIN_MARK_SHEET_H

#include "domain/hall.h"

enum {
    MARK_SHEET_BYTES = 256 * 1024,
    MARK_SHEET_FAULTS = 50, /* so many are told */
};

struct mark_department {
    char code[HALL_CODE_SIZE];
    char name[HALL_NAME_SIZE];
};

struct mark_line {
    size_t department; /* its place among those that were given */
    int32_t mark;      /* ten-thousandths of a point */
};

enum mark_trouble {
    MARK_SHAPE,        /* not two cells */
    MARK_DEPARTMENT,   /* none of this code or name */
    MARK_AMBIGUOUS,    /* several of this name */
    MARK_NUMBER,       /* no marks between 0 and 100 with at most four decimals */
    MARK_TWICE,        /* the department has marks already */
    MARK_HEADER,       /* the first line does not say what the columns are */
    MARK_COLUMN,       /* none of the parts that a sheet fills */
    MARK_COLUMN_TWICE, /* the part has a column already */
    MARK_WIDE,         /* more cells than the first line has */
    MARK_TROUBLES
};
const char *mark_trouble_name(enum mark_trouble t); /* "shape" … */

struct mark_fault {
    int64_t line;
    enum mark_trouble trouble;
    char text[80]; /* the cell that is wrong, fit to be shown */
};

struct mark_sheet {
    struct mark_line *lines; /* owned */
    size_t count;
    struct mark_fault faults[MARK_SHEET_FAULTS];
    size_t fault_count; /* all of them, also those that are not told */
};

/* Reads a whole sheet; what is right of it is in `out` even where faults are. */
void mark_sheet_read(const char *text, size_t bytes,
                     const struct mark_department *departments, size_t count,
                     struct mark_sheet *out);
void mark_sheet_free(struct mark_sheet *s);

/* Notes one more line that is wrong. */
void mark_sheet_fault(struct mark_sheet *s, int64_t line, enum mark_trouble trouble,
                      const char *text);

/* "93.5" as 935000: at most four decimals, 0 … 100. */
NODISCARD bool mark_read(const char *text, int32_t *out);

#endif
