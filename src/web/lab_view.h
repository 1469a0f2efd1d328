/*
 * lab_view.h — figures of the weight laboratory as its page and its workbook say them.
 * Pure; any thread. All JSON is given.
 */
#ifndef WEB_LAB_VIEW_H
#define WEB_LAB_VIEW_H

#include <jansson.h>

#include "domain/weights_lab.h"
#include "web/staff_words.h"

enum { LAB_TEXT = 24 };

/* "-0.35" of -35, hundredths of a per cent. */
void lab_share_text(int share, char out[LAB_TEXT]);
/* "3.14" points; "0.00" of nothing. */
void lab_spread_text(double spread, char out[LAB_TEXT]);
/* "97.3%" of draws; 100.0% only where it is all of them. */
void lab_chance_text(int times, int draws, char out[LAB_TEXT]);

/* {"name", "weight", "share", "spread", "idle", "against"}: the last are true where it
 * decides nothing, or works against the rest. */
json_t *lab_effect_json(const char *name, const struct lab_effect *e);

/*
 * {"low", "high", "below": {"leaves", "enters"} | null, "above": the same | null}; the
 * names are those of the book.
 */
json_t *lab_range_json(const struct lab_range *r, const struct assess_book *b);

/* The two ranges as a chart: the scheme's weight as a dot in each. Given. */
char *lab_range_chart(const struct staff_words *w, const struct lab_range *first,
                      const struct lab_range *last, int weight);

/* {"name", "first": [3 texts], "last": [3 texts]}, in the order of enum lab_cause */
json_t *lab_chance_json(const struct lab_chance *c, const struct assess_book *b,
                        int draws);

#endif
