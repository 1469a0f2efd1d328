/*
 * server.h — the running program: opens everything in order, serves, and closes in
 * reverse.
 */
#ifndef CLI_SERVER_H
#define CLI_SERVER_H

#include "base/settings.h"
#include "cli/folder.h"
#include "web/site.h"

struct server_plan {
    const char *data; /* the folder */
    const struct settings *settings;
    const char *templates; /* a folder to read pages from; NULL for the packed ones */
    bool demo;
    bool next_port; /* where the port is taken, try the ones behind it */
    /* Called on an empty store, before anything else: makes the hall. */
    bool (*found)(void *self, struct folder *f, struct error *err);
    /* Called before the threads start, while the store is still the caller's. */
    bool (*prepare)(void *self, struct folder *f, struct error *err);
    /* Called once everything answers, just before the loop runs. */
    void (*ready)(void *self, struct folder *f, const struct site *site,
                  bool first_start);
    /* Called every few seconds on the loop; may be NULL. */
    void (*motion)(void *self, struct site *site);
    void *self;
};

/* Serves until SIGTERM or SIGINT. The exit code. */
int server_run(const struct server_plan *plan);

#endif
