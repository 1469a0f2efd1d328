/*
 * page_audit.h — what was done, by whom and when: a list with its filters in the address,
 * and the same as JSON lines. Nothing here changes an event.
 */
#ifndef WEB_PAGE_AUDIT_H
#define WEB_PAGE_AUDIT_H

#include "web/exchange.h"

void page_audit(struct exchange *x);             /* GET /audit */
void page_audit_export_post(struct exchange *x); /* POST /audit/export */

#endif
