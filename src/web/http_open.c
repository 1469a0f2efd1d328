/*
 * http_open.c — puts a loop together and takes it apart.
 *
 * Promise: http_open either gives a loop that listens, or an error and nothing left over.
 * Not here: what the parts do.
 */
#include "web/http.h"

#include <stdlib.h>
#include <sys/resource.h>

#include "base/log.h"
#include "base/memory.h"
#include "web/http_inner.h"

static void fill_limits(struct http_limits *l)
{
    static const struct http_limits house = {
        .connections = 2000,
        .per_address = 50,
        .header_ms = 10000,
        .body_ms = 30000,
        .idle_ms = 15000,
        .header_bytes = 8 << 10,
        .url_bytes = 2 << 10,
        .body_bytes = 64 << 10,
        .discard_bytes = 8 << 20,
    };

    l->connections = l->connections > 0 ? l->connections : house.connections;
    l->per_address = l->per_address > 0 ? l->per_address : house.per_address;
    l->header_ms = l->header_ms > 0 ? l->header_ms : house.header_ms;
    l->body_ms = l->body_ms > 0 ? l->body_ms : house.body_ms;
    l->idle_ms = l->idle_ms > 0 ? l->idle_ms : house.idle_ms;
    l->header_bytes = l->header_bytes > 0 ? l->header_bytes : house.header_bytes;
    l->url_bytes = l->url_bytes > 0 ? l->url_bytes : house.url_bytes;
    l->body_bytes = l->body_bytes > 0 ? l->body_bytes : house.body_bytes;
    l->discard_bytes = l->discard_bytes > 0 ? l->discard_bytes : house.discard_bytes;
}

/* How often deadlines are looked at: a quarter of the shortest, at least each second. */
static unsigned deadline_interval(const struct http_limits *l)
{
    unsigned shortest = l->header_ms < l->body_ms ? l->header_ms : l->body_ms;

    if (l->idle_ms < shortest)
        shortest = l->idle_ms;
    shortest /= 4;
    return shortest < 10 ? 10 : shortest > 1000 ? 1000 : shortest;
}

/* A descriptor for each connection, and some for the rest of the house. */
static void raise_descriptors(unsigned connections)
{
    rlim_t wanted = (rlim_t)connections + HTTP_LINGERS + 256;
    struct rlimit r;

    if (getrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_cur >= wanted)
        return;
    r.rlim_cur = r.rlim_max < wanted ? r.rlim_max : wanted;
    if (setrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_cur < wanted)
        log_line(LOG_LEVEL_WARNING, "http_few_descriptors", "wanted=%lu have=%lu",
                 (unsigned long)wanted, (unsigned long)r.rlim_cur);
}

bool http_open(const struct http_config *config, struct http **out, struct error *err)
{
    struct http *h = memory_new(sizeof(*h));
    uint64_t seed;

    h->config = *config;
    h->limits = config->limits;
    h->listen_fd = h->epoll_fd = h->event_fd = -1;
    for (size_t i = 0; i < HTTP_LINGERS; i++)
        h->lingers[i].fd = -1;
    fill_limits(&h->limits);
    raise_descriptors(h->limits.connections);
    config->world->random(config->world, &seed, sizeof(seed));
    address_counts_new(&h->counts, h->limits.connections, seed);
    answer_prepare(h);
    if (!router_new(config->routes, config->route_count, &h->router, err) ||
        !address_list_parse(config->exempt, &h->exempt, err) ||
        !address_listen(config->listen, &h->listen_fd, &h->port, &h->loopback, err) ||
        !loop_open(h, err) || !server_open(h, err)) {
        http_close(h);
        return false;
    }
    http_watch(h, server_epoll(h), NULL, NULL);
    http_timer(h, deadline_interval(&h->limits), server_deadlines, h);
    *out = h;
    return true;
}

uint16_t http_port(const struct http *h)
{
    return h->port;
}

void http_close(struct http *h)
{
    if (h == NULL)
        return;
    server_close(h);
    loop_close(h);
    router_free(h->router);
    address_list_free(&h->exempt);
    address_counts_free(&h->counts);
    free(h->stats);
    free(h);
}
