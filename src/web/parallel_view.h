/*
 * parallel_view.h — a parallel approval as staff see it: a chart of its clocks, the same
 * as a table, the proof of overlap and every step.
 *
 * Words come from the catalogue `parallel`, which extends `staff`. Any thread with a
 * store that may look.
 */
#ifndef WEB_PARALLEL_VIEW_H
#define WEB_PARALLEL_VIEW_H

#include <jansson.h>

#include "store/approval_store.h"
#include "web/staff_words.h"

extern const char parallel_catalogue[];

/* Adds `parallel` to `data`, where the case has approvals or departments that took part.
 */
NODISCARD bool parallel_add(struct store *st, const struct staff_words *w,
                            int64_t case_id, json_t *data, struct error *err);

/* Adds `attested` to `data`: what the citizen said of the recorded end, where it was
 * asked and answered. */
NODISCARD bool attested_add(struct store *st, const struct staff_words *w,
                            int64_t case_id, json_t *data, struct error *err);

struct promise_answer;

/* One such answer as a row. Given. */
json_t *attested_row(const struct staff_words *w, const struct promise_answer *answer);

/* "3 小时 20 分" of milliseconds of working time. Given, a JSON text. */
json_t *parallel_hours(const struct staff_words *w, int64_t ms);

#endif
