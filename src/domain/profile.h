/*
 * profile.h — what has to be known of a printer before a ticket can be laid out for it.
 *
 * A plain value. The built-in ones, and how settings make others, are in
 * printers/profile.h; this floor only reads them.
 */
#ifndef DOMAIN_PROFILE_H
#define DOMAIN_PROFILE_H

#include <stdbool.h>

enum {
    PROFILE_CELL_DOTS = 12, /* width of one cell: font A, 12x24 dots at 203 dpi */
    PROFILE_ROW_DOTS = 24,  /* height of one cell */
    PROFILE_GAP_DOTS = 6,   /* white below a row of text */
    PROFILE_QR_LEAST = 6,   /* dots a module: below this phones fail (printers.md 4) */
    PROFILE_QR_MOST = 8,
};

/* The printer's own letters. A line with a character that they lack is a picture. */
enum profile_encoding {
    ENCODING_GB18030, /* its two-byte part, which is what ROM fonts hold of it */
    ENCODING_GBK,
    ENCODING_RASTER, /* no usable font: the whole ticket is a picture */
    ENCODING_BIG5,   /* set so by a memory switch, traditional characters only */
    ENCODING_UTF_8,  /* the same, for printers that were switched to UTF-8 */
};

enum profile_cutter { CUTTER_PARTIAL, CUTTER_FULL, CUTTER_NONE };

/* Who draws the QR code: we do, or the printer by GS ( k where it is known to. */
enum profile_qr { QR_BY_RASTER, QR_BY_PRINTER };

/* What the printer reads. */
enum profile_dialect {
    DIALECT_ESCPOS, /* commands and its own letters */
    DIALECT_IMAGE,  /* one PNG as wide as the paper: CloudPRNT printers */
};

struct profile {
    char name[32];
    int dots;    /* printable width, a multiple of 8 */
    int columns; /* cells in a line; columns * PROFILE_CELL_DOTS <= dots */
    int qr_dots; /* dots a module where the template names no number */
    enum profile_encoding encoding;
    enum profile_cutter cutter;
    enum profile_dialect dialect;
    enum profile_qr qr;
    bool
        qr_shave; /* thermal bleed: dark modules lose a dot at each edge to a light one */
    int band_rows; /* rows in one picture command: what a lost byte can spoil at most */
};

#endif
