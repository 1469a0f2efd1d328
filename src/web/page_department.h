/*
 * page_department.h — /assess/{year}/dept/{code}: what a department's points are made of,
 * part by part, with the arithmetic and the ways to the cases.
 */
#ifndef WEB_PAGE_DEPARTMENT_H
#define WEB_PAGE_DEPARTMENT_H

#include "web/exchange.h"

void page_department(struct exchange *x);

#endif
