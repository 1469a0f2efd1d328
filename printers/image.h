/*
 * image.h — a slip, or some rows of it, as black dots.
 *
 * The letters come out of letters.h, whose fonts are loaded by the first call on a thread
 * and stay with it.
 */
#ifndef PRINTERS_IMAGE_H
#define PRINTERS_IMAGE_H

#include "domain/slip.h"
#include "printers/bitmap.h"
#include "printers/cache.h"

/* Where the rows lie: a picture of a whole ticket has a margin above, a printed row none.
 */
struct image_place {
    size_t first, count; /* rows of the slip */
    int above, below;    /* white rows of dots */
};

/* Given: bitmap_free it. Exactly profile->dots wide. `cache` may be NULL. */
struct bitmap image_draw(const struct slip *slip, const struct profile *profile,
                         struct image_place place, struct printer_cache *cache);

/*
 * For the time when a template is saved: the first character of the slip that no font on
 * this machine can draw, as UTF-8. False where all can be drawn. `cache` may be NULL.
 */
bool image_missing(const struct slip *slip, struct printer_cache *cache, char out[5]);

/* Gives back the fonts of this thread; for the end of the thread that drew. */
void image_forget_fonts(void);

/* Left edge of a run in dots on this paper. */
int image_run_x(const struct profile *profile, const struct slip_run *run);

/* Left edge of a QR code, without its quiet zone: in the middle, at a whole byte. */
int image_qr_x(const struct profile *profile, const struct qr *qr, int dots);

/* The characters of a run that share a width, from byte *at on: bytes and unscaled cells.
 */
struct image_part {
    size_t start, length; /* bytes within the run's text */
    int cells;            /* all together */
    int x;                /* cells from the run's left edge */
};

/*
 * The next part of a run; `part` begins zeroed. With `single` a part is one character
 * with its marks, otherwise as many neighbours of the same width as there are; letters
 * that join stay together always. False at the end.
 */
bool image_next_part(const char *text, size_t length, bool single,
                     struct image_part *part);

#endif
