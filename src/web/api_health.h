/*
 * api_health.h — /healthz, /readyz and /metrics.
 */
#ifndef WEB_API_HEALTH_H
#define WEB_API_HEALTH_H

#include "web/router.h"

extern const struct route api_health_routes[];
extern const size_t api_health_route_count;

#endif
