/*
 * assess_marks.h — the marks of a year that a scheme's parts are made of: the hall's own,
 * the daily log's, and those of other offices' sheets.
 *
 * What is not there is not filled in: a department without marks has none, and then no
 * total. Any thread's store.
 */
#ifndef STORE_ASSESS_MARKS_H
#define STORE_ASSESS_MARKS_H

#include "domain/assess.h"
#include "store/store.h"

enum { ASSESS_SOURCE = 32 }; /* "sheet 12345", "day-log", "hall-marks" */

/* A mark of a department, in ten-thousandths of a point; `source` says where it stands.
 */
typedef bool assess_mark_each(void *self, size_t part, const char *department,
                              int32_t score, const char *source, struct error *err);

/* Each mark of the year, part after part, in each by the departments' codes. */
NODISCARD bool assess_marks_each(struct store *st, const struct scheme *scheme, int year,
                                 assess_mark_each *each, void *self, struct error *err);

/* Puts them into the units of a book of departments; marks of others are left out. */
NODISCARD bool assess_marks_fill(struct store *st, const struct scheme *scheme, int year,
                                 struct assess_book *book, struct error *err);

#endif
