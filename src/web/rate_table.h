/*
 * rate_table.h — the tables and charts of /rates, as JSON of its template.
 *
 * All JSON is given. Reader thread.
 */
#ifndef WEB_RATE_TABLE_H
#define WEB_RATE_TABLE_H

#include "web/access.h"
#include "web/rate_view.h"
#include "web/staff_words.h"

struct rate_table {
    const struct staff_words *words; /* of the catalogue `rates` */
    const struct rate_query *q;
    const struct rates *rates;
    int least;     /* rate_least */
    bool lists;    /* the reader may open /ratings … */
    bool bad_only; /* … but sees bad ones there only */
};

/* One line for each channel of each group, and one that says it is pooled. */
json_t *rate_table_grades(const struct rate_table *t);

/* Who took part and was reached; how bad ratings were put right. */
json_t *rate_table_cases(const struct rate_table *t);
json_t *rate_table_orders(const struct rate_table *t);

/* Of all groups together: by channel and delay, and the four dimensions. */
json_t *rate_table_delays(const struct rate_table *t);
json_t *rate_table_dims(const struct rate_table *t);

/* A chart of the good rate for each channel: the groups as intervals; the five grades of
 * each channel; and the months of `months`. */
json_t *rate_charts_groups(const struct rate_table *t);
json_t *rate_chart_grades(const struct rate_table *t);
json_t *rate_charts_months(const struct rate_table *t, const struct rates *months);

/* The sum of all groups; told only where each of them is. */
struct rate_group rate_table_sum(const struct rate_table *t);

#endif
