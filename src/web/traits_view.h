/*
 * traits_view.h — what a case was like beside its result, on the page of the case.
 */
#ifndef WEB_TRAITS_VIEW_H
#define WEB_TRAITS_VIEW_H

#include <jansson.h>

#include "web/staff_words.h"

/* Adds `traits`, [{"name", "value"}] of what was told. Any thread's store. */
NODISCARD bool traits_add(struct store *st, const struct staff_words *words,
                          int64_t case_id, json_t *data, struct error *err);

#endif
