/*
 * page_thanks.h — a citizen thanks the clerk of a closed case: /t/{token}/praise.
 *
 * Thanks stand apart from the rating: the page is found by a link at the end of the
 * ticket's page, looks the same whether and however somebody rated, and asks for
 * nothing. One for each case; the same sent again is the same.
 */
#ifndef WEB_PAGE_THANKS_H
#define WEB_PAGE_THANKS_H

#include "web/exchange.h"

void page_thanks(struct exchange *x);
void page_thanks_post(struct exchange *x);

#endif
