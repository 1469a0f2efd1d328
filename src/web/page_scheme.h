/*
 * page_scheme.h — /assess/{year}/scheme: by what a year is judged, version by version;
 * what the organisation department does about it; and the sheets of other offices.
 */
#ifndef WEB_PAGE_SCHEME_H
#define WEB_PAGE_SCHEME_H

#include "web/exchange.h"

void page_scheme(struct exchange *x);
void page_scheme_post(struct exchange *x);   /* proposes a version */
void page_scheme_adopt(struct exchange *x);  /* …/scheme/{version}/adopt */
void page_scheme_freeze(struct exchange *x); /* …/scheme/freeze */
void page_sheet_post(struct exchange *x);    /* …/sheets */

#endif
