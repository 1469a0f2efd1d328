/*
 * svg.c — a slip as SVG 1.1: the same cells as the PNG, with text that can be read out,
 * marked and enlarged. Nothing outside is referred to; where the font is missing, the
 * reader's own is held to the cells by textLength.
 */
#include "printers/image.h"
#include "printers/printer.h"

#include "domain/slip_cells.h"

enum { BASELINE = 21, MARGIN = 24 };

static void add_escaped(struct buf *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        switch (text[i]) {
        case '&':
            buf_add_text(out, "&amp;");
            break;
        case '<':
            buf_add_text(out, "&lt;");
            break;
        case '>':
            buf_add_text(out, "&gt;");
            break;
        default:
            buf_add_byte(out, (unsigned char)text[i]);
        }
    }
}

/* One <text> a run, so that a number stays one word, with a <tspan> for each width. */
static void add_run(struct buf *out, const struct slip *slip,
                    const struct profile *profile, const struct slip_run *run, int top,
                    int high)
{
    int x = image_run_x(profile, run), width = run->cells * PROFILE_CELL_DOTS;
    int bottom = top + high * PROFILE_ROW_DOTS, height = run->high * PROFILE_ROW_DOTS;
    const char *text = slip_run_text(slip, run);
    int y = top + (high - run->high) * PROFILE_ROW_DOTS + BASELINE * run->high;
    struct image_part part = {0};

    if (run->inverse)
        buf_addf(out, "<path class=\"inverse\" d=\"M%d,%dh%dv%dh-%dz\"/>\n", x,
                 bottom - height, width, height, width);
    buf_addf(out, "<text transform=\"translate(%d,%d) scale(%d,%d)\"%s%s%s>", x, y,
             run->wide, run->high, run->bold ? " font-weight=\"bold\"" : "",
             run->under ? " text-decoration=\"underline\"" : "",
             run->inverse ? " fill=\"#fff\"" : "");
    while (image_next_part(text, run->length, false, &part)) {
        buf_addf(out,
                 "<tspan x=\"%d\" textLength=\"%d\" lengthAdjust=\"spacingAndGlyphs\">",
                 part.x * PROFILE_CELL_DOTS, part.cells * PROFILE_CELL_DOTS);
        add_escaped(out, text + part.start, part.length);
        buf_add_text(out, "</tspan>");
    }
    buf_add_text(out, "</text>\n");
}

/* Dark modules as one path: a stroke for each stretch of a row. */
static void add_qr(struct buf *out, const struct qr *qr, const struct profile *profile,
                   int dots, int top)
{
    int left = image_qr_x(profile, qr, dots);

    buf_addf(out,
             "<path shape-rendering=\"crispEdges\" transform=\"translate(%d,%d)\" d=\"",
             left, top + QR_QUIET * dots);
    for (int y = 0; y < qr->size; y++)
        for (int x = 0, end; x < qr->size; x = end) {
            for (end = x; qr_dark(qr, end, y); end++)
                ;
            if (end > x)
                buf_addf(out, "M%d,%dh%dv%dh-%dz", x * dots, y * dots, (end - x) * dots,
                         dots, (end - x) * dots);
            else
                end++;
        }
    buf_add_text(out, "\"/>\n");
}

/*
 * Columns are drawn, because few viewers have letters for them or set them downwards; the
 * text goes with the picture for those who have it read out.
 */
static void add_columns(struct buf *out, const struct slip *slip,
                        const struct profile *profile, const struct slip_row *row, int y,
                        struct printer_cache *cache)
{
    struct image_place place = {.first = (size_t)(row - slip->rows), .count = 1};
    struct bitmap b = image_draw(slip, profile, place, cache);

    buf_addf(out,
             "<g role=\"img\" xml:lang=\"mn-Mong\" transform=\"translate(0,%d)\"><title>",
             y);
    for (size_t i = 0; i < row->runs; i++) {
        const struct slip_run *run = &slip->runs[row->run + i];

        if (i > 0)
            buf_add_byte(out, ' ');
        add_escaped(out, slip_run_text(slip, run), run->length);
    }
    buf_add_text(out,
                 "</title><path shape-rendering=\"crispEdges\" stroke=\"#000\" d=\"");
    for (int line = 0; line < b.height; line++)
        for (int x = 0, end; x < b.width; x = end + 1) {
            for (end = x; end < b.width && bitmap_dark(&b, end, line); end++)
                ;
            if (end > x)
                buf_addf(out, "M%d,%d.5h%d", x, line, end - x);
        }
    buf_add_text(out, "\"/></g>\n");
    bitmap_free(&b);
}

static void add_row(struct buf *out, const struct slip *slip,
                    const struct profile *profile, const struct slip_row *row, int y,
                    struct printer_cache *cache)
{
    int margin = (profile->dots - profile->columns * PROFILE_CELL_DOTS) / 2;

    switch (row->kind) {
    case ROW_TEXT:
        for (size_t i = 0; i < row->runs; i++)
            add_run(out, slip, profile, &slip->runs[row->run + i], y, row->high);
        break;
    case ROW_RULE:
        buf_addf(out, "<path d=\"M%d,%dh%dv2h-%dz\"/>\n",
                 margin + row->left * PROFILE_CELL_DOTS, y + PROFILE_ROW_DOTS / 2 - 1,
                 row->cells * PROFILE_CELL_DOTS, row->cells * PROFILE_CELL_DOTS);
        break;
    case ROW_QR:
        add_qr(out, &slip->qrs[row->qr], profile, row->qr_dots, y);
        break;
    case ROW_VERTICAL:
        add_columns(out, slip, profile, row, y, cache);
        break;
    case ROW_CUT:
        if (row + 1 < slip->rows + slip->row_count)
            buf_addf(out,
                     "<path d=\"M0,%dh%d\" stroke=\"#000\" stroke-width=\"2\" "
                     "stroke-dasharray=\"12\"/>\n",
                     y + PROFILE_ROW_DOTS / 2 + 1, profile->dots);
        break;
    }
}

static bool svg_render(const struct slip *slip, const struct profile *profile,
                       struct printer_cache *cache, struct buf *out, struct error *err)
{
    int y = MARGIN, height = slip->dots + 2 * MARGIN;

    (void)err;
    buf_addf(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xml:lang=\"zh-CN\" width=\"%d\" "
        "height=\"%d\" viewBox=\"0 0 %d %d\" font-family=\"'Noto Sans Mono CJK SC','Noto "
        "Sans CJK SC',monospace\" font-size=\"%d\" xml:space=\"preserve\">\n"
        "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
        profile->dots, height, profile->dots, height, PROFILE_ROW_DOTS);
    for (size_t i = 0; i < slip->row_count; i++) {
        add_row(out, slip, profile, &slip->rows[i], y, cache);
        y += slip_row_dots(slip, &slip->rows[i]);
    }
    buf_add_text(out, "</svg>\n");
    return true;
}

const struct printer_ops printer_svg = {
    .name = "svg",
    .content_type = "image/svg+xml",
    .format = SLIP_SVG,
    .render = svg_render,
};
