/*
 * csv.c — see csv.h.
 */
#include "base/csv.h"

#include <string.h>

void csv_open(struct csv_reader *r, FILE *file)
{
    *r = (struct csv_reader){.file = file, .line = 1, .bytes = buf_new(CSV_ROW_BYTES)};
}

void csv_close(struct csv_reader *r)
{
    buf_free(&r->bytes);
}

/* A row under way. Where cells begin is kept as offsets, for the bytes still move. */
struct row {
    struct csv_reader *r;
    size_t at[CSV_CELLS];
    const char *why; /* NULL while all is well */
};

static void blame(struct row *row, const char *why)
{
    if (row->why == NULL)
        row->why = why;
}

static void cell_begin(struct row *row)
{
    if (row->r->count == CSV_CELLS)
        return blame(row, "The row has more than 64 cells.");
    row->at[row->r->count++] = row->r->bytes.length;
}

static int next_byte(struct csv_reader *r)
{
    int c = getc_unlocked(r->file);

    if (c == '\n')
        r->line++;
    return c;
}

static void skip_line(struct csv_reader *r)
{
    int c;

    while ((c = next_byte(r)) != EOF && c != '\n') {
    }
}

/* The inside of quotes; returns what follows the closing one. */
static int quoted(struct row *row)
{
    int c;

    while ((c = next_byte(row->r)) != EOF && row->why == NULL) {
        if (c == '"') {
            c = next_byte(row->r);
            if (c != '"')
                return c;
        }
        if (c == '\0')
            blame(row, "The row holds a NUL.");
        buf_add_byte(&row->r->bytes, (unsigned char)c);
        if (row->r->bytes.overflowed)
            blame(row, "The row is longer than 64 KiB, or a quote is never closed.");
    }
    blame(row, "A quote is never closed.");
    return c;
}

/* One cell whose first byte is `c`; returns the byte that ended it. */
static int cell(struct row *row, int c)
{
    bool closed = false;

    cell_begin(row);
    if (c == '"') {
        c = quoted(row);
        closed = true;
    }
    for (; row->why == NULL && c != EOF && c != ',' && c != '\n'; c = next_byte(row->r)) {
        if (c == '\r') { /* only as the end of a line */
            c = next_byte(row->r);
            if (c == '\n' || c == EOF)
                break;
            blame(row, "A carriage return stands in the middle of a row.");
        }
        if (closed || c == '"')
            blame(row, "A quote stands in the middle of a cell. Write it twice, and "
                       "quotes around the cell.");
        else if (c == '\0')
            blame(row, "The row holds a NUL.");
        buf_add_byte(&row->r->bytes, (unsigned char)c);
        if (row->r->bytes.overflowed)
            blame(row, "The row is longer than 64 KiB.");
    }
    buf_add_byte(&row->r->bytes, '\0');
    return c;
}

/* Takes the byte order mark off, if there is one. */
static void skip_mark(struct csv_reader *r)
{
    static const char mark[] = CSV_BOM;
    int c;

    for (int i = 0; mark[i] != '\0'; i++) {
        c = getc_unlocked(r->file);
        if (c == (unsigned char)mark[i])
            continue;
        if (i == 0 && c != EOF)
            ungetc(c, r->file);
        return;
    }
}

/* The first byte of the next row that is not blank. */
static int first_byte(struct csv_reader *r)
{
    int c;

    if (!r->begun)
        skip_mark(r);
    r->begun = true;
    do {
        r->row_line = r->line;
        c = next_byte(r);
    } while (c == '\n' || c == '\r');
    return c;
}

enum csv_got csv_next(struct csv_reader *r)
{
    struct row row = {.r = r};
    int c = first_byte(r);

    if (c == EOF)
        return CSV_END;
    buf_clear(&r->bytes);
    r->count = 0;
    for (;;) {
        c = cell(&row, c);
        if (c != ',' || row.why != NULL)
            break;
        c = next_byte(r);
        if (c == '\r' || c == '\n' || c == EOF) { /* the last cell is empty */
            cell_begin(&row);
            buf_add_byte(&r->bytes, '\0');
            if (c == '\r')
                c = next_byte(r);
            break;
        }
    }
    if (row.why == NULL && r->bytes.overflowed)
        row.why = "The row is longer than 64 KiB.";
    for (int i = 0; i < r->count && row.why == NULL; i++)
        r->cells[i] = buf_text(&r->bytes) + row.at[i];
    r->why = row.why;
    if (row.why != NULL && c != '\n' && c != EOF)
        skip_line(r);
    return row.why == NULL ? CSV_ROW : CSV_WRONG;
}

/* ---- writing ---- */

/* What spreadsheets take for the beginning of a formula. */
static bool is_formula(const char *text)
{
    return text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;
}

static void put(struct buf *out, bool first, const char *guard, const char *text)
{
    size_t length = strlen(text);
    bool quotes = strpbrk(text, ",\"\r\n") != NULL ||
                  (length > 0 && (text[0] == ' ' || text[length - 1] == ' '));

    if (!first)
        buf_add_byte(out, ',');
    if (quotes)
        buf_add_byte(out, '"');
    buf_add_text(out, guard);
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '"')
            buf_add_byte(out, '"');
        buf_add_byte(out, (unsigned char)*p);
    }
    if (quotes)
        buf_add_byte(out, '"');
}

void csv_text(struct buf *out, bool first, const char *text)
{
    if (text == NULL)
        text = "";
    put(out, first, is_formula(text) ? "'" : "", text);
}

void csv_number(struct buf *out, bool first, const char *number)
{
    put(out, first, "", number != NULL ? number : "");
}

void csv_end(struct buf *out)
{
    buf_add_text(out, "\r\n");
}
