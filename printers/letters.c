/*
 * letters.c — see letters.h.
 *
 * A single character takes the short way from its font to Cairo; what must be shaped
 * (marks, joined letters, columns) and what the first font lacks goes through a layout.
 * Each is drawn alone on a scratch of grey, so that its dots never depend on its
 * neighbours, and what is kept (cache.c) is what would be drawn anew. Layouts are
 * measured and shaped unscaled always: they must not learn of Cairo's scale.
 */
#include "printers/letters.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <hb.h>
#include <pango/pangocairo.h>

#include "base/memory.h"
#include "domain/profile.h"
#include "domain/slip_cells.h"
#include "printers/bitmap.h"

enum {
    BASELINE = 21,  /* dots below the top of a cell of 24 */
    SIZE_MOST = 6,  /* magnification */
    COLUMN_PX = 30, /* letters of a column: 36 dots wide with the white between */
    SCRATCH_LEAST = 512,
};

static const char family[] = "Noto Sans Mono CJK SC, Noto Sans CJK SC, monospace";
static const char column_family[] =
    "Noto Sans Mongolian, Noto Sans Mono CJK SC, Noto Sans CJK SC, sans-serif";

struct letters {
    PangoContext *context;
    PangoLayout *layout;
    PangoFontDescription *fonts[SIZE_MOST + 1][2], *column_font; /* by height and bold */
    PangoFontset *sets[SIZE_MOST + 1][2];
    cairo_surface_t *scratch; /* grey */
    cairo_t *cairo;
    int width, height; /* of the scratch */
    unsigned char *bits;
};

/* The part of the paper that a form may blacken, from the top left of its cells. */
struct box {
    int x, y, width, height; /* the width is a multiple of 8 */
};

/* ---- birth and end
 * --------------------------------------------------------------------- */

static void set_options(PangoContext *context)
{
    cairo_font_options_t *options = cairo_font_options_create();

    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_SLIGHT);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_ON);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);
}

