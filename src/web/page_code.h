/*
 * page_code.h — for those who type instead of scanning: a ticket's short code leads to
 * its page, a receipt tells what it stands for. And how personal data are used.
 *
 *     GET /c   POST /c   GET /c/{receipt}   GET /privacy
 *
 * A short code has only 40 bits, so wrong ones are counted before the store is asked.
 */
#ifndef WEB_PAGE_CODE_H
#define WEB_PAGE_CODE_H

#include "web/exchange.h"

void page_code(struct exchange *x);
void page_code_post(struct exchange *x);
void page_receipt(struct exchange *x);
void page_privacy(struct exchange *x);

#endif
