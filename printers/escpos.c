/*
 * escpos.c — a slip in the ESC/POS that every cheap ticket printer knows.
 *
 * Promise: only these commands leave: ESC @, FS &, FS ., ESC t 0, ESC a, GS !, ESC E, LF,
 * ESC d, ESC J, GS v 0, GS V, and GS ( k where the profile says so; an unknown one would
 * shift the stream and print garbage. A row with a character that the printer has no
 * letter for goes out as a picture, because a question mark is no name. The QR is our own
 * raster, quiet zone included, unless the printer is known to draw one. Not here: which
 * letters a printer has (rom_font.c), carrying the bytes (way_*.c).
 */
#include "domain/slip_cells.h"
#include "printers/cache_part.h"
#include "printers/image.h"
#include "printers/printer.h"

enum {
    BLANK_ROWS_LEAST = 8, /* white rows from which feeding is shorter than zeros */
    CUT_FEED_DOTS = 24,   /* white below the last row when the paper is cut */
    TEAR_LINES = 5,       /* past the tear-off edge where there is no cutter */
};

/* What the printer is set to, so that nothing is sent twice. */
struct stream {
    struct buf *out;
    const struct profile *profile;
    struct printer_cache *cache;
    struct rom_font *font;
    int align, size, bold;
};

static void command(struct stream *s, const char *bytes, size_t length)
{
    buf_add(s->out, bytes, length);
}

static void command_n(struct stream *s, const char *bytes, int n)
{
    buf_add_text(s->out, bytes);
    buf_add_byte(s->out, (unsigned char)n);
}

/* Double bytes are letters in it. UTF-8 printers and those without a font know none. */
static bool has_chinese_mode(const struct profile *p)
{
    return p->encoding != ENCODING_UTF_8 && p->encoding != ENCODING_RASTER;
}

static void set_align(struct stream *s, int align)
{
    if (s->align != align)
        command_n(s, "\x1B\x61", align);
    s->align = align;
}

static void set_style(struct stream *s, int wide, int high, int bold)
{
    int size = (wide - 1) << 4 | (high - 1);

    if (s->size != size)
        command_n(s, "\x1D\x21", size);
    if (s->bold != bold)
        command_n(s, "\x1B\x45", bold);
    s->size = size;
    s->bold = bold;
}

/* ---- characters
 * ------------------------------------------------------------------------ */

/* Adds a run's text, or only asks whether it could be. */
static bool add_run_text(struct stream *s, const struct slip *slip,
                         const struct slip_run *run, bool ask)
{
    const char *text = slip_run_text(slip, run);
    char bytes[4];
    uint32_t cp = 0;

    for (size_t i = 0, used, count; i < run->length; i += used) {
        used = utf8_next(text + i, run->length - i, &cp);
        count = used > 0 ? rom_font_encode(s->font, text + i, used, bytes) : 0;
        if (count == 0)
            return false;
        if (!ask)
            command(s, bytes, count);
    }
    return true;
}

static bool row_is_text(struct stream *s, const struct slip *slip,
                        const struct slip_row *row)
{
    bool ok = true;

    for (size_t i = 0; ok && i < row->runs; i++) {
        const struct slip_run *run = &slip->runs[row->run + i];

        ok = !run->under && !run->inverse && add_run_text(s, slip, run, true);
    }
    return ok;
}

/* ---- pictures
 * -------------------------------------------------------------------------- */

static void add_band(struct stream *s, const struct bitmap *b, int first, int count)
{
    unsigned char head[8] = {0x1D, 0x76, 0x30, 0};

    head[4] = (unsigned char)(b->stride & 0xFF);
    head[5] = (unsigned char)(b->stride >> 8);
    head[6] = (unsigned char)(count & 0xFF);
    head[7] = (unsigned char)(count >> 8);
    buf_add(s->out, head, sizeof(head));
    buf_add(s->out, bitmap_row(b, first), b->stride * (size_t)count);
}

static int blank_rows(const struct bitmap *b, int first, int end)
{
    int count = 0;

    while (first + count < end && bitmap_row_blank(b, first + count))
        count++;
    return count;
}

