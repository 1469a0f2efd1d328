/*
 * api_rates.h — GET /api/v1/rates: what /rates shows, for other systems and auditors.
 */
#ifndef WEB_API_RATES_H
#define WEB_API_RATES_H

#include "web/router.h"

extern const struct route api_rates_routes[];
extern const size_t api_rates_route_count;

#endif
