/*
 * page_evidence.h — a file that shows what was seen, as it was sent.
 *
 *     GET /assess/{year}/evidence/{id}
 *
 * Always a download and never shown by the browser itself: what somebody sent must not
 * run in our name. Whoever is tied to a department or window gets its files only.
 */
#ifndef WEB_PAGE_EVIDENCE_H
#define WEB_PAGE_EVIDENCE_H

#include "web/exchange.h"

void page_evidence(struct exchange *x);

#endif
