/*
 * text.c — a slip as plain text in UTF-8: what a terminal, a screen reader or a person
 * with an old line printer gets.
 *
 * Promise: the same order and words as on paper. A terminal has one size, so a magnified
 * run is written once, where its column would have it. The QR is drawn with half blocks,
 * ink for dark modules, two modules a character high; it may be wider than narrow paper.
 */
#include "printers/printer.h"

#include "domain/slip_cells.h"

static void add_blanks(struct buf *out, int count)
{
    while (count-- > 0)
        buf_add_byte(out, ' ');
}

static int screen_cells(const char *text, size_t length)
{
    uint32_t cp = 0;
    int cells = 0;

    for (size_t i = 0, bytes; i < length; i += bytes) {
        bytes = utf8_next(text + i, length - i, &cp);
        if (bytes == 0)
            break;
        cells += cells_on_screen(cp);
    }
    return cells;
}

/* A run keeps its place as long as what stands before it leaves room. */
static void add_text(struct buf *out, const struct slip *slip, const struct slip_row *row)
{
    int at = 0;

    for (size_t i = 0; i < row->runs; i++) {
        const struct slip_run *run = &slip->runs[row->run + i];
        const struct slip_run *before = i > 0 ? run - 1 : NULL;
        const char *text = slip_run_text(slip, run);
        int cells = screen_cells(text, run->length);
        /* A half cell goes to the right, as in ReceiptLine. */
        int x = (run->x_half + (run->cells - cells) * (int)run->align + 1) / 2;
        bool touches =
            before != NULL && before->x_half + 2 * before->cells == run->x_half;

        if (!touches && x > at) {
            add_blanks(out, x - at);
            at = x;
        }
        buf_add(out, text, run->length);
        at += cells;
    }
    buf_add_byte(out, '\n');
}

/* A terminal has no columns that are read downwards: they follow each other in a line. */
static void add_columns(struct buf *out, const struct slip *slip,
                        const struct slip_row *row)
{
    for (size_t i = 0; i < row->runs; i++) {
        const struct slip_run *run = &slip->runs[row->run + i];

        if (i > 0)
            buf_add_byte(out, ' ');
        buf_add(out, slip_run_text(slip, run), run->length);
    }
    buf_add_byte(out, '\n');
}

static void add_qr(struct buf *out, const struct qr *qr, int columns)
{
    static const char *const halves[] = {" ", "▀", "▄", "█"};
    int side = qr->size + 2 * QR_QUIET, left = columns > side ? (columns - side) / 2 : 0;

    for (int y = -QR_QUIET; y < qr->size + QR_QUIET; y += 2) {
        int last = -QR_QUIET - 1;

        for (int x = 0; x < qr->size; x++)
            if (qr_dark(qr, x, y) || qr_dark(qr, x, y + 1))
                last = x;
        if (last >= 0)
            add_blanks(out, left);
        for (int x = -QR_QUIET; x <= last; x++)
            buf_add_text(out, halves[qr_dark(qr, x, y) + 2 * qr_dark(qr, x, y + 1)]);
        buf_add_byte(out, '\n');
    }
}

static bool text_render(const struct slip *slip, const struct profile *profile,
                        struct printer_cache *cache, struct buf *out, struct error *err)
{
    (void)cache;
    (void)err;
    for (size_t i = 0; i < slip->row_count; i++) {
        const struct slip_row *row = &slip->rows[i];

        switch (row->kind) {
        case ROW_TEXT:
            add_text(out, slip, row);
            break;
        case ROW_VERTICAL:
            add_columns(out, slip, row);
            break;
        case ROW_RULE:
            add_blanks(out, row->left);
            for (int x = 0; x < row->cells; x++)
                buf_add_byte(out, '-');
            buf_add_byte(out, '\n');
            break;
        case ROW_QR:
            add_qr(out, &slip->qrs[row->qr], profile->columns);
            break;
        case ROW_CUT:
            for (int x = 0; i + 1 < slip->row_count && x < profile->columns; x++)
                buf_add_byte(out, x % 2 == 0 ? '-' : ' ');
            buf_add_byte(out, '\n');
            break;
        }
    }
    return true;
}

const struct printer_ops printer_text = {
    .name = "text",
    .content_type = "text/plain; charset=utf-8",
    .format = SLIP_TEXT,
    .render = text_render,
};
