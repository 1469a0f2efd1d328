/*
 * gzip.h — makes texts smaller on the wire.
 *
 * Standards: RFC 1952 (gzip), RFC 9110 8.4 (Content-Encoding). Pure; any thread.
 */
#ifndef WEB_GZIP_H
#define WEB_GZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Whether bytes of this content type become smaller: texts, JSON, scripts, SVG. */
bool gzip_helps(const char *content_type);

/* Adds the packed bytes to `out`; false where memory or the room in `out` ran out. */
NODISCARD bool gzip_pack(const void *bytes, size_t length, struct buf *out);

#endif
