/*
 * api_openapi.c — see api_openapi.h.
 */
#include "web/api_openapi.h"

#include <string.h>

#include "web/api_document.h"
#include "web/site.h"

static void openapi(struct exchange *x)
{
    const char *text = api_document_text(site_of(x)->api);

    exchange_answer_static(x, 200, "application/json; charset=utf-8", text, strlen(text));
}

const struct route api_openapi_routes[] = {
    {METHOD_GET, "/openapi.json", openapi, 0, 0},
};
const size_t api_openapi_route_count = LENGTH(api_openapi_routes);
