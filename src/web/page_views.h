/*
 * page_views.h — keeping views of lists by name (list_box.h), renaming and deleting them.
 */
#ifndef WEB_PAGE_VIEWS_H
#define WEB_PAGE_VIEWS_H

#include "web/exchange.h"

void page_view_post(struct exchange *x);        /* POST /views */
void page_view_rename_post(struct exchange *x); /* POST /views/{id}/rename */
void page_view_delete_post(struct exchange *x); /* POST /views/{id}/delete */

#endif
