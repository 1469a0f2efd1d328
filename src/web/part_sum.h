/*
 * part_sum.h — the arithmetic of a part's score in one line, with the very numbers, so
 * that anybody can type it into a calculator. All JSON is given. Pure; any thread.
 */
#ifndef WEB_PART_SUM_H
#define WEB_PART_SUM_H

#include <jansson.h>

#include "domain/assess.h"

/* "(95 + 60 × 0.947368421) ÷ (100 + 60) × 100 = 94.5263" of a counted part; with the
 * adjustment where there is one. "" where it has no score or is a mark. */
void part_sum_text(const struct part_score *p, const struct assess_adjustment *a,
                   struct buf *out);

/* "8.00 % × 94.5263 = 7.56210400": what the part is worth in all. */
void part_points_text(const struct scheme_part *part, const struct part_score *p,
                      struct buf *out);

/* "0.947368421" of billionths; "93.2714" … of hundred-millionths of a point, exact. */
void billionths_text(int64_t billionths, char out[32]);
void points_exact_text(int64_t points, char out[32]);

#endif
