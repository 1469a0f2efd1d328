/*
 * image.c — lays the letters of a slip, its rules and its codes on white paper.
 *
 * Promise: cells stand where the layout put them, whatever the font says; QR modules are
 * whole dots that begin at a whole byte, and nothing comes into the white around them.
 * Not here: what a letter looks like (letters.c), which cells (domain/slip_layout.c), PNG
 * (png.c), SVG (svg.c).
 */
#include "printers/image.h"

#include <string.h>

#include "domain/slip_cells.h"
#include "printers/cache_part.h"

bool image_next_part(const char *text, size_t length, bool single,
                     struct image_part *part)
{
    size_t at = part->start + part->length, bytes;
    uint32_t cp = 0, first = 0;
    int width = 0;

    *part = (struct image_part){.start = at, .x = part->x + part->cells};
    for (; at < length; at += bytes, part->length += bytes) {
        int cells;

        bytes = utf8_next(text + at, length - at, &cp);
        if (bytes == 0)
            break;
        cells = cells_of(cp);
        if (part->length == 0) {
            first = cp;
            width = cells;
        } else if (cells != 0 &&
                   (cells != width || cells_joined(first) != cells_joined(cp) ||
                    (single && !cells_joined(first)))) {
            break;
        }
        part->cells += cells;
    }
    return part->length > 0;
}

int image_run_x(const struct profile *profile, const struct slip_run *run)
{
    return (profile->dots - profile->columns * PROFILE_CELL_DOTS) / 2 +
           run->x_half * PROFILE_CELL_DOTS / 2;
}

int image_qr_x(const struct profile *profile, const struct qr *qr, int dots)
{
    return (profile->dots - qr->size * dots) / 2 / 8 * 8;
}

/* ---- drawing
 * --------------------------------------------------------------------------- */

static void draw_letter(struct bitmap *out, struct printer_cache *cache,
                        const struct letter_form *form, int x, int y)
{
    const struct letter *letter = cache_letter(cache, form);

    bitmap_or(out, x + letter->x, y + letter->y, letter->bits, letter->stride,
              letter->rows);
}

static void draw_run(const struct slip *slip, const struct profile *profile,
                     const struct slip_run *run, int top, int high,
                     struct printer_cache *cache, struct bitmap *out)
{
    const char *text = slip_run_text(slip, run);
    struct image_part part = {0};
    int x = image_run_x(profile, run);
    /* small stands beside large below */
    int y = top + (high - run->high) * PROFILE_ROW_DOTS;

    while (image_next_part(text, run->length, true, &part)) {
        struct letter_form form = {.text = text + part.start,
                                   .length = part.length,
                                   .cells = part.cells,
                                   .wide = run->wide,
                                   .high = run->high,
                                   .bold = run->bold};

        if (part.length != 1 || text[part.start] != ' ')
            draw_letter(out, cache, &form, x + part.x * run->wide * PROFILE_CELL_DOTS, y);
    }
}

/* Under the letters, or all that they stand on. */
static void draw_decoration(const struct slip_run *run, const struct profile *profile,
                            int top, int high, struct bitmap *out)
{
    int x = image_run_x(profile, run), width = run->cells * PROFILE_CELL_DOTS;
    int y = top + (high - run->high) * PROFILE_ROW_DOTS;
    int height = run->high * PROFILE_ROW_DOTS;

    if (run->under)
        bitmap_fill(out, x, y + height - 1, width, 2);
    if (run->inverse)
        bitmap_invert(out, x, y, width, height);
}

static void draw_column(const struct slip *slip, const struct profile *profile,
                        const struct slip_run *run, int y, int high,
                        struct printer_cache *cache, struct bitmap *out)
{
    struct letter_form form = {.text = slip_run_text(slip, run),
                               .length = run->length,
                               .cells = run->cells,
                               .wide = 1,
                               .high = high,
                               .column = true};

    draw_letter(out, cache, &form, image_run_x(profile, run), y);
}

static void draw_row(const struct slip *slip, const struct slip_row *row,
                     const struct profile *profile, int y, struct printer_cache *cache,
                     struct bitmap *out)
{
    int margin = (profile->dots - profile->columns * PROFILE_CELL_DOTS) / 2;

