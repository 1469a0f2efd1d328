/*
 * api_openapi.h — GET /openapi.json: which addresses the API has (OpenAPI 3.1), made from
 * the table of routes itself, so that none is missing and none is invented.
 */
#ifndef WEB_API_OPENAPI_H
#define WEB_API_OPENAPI_H

#include "web/router.h"

extern const struct route api_openapi_routes[];
extern const size_t api_openapi_route_count;

#endif
