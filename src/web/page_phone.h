/*
 * page_phone.h — /phone: the phones behind the virtual gateway, to look at and to write
 * from.
 */
#ifndef WEB_PAGE_PHONE_H
#define WEB_PAGE_PHONE_H

#include "web/router.h"

extern const struct route page_phone_routes[];
extern const size_t page_phone_route_count;

#endif
