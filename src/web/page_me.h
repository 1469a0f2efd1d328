/*
 * page_me.h — a clerk's own page: GET /me.
 *
 * Sums of the own ratings in cohorts (domain/cohort.h), their months, the four
 * dimensions where enough gave them, and thanks at once. No channel, no time and no case
 * of a rating: nothing from which the clerk could tell who rated how.
 */
#ifndef WEB_PAGE_ME_H
#define WEB_PAGE_ME_H

#include "web/exchange.h"

void page_me(struct exchange *x);

#endif
