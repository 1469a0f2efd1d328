/*
 * bitmap.c — see bitmap.h. A QR is drawn here with whole dots and never scaled.
 */
#include "printers/bitmap.h"

#include <stdlib.h>

#include "base/memory.h"

struct bitmap bitmap_new(int width, int height)
{
    struct bitmap b = {.width = (width + 7) / 8 * 8, .height = height};

    b.stride = (size_t)b.width / 8;
    b.bits = memory_new(b.stride * (size_t)height);
    return b;
}

void bitmap_free(struct bitmap *b)
{
    free(b->bits);
    *b = (struct bitmap){0};
}

void bitmap_fill(struct bitmap *b, int x, int y, int width, int height)
{
    for (int row = y < 0 ? 0 : y; row < y + height && row < b->height; row++)
        for (int dot = x < 0 ? 0 : x; dot < x + width && dot < b->width; dot++)
            b->bits[(size_t)row * b->stride + (size_t)dot / 8] |=
                (unsigned char)(0x80 >> (dot % 8));
}

void bitmap_qr(struct bitmap *b, const struct qr *qr, int x, int y, int dots)
{
    for (int row = 0; row < qr->size; row++)
        for (int column = 0; column < qr->size; column++)
            if (qr_dark(qr, column, row))
                bitmap_fill(b, x + column * dots, y + row * dots, dots, dots);
}

bool bitmap_row_blank(const struct bitmap *b, int y)
{
    const unsigned char *row = bitmap_row(b, y);

    for (size_t i = 0; i < b->stride; i++)
        if (row[i] != 0)
            return false;
    return true;
}

const unsigned char *bitmap_row(const struct bitmap *b, int y)
{
    return b->bits + (size_t)y * b->stride;
}
