/*
 * page_whatif.h — what other weights would make of a year: a trial that changes nothing.
 *
 *     GET /assess/{year}/whatif, /assess/{year}/whatif.xlsx
 *
 * The whole question stands in the address, so that it can be passed on: w.CODE, the
 * weight of a part in per cent with two decimals, where it is not the scheme's; or hall,
 * what the hall's parts weigh together, all others in proportion. Nothing is kept. Who
 * may propose a scheme finds a form that sends the weights on as a proposal, with a
 * reason; it goes to the page of the scheme, by the rules of that page.
 */
#ifndef WEB_PAGE_WHATIF_H
#define WEB_PAGE_WHATIF_H

#include "web/exchange.h"

void page_whatif(struct exchange *x);
void page_whatif_sheet(struct exchange *x);

#endif
