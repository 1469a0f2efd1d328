/*
 * page_freeze.h — /assess/{year}/freeze: the bundles of a year, making one, and freezing
 * the year for good; /assess/{year}/bundles/{id}: a bundle to take away and replay.
 */
#ifndef WEB_PAGE_FREEZE_H
#define WEB_PAGE_FREEZE_H

#include "web/exchange.h"

void page_freeze(struct exchange *x);
void page_freeze_post(struct exchange *x);
void page_bundle(struct exchange *x); /* page_bundle.c */

#endif
