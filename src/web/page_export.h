/*
 * page_export.h — ratings as a file from the page: GET /ratings.csv and /ratings.xlsx
 * (page_workbook.h), with the filter of /ratings.
 *
 * Who may, and what stands in it, says access.c. Every export is an audit event that is
 * durable before the first byte leaves. Rows are read on a connection of their own
 * (site->exports), a slice at a time, so that no page waits. A CSV is passed on as it is
 * read; what breaks off arrives as broken, never as a shorter file.
 */
#ifndef WEB_PAGE_EXPORT_H
#define WEB_PAGE_EXPORT_H

#include "web/access.h"
#include "web/export.h"

void page_export(struct exchange *x);

/* What an export of ours is made with: what `view` may see of what `filter` says. Its
 * texts are copied into `texts`, which are given, each. On the loop. */
enum { EXPORT_TEXTS = 7 };
void export_fill(struct export *e, char *texts[EXPORT_TEXTS], struct exchange *x,
                 const struct access_view *view, const struct review_filter *filter);

/* Takes away what a server that was killed left in the data folder. At start. */
void page_export_clean(const char *folder);

#endif