/* Rows from `first` on to the next white stretch worth feeding over. */
static int inked_rows(const struct bitmap *b, int first, int end, int most)
{
    int count = 0, blank;

    while (first + count < end && count < most) {
        blank = blank_rows(b, first + count, end);
        if (blank >= BLANK_ROWS_LEAST || first + count + blank == end)
            return blank > 0 ? count : count + 1;
        count += blank + 1;
    }
    return count < most ? count : most;
}

/* Rows [y, end); white stretches are fed where `feed` allows it, all else goes in bands.
 */
static void add_rows(struct stream *s, const struct bitmap *b, int y, int end, bool feed)
{
    int most = s->profile->band_rows;

    while (y < end) {
        int left = end - y, rows = feed ? blank_rows(b, y, end) : 0;

        if (rows > 0 && (rows >= BLANK_ROWS_LEAST || rows == left)) {
            rows = rows < 255 ? rows : 255;
            command_n(s, "\x1B\x4A", rows);
        } else {
            rows = feed ? inked_rows(b, y, end, most) : left < most ? left : most;
            add_band(s, b, y, rows);
        }
        y += rows;
    }
}

/* ---- rows
 * ------------------------------------------------------------------------------ */

static void add_text_row(struct stream *s, const struct slip *slip,
                         const struct slip_row *row)
{
    int at = 0;

    set_align(s, row->whole ? (int)row->align : 0);
    if (row->runs == 0)
        set_style(s, 1, 1, 0);
    for (size_t i = 0; i < row->runs; i++) {
        const struct slip_run *run = &slip->runs[row->run + i];

        if (!row->whole && run->x_half / 2 > at) {
            set_style(s, 1, 1, 0);
            for (; at < run->x_half / 2; at++)
                command(s, " ", 1);
        }
        set_style(s, run->wide, run->high, run->bold);
        add_run_text(s, slip, run, false);
        at += run->cells;
    }
    command(s, "\n", 1);
    if (row->high > 1) /* magnified lines have no white of their own below them */
        command_n(s, "\x1B\x4A", PROFILE_GAP_DOTS);
}

/*
 * Rows of the slip as one picture. The quiet zone of a code is never fed over: the dots
 * of ESC J are half as large on some printers, and a code without white is not read.
 */
static void add_picture_rows(struct stream *s, const struct slip *slip, size_t first,
                             size_t count)
{
    struct image_place place = {.first = first, .count = count};
    struct bitmap b = image_draw(slip, s->profile, place, s->cache);
    int start = 0, y = 0;

    set_align(s, 0);
    for (size_t i = first; i < first + count; i++) {
        int end = y + slip_row_dots(slip, &slip->rows[i]);

        if (slip->rows[i].kind == ROW_QR) {
            add_rows(s, &b, start, y, true);
            add_rows(s, &b, y, end, false);
            start = end;
        }
        y = end;
    }
    add_rows(s, &b, start, y, true);
    bitmap_free(&b);
}

static void add_qr_raster(struct stream *s, const struct slip *slip,
                          const struct slip_row *row)
{
    const struct qr *qr = &slip->qrs[row->qr];
    int quiet = QR_QUIET * row->qr_dots, side = qr->size * row->qr_dots + 2 * quiet;
    struct bitmap b = bitmap_new(side, side);

    bitmap_qr(&b, qr, quiet, quiet, row->qr_dots, s->profile->qr_shave);
    set_align(s, 1);
    add_rows(s, &b, 0, b.height, false);
    bitmap_free(&b);
}

/* GS ( k, cn 49: `bytes` are the function's number and its parameters. */
static void qr_function(struct stream *s, const char *bytes, size_t length,
                        const char *data, size_t data_length)
{
    size_t all = 1 + length + data_length;

    command(s, "\x1D\x28\x6B", 3);
    buf_add_byte(s->out, (unsigned char)(all & 0xFF));
    buf_add_byte(s->out, (unsigned char)(all >> 8));
    command(s, "\x31", 1);
    command(s, bytes, length);
    command(s, data, data_length);
}

