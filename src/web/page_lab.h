/*
 * page_lab.h — what the weights of a year really do (weights_lab.h), for one group.
 *
 *     GET /assess/{year}/lab, /assess/{year}/lab.xlsx
 *
 * The whole question stands in the address: group (code; "" for all others), k (how many
 * first and last), range (how far weights are moved, per cent with two decimals), seed.
 * Without a seed it is made of the year and the scheme's version, and shown. Nothing is
 * kept.
 */
#ifndef WEB_PAGE_LAB_H
#define WEB_PAGE_LAB_H

#include "web/exchange.h"

void page_lab(struct exchange *x);
void page_lab_sheet(struct exchange *x);

#endif
