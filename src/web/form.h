/*
 * form.h — what a form sends, and addresses with a query in them.
 *
 * Standards: RFC 3986 2 (percent escapes), the URL standard's
 * application/x-www-form-urlencoded. Any thread.
 */
#ifndef WEB_FORM_H
#define WEB_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/error.h"

enum { FORM_FIELDS = 64 };

/* One field, in the order sent; a name may come more than once. Valid UTF-8, no NUL. */
struct form_field {
    const char *name;
    const char *value;
};

/* A form that was sent. Owns its texts: form_free. */
struct form {
    struct form_field fields[FORM_FIELDS];
    size_t count;
    char *text;
};

/*
 * Reads a body (or a query without its '?'). ERROR_MALFORMED where an escape is broken, a
 * text is not UTF-8 or holds a NUL, or there are more than FORM_FIELDS fields; `out` is
 * then empty. How long the body may be is the server's affair.
 */
NODISCARD bool form_parse(const char *body, size_t length, struct form *out,
                          struct error *err);
void form_free(struct form *form);

/* The value of the first field of that name, borrowed; NULL where there is none. */
const char *form_find(const struct form *form, const char *name);

/*
 * Adds `length` bytes of `in` to `out` with every %XX decoded; '+' stays as it is. False
 * where a '%' is not followed by two hexadecimal digits or `out` meets its ceiling; what
 * `out` held before is kept. The result may be any bytes, NUL too.
 */
NODISCARD bool percent_decode(const char *in, size_t length, struct buf *out);

/* Adds the text with everything but letters, digits and "-._~" as %XX. */
void percent_encode(struct buf *out, const char *text, size_t length);

/*
 * Adds a field to the address in `out`: after '?' if it is the first, else after '&'. A
 * value of NULL adds nothing. The address must have no fragment ('#').
 */
void query_add(struct buf *out, const char *name, const char *value);

#endif
