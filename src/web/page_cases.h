/*
 * page_cases.h — cases beside the ratings: unrated ones, those whose invitation failed,
 * and the search for one.
 */
#ifndef WEB_PAGE_CASES_H
#define WEB_PAGE_CASES_H

#include "web/exchange.h"

void page_cases(struct exchange *x);  /* GET /cases?view= */
void page_search(struct exchange *x); /* GET /search?q= */

#endif
