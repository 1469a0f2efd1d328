/*
 * rate_ask.h — which rates an address asks for: `by`, a period of closings, and filters.
 *
 * The same address asks for the same of the page and of the API. Without a period it is
 * the present month so far. Any thread; texts are borrowed from the exchange.
 */
#ifndef WEB_RATE_ASK_H
#define WEB_RATE_ASK_H

#include "store/rate_store.h"
#include "web/access.h"
#include "web/exchange.h"

/* ERROR_INPUT names the field. `frame` tells which day it is. */
NODISCARD bool rate_ask(const struct exchange *x, const struct hall_frame *frame,
                        int64_t now_ms, struct rate_query *out, struct error *err);

/* Confines it to what the caller may see; borrows from `who`. */
void rate_confine(const struct access_view *view, const struct caller *who,
                  struct rate_query *q);

/* Below how many ratings a caller who is rated himself is told nothing of grades. 0: of
 * any number. */
int rate_least(const struct access_view *view);

/* "2026-11-23" of 20261123. */
void rate_day_text(int date, char out[11]);

#endif
