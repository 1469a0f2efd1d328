/*
 * assess_frame.h — what the pages of a year's assessment have in common: the year, the
 * menu, and what their forms need.
 *
 * All JSON is given.
 */
#ifndef WEB_ASSESS_FRAME_H
#define WEB_ASSESS_FRAME_H

#include "web/assess_year.h"
#include "web/session.h"
#include "web/staff_words.h"

enum { ASSESS_ONCE = 16 + 1 };

/* The year of the address; ERROR_ABSENT where it is none. */
NODISCARD bool assess_year_asked(const struct exchange *x, int *year, struct error *err);

/* Words of a page, in the language that it was asked for. */
struct staff_words assess_words(struct exchange *x, const struct store *st,
                                const char *catalogue, int64_t now_ms);

/*
 * staff_frame, and the menu of the year's pages that this role may open, under `menu`;
 * `here` is the pattern of the present one. Also `year`, `year_before`, `year_after`, and
 * `once`, a fresh number for a form.
 */
json_t *assess_frame(struct exchange *x, const struct staff *s, enum lang lang, int year,
                     const char *here);

/* May this role send that form? */
bool assess_acts(const struct staff *s, const char *pattern);

/* {"value": …, "text": …, "chosen": …} added to a list of options. */
void assess_option(json_t *list, const char *value, const char *text, const char *chosen);

/* The departments in force as options. False with `err` where the store fails. */
NODISCARD bool assess_departments(struct store *st, json_t *list, const char *chosen,
                                  struct error *err);

/* "2026-11-23" as 20261123; 0 for what is no day. "2026-11-23" of 20261123; "" of 0. */
int assess_date(const char *text);
void assess_date_text(int date, char out[DAY_TEXT]);

/* 303 to a page of the year, in the same language. Loop. */
void assess_go(struct exchange *x, int year, const char *page);

#endif
