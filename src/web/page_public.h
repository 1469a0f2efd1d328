/*
 * page_public.h — /public: the results of a month for everybody, without log-in.
 *
 * A page that was made is kept for some minutes, so that many readers cost one look at
 * the store; it has an ETag. Loop.
 */
#ifndef WEB_PAGE_PUBLIC_H
#define WEB_PAGE_PUBLIC_H

#include "base/world.h"
#include "web/router.h"

/* The pages that were made; the loop's own. Given; the world is borrowed. */
struct public_pages;
struct public_pages *public_pages_new(struct world *world);
void public_pages_free(struct public_pages *pages);

extern const struct route page_public_routes[];
extern const size_t page_public_route_count;

#endif
