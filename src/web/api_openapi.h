/*
 * api_openapi.h — GET /openapi.json: what the API takes and gives (api_document.h).
 */
#ifndef WEB_API_OPENAPI_H
#define WEB_API_OPENAPI_H

#include "web/router.h"

extern const struct route api_openapi_routes[];
extern const size_t api_openapi_route_count;

#endif
