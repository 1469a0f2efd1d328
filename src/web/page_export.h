/*
 * page_export.h — ratings as a file from the page: GET /ratings.csv and /ratings.xlsx,
 * with the filter of /ratings.
 *
 * Who may, and what stands in it, says access.c. Every export is an audit event that is
 * durable before the first byte leaves. Rows are read on a connection of their own
 * (site->exports), a slice at a time, so that no page waits. A CSV is passed on as it is
 * read, a workbook when it is whole; what breaks off arrives as broken, never as a
 * shorter file.
 */
#ifndef WEB_PAGE_EXPORT_H
#define WEB_PAGE_EXPORT_H

#include "web/exchange.h"

void page_export(struct exchange *x);

/* Takes away what a server that was killed left in the data folder. At start. */
void page_export_clean(const char *folder);

#endif
