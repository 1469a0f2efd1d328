/*
 * page_quota.h — how many of the hall's staff may be graded excellent: a calculation.
 *
 *     GET /assess/{year}/quota, /assess/{year}/quota.xlsx
 *
 * Everything that is asked for stands in the address: base and hall (per cent, two
 * decimals), round, split, total, n.CODE (staff of a department, where it is not what the
 * hall file says), tie (a department that a person chose in a tie, any number of times),
 * reason. Nothing is kept, and nobody is named.
 */
#ifndef WEB_PAGE_QUOTA_H
#define WEB_PAGE_QUOTA_H

#include "web/exchange.h"

void page_quota(struct exchange *x);
void page_quota_sheet(struct exchange *x);

#endif
