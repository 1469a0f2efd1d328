/*
 * escpos.c — a slip in the ESC/POS that every cheap ticket printer knows.
 *
 * Promise: only these commands leave: ESC @, FS &, ESC t 0, ESC a, GS !, ESC E, LF, ESC
 * d, ESC J, GS v 0 and GS V; an unknown one would shift the stream and print garbage.
 * Text goes out in GB 18030's two-byte part (or GBK); a row with a character outside GBK
 * goes out as a picture, because ROM fonts lack it and a question mark is no name. The QR
 * is always our own raster, quiet zone included. Not here: carrying the bytes (way_*.c).
 */
#include <iconv.h>
#include <string.h>

#include "domain/slip_cells.h"
#include "printers/image.h"
#include "printers/printer.h"

enum {
    BAND_ROWS = 128,      /* rows a picture command: limits what a lost byte can spoil */
    BLANK_ROWS_LEAST = 8, /* white rows from which feeding is shorter than zeros */
    CUT_FEED_DOTS = 24,   /* white below the last row when the paper is cut */
    TEAR_LINES = 5,       /* past the tear-off edge where there is no cutter */
};

/* What the printer is set to, so that nothing is sent twice. */
struct stream {
    struct buf *out;
    const struct profile *profile;
    iconv_t gb18030, gbk; /* (iconv_t)-1 where the machine lacks them */
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

/* The character's two bytes in this encoding; false where it has not exactly two. */
static bool two_bytes(iconv_t to, const char *utf8, size_t length, char bytes[2])
{
    char *in = (char *)utf8, *out = bytes; /* iconv does not write there */
    size_t in_left = length, out_left = 2;

    if (to == (iconv_t)-1)
        return false;
    iconv(to, NULL, NULL, NULL, NULL);
    return iconv(to, &in, &in_left, &out, &out_left) == 0 && in_left == 0 &&
           out_left == 0;
}

/* Bytes for the printer's font, or 0 where it lacks the character. */
static size_t encode(const struct stream *s, const char *utf8, size_t length,
                     char bytes[2])
{
    char other[2];

    if (length == 1) {
        bytes[0] = *utf8;
        return 1;
    }
    if (!two_bytes(s->gbk, utf8, length, bytes))
        return 0;
    if (s->profile->encoding == ENCODING_GBK)
        return 2;
    return two_bytes(s->gb18030, utf8, length, other) && memcmp(other, bytes, 2) == 0 ? 2
                                                                                      : 0;
}

/* Adds a run's text, or only asks whether it could be. */
static bool add_run_text(struct stream *s, const struct slip *slip,
                         const struct slip_run *run, bool ask)
{
    const char *text = slip_run_text(slip, run);
    char bytes[2];
    uint32_t cp = 0;

    for (size_t i = 0, used, count; i < run->length; i += used) {
        used = utf8_next(text + i, run->length - i, &cp);
        count = used > 0 ? encode(s, text + i, used, bytes) : 0;
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
    bool ok = s->profile->encoding != ENCODING_RASTER;

    for (size_t i = 0; ok && i < row->runs; i++)
        ok = add_run_text(s, slip, &slip->runs[row->run + i], true);
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

static int blank_rows(const struct bitmap *b, int first)
{
    int count = 0;

    while (first + count < b->height && bitmap_row_blank(b, first + count))
        count++;
    return count;
}

/* Rows from `first` on to the next white stretch worth feeding over. */
static int inked_rows(const struct bitmap *b, int first)
{
    int count = 0, blank;

    while (first + count < b->height && count < BAND_ROWS) {
        blank = blank_rows(b, first + count);
        if (blank >= BLANK_ROWS_LEAST || first + count + blank == b->height)
            return blank > 0 ? count : count + 1;
        count += blank + 1;
    }
    return count < BAND_ROWS ? count : BAND_ROWS;
}

/* White stretches are fed where `feed` allows it, all else goes out in bands. */
static void add_bitmap(struct stream *s, const struct bitmap *b, bool feed)
{
    for (int y = 0; y < b->height;) {
        int left = b->height - y, rows = feed ? blank_rows(b, y) : 0;

        if (rows > 0 && (rows >= BLANK_ROWS_LEAST || rows == left)) {
            rows = rows < 255 ? rows : 255;
            command_n(s, "\x1B\x4A", rows);
        } else {
            rows = feed ? inked_rows(b, y) : left < BAND_ROWS ? left : BAND_ROWS;
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

static bool add_picture_rows(struct stream *s, const struct slip *slip, size_t first,
                             size_t count, struct error *err)
{
    struct image_place place = {.first = first, .count = count};
    struct bitmap b = {0};

    if (!image_draw(slip, s->profile, place, &b, err))
        return false;
    set_align(s, 0);
    add_bitmap(s, &b, true);
    bitmap_free(&b);
    return true;
}

static void add_qr_row(struct stream *s, const struct slip *slip,
                       const struct slip_row *row)
{
    const struct qr *qr = &slip->qrs[row->qr];
    int quiet = QR_QUIET * row->qr_dots, side = qr->size * row->qr_dots + 2 * quiet;
    struct bitmap b = bitmap_new(side, side);

    bitmap_qr(&b, qr, quiet, quiet, row->qr_dots);
    set_align(s, 1);
    add_bitmap(s, &b, false);
    bitmap_free(&b);
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

/* Adds row i, or i and its neighbours; *next is the row after them. */
static bool add_row(struct stream *s, const struct slip *slip, size_t i, size_t *next,
                    struct error *err)
{
    const struct slip_row *row = &slip->rows[i];
    bool raster = s->profile->encoding == ENCODING_RASTER;

    *next = i + 1;
    if (row->kind == ROW_CUT) {
        add_cut(s);
        return true;
    }
    if (raster) {
        while (*next < slip->row_count && slip->rows[*next].kind != ROW_CUT)
            ++*next;
        return add_picture_rows(s, slip, i, *next - i, err);
    }
    if (row->kind == ROW_QR)
        add_qr_row(s, slip, row);
    else if (row->kind == ROW_RULE)
        add_rule(s, row);
    else if (row_is_text(s, slip, row))
        add_text_row(s, slip, row);
    else
        return add_picture_rows(s, slip, i, 1, err);
    return true;
}

static bool escpos_render(const struct slip *slip, const struct profile *profile,
                          struct printer_cache *cache, struct buf *out, struct error *err)
{
    static const char begin[] = {0x1B, 0x40, 0x1C, 0x26, 0x1B, 0x74, 0x00};
    struct stream s = {.out = out, .profile = profile};
    bool ok = true;

    (void)cache;
    s.gb18030 = iconv_open("GB18030", "UTF-8");
    s.gbk = iconv_open("GBK", "UTF-8");
    command(&s, begin, sizeof(begin));
    for (size_t i = 0; ok && i < slip->row_count;)
        ok = add_row(&s, slip, i, &i, err);
    if (slip->row_count > 0 && slip->rows[slip->row_count - 1].kind != ROW_CUT)
        command_n(&s, "\x1B\x64", TEAR_LINES);
    if (s.gb18030 != (iconv_t)-1)
        iconv_close(s.gb18030);
    if (s.gbk != (iconv_t)-1)
        iconv_close(s.gbk);
    return ok;
}

const struct printer_ops printer_escpos = {
    .name = "escpos",
    .content_type = "application/octet-stream",
    .format = SLIP_ESCPOS,
    .render = escpos_render,
};