static PangoFontDescription *font(const char *names, int px, bool bold)
{
    PangoFontDescription *f = pango_font_description_from_string(names);

    pango_font_description_set_absolute_size(f, px * (double)PANGO_SCALE);
    pango_font_description_set_weight(f, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    return f;
}

struct letters *letters_new(void)
{
    struct letters *l = memory_new(sizeof(*l));

    l->context = pango_font_map_create_context(pango_cairo_font_map_get_default());
    pango_context_set_language(l->context, pango_language_from_string("zh-cn"));
    set_options(l->context);
    l->layout = pango_layout_new(l->context);
    return l;
}

static void free_scratch(struct letters *l)
{
    if (l->cairo != NULL)
        cairo_destroy(l->cairo);
    if (l->scratch != NULL)
        cairo_surface_destroy(l->scratch);
    free(l->bits);
}

void letters_free(struct letters *l)
{
    if (l == NULL)
        return;
    for (int size = 0; size <= SIZE_MOST; size++)
        for (int bold = 0; bold < 2; bold++) {
            if (l->sets[size][bold] != NULL)
                g_object_unref(l->sets[size][bold]);
            if (l->fonts[size][bold] != NULL)
                pango_font_description_free(l->fonts[size][bold]);
        }
    if (l->column_font != NULL)
        pango_font_description_free(l->column_font);
    free_scratch(l);
    g_object_unref(l->layout);
    g_object_unref(l->context);
    free(l);
}

void letters_forget_fonts(void)
{
    pango_cairo_font_map_set_default(NULL);
}

static PangoFontDescription *font_of(struct letters *l, const struct letter_form *form)
{
    PangoFontDescription **f =
        form->column ? &l->column_font : &l->fonts[form->high][form->bold];

    if (*f == NULL)
        *f = form->column ? font(column_family, COLUMN_PX, false)
                          : font(family, PROFILE_ROW_DOTS * form->high, form->bold);
    return *f;
}

/* ---- the scratch
 * ----------------------------------------------------------------------- */

static int at_least(int a, int b)
{
    return a > b ? a : b;
}

/* There is none yet, or it is too small, or Cairo draws no more on it. */
static bool needs_scratch(const struct letters *l, const struct box *box)
{
    return l->cairo == NULL || box->width > l->width || box->height > l->height ||
           cairo_status(l->cairo) != CAIRO_STATUS_SUCCESS;
}

/* White as far as the box goes. */
static void clear_scratch(struct letters *l, const struct box *box)
{
    unsigned char *grey;
    int stride;

    if (needs_scratch(l, box)) {
        l->width = at_least(at_least(box->width, l->width), SCRATCH_LEAST);
        l->height = at_least(at_least(box->height, l->height), SCRATCH_LEAST);
        free_scratch(l);
        l->scratch = cairo_image_surface_create(CAIRO_FORMAT_A8, l->width, l->height);
        l->cairo = cairo_create(l->scratch);
        if (cairo_status(l->cairo) != CAIRO_STATUS_SUCCESS)
            memory_none();
        cairo_set_operator(l->cairo, CAIRO_OPERATOR_ADD); /* as over on white, quicker */
        l->bits = memory_new((size_t)(l->width + 7) / 8 * (size_t)l->height);
        return;
    }
    cairo_surface_flush(l->scratch);
    grey = cairo_image_surface_get_data(l->scratch);
    stride = cairo_image_surface_get_stride(l->scratch);
    for (int y = 0; y < box->height; y++)
        memset(grey + (size_t)y * (size_t)stride, 0, (size_t)box->width);
    cairo_surface_mark_dirty(l->scratch);
}

/* Grey becomes black or white. */
static void take(struct letters *l, const struct box *box, struct letter *out)
{
    size_t stride = (size_t)box->width / 8;
    size_t grey_stride = (size_t)cairo_image_surface_get_stride(l->scratch);
    const unsigned char *grey;

    cairo_surface_flush(l->scratch);
    grey = cairo_image_surface_get_data(l->scratch);
    for (int y = 0; y < box->height; y++)
        bitmap_pack(l->bits + (size_t)y * stride, grey + (size_t)y * grey_stride,
                    (int)stride);
    *out = (struct letter){.x = box->x,
                           .y = box->y,
                           .stride = (int)stride,
                           .rows = box->height,
                           .bits = l->bits};
}

/* ---- letters in their cells
 * ------------------------------------------------------------ */

/* Where the baseline begins, in dots from the top left of the cells, and how much wider
 * and higher than the font has it all becomes. */
struct pen {
    double x, stretch, rise;
    int y;
};

static struct pen pen_of(const struct letter_form *form, double natural)
{
    int room = form->cells * form->wide * PROFILE_CELL_DOTS;
    struct pen pen = {.stretch = (double)form->wide / form->high,
                      .rise = 1,
                      .y = BASELINE * form->high};

    /* A mark that no letter carries has no room; it hangs from where it stands. */
    if (room > 0 && natural * pen.stretch > room)
        pen.stretch = room / natural;
    pen.x = (room - natural * pen.stretch) / 2;
    return pen;
}

/* What hangs into the line below becomes smaller and stands on the white between. */
static void keep_above(struct pen *pen, const struct letter_form *form,
                       const PangoRectangle *ink, double natural)
{
    int room = PROFILE_ROW_DOTS * form->high + PROFILE_GAP_DOTS - 2;
    double height = (double)ink->height / PANGO_SCALE;
    double depth = (double)ink->y / PANGO_SCALE + height;

    if (pen->y + depth <= room)
        return;
    if (height > room)
        pen->rise = room / height;
    pen->x += natural * pen->stretch * (1 - pen->rise) / 2;
    pen->stretch *= pen->rise;
    pen->y = room - (int)ceil(depth * pen->rise);
}

/* The ink with a dot around it, but no farther than a cell from its own cells. */
static struct box box_of(const struct letter_form *form, const struct pen *pen,
                         const PangoRectangle *ink)
{
    int side = form->wide * PROFILE_CELL_DOTS, room = form->cells * side;
    double left = pen->x + ink->x * pen->stretch / PANGO_SCALE;
    double right = left + ink->width * pen->stretch / PANGO_SCALE;
    int x = at_least((int)floor(left) - 1, -side);
    int end = -at_least(-(int)ceil(right) - 1, -room - side);
    double top = ink->y * pen->rise / PANGO_SCALE;
    double depth = (ink->y + ink->height) * pen->rise / PANGO_SCALE;
    int y = at_least(pen->y + (int)floor(top) - 1, -8 * form->high);
    int bottom = -at_least(-pen->y - (int)ceil(depth) - 1, -36 * form->high);

    if (ink->width <= 0 || ink->height <= 0 || end <= x || bottom <= y)
        return (struct box){0};
    return (struct box){x, y, (end - x + 7) / 8 * 8, bottom - y};
}

/* A scratch for the box with Cairo set to the pen on it. */
static void begin(struct letters *l, const struct box *box, const struct pen *pen)
{
    cairo_matrix_t matrix;

    clear_scratch(l, box);
    cairo_reset_clip(l->cairo);
    cairo_identity_matrix(l->cairo);
    cairo_rectangle(l->cairo, 0, 0, box->width, box->height);
    cairo_clip(l->cairo);
    cairo_matrix_init(&matrix, pen->stretch, 0, 0, pen->rise, pen->x - box->x,
                      pen->y - box->y);
    cairo_set_matrix(l->cairo, &matrix);
}

/* One character of a font that has it needs no shaping. False where it does: marks may
 * be signs that are never seen, and only shaping knows. */
static bool draw_glyph(struct letters *l, const struct letter_form *form, struct box *box)
{
    PangoFontset **set = &l->sets[form->high][form->bold];
    PangoRectangle ink, logical;
    PangoFont *f;
    hb_codepoint_t glyph = 0;
    uint32_t cp = 0;
    bool there;

    if (utf8_next(form->text, form->length, &cp) != form->length || form->cells == 0 ||
        cells_joined(cp))
        return false;
    if (*set == NULL)
        *set = pango_font_map_load_fontset(pango_context_get_font_map(l->context),
                                           l->context, font_of(l, form),
                                           pango_context_get_language(l->context));
    f = pango_fontset_get_font(*set, cp);
    there = f != NULL &&
            hb_font_get_nominal_glyph(pango_font_get_hb_font(f), cp, &glyph) != 0 &&
            glyph != 0;
    if (there) {
        struct pen pen;

        pango_font_get_glyph_extents(f, glyph, &ink, &logical);
        pen = pen_of(form, (double)logical.width / PANGO_SCALE);
        *box = box_of(form, &pen, &ink);
        begin(l, box, &pen);
        cairo_set_scaled_font(l->cairo,
                              pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(f)));
        cairo_show_glyphs(l->cairo, &(cairo_glyph_t){.index = glyph}, 1);
    }
    if (f != NULL)
        g_object_unref(f);
    return there;
}

