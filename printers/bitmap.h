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

/* Draws the symbol's modules, `dots` a side, without a quiet zone. */
void bitmap_qr(struct bitmap *b, const struct qr *qr, int x, int y, int dots);

bool bitmap_row_blank(const struct bitmap *b, int y);
const unsigned char *bitmap_row(const struct bitmap *b, int y);

#endif
