/*
 * assess_year.h — the year in the address of an assessment: /assess/{year}/….
 */
#ifndef WEB_ASSESS_YEAR_H
#define WEB_ASSESS_YEAR_H

#include "web/exchange.h"

/* The year, 2000 … 2199; 0 for none. */
int assess_year(const struct exchange *x);

#endif
