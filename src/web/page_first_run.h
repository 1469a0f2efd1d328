/*
 * page_first_run.h — the page behind the link that the first start prints: the three
 * administrators and the first account of the hall are made together (decisions 16).
 */
#ifndef WEB_PAGE_FIRST_RUN_H
#define WEB_PAGE_FIRST_RUN_H

#include "web/exchange.h"

void page_first_run(struct exchange *x);      /* GET /first/{link} */
void page_first_run_post(struct exchange *x); /* POST /first/{link} */

#endif