/* The form as one line, borrowed from the layout. */
static PangoLayoutLine *shape(struct letters *l, const struct letter_form *form)
{
    pango_layout_set_font_description(l->layout, font_of(l, form));
    pango_layout_set_text(l->layout, form->text, (int)form->length);
    return pango_layout_get_line_readonly(l->layout, 0);
}

static void show(struct letters *l, PangoLayoutLine *line)
{
    cairo_move_to(l->cairo, 0, 0);
    pango_cairo_show_layout_line(l->cairo, line);
}

static void draw_shaped(struct letters *l, const struct letter_form *form,
                        struct box *box)
{
    PangoLayoutLine *line = shape(l, form);
    PangoRectangle ink, logical;
    struct pen pen;

    pango_layout_line_get_extents(line, &ink, &logical);
    pen = pen_of(form, (double)logical.width / PANGO_SCALE);
    keep_above(&pen, form, &ink, (double)logical.width / PANGO_SCALE);
    *box = box_of(form, &pen, &ink);
    begin(l, box, &pen);
    show(l, line);
}

/*
 * A column is a line that was turned clockwise by a quarter: what was above lies to the
 * right. It is squeezed where it is longer than its block, and the line's own height
 * stands in the middle of the column.
 */
static void draw_column(struct letters *l, const struct letter_form *form,
                        struct box *box)
{
    int room = form->cells * PROFILE_CELL_DOTS, length = form->high * PROFILE_ROW_DOTS;
    PangoLayoutLine *line = shape(l, form);
    PangoRectangle logical;
    struct pen pen = {.stretch = 1, .rise = 1};

    pango_layout_line_get_pixel_extents(line, NULL, &logical);
    pen.x = (room + logical.height) / 2 + logical.y;
    *box = (struct box){0, 0, (room + 7) / 8 * 8, length};
    begin(l, box, &pen);
    cairo_rotate(l->cairo, G_PI / 2);
    if (logical.width > length)
        cairo_scale(l->cairo, (double)length / logical.width, 1);
    show(l, line);
}

void letters_draw(struct letters *l, const struct letter_form *form, struct letter *out)
{
    struct box box;

    if (form->column)
        draw_column(l, form, &box);
    else if (!draw_glyph(l, form, &box))
        draw_shaped(l, form, &box);
    take(l, &box, out);
}

int letters_missing(struct letters *l, const struct letter_form *form)
{
    shape(l, form);
    return pango_layout_get_unknown_glyphs_count(l->layout);
}
