/*
 * image.c — draws a slip with Pango and Cairo, and writes it as a 1-bit PNG.
 *
 * Promise: cells stand where the layout put them, whatever the font says: every character
 * is drawn into its own cells and squeezed if it is wider. Grey antialiasing, then a
 * threshold a little below the middle, which keeps thin strokes; nothing is dithered. QR
 * modules are whole dots. Not here: which cells (domain/slip_layout.c), SVG (svg.c).
 */
#include "printers/image.h"

#include <setjmp.h>
#include <string.h>

#include <pango/pangocairo.h>
#include <png.h>

#include "domain/slip_cells.h"
#include "printers/printer.h"

enum {
    THRESHOLD = 110,       /* of 255: from here on a dot is black */
    BASELINE = 21,         /* dots below the top of a cell of 24 */
    MARGIN = 24,           /* white above and below a whole ticket */
    DOTS_PER_METRE = 8000, /* 203 dpi */
};

static const char family[] = "Noto Sans Mono CJK SC, Noto Sans CJK SC, monospace";

/* ---- parts of a run
 * -------------------------------------------------------------------- */

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

/* ---- drawing
 * --------------------------------------------------------------------------- */

struct canvas {
    cairo_surface_t *surface;
    cairo_t *cairo;
    PangoLayout *layout;
    PangoFontDescription *font;
};

static void canvas_free(struct canvas *c)
{
    if (c->font != NULL)
        pango_font_description_free(c->font);
    if (c->layout != NULL)
        g_object_unref(c->layout);
    if (c->cairo != NULL)
        cairo_destroy(c->cairo);
    if (c->surface != NULL)
        cairo_surface_destroy(c->surface);
}

static bool canvas_new(struct canvas *c, int width, int height, struct error *err)
{
    cairo_font_options_t *options;
    PangoContext *context;

    c->surface = cairo_image_surface_create(CAIRO_FORMAT_A8, width, height);
    c->cairo = cairo_create(c->surface);
    if (cairo_status(c->cairo) != CAIRO_STATUS_SUCCESS) {
        error_set(err, ERROR_BROKEN, "The ticket could not be drawn.");
        return error_cause(err, "cairo: %s",
                           cairo_status_to_string(cairo_status(c->cairo)));
    }
    c->layout = pango_cairo_create_layout(c->cairo);
    context = pango_layout_get_context(c->layout);
    pango_context_set_language(context, pango_language_from_string("zh-cn"));
    options = cairo_font_options_create();
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_SLIGHT);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_ON);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);
    c->font = pango_font_description_from_string(family);
    return true;
}

/*
 * One character, or word of joined letters, into `cells` cells whose top left is (x, y).
 * The font is as high as the magnified cell; a difference in width is scaled away. The
 * layout is measured and shaped unscaled always: it must not learn of Cairo's scale.
 */
static void draw_part(struct canvas *c, const char *text, const struct image_part *part,
                      const struct slip_run *run, int x, int y)
{
    int room = part->cells * run->wide * PROFILE_CELL_DOTS, width = 0;
    double stretch = (double)run->wide / run->high, natural;

    pango_layout_set_text(c->layout, text + part->start, (int)part->length);
    pango_layout_get_size(c->layout, &width, NULL);
    natural = (double)width / PANGO_SCALE * stretch;
    if (natural > room && natural > 0) {
        stretch *= room / natural;
        natural = room;
    }
    cairo_save(c->cairo);
    cairo_translate(c->cairo, x + (room - natural) / 2, y + BASELINE * run->high);
    cairo_scale(c->cairo, stretch, 1);
    cairo_move_to(c->cairo, 0, 0);
    pango_cairo_show_layout_line(c->cairo, pango_layout_get_line_readonly(c->layout, 0));
    cairo_restore(c->cairo);
}

