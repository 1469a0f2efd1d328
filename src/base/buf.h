/*
 * buf.h — text or bytes that grow up to a ceiling given at birth.
 *
 * A buffer that would outgrow its ceiling keeps what it has, marks itself `overflowed`
 * and ignores further additions, so that a long series of additions is checked once at
 * the end. `data` always ends in a NUL that `length` does not count. Owner: whoever holds
 * the struct.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

struct buf {
    char *data; /* NULL until the first addition; see buf_text */
    size_t length;
    size_t capacity;
    size_t ceiling; /* bytes, without the NUL */
    bool overflowed;
};

/* An empty buffer that may hold `ceiling` bytes. Owns no memory yet. */
struct buf buf_new(size_t ceiling);
void buf_free(struct buf *b);
void buf_clear(struct buf *b); /* empty again; keeps its memory and its ceiling */

void buf_add(struct buf *b, const void *bytes, size_t length);
void buf_add_text(struct buf *b, const char *text);
void buf_add_byte(struct buf *b, unsigned char byte);
/* Takes the first `length` bytes away; there are as many. */
void buf_drop(struct buf *b, size_t length);
void buf_addf(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);

/* The contents as a C string, borrowed; "" where nothing was added. */
const char *buf_text(const struct buf *b);

/* The contents, given; the buffer is empty afterwards. */
char *buf_take(struct buf *b);

#endif
