/*
 * page_platform.h — /platform: what became of the ratings that are handed over to the
 * regional platform, and once more what did not arrive.
 */
#ifndef WEB_PAGE_PLATFORM_H
#define WEB_PAGE_PLATFORM_H

#include "web/exchange.h"

void page_platform(struct exchange *x);
void page_platform_resend_post(struct exchange *x);

#endif
