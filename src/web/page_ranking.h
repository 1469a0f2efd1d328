/*
 * page_ranking.h — /assess leads to this year's page; /assess/{year} shows how its
 * departments (or windows, clerks, the hall) stand by now, and
 * /assess/{year}/ranking.xlsx is the same as a workbook.
 */
#ifndef WEB_PAGE_RANKING_H
#define WEB_PAGE_RANKING_H

#include "web/exchange.h"

void page_assess(struct exchange *x);
void page_ranking(struct exchange *x);
void page_ranking_sheet(struct exchange *x);

#endif
