/*
 * demo.h — the fictitious hall of yiping demo: three weeks of history, a queue in motion,
 * and the links that the terminal shows. These are the callbacks of a server_plan
 * (server.h).
 */
#ifndef CLI_DEMO_H
#define CLI_DEMO_H

#include "base/settings.h"
#include "cli/folder.h"
#include "web/site.h"

struct demo;

struct demo *demo_new(void);
void demo_free(struct demo *d);

/* Texts go out at once and at any hour, so that the phone page shows them. */
NODISCARD bool demo_settings(struct settings *s, struct error *err);

/* Makes hall, accounts and history in an empty folder. */
bool demo_found(void *demo, struct folder *f, struct error *err);

/* Before anything runs: takes the ticket that the terminal shows, and makes the log-in
 * links. */
bool demo_prepare(void *demo, struct folder *f, struct error *err);

/* Shows the ticket and the links. */
void demo_ready(void *demo, struct folder *f, const struct site *site, bool first);

/* Called every few seconds on the loop: somebody comes, is called, is done, rates. */
void demo_motion(void *demo, struct site *site);

#endif
