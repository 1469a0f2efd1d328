/*
 * png.c — a slip as a PNG of one bit a dot, exactly as wide as the paper: what a page
 * shows, and what printers of the dialect `image` print. The only room of libpng.
 */
#include <setjmp.h>

#include <png.h>

#include "printers/image.h"
#include "printers/printer.h"

enum {
    MARGIN = 24,           /* white above and below the ticket */
    DOTS_PER_METRE = 8000, /* 203 dpi */
    COMPRESSION = 3,       /* of 9 */
};

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
    png_set_compression_level(png, COMPRESSION);
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
    struct bitmap b = image_draw(slip, profile, all, cache);
    png_structp png;
    png_infop info;
    bool ok;

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
