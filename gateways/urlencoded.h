/*
 * urlencoded.h — `application/x-www-form-urlencoded` and URL queries, with bytes of any
 * kind in the values (RFC 3986; HTML form encoding for '+').
 *
 * Any thread; nothing is kept.
 */
#ifndef GATEWAYS_URLENCODED_H
#define GATEWAYS_URLENCODED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * Adds the decoded value of the first field called `name` ('+' is a blank, %XX a byte; a
 * broken escape stays as it is). False where there is no such field.
 */
bool urlencoded_value(const char *query, size_t length, const char *name,
                      struct buf *out);

/*
 * The same into a text, cut to its size between two characters of UTF-8; "" where there
 * is none or a NUL comes first.
 */
bool urlencoded_text(const char *query, size_t length, const char *name, char *out,
                     size_t size);

/* Calls `each` with every field, decoded, in order; names and values may hold any byte.
 */
typedef void urlencoded_each(void *self, const char *name, size_t name_length,
                             const char *value, size_t value_length);
void urlencoded_fields(const char *query, size_t length, urlencoded_each *each,
                       void *self);

/* Adds bytes with everything but A-Z a-z 0-9 - . _ ~ as %XX, upper-case hex. */
void urlencoded_encode(struct buf *out, const void *bytes, size_t length);

/* Adds "name=value", with '&' before it unless `out` is empty or ends in '?' or '&'. */
void urlencoded_add(struct buf *out, const char *name, const char *value);

#endif
