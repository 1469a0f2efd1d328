/*
 * routing.h — which gateway a message goes through: by the carrier's prefix of the phone,
 * then by order of preference, leaving out those that cannot send now.
 *
 * Any thread; `shut` alone changes after the start, set by the courier.
 */
#ifndef DOMAIN_ROUTING_H
#define DOMAIN_ROUTING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { ROUTES_MOST = 16, ROUTE_PREFIXES = 64, ROUTE_PREFIX = 16 };

struct route_to {
    char name[40]; /* of the gateway */
    int order;     /* the smaller is asked first */
    int prefix_count;
    char prefixes[ROUTE_PREFIXES][ROUTE_PREFIX]; /* digits; none means every phone */
};

struct routing {
    struct route_to routes[ROUTES_MOST];
    int count;
    _Atomic uint32_t shut; /* bit i: route i cannot send now */
};

/*
 * The route for a phone as '+' and digits. A prefix is of the national number ("139") or
 * begins with '+' ("+852"). Routes with a prefix that fits go before those without any;
 * then `order`, then the order in the settings. Routes that are shut come last: a message
 * waits there only where no other would take it. -1 where none fits at all.
 */
int routing_choose(const struct routing *r, const char *e164);

/* The index of a name; -1 for none. */
int routing_find(const struct routing *r, const char *name);

/* Reads prefixes parted by blanks or commas; false where one is none. */
bool routing_prefixes_read(struct route_to *route, const char *text);

#endif
