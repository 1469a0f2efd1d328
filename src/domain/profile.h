/*
 * profile.h — what has to be known of a printer before a ticket can be laid out for it.
 *
 * A plain value. The built-in ones, and how settings make others, are in
 * printers/profile.h; this floor only reads them.
 */
#ifndef DOMAIN_PROFILE_H
#define DOMAIN_PROFILE_H

enum {
    PROFILE_CELL_DOTS = 12, /* width of one cell: font A, 12x24 dots at 203 dpi */
    PROFILE_ROW_DOTS = 24,  /* height of one cell */
    PROFILE_GAP_DOTS = 6,   /* white below a row of text */
    PROFILE_QR_LEAST = 6,   /* dots a module: below this phones fail (printers.md 4) */
    PROFILE_QR_MOST = 8,
};

enum profile_encoding {
    ENCODING_GB18030, /* the printer's own font; what it lacks goes out as a picture */
    ENCODING_GBK,     /* the same for printers that know GBK only */
    ENCODING_RASTER,  /* no usable font: the whole ticket is a picture */
};

enum profile_cutter { CUTTER_PARTIAL, CUTTER_FULL, CUTTER_NONE };

struct profile {
    char name[32];
    int dots;    /* printable width, a multiple of 8 */
    int columns; /* cells in a line; columns * PROFILE_CELL_DOTS <= dots */
    int qr_dots; /* dots a module where the template names no number */
    enum profile_encoding encoding;
    enum profile_cutter cutter;
};

#endif
