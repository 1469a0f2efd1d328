/*
 * page_rates.h — /rates: the rates of a period for those who answer for them.
 */
#ifndef WEB_PAGE_RATES_H
#define WEB_PAGE_RATES_H

#include "web/exchange.h"
#include "web/rate_table.h"

void page_rates(struct exchange *x);

#endif
