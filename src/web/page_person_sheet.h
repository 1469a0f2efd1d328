/*
 * page_person_sheet.h — the facts about a person's year, for those who judge.
 *
 *     GET /assess/{year}/person                      the hall's people, by department
 *     GET /assess/{year}/person/{clerk}              the sheet of one
 *     GET /assess/{year}/person/{clerk}/sheet.xlsx   the same as a workbook
 *
 * Each look at a sheet is an audit event that is durable before anything is shown.
 */
#ifndef WEB_PAGE_PERSON_SHEET_H
#define WEB_PAGE_PERSON_SHEET_H

#include "web/exchange.h"

void page_people(struct exchange *x);
void page_person_sheet(struct exchange *x);
void page_person_book(struct exchange *x);

#endif
