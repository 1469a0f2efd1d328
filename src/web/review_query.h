/*
 * review_query.h — the filter of the ratings as it stands in an address, for the page and
 * the API.
 *
 *     ?department=&window=&matter=&grade=&channel=&from=&to=&q=&sort=&cursor=&limit=
 *
 * `q` is what is typed over the list (domain/list_query.h); all must hold.
 */
#ifndef WEB_REVIEW_QUERY_H
#define WEB_REVIEW_QUERY_H

#include "store/review_store.h"
#include "web/exchange.h"

/* Channels as they may be asked for, in the order in which they are offered. */
extern const char *const review_channels[];
extern const size_t review_channel_count;

/* The field `channel`, as it stands in that list; NULL where it is absent. ERROR_INPUT
 * where it is none. */
NODISCARD bool review_channel_read(const struct exchange *x, const char **out,
                                   struct error *err);

/*
 * Reads the filter; texts are borrowed from the exchange, empty ones count as absent.
 * ERROR_INPUT names the field; `out` then holds what could be read.
 */
NODISCARD bool review_query_read(const struct exchange *x, struct review_filter *out,
                                 struct error *err);

#endif
