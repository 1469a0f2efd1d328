/*
 * api_slip.h — a ticket's slip as bytes for a printer or a picture.
 */
#ifndef WEB_API_SLIP_H
#define WEB_API_SLIP_H

#include "web/router.h"

extern const struct route api_slip_routes[];
extern const size_t api_slip_route_count;

#endif
