/*
 * page_marks.h — the hall's own marks of departments for openness of information, by
 * quarter, each with its reason and what shows it.
 *
 *     GET  /assess/{year}/marks?department=YB&quarter=2&kind=openness
 *     POST /assess/{year}/marks
 *
 * The address says which mark is looked at; the form gives it, or corrects the one that
 * stands. Only a qualified assessor may, and none of the department that he comes from.
 */
#ifndef WEB_PAGE_MARKS_H
#define WEB_PAGE_MARKS_H

#include "web/exchange.h"

void page_marks(struct exchange *x);
void page_marks_post(struct exchange *x);

#endif
