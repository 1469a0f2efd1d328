/*
 * routing.c — see routing.h.
 */
#include "domain/routing.h"

#include <stdio.h>
#include <string.h>

static const char mainland[] = "+86";

/* Whether the phone begins so; prefixes without '+' are of mainland numbers. */
static bool begins(const char *e164, const char *prefix)
{
    if (prefix[0] != '+') {
        if (strncmp(e164, mainland, strlen(mainland)) != 0)
            return false;
        e164 += strlen(mainland);
    }
    return strncmp(e164, prefix, strlen(prefix)) == 0;
}

/* 2: a prefix fits, 1: takes every phone, 0: not this phone. */
static int fits(const struct route_to *route, const char *e164)
{
    for (int i = 0; i < route->prefix_count; i++)
        if (begins(e164, route->prefixes[i]))
            return 2;
    return route->prefix_count == 0 ? 1 : 0;
}

int routing_choose(const struct routing *r, const char *e164)
{
    uint32_t shut = atomic_load(&r->shut);
    int best = -1, best_fit = 0;
    bool best_shut = false;

    for (int i = 0; i < r->count; i++) {
        int fit = fits(&r->routes[i], e164);
        bool is_shut = (shut >> i & 1) != 0;

        if (fit == 0)
            continue;
        if (best >= 0 && is_shut != best_shut
                ? is_shut
                : best >= 0 &&
                      (fit < best_fit ||
                       (fit == best_fit && r->routes[i].order >= r->routes[best].order)))
            continue;
        best = i;
        best_fit = fit;
        best_shut = is_shut;
    }
    return best;
}

int routing_find(const struct routing *r, const char *name)
{
    for (int i = 0; i < r->count; i++)
        if (strcmp(r->routes[i].name, name) == 0)
            return i;
    return -1;
}

bool routing_prefixes_read(struct route_to *route, const char *text)
{
    route->prefix_count = 0;
    for (text += strspn(text, " ,"); *text != '\0'; text += strspn(text, " ,")) {
        size_t length = strcspn(text, " ,"), plus = text[0] == '+' ? 1 : 0;

        if (length >= ROUTE_PREFIX || length <= plus ||
            strspn(text + plus, "0123456789") < length - plus ||
            route->prefix_count == ROUTE_PREFIXES)
            return false;
        snprintf(route->prefixes[route->prefix_count++], ROUTE_PREFIX, "%.*s",
                 (int)length, text);
        text += length;
    }
    return true;
}