static void draw_run(struct canvas *c, const struct slip *slip,
                     const struct profile *profile, const struct slip_run *run, int top,
                     int high)
{
    const char *text = slip_run_text(slip, run);
    struct image_part part = {0};
    int x = image_run_x(profile, run);
    int y =
        top + (high - run->high) * PROFILE_ROW_DOTS; /* small stands beside large below */

    pango_font_description_set_absolute_size(c->font, PROFILE_ROW_DOTS * run->high *
                                                          (double)PANGO_SCALE);
    pango_font_description_set_weight(c->font, run->bold ? PANGO_WEIGHT_BOLD
                                                         : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(c->layout, c->font);
    while (image_next_part(text, run->length, true, &part))
        if (part.length != 1 || text[part.start] != ' ')
            draw_part(c, text, &part, run, x + part.x * run->wide * PROFILE_CELL_DOTS, y);
}

/* The grey picture's dots become black or stay white. */
static void pack(cairo_surface_t *surface, struct bitmap *out)
{
    const unsigned char *grey;
    int stride = cairo_image_surface_get_stride(surface);

    cairo_surface_flush(surface);
    grey = cairo_image_surface_get_data(surface);
    for (int y = 0; y < out->height; y++)
        for (int x = 0; x < out->width; x++)
            if (grey[(size_t)y * (size_t)stride + (size_t)x] >= THRESHOLD)
                out->bits[(size_t)y * out->stride + (size_t)x / 8] |=
                    (unsigned char)(0x80 >> (x % 8));
}

/* What is drawn with whole dots, after the text was packed. */
static void draw_shapes(const struct slip *slip, const struct slip_row *row,
                        const struct profile *profile, bool last, int y,
                        struct bitmap *out)
{
    int margin = (profile->dots - profile->columns * PROFILE_CELL_DOTS) / 2;
    int dots;

    if (row->kind == ROW_QR) {
        dots = slip->qrs[row->qr].size * row->qr_dots;
        bitmap_qr(out, &slip->qrs[row->qr], (profile->dots - dots) / 2,
                  y + QR_QUIET * row->qr_dots, row->qr_dots);
    } else if (row->kind == ROW_RULE) {
        bitmap_fill(out, margin + row->left * PROFILE_CELL_DOTS,
                    y + PROFILE_ROW_DOTS / 2 - 1, row->cells * PROFILE_CELL_DOTS, 2);
    } else if (row->kind == ROW_CUT && !last) {
        for (int x = 0; x < profile->dots; x += 24)
            bitmap_fill(out, x, y + PROFILE_ROW_DOTS / 2, 12, 2);
    }
}

static void draw_texts(struct canvas *c, const struct slip *slip,
                       const struct profile *profile, struct image_place place)
{
    int y = place.above;

    for (size_t i = place.first; i < place.first + place.count; i++) {
        const struct slip_row *row = &slip->rows[i];

        for (size_t r = 0; row->kind == ROW_TEXT && r < row->runs; r++)
            draw_run(c, slip, profile, &slip->runs[row->run + r], y, row->high);
        y += slip_row_dots(slip, row);
    }
}

bool image_draw(const struct slip *slip, const struct profile *profile,
                struct image_place place, struct bitmap *out, struct error *err)
{
    struct canvas c = {0};
    int height = place.above + place.below, y = place.above;
    bool ok;

    for (size_t i = place.first; i < place.first + place.count; i++)
        height += slip_row_dots(slip, &slip->rows[i]);
    ok = canvas_new(&c, profile->dots, height, err);
    if (ok) {
        draw_texts(&c, slip, profile, place);
        *out = bitmap_new(profile->dots, height);
        pack(c.surface, out);
        for (size_t i = place.first; i < place.first + place.count; i++) {
            draw_shapes(slip, &slip->rows[i], profile, i + 1 == slip->row_count, y, out);
            y += slip_row_dots(slip, &slip->rows[i]);
        }
    }
    canvas_free(&c);
    return ok;
}

void image_forget_fonts(void)
{
    pango_cairo_font_map_set_default(NULL);
}

/* ---- PNG
 * ------------------------------------------------------------------------------- */

static void png_put(png_structp png, png_bytep bytes, png_size_t length)
{
    buf_add(png_get_io_ptr(png), bytes, length);
}

static void png_done(png_structp png)
{
    (void)png;
}

/* libpng's errors leave by longjmp; the caller's locals that matter are in *b and *out.
 */
static bool png_write(png_structp png, png_infop info, const struct bitmap *b,
                      struct buf *out)
{
    if (setjmp(png_jmpbuf(png)))
        return false;
    png_set_write_fn(png, out, png_put, png_done);
    png_set_IHDR(png, info, (png_uint_32)b->width, (png_uint_32)b->height, 1,
                 PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_set_pHYs(png, info, DOTS_PER_METRE, DOTS_PER_METRE, PNG_RESOLUTION_METER);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
    png_write_info(png, info);
    png_set_invert_mono(png); /* grey 0 is black there */
    for (int y = 0; y < b->height; y++)
        png_write_row(png, bitmap_row(b, y));
    png_write_end(png, info);
    return true;
}

static bool png_render(const struct slip *slip, const struct profile *profile,
                       struct printer_cache *cache, struct buf *out, struct error *err)
{
    struct image_place all = {.count = slip->row_count, .above = MARGIN, .below = MARGIN};
    struct bitmap b = {0};
    png_structp png;
    png_infop info;
    bool ok;

    (void)cache;
    if (!image_draw(slip, profile, all, &b, err))
        return false;
    png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    info = png != NULL ? png_create_info_struct(png) : NULL;
    ok = info != NULL && png_write(png, info, &b, out);
    png_destroy_write_struct(&png, &info);
    bitmap_free(&b);
    return ok ||
           error_set(err, ERROR_BROKEN, "The picture of the ticket could not be made.");
}

const struct printer_ops printer_png = {
    .name = "png",
    .content_type = "image/png",
    .format = SLIP_PNG,
    .render = png_render,
};
