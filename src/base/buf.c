/*
 * buf.c — see buf.h. Capacity doubles; the ceiling is never passed.
 */
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct buf buf_new(size_t ceiling)
{
    return (struct buf){.ceiling = ceiling};
}

void buf_free(struct buf *b)
{
    free(b->data);
    *b = (struct buf){.ceiling = b->ceiling};
}

void buf_clear(struct buf *b)
{
    b->length = 0;
    b->overflowed = false;
    if (b->data != NULL)
        b->data[0] = '\0';
}

/* Makes room for `more` bytes and the NUL; false where the ceiling forbids it. */
static bool reserve(struct buf *b, size_t more)
{
    size_t wanted;

    if (b->overflowed || more > b->ceiling - b->length) {
        b->overflowed = true;
        return false;
    }
    wanted = b->length + more + 1;
    if (wanted <= b->capacity)
        return true;
    if (wanted < 2 * b->capacity)
        wanted = 2 * b->capacity;
    if (wanted < 64)
        wanted = 64;
    if (wanted > b->ceiling + 1)
        wanted = b->ceiling + 1;
    b->data = memory_resize(b->data, wanted);
    b->capacity = wanted;
    return true;
}

void buf_add(struct buf *b, const void *bytes, size_t length)
{
    if (!reserve(b, length))
        return;
    if (length > 0)
        memcpy(b->data + b->length, bytes, length);
    b->length += length;
    b->data[b->length] = '\0';
}

void buf_add_text(struct buf *b, const char *text)
{
    buf_add(b, text, strlen(text));
}

void buf_add_byte(struct buf *b, unsigned char byte)
{
    buf_add(b, &byte, 1);
}

void buf_drop(struct buf *b, size_t length)
{
    if (length == 0)
        return;
    b->length -= length;
    memmove(b->data, b->data + length, b->length + 1);
}

void buf_addf(struct buf *b, const char *format, ...)
{
    char small[256];
    char *large;
    va_list args;
    int length;

    va_start(args, format);
    length = vsnprintf(small, sizeof(small), format, args);
    va_end(args);
    if (length < 0)
        return;
    if ((size_t)length < sizeof(small)) {
        buf_add(b, small, (size_t)length);
        return;
    }
    large = memory_new((size_t)length + 1);
    va_start(args, format);
    vsnprintf(large, (size_t)length + 1, format, args);
    va_end(args);
    buf_add(b, large, (size_t)length);
    free(large);
}

const char *buf_text(const struct buf *b)
{
    return b->data != NULL ? b->data : "";
}

char *buf_take(struct buf *b)
{
    char *data = b->data != NULL ? b->data : memory_text("");

    *b = (struct buf){.ceiling = b->ceiling};
    return data;
}
