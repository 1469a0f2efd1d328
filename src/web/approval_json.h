/*
 * approval_json.h — parallel approvals as the API tells them: clocks, steps, the proof of
 * overlap, and who took part.
 *
 * Working time is in minutes, days are working days. Any thread with a store that may
 * look.
 */
#ifndef WEB_APPROVAL_JSON_H
#define WEB_APPROVAL_JSON_H

#include <jansson.h>

#include "store/approval_store.h"

/* The clock by which figures are made, in a hall at a moment. */
struct approval_clock approval_clock_of(const struct hall_frame *frame, int64_t now_ms);

/* One department's approval. Given. */
json_t *approval_json(const struct hall_frame *frame, const struct approval_case *all,
                      size_t child, const struct approval_figures *figures);

/* A step as it was told. Given. */
json_t *approval_step_json(const struct hall_frame *frame,
                           const struct approval_fact *fact);

/* {"approvals", "steps", "overlap"}: everything of one case. Given. */
NODISCARD bool approval_case_json(struct store *st, const struct approval_case *all,
                                  int64_t now_ms, json_t **out, struct error *err);

/* [{"code", "name", "intake"}], empty where the case is no parallel one. Given. */
NODISCARD bool approval_departments_json(struct store *st, int64_t case_id, json_t **out,
                                         struct error *err);

#endif
