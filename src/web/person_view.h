/*
 * person_view.h — the facts about one clerk's year, in three parts: capacity, delivery,
 * integrity.
 *
 * Facts with their n, intervals, appeals and what is to be kept in mind; channels are
 * never pooled, and there is no number for the person. Who reads it judges, and signs.
 * Gathered on a reader thread; told as JSON for the page or as rows of a workbook.
 */
#ifndef WEB_PERSON_VIEW_H
#define WEB_PERSON_VIEW_H

#include <jansson.h>

#include "domain/day_log.h"
#include "store/clerk_place.h"
#include "store/clerk_sheet.h"
#include "store/rate_store.h"
#include "web/sheet.h"
#include "web/staff_words.h"

enum { PERSON_DAYS_SHOWN = 500 }; /* entries of the daily log that are counted */

struct person_view {
    struct staff_words words;
    int year;
    bool sealed;       /* may the reader know how many sealed hints there are? */
    const char *clerk; /* code; borrowed */

    struct clerk_place place;
    struct rates by_clerk, by_window, by_matter;
    struct rate_group own; /* of the clerk; zeroed where nothing was closed */
    struct grade_counts dims[CLERK_SHEET_CHANNELS][CLERK_SHEET_DIMS];
    struct clerk_promises promises;
    struct clerk_appeals appeals;
    int64_t praises[PRAISE_WAYS], hints, extra_papers; /* ratings with tag 108 or 109 */
    struct clerk_order *orders;
    size_t order_count;
    int64_t log[DAY_LOG_KINDS], log_late, log_read; /* of the usual window */
};

/* *found is false for nobody of this hall. Zeroed but for words, year, sealed, clerk. */
NODISCARD bool person_view_read(struct store *st, struct person_view *v, int64_t now_ms,
                                bool *found, struct error *err);
void person_view_free(struct person_view *v);

void person_view_put(const struct person_view *v, json_t *data);
void person_view_sheet(const struct person_view *v, struct sheet *s);

/* What is to be kept in mind, as sentences; given. */
json_t *person_caveats(const struct person_view *v);

#endif
