/*
 * page_kiosk.h — a queue machine's screens.
 *
 *     GET  /k/{kiosk}           what may be chosen, then the phone, then the ticket
 *     POST /k/{kiosk}/phone     one key of the number pad, where there is no script
 *     POST /k/{kiosk}/tickets   takes a number: 303 to its screen, or 422 with a sentence
 *     POST /k/{kiosk}/help      calls somebody of the hall
 *
 * No screen leads away from the machine. All of it works without a script; kiosk.js adds
 * arrows, the number pad at once, and that an abandoned screen forgets everything.
 */
#ifndef WEB_PAGE_KIOSK_H
#define WEB_PAGE_KIOSK_H

#include "web/exchange.h"

void page_kiosk(struct exchange *x);
void page_kiosk_key(struct exchange *x);
void page_kiosk_take(struct exchange *x);
void page_kiosk_help(struct exchange *x);

#endif
