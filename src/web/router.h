/*
 * router.h — from a method and a path to the handler that answers.
 *
 * Patterns are paths whose segments are literal or `{name}`: "/api/v1/tickets/{id}/slip".
 * A literal segment wins over a `{name}` at the same place; where the literal leads
 * nowhere the `{name}` is tried. A `{name}` takes one segment that is not empty. A slash
 * at the end of a path never matches. The path alone chooses the place; where the place
 * knows the path but not the method the answer is 405.
 *
 * A table is compiled once at start and never changes; after that any thread may ask.
 */
#ifndef WEB_ROUTER_H
#define WEB_ROUTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/error.h"

struct exchange;
struct router;

/* HEAD is answered as GET without its body, so no route names it. */
enum method {
    METHOD_GET,
    METHOD_POST,
    METHOD_PUT,
    METHOD_PATCH,
    METHOD_DELETE,
    METHOD_OTHER, /* no route has it */
    METHODS = METHOD_OTHER
};

enum { ROUTE_PARAMS = 6, ROUTE_ALLOW = 48 };

/*
 * The loop's own flag: the query may hold any bytes (a gateway's own charset, NULs), is
 * not decoded, and may be four times as long as others. The handler reads x->raw_query.
 */
enum { ROUTE_RAW_QUERY = 1 << 30 };

struct route {
    enum method method;
    const char *pattern;                /* borrowed for the life of the router */
    void (*handle)(struct exchange *x); /* on the loop; see http.h */
    unsigned flags;                     /* ROUTE_RAW_QUERY; others are the caller's own */
    size_t max_body;                    /* bytes; 0 means the limit of the house */
};

enum route_outcome { ROUTE_FOUND, ROUTE_UNKNOWN_PATH, ROUTE_WRONG_METHOD };

struct route_match {
    const struct route *route; /* NULL unless found */
    size_t index;              /* of the route in the table */
    size_t params;
    struct {
        const char *at; /* into the path that was asked for */
        size_t length;
    } param[ROUTE_PARAMS];
    char allow[ROUTE_ALLOW]; /* "GET, HEAD, POST" where the method was wrong */
};

/*
 * Compiles `count` routes, which are borrowed and must outlive the router; `out` is
 * given. ERROR_SETUP for a pattern that is malformed, twice there, or has more than
 * ROUTE_PARAMS names.
 */
NODISCARD bool router_new(const struct route *routes, size_t count, struct router **out,
                          struct error *err);
void router_free(struct router *r);

/* Fills `m`; the path is decoded already and begins with a slash. */
enum route_outcome router_find(const struct router *r, enum method method,
                               const char *path, struct route_match *m);

#endif
