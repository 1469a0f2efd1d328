/*
 * rate_view.h — rates as pages show them and as the API tells them.
 *
 * Nothing is ever shown without numerator, denominator and interval. Channels are told
 * one by one; a row over several says that it is pooled. A mean stands only beside the
 * five counts that it is made of. All JSON is given. Pure; any thread.
 */
#ifndef WEB_RATE_VIEW_H
#define WEB_RATE_VIEW_H

#include <jansson.h>

#include "store/rate_store.h"

/* {"share": "95.0%", "k": 95, "n": 100, "low": …, "high": …, "small": true, "none":
 * false}, as texts of a page. */
json_t *rate_view(const struct rate *r);

/* "95.0% (95/100)", for a chart. */
enum { RATE_NOTE = 48 };
void rate_note(const struct rate *r, char out[RATE_NOTE]);

/* The mean of the overall grades as "4.71"; "" of none. */
void rate_mean(const struct grade_counts *g, char out[8]);

/* "2026-11", "2026 Q4" … of a period's code; the code itself of anything else. */
void rate_period(enum rate_by by, const char *code, char out[CODE_SIZE]);

/*
 * May the grades of this group be told by channel? Where `least` is set each channel has
 * none or so many; else one could tell what a single person answered.
 */
bool rate_told(const struct grade_counts *g, int least);
bool rate_told_pooled(const struct rate_group *g, int least);

/* The whole answer of the API. */
json_t *rates_json(const struct rates *r, const struct rate_query *q, int least);

#endif
