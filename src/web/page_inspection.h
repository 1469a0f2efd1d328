/*
 * page_inspection.h — what the discipline inspection and the hall see of the integrity
 * question (store/integrity_store.h).
 */
#ifndef WEB_PAGE_INSPECTION_H
#define WEB_PAGE_INSPECTION_H

#include "web/exchange.h"

void page_inspection(struct exchange *x);              /* GET /inspection */
void page_inspection_answers_post(struct exchange *x); /* POST /inspection/answers */
void page_inspection_hint_post(struct exchange *x);    /* POST /inspection/hints */

#endif
