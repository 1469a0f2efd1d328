/*
 * page_kiosk.h — the machine at the entrance that gives numbers.
 *
 *     GET  /k/{kiosk}            services → matters → phone, or the ticket just taken
 *     POST /k/{kiosk}/tickets    takes a number, then 303 to its page
 *
 * Every screen is a page of its own, so that it works without a script and with a
 * keyboard alone, and goes back to the start by itself when nobody touches it.
 */
#ifndef WEB_PAGE_KIOSK_H
#define WEB_PAGE_KIOSK_H

#include "web/exchange.h"

void page_kiosk(struct exchange *x);
void page_kiosk_take(struct exchange *x);

#endif
