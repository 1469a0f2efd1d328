/*
 * page_gateways.h — GET /gateways: how each gateway stands, what waits for it, what it
 * did today, for who runs the system and for the hall.
 */
#ifndef WEB_PAGE_GATEWAYS_H
#define WEB_PAGE_GATEWAYS_H

#include "web/exchange.h"

void page_gateways(struct exchange *x);

#endif
