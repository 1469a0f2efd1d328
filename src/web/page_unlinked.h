/*
 * page_unlinked.h — GET /unlinked: replies that became no rating, for those who see the
 * whole hall. Nobody links one by hand (decisions 8).
 */
#ifndef WEB_PAGE_UNLINKED_H
#define WEB_PAGE_UNLINKED_H

#include "web/exchange.h"

void page_unlinked(struct exchange *x);

#endif
