/*
 * page_device.h — the page behind a device link: this browser becomes a kiosk or a desk.
 */
#ifndef WEB_PAGE_DEVICE_H
#define WEB_PAGE_DEVICE_H

#include "web/exchange.h"

void page_device(struct exchange *x);      /* GET /device/{link} */
void page_device_post(struct exchange *x); /* POST /device/{link} */

#endif
