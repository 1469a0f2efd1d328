/*
 * day.h — a calendar day as one number, and as people write it.
 *
 * A day number counts days since 1970-01-01 (which is 0) in the Gregorian calendar of
 * ISO 8601, which is also used for the time before it was decreed. It says nothing of a
 * place: which day it is somewhere is zone.h's matter. Years 1 to 9999. Any thread.
 */
#ifndef BASE_DAY_H
#define BASE_DAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"

enum { DAY_TEXT = 11 }; /* "2026-11-23" and its NUL */

/* The number of a day. Months and days past their end run on: 31 November is 1 December.
 */
int32_t day_number(int year, int month, int day);

/* The day of a number: month 1-12, day 1-31. */
void day_civil(int32_t number, int *year, int *month, int *day);

/* 0 Monday … 6 Sunday. */
int day_weekday(int32_t number);

/* "2026-11-23". */
void day_text(int32_t number, char out[DAY_TEXT]);

/* Reads exactly "YYYY-MM-DD" and nothing around it; false where there is no such day, and
 * `number` is then untouched. */
NODISCARD bool day_parse(const char *text, int32_t *number);

#endif
