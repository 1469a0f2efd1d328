/*
 * bitmap.c — see bitmap.h. A QR is drawn here with whole dots and never scaled.
 */
#include "printers/bitmap.h"

#include <endian.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "domain/profile.h"

enum { THRESHOLD = 110 }; /* of 255: a little below the middle keeps thin strokes */

struct bitmap bitmap_new(int width, int height)
{
    struct bitmap b = {.width = (width + 7) / 8 * 8, .height = height};

    b.stride = (size_t)b.width / 8;
    b.bits = memory_new(b.stride * (size_t)height + BITMAP_SPARE);
    return b;
}

void bitmap_free(struct bitmap *b)
{
    free(b->bits);
    *b = (struct bitmap){0};
}

/* Sets the dots [from, to) of a row. */
static void set_dots(unsigned char *row, int from, int to)
{
    int first = from / 8, last = to / 8;
    unsigned char head = (unsigned char)(0xFF >> from % 8);
    unsigned char tail = (unsigned char)(0xFF00 >> to % 8);

    if (first == last) {
        row[first] |= head & tail;
        return;
    }
    row[first] |= head;
    memset(row + first + 1, 0xFF, (size_t)(last - first - 1));
    if (tail != 0)
        row[last] |= tail;
}

void bitmap_fill(struct bitmap *b, int x, int y, int width, int height)
{
    int from = x < 0 ? 0 : x, to = x + width < b->width ? x + width : b->width;

    for (int row = y < 0 ? 0 : y; from < to && row < y + height && row < b->height; row++)
        set_dots(b->bits + (size_t)row * b->stride, from, to);
}

void bitmap_clear_rows(struct bitmap *b, int y, int rows)
{
    memset(b->bits + (size_t)y * b->stride, 0, b->stride * (size_t)rows);
}

void bitmap_invert(struct bitmap *b, int x, int y, int width, int height)
{
    int from = x < 0 ? 0 : x, to = x + width < b->width ? x + width : b->width;

    for (int row = y < 0 ? 0 : y; row < y + height && row < b->height; row++)
        for (int dot = from; dot < to; dot++)
            b->bits[(size_t)row * b->stride + (size_t)dot / 8] ^=
                (unsigned char)(0x80 >> dot % 8);
}

/*
 * One row from `shift` dots behind `to` on, all of it within. Seven bytes at once, which
 * with the shift are eight; what is read or written beyond them is not changed.
 */
static void or_row(unsigned char *to, const unsigned char *bits, int bytes, int shift)
{
    for (int i = 0; i < bytes; i += 7) {
        int count = bytes - i < 7 ? bytes - i : 7;
        uint64_t from, there;

        memcpy(&from, bits + i, sizeof(from));
        memcpy(&there, to + i, sizeof(there));
        from = be64toh(from) & ~0ULL << (64 - 8 * count);
        there |= htobe64(from >> shift);
        memcpy(to + i, &there, sizeof(there));
    }
}

/* The same where a part may lie outside. */
static void or_row_cut(struct bitmap *b, int x, int y, const unsigned char *bits,
                       int bytes)
{
    for (int i = 0; i < bytes * 8; i++)
        if ((bits[i / 8] & 0x80 >> i % 8) != 0)
            bitmap_fill(b, x + i, y, 1, 1);
}

void bitmap_or(struct bitmap *b, int x, int y, const unsigned char *bits, int stride,
               int rows)
{
    bool within = x >= 0 && x + 8 * stride <= b->width;
    int first = y < 0 ? -y : 0, last = y + rows < b->height ? rows : b->height - y;

    for (int row = first; row < last; row++)
        if (within)
            or_row(b->bits + (size_t)(y + row) * b->stride + x / 8, bits + row * stride,
                   stride, x % 8);
        else
            or_row_cut(b, x, y + row, bits + row * stride, stride);
}

/*
 * Eight dots at once: a byte's highest bit is made to say whether it reaches the
 * threshold, then a product gathers the eight bits, the first dot highest.
 */
void bitmap_pack(unsigned char *bits, const unsigned char *grey, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        uint64_t v;

        memcpy(&v, grey + 8 * i, sizeof(v));
        v = le64toh(v);
        v = ((v & 0x7F7F7F7F7F7F7F7F) + (128 - THRESHOLD) * 0x0101010101010101) | v;
        bits[i] =
            (unsigned char)((v >> 7 & 0x0101010101010101) * 0x8040201008040201 >> 56);
    }
}

/* ---- QR codes
 * -------------------------------------------------------------------------- */

/* The dots of a row of modules, thinner by `inset` at both ends of each stretch. */
static void module_row(uint64_t modules, int dots, int inset, unsigned char *row)
{
    for (int x = 0; modules >> x != 0;) {
        int end;

        x += __builtin_ctzll(modules >> x);
        for (end = x; (modules >> end & 1) != 0; end++)
            ;
        set_dots(row, x * dots + inset, end * dots - inset);
        x = end;
    }
}

void bitmap_qr(struct bitmap *b, const struct qr *qr, int x, int y, int dots, bool shave)
{
    enum { BYTES = QR_SIZE_MAX * PROFILE_QR_MOST / 8 + BITMAP_SPARE };
    int bytes = (qr->size * dots + 7) / 8;

    for (int i = 0; i < qr->size; i++) {
        uint64_t here = qr->rows[i];
        uint64_t above = shave && i > 0 ? qr->rows[i - 1] : 0;
        uint64_t below = shave && i + 1 < qr->size ? qr->rows[i + 1] : 0;
        unsigned char row[BYTES] = {0}, first[BYTES] = {0}, last[BYTES] = {0};

        module_row(here, dots, shave, row);
        if (shave) {
            module_row(here & above, dots, 1, first);
            module_row(here & below, dots, 1, last);
        }
        for (int dot = 0; dot < dots; dot++)
            bitmap_or(b, x, y + i * dots + dot,
                      shave && dot == 0          ? first
                      : shave && dot == dots - 1 ? last
                                                 : row,
                      bytes, 1);
    }
}

bool bitmap_dark(const struct bitmap *b, int x, int y)
{
    return (bitmap_row(b, y)[x / 8] & 0x80 >> x % 8) != 0;
}

bool bitmap_row_blank(const struct bitmap *b, int y)
{
    const unsigned char *row = bitmap_row(b, y);
    uint64_t word;
    size_t i = 0;

    for (; i + sizeof(word) <= b->stride; i += sizeof(word)) {
        memcpy(&word, row + i, sizeof(word));
        if (word != 0)
            return false;
    }
    for (; i < b->stride; i++)
        if (row[i] != 0)
            return false;
    return true;
}

const unsigned char *bitmap_row(const struct bitmap *b, int y)
{
    return b->bits + (size_t)y * b->stride;
}
