/*
 * gzip.c — see gzip.h. The only file that knows zlib.
 *
 * Promise: the same bytes pack to the same bytes. Not here: who wants it (accept.h) and
 * which answers may be packed (http_answer.c).
 */
#include "web/gzip.h"

#include <string.h>
#include <zlib.h>

/* 15 bits of window, and 16 for a gzip head and tail around the stream. */
enum { WINDOW = 15 + 16, LEVEL = 6, MEMORY = 8 };

bool gzip_helps(const char *content_type)
{
    return content_type != NULL &&
           (strncmp(content_type, "text/", 5) == 0 ||
            strstr(content_type, "json") != NULL || strstr(content_type, "svg") != NULL);
}

bool gzip_pack(const void *bytes, size_t length, struct buf *out)
{
    unsigned char block[16 * 1024];
    z_stream z = {0};
    int done = Z_OK;

    if (deflateInit2(&z, LEVEL, Z_DEFLATED, WINDOW, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    z.next_in =
        (Bytef *)(uintptr_t)bytes; /* only read; the library is older than const */
    z.avail_in = (uInt)length;
    while (done == Z_OK) {
        z.next_out = block;
        z.avail_out = sizeof(block);
        done = deflate(&z, Z_FINISH);
        buf_add(out, block, sizeof(block) - z.avail_out);
    }
    deflateEnd(&z);
    return done == Z_STREAM_END && !out->overflowed;
}
