/*
 * bitmap.h — black dots on white paper, packed as printers want them.
 *
 * Rows of `stride` bytes, bit 7 is the leftmost dot, 1 is black. Given by bitmap_new,
 * bitmap_free takes a zeroed one too. Any thread.
 */
#ifndef PRINTERS_BITMAP_H
#define PRINTERS_BITMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "domain/qr.h"

enum { BITMAP_SPARE = 8 };

struct bitmap {
    int width, height; /* dots; width is a multiple of 8 */
    size_t stride;
    unsigned char *bits;
};

/* White; the width is rounded up to whole bytes. */
struct bitmap bitmap_new(int width, int height);
void bitmap_free(struct bitmap *b);

/* Blackens a rectangle; what lies outside is cut off. */
void bitmap_fill(struct bitmap *b, int x, int y, int width, int height);

/* Whole rows white; all of them must be there. */
void bitmap_clear_rows(struct bitmap *b, int y, int rows);

/* Turns black and white about in a rectangle; what lies outside is cut off. */
void bitmap_invert(struct bitmap *b, int x, int y, int width, int height);

/*
 * Blackens where `bits` are set, `rows` rows of `stride` bytes, its first dot at (x, y);
 * what lies outside is cut off. BITMAP_SPARE bytes behind the bits must be readable.
 */
void bitmap_or(struct bitmap *b, int x, int y, const unsigned char *bits, int stride,
               int rows);

/* A row of grey, 8 * `bytes` dots from 0 for white to 255, into bits. */
void bitmap_pack(unsigned char *bits, const unsigned char *grey, int bytes);

/*
 * Draws the symbol's modules, `dots` a side, without a quiet zone; quickest where x is a
 * multiple of 8. With `shave` dark loses one dot at each edge to light, which paper that
 * bleeds gives back.
 */
void bitmap_qr(struct bitmap *b, const struct qr *qr, int x, int y, int dots, bool shave);

bool bitmap_dark(const struct bitmap *b, int x, int y);
bool bitmap_row_blank(const struct bitmap *b, int y);
const unsigned char *bitmap_row(const struct bitmap *b, int y);

#endif
