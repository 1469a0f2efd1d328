/*
 * page_parallel.h — GET /assess/{year}/parallel: the parallel approvals of a year, how
 * much of them ran side by side, matter by matter, and each case; and what
 * citizens say of recorded ends that nobody has looked into.
 */
#ifndef WEB_PAGE_PARALLEL_H
#define WEB_PAGE_PARALLEL_H

struct exchange;

void page_parallel(struct exchange *x);

/* POST: what somebody found out about an answer "not received". */
void page_parallel_post(struct exchange *x);

#endif