/*
 * The printer draws no quiet zone: white is fed above and below, the middle of the paper
 * leaves it at the sides. Chinese mode is left meanwhile, because some printers draw an
 * empty code in it.
 */
static void add_qr_native(struct stream *s, const struct slip *slip,
                          const struct slip_row *row)
{
    char dots = (char)row->qr_dots;

    set_align(s, 1);
    set_style(s, 1, 1, 0);
    command_n(s, "\x1B\x4A", QR_QUIET * row->qr_dots);
    command(s, "\x1C\x2E", 2);
    qr_function(s, "\x41\x32\x00", 3, NULL, 0); /* model 2 */
    qr_function(s, "\x43", 1, &dots, 1);
    qr_function(s, "\x45\x31", 2, NULL, 0); /* level M */
    qr_function(s, "\x50\x30", 2, buf_text(&slip->text) + row->start, row->length);
    qr_function(s, "\x51\x30", 2, NULL, 0); /* print */
    if (has_chinese_mode(s->profile))
        command(s, "\x1C\x26", 2);
    command_n(s, "\x1B\x4A", QR_QUIET * row->qr_dots);
}

static void add_rule(struct stream *s, const struct slip_row *row)
{
    set_align(s, 0);
    set_style(s, 1, 1, 0);
    for (int x = 0; x < row->left; x++)
        command(s, " ", 1);
    for (int x = 0; x < row->cells; x++)
        command(s, "-", 1);
    command(s, "\n", 1);
}

static void add_cut(struct stream *s)
{
    switch (s->profile->cutter) {
    case CUTTER_PARTIAL:
        command_n(s, "\x1D\x56\x42", CUT_FEED_DOTS);
        break;
    case CUTTER_FULL:
        command_n(s, "\x1D\x56\x41", CUT_FEED_DOTS);
        break;
    case CUTTER_NONE:
        command_n(s, "\x1B\x64", TEAR_LINES);
        break;
    }
}

/* Adds row i, or i and its neighbours; returns the row after them. */
static size_t add_row(struct stream *s, const struct slip *slip, size_t i)
{
    const struct slip_row *row = &slip->rows[i];
    bool raster = s->profile->encoding == ENCODING_RASTER;
    bool native = s->profile->qr == QR_BY_PRINTER;
    size_t next = i + 1;

    if (row->kind == ROW_CUT) {
        add_cut(s);
    } else if (row->kind == ROW_QR && native) {
        add_qr_native(s, slip, row);
    } else if (raster) {
        while (next < slip->row_count && slip->rows[next].kind != ROW_CUT &&
               !(native && slip->rows[next].kind == ROW_QR))
            next++;
        add_picture_rows(s, slip, i, next - i);
    } else if (row->kind == ROW_QR) {
        add_qr_raster(s, slip, row);
    } else if (row->kind == ROW_RULE) {
        add_rule(s, row);
    } else if (row->kind == ROW_TEXT && row_is_text(s, slip, row)) {
        add_text_row(s, slip, row);
    } else {
        add_picture_rows(s, slip, i, 1);
    }
    return next;
}

static bool escpos_render(const struct slip *slip, const struct profile *profile,
                          struct printer_cache *cache, struct buf *out, struct error *err)
{
    struct stream s = {.out = out, .profile = profile};
    struct printer_cache *own;

    (void)err;
    s.cache = cache_borrow(cache, &own);
    s.font = cache_rom_font(s.cache, profile->encoding);
    command(&s, "\x1B\x40", 2);
    if (has_chinese_mode(profile))
        command(&s, "\x1C\x26", 2);
    command(&s, "\x1B\x74\x00", 3);
    for (size_t i = 0; i < slip->row_count;)
        i = add_row(&s, slip, i);
    if (slip->row_count > 0 && slip->rows[slip->row_count - 1].kind != ROW_CUT)
        command_n(&s, "\x1B\x64", TEAR_LINES);
    cache_return(own);
    return true;
}

const struct printer_ops printer_escpos = {
    .name = "escpos",
    .content_type = "application/octet-stream",
    .format = SLIP_ESCPOS,
    .render = escpos_render,
};
