/*
 * page_staff.h — the routes of everything that people log in to.
 */
#ifndef WEB_PAGE_STAFF_H
#define WEB_PAGE_STAFF_H

#include "web/router.h"

extern const struct route page_staff_routes[];
extern const size_t page_staff_route_count;

#endif
