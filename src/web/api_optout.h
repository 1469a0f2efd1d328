/*
 * api_optout.h — POST /api/v1/optouts/{phone}/end: a person at the desk ends an opt-out
 * (decided for the hall role only; it leaves an audit event).
 */
#ifndef WEB_API_OPTOUT_H
#define WEB_API_OPTOUT_H

#include "web/router.h"

extern const struct route api_optout_routes[];
extern const size_t api_optout_route_count;

#endif
