/*
 * http_guard.h — refuses requests that two readers could understand differently.
 *
 * The library under the loop is lenient where request smuggling lives. It does keep the
 * head of a request in one piece of memory, in which it only puts NULs over blanks,
 * colons and line ends. So the guard walks that memory beside the library's own list of
 * headers: every header must begin where the one before it ended with CR LF. Whatever
 * shifts a header (bare LF or CR, a folded line, a NUL, doubled blanks in the request
 * line) breaks the chain, and is found without parsing anything twice.
 *
 * Standards: RFC 9112 2.2, 3, 5, 6 and RFC 9110 5, 7.2. Owns nothing; the loop's thread.
 */
#ifndef WEB_HTTP_GUARD_H
#define WEB_HTTP_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "web/exchange.h"

/*
 * Takes the target of a request line ("/c?x=%E4%BD%A0") apart into x->path and
 * x->raw_query. Where it is malformed the exchange is marked refused (400) and the path
 * is "/".
 */
void guard_target(struct exchange *x, const char *raw);

/*
 * Once the route is known: refuses a target longer than `longest` bytes (414) and decodes
 * the query into x->query, unless the route takes it raw. False where it is refused.
 */
NODISCARD bool guard_query(struct exchange *x, size_t longest);

/* The walk over one head. */
struct guard {
    struct exchange *x;
    const char *next; /* where the next header has to begin */
    bool version_1_1;
    bool has_length; /* Content-Length */
    bool chunked;    /* Transfer-Encoding: chunked */
    uint64_t length; /* of the body, where has_length */
    unsigned hosts;
};

/*
 * Begins: `method` and `version` are where the library says they are, x->own.target is
 * where the target was. False where the request line is not exactly one blank apart and
 * ended by CR LF; then guard_header must not be called.
 */
NODISCARD bool guard_begin(struct guard *g, struct exchange *x, const char *method,
                           const char *version);

/*
 * One header as the library lists it; copies it into the exchange. False ends the walk,
 * and x->own.refused says why.
 */
NODISCARD bool guard_header(struct guard *g, const char *name, size_t name_length,
                            const char *value, size_t value_length);

/* Ends; `head_bytes` is the whole head's length. Judges what needs all headers. */
NODISCARD bool guard_end(struct guard *g, const char *method, size_t head_bytes);

/* Marks the exchange refused; the first mark wins. Returns false. */
bool guard_refuse(struct exchange *x, int status, const char *why);

#endif
