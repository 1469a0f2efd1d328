/*
 * ask.h — fields of an address read as what they must be, for pages and the API.
 *
 * An empty field counts as absent. What is wrong is ERROR_INPUT of that field. Texts are
 * borrowed from the exchange. Loop or reader.
 */
#ifndef WEB_ASK_H
#define WEB_ASK_H

#include "web/exchange.h"

/* The field's text, NULL where it is absent. */
const char *ask_text(const struct exchange *x, const char *name);

/* A day "2026-11-23" as yyyymmdd; `out` is untouched where it is absent or wrong. */
NODISCARD bool ask_day(const struct exchange *x, const char *name, int *out,
                       struct error *err);

#endif
