/*
 * routes.h — every address that is answered, in one table.
 */
#ifndef WEB_ROUTES_H
#define WEB_ROUTES_H

#include "web/site.h"

/* All routes of this site; given once and kept until the program ends. */
const struct route *routes_all(const struct site *site, size_t *count);

#endif
