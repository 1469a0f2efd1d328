/*
 * page_ratings.h — the list of ratings and the page of one, for staff who may see them.
 *
 * Two files: page_ratings.c and page_rating.c. Hall, inspection and audit read everything
 * but phones; the organisation department reads no citizen's words. Accounts of a
 * department wait for being tied to one; clerks have no business here.
 */
#ifndef WEB_PAGE_RATINGS_H
#define WEB_PAGE_RATINGS_H

#include "web/exchange.h"

void page_ratings(struct exchange *x); /* GET /ratings */
void page_rating(struct exchange *x);  /* GET /ratings/{id} */
void page_case(struct exchange *x);    /* GET /cases/{id}: the same, rated or not */

#endif
