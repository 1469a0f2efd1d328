/*
 * page_indicators.h — the indicators of a year beside its rates.
 *
 *     GET /assess/{year}/indicators, /assess/{year}/indicators.xlsx
 *     POST /assess/{year}/indicators     a figure of concentration, with its evidence
 *
 * `department` in the address narrows everything but the weights to one department.
 */
#ifndef WEB_PAGE_INDICATORS_H
#define WEB_PAGE_INDICATORS_H

#include "web/exchange.h"

void page_indicators(struct exchange *x);
void page_indicators_sheet(struct exchange *x);
void page_indicators_post(struct exchange *x);

#endif
