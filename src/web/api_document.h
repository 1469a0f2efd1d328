/*
 * api_document.h — what the API takes and gives (OpenAPI 3.1).
 *
 * The document is made of three things: the table of routes says which calls there are,
 * web/access.h who may make them, and templates/api/calls.json what each takes and
 * answers. A route without an entry there, and an entry without a route, end the start of
 * the server; and what a body may hold is asked of the very same entry, so that the
 * document cannot say one thing and the server do another.
 *
 * Made once at start, never changed; any thread may read it.
 */
#ifndef WEB_API_DOCUMENT_H
#define WEB_API_DOCUMENT_H

#include <jansson.h>

#include "web/exchange.h"

struct api_document;

/* `out` is given. The routes are looked at only here. ERROR_SETUP names what is amiss. */
NODISCARD bool api_document_new(const struct route *routes, size_t count,
                                struct api_document **out, struct error *err);
void api_document_free(struct api_document *d);

/* The document as a text, borrowed. */
const char *api_document_text(const struct api_document *d);

/* Every key of `body` must be a field that the call of this route declares; ERROR_INPUT
 * names the other. */
NODISCARD bool api_document_knows(const struct api_document *d, const struct route *route,
                                  const json_t *body, struct error *err);

#endif
