/*
 * page_praise.h — thanks as staff see and enter them.
 *
 *     GET  /praise       newest first, as far as the role reaches   (page_praise.c)
 *     GET  /praise/new   a letter, a banner or spoken thanks        (page_praise_new.c)
 *     POST /praise
 *
 * Entered by the hall or a department, never by a clerk's own account, so that nobody
 * thanks herself; who entered it stands beside it.
 */
#ifndef WEB_PAGE_PRAISE_H
#define WEB_PAGE_PRAISE_H

#include "web/exchange.h"

void page_praise(struct exchange *x);
void page_praise_new(struct exchange *x);
void page_praise_post(struct exchange *x);

#endif
