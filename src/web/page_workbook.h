/*
 * page_workbook.h — ratings as a workbook from the page: GET /ratings.xlsx begins one and
 * leads to /exports/{id}, which tells how far it is and then where it lies.
 *
 * A workbook is whole before a byte of it leaves. It belongs to the account that asked,
 * in the role in which it asked, and to nobody else; it goes after a quarter of an hour,
 * or with the server: its file has no name. Works without scripts.
 */
#ifndef WEB_PAGE_WORKBOOK_H
#define WEB_PAGE_WORKBOOK_H

#include "web/page_export.h"
#include "web/session.h"

struct workbooks;

/* All calls on the loop but the last two. */
struct workbooks *workbooks_new(void);
void workbooks_tidy(struct workbooks *books,
                    int64_t now_ms); /* those whose time is over */

/* Begins one of what `filter` says and `staff` may see, once the audit event is durable,
 * and answers. */
void workbook_begin(struct exchange *x, const struct staff *staff,
                    const struct review_filter *filter);

void page_workbook(struct exchange *x);
void page_workbook_file(struct exchange *x);

/* Once exporters and loop have ended. Accepts NULL. */
void workbooks_free(struct workbooks *books);

#endif
