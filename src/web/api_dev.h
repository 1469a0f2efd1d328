/*
 * api_dev.h — the virtual phone for programs: messages, replies, faults and the clock
 * (decisions 21).
 */
#ifndef WEB_API_DEV_H
#define WEB_API_DEV_H

#include "web/router.h"

extern const struct route api_dev_routes[];
extern const size_t api_dev_route_count;

#endif
