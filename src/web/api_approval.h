/*
 * api_approval.h — parallel approvals for desks and other systems: a department begins,
 * a step was taken, and how the clocks stand.
 */
#ifndef WEB_API_APPROVAL_H
#define WEB_API_APPROVAL_H

#include "web/router.h"

extern const struct route api_approval_routes[];
extern const size_t api_approval_route_count;

#endif
