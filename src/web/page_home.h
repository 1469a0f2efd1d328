/*
 * page_home.h — GET /: what this is, and the doors into it. While nothing is real yet
 * the doors that need a device are named too, so that a first look finds them.
 */
#ifndef WEB_PAGE_HOME_H
#define WEB_PAGE_HOME_H

#include "web/exchange.h"

void page_home(struct exchange *x);

#endif
