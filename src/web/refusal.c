/*
 * refusal.c — see refusal.h. The route's pattern is noted, never the address: that may
 * hold a secret or a phone.
 */
#include "web/refusal.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"

struct refusal {
    struct command command;
    char actor[48], object[96];
};

static bool refusal_run(struct store *st, struct command *c, int64_t now_ms,
                        struct error *err)
{
    const struct refusal *r = (struct refusal *)c;

    return store_audit(st, r->actor, "access.refused", r->object, NULL, now_ms, err);
}

static void refusal_done(struct command *c)
{
    free(c);
}

void refusal_note(const struct exchange *x, const struct caller *who)
{
    static const char *const methods[METHODS] = {
        [METHOD_GET] = "GET",     [METHOD_POST] = "POST",     [METHOD_PUT] = "PUT",
        [METHOD_PATCH] = "PATCH", [METHOD_DELETE] = "DELETE",
    };
    struct refusal *r;

    if (x->route == NULL)
        return;
    r = memory_new(sizeof(*r));
    r->command = (struct command){.run = refusal_run, .done = refusal_done};
    snprintf(r->actor, sizeof(r->actor), "%s", who->actor);
    snprintf(r->object, sizeof(r->object), "%s %s", methods[x->route->method],
             x->route->pattern);
    if (!writer_submit(site_of(x)->writer, &r->command))
        free(r);
}
