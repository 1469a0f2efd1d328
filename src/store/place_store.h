/*
 * place_store.h — what the screens of a kiosk and of a desk show besides the queue: the
 * hall's series, who usually sits at a window, and who was called in vain or set aside
 * today. Looks only; any thread's store.
 */
#ifndef STORE_PLACE_STORE_H
#define STORE_PLACE_STORE_H

#include "store/ticket_store.h"

/* Each series in force, by its letter. */
typedef void series_each_fn(void *self, const char *code, const char *name);
NODISCARD bool series_each(struct store *st, series_each_fn *each, void *self,
                           struct error *err);

/* The clerk whose usual window this is, the first by code; "" for none. */
NODISCARD bool clerk_of_window(struct store *st, const char *window_code,
                               char out[CODE_SIZE], struct error *err);

/* Tickets of today for this department that were missed or held, the newest first. */
typedef void away_each_fn(void *self, const struct ticket *t);
NODISCARD bool away_each(struct store *st, const char *department_code, int64_t now_ms,
                         int most, away_each_fn *each, void *self, struct error *err);

/* Tickets of today with this serial, one a series at most. */
NODISCARD bool numbered_each(struct store *st, int serial, int64_t now_ms,
                             away_each_fn *each, void *self, struct error *err);

#endif
