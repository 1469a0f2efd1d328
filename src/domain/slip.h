/*
 * slip.h — the printed ticket: a template and its values become rows of cells.
 *
 * The template is a strict subset of ReceiptLine (OFSC) with Mustache's variables and
 * sections; slip_template.h tells the grammar. One layout serves every dialect: a
 * printer, a picture and a terminal show the same rows. A cell is half a Chinese
 * character, 12 dots wide and 24 high. Pure: no fonts, no clock, no files; the drawing is
 * in printers/.
 *
 * Errors of the template are ERROR_INPUT with field "template" and a sentence that names
 * line and column; ERROR_TOO_LARGE with both where a limit is passed there. A whole value
 * that may travel between threads; any thread.
 */
#ifndef DOMAIN_SLIP_H
#define DOMAIN_SLIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "domain/profile.h"
#include "domain/qr.h"

enum {
    SLIP_TEMPLATE_MAX = 16 * 1024, /* bytes */
    SLIP_LINES_MAX = 200,
    SLIP_COLUMNS_MAX = 16,
    SLIP_DOTS_MAX = 4000, /* rows of dots: half a metre of paper */
    SLIP_QR_MAX = 4,
};

/* Exactly these may stand in a template (decisions 33). */
enum slip_variable {
    SLIP_HALL,
    SLIP_SERVICE,
    SLIP_NUMBER,
    SLIP_WINDOW_HINT,
    SLIP_AHEAD,
    SLIP_WAIT_MIN,
    SLIP_TAKEN_AT,
    SLIP_QR_URL,
    SLIP_SHORT_CODE,
    SLIP_CAPTION,
    SLIP_ROOT,
    SLIP_VARIABLES,
};

/*
 * Borrowed texts in UTF-8; NULL or "" means that it is not there. Their characters are
 * never read as markup; control characters are dropped. A short code of eight symbols is
 * shown in two groups of four. SLIP_NEXT parts the items of a list: a section is for each
 * of them, and outside of one they stand side by side with 、 between them.
 */
#define SLIP_NEXT "\x1e"
struct slip_values {
    const char *text[SLIP_VARIABLES];
};

/* The variable's name, and the variable of a name of `length` bytes; -1 for none. */
const char *slip_variable_name(enum slip_variable variable);
int slip_variable_find(const char *name, size_t length);

enum slip_align { SLIP_LEFT, SLIP_CENTRE, SLIP_RIGHT };

/* Characters of one size that stand side by side. */
struct slip_run {
    int x_half;                /* left edge in half cells from the left end of the line */
    int cells;                 /* width, magnified */
    int wide, high;            /* magnification, 1 to 6 */
    bool bold, under, inverse; /* inverse: white on black */
    enum slip_align align;     /* of its column: where a smaller rendering belongs */
    size_t start, length;      /* bytes in slip.text; see slip_run_text */
};

/*
 * ROW_VERTICAL is a block of traditional Mongolian: its columns stand from left to right
 * and each is read from top to bottom, its letters lie on their side. x_half and cells of
 * a run tell where its column stands and how wide it is. Only pictures can show it.
 */
enum slip_row_kind { ROW_TEXT, ROW_RULE, ROW_QR, ROW_CUT, ROW_VERTICAL };

struct slip_row {
    enum slip_row_kind kind;
    int high;   /* ROW_TEXT: the highest run's magnification, at least 1;
                   ROW_VERTICAL: how many rows of text the block is high */
    bool whole; /* ROW_TEXT: one column over the full line, set by `align` alone */
    enum slip_align align;
    int left, cells;  /* the part of the line that a rule or a code lies in */
    size_t run, runs; /* ROW_TEXT: first in slip.runs, and how many, from left to right;
                         ROW_VERTICAL: a run for each column of the block */
    size_t qr;        /* ROW_QR: which in slip.qrs */
    int qr_dots;      /* ROW_QR: dots a module */
    size_t start, length; /* ROW_QR: what it says, bytes in slip.text */
};

struct slip {
    struct slip_row *rows;
    size_t row_count;
    struct slip_run *runs;
    size_t run_count;
    struct buf text;
    struct qr qrs[SLIP_QR_MAX];
    size_t qr_count;
    int dots; /* height of everything */
};

/* Given: slip_free it. On failure `out` holds nothing. */
NODISCARD bool slip_compose(const char *template_text, size_t length,
                            const struct slip_values *values,
                            const struct profile *profile, struct slip *out,
                            struct error *err);

/*
 * Whether a template may be saved: composes it for `profile` with every variable there,
 * with none, with all but each one and with each one alone, so that both sides of each
 * section are read, and of a section in a section too.
 */
NODISCARD bool slip_check(const char *template_text, size_t length,
                          const struct profile *profile, struct error *err);

/* Adds the template with its values put in, as a ReceiptLine document. */
NODISCARD bool slip_source(const char *template_text, size_t length,
                           const struct slip_values *values, struct buf *out,
                           struct error *err);

/* Takes NULL and a zeroed slip too. */
void slip_free(struct slip *slip);

/* Borrowed, not ended by a NUL: run->length bytes of UTF-8. */
const char *slip_run_text(const struct slip *slip, const struct slip_run *run);

/* Height of a row in dots, white space below it included. */
int slip_row_dots(const struct slip *slip, const struct slip_row *row);

#endif