    switch (row->kind) {
    case ROW_TEXT:
        for (size_t r = 0; r < row->runs; r++) {
            draw_run(slip, profile, &slip->runs[row->run + r], y, row->high, cache, out);
            draw_decoration(&slip->runs[row->run + r], profile, y, row->high, out);
        }
        break;
    case ROW_VERTICAL:
        for (size_t r = 0; r < row->runs; r++)
            draw_column(slip, profile, &slip->runs[row->run + r], y, row->high, cache,
                        out);
        break;
    case ROW_QR: /* later: draw_code */
        break;
    case ROW_RULE:
        bitmap_fill(out, margin + row->left * PROFILE_CELL_DOTS,
                    y + PROFILE_ROW_DOTS / 2 - 1, row->cells * PROFILE_CELL_DOTS, 2);
        break;
    case ROW_CUT:
        if (row + 1 < slip->rows + slip->row_count)
            for (int x = 0; x < profile->dots; x += 24)
                bitmap_fill(out, x, y + PROFILE_ROW_DOTS / 2, 12, 2);
        break;
    }
}

/* Alone on its rows: letters above may hang into them, and those below rise. */
static void draw_code(const struct slip *slip, const struct slip_row *row,
                      const struct profile *profile, int y, struct bitmap *out)
{
    const struct qr *qr = &slip->qrs[row->qr];

    bitmap_clear_rows(out, y, slip_row_dots(slip, row));
    bitmap_qr(out, qr, image_qr_x(profile, qr, row->qr_dots), y + QR_QUIET * row->qr_dots,
              row->qr_dots, profile->qr_shave);
}

struct bitmap image_draw(const struct slip *slip, const struct profile *profile,
                         struct image_place place, struct printer_cache *cache)
{
    int height = place.above + place.below, y = place.above;
    struct printer_cache *own;
    struct bitmap out;

    for (size_t i = place.first; i < place.first + place.count; i++)
        height += slip_row_dots(slip, &slip->rows[i]);
    cache = cache_borrow(cache, &own);
    out = bitmap_new(profile->dots, height);
    for (size_t i = place.first; i < place.first + place.count; i++) {
        draw_row(slip, &slip->rows[i], profile, y, cache, &out);
        y += slip_row_dots(slip, &slip->rows[i]);
    }
    y = place.above;
    for (size_t i = place.first; i < place.first + place.count; i++) {
        if (slip->rows[i].kind == ROW_QR)
            draw_code(slip, &slip->rows[i], profile, y, &out);
        y += slip_row_dots(slip, &slip->rows[i]);
    }
    cache_return(own);
    return out;
}

static bool run_missing(const struct slip *slip, const struct slip_row *row,
                        const struct slip_run *run, struct printer_cache *cache,
                        char out[5])
{
    const char *text = slip_run_text(slip, run);

    for (size_t i = 0, bytes; i < run->length; i += bytes) {
        struct letter_form form = {
            .text = text + i, .high = 1, .column = row->kind == ROW_VERTICAL};
        uint32_t cp = 0;

        form.length = bytes = utf8_next(text + i, run->length - i, &cp);
        if (cache_missing(cache, &form) == 0)
            continue;
        memcpy(out, text + i, bytes);
        out[bytes] = '\0';
        return true;
    }
    return false;
}

bool image_missing(const struct slip *slip, struct printer_cache *cache, char out[5])
{
    struct printer_cache *own;
    bool found = false;

    cache = cache_borrow(cache, &own);
    for (size_t i = 0; !found && i < slip->row_count; i++) {
        const struct slip_row *row = &slip->rows[i];
        bool runs = row->kind == ROW_TEXT || row->kind == ROW_VERTICAL;

        for (size_t r = 0; runs && !found && r < row->runs; r++)
            found = run_missing(slip, row, &slip->runs[row->run + r], cache, out);
    }
    cache_return(own);
    return found;
}

void image_forget_fonts(void)
{
    letters_forget_fonts();
}
