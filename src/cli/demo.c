/*
 * demo.c — see demo.h.
 */
#include "cli/demo.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/pack.h"
#include "cli/hall.h"

struct demo {
    int unused;
};

struct demo *demo_new(void)
{
    return memory_new(sizeof(struct demo));
}

void demo_free(struct demo *d)
{
    free(d);
}

bool demo_settings(struct settings *s, struct error *err)
{
    return settings_set(s, "invite.delay_min", "0 s", SETTINGS_FLAG, err) &&
           settings_set(s, "invite.delay_max", "5 s", SETTINGS_FLAG, err) &&
           settings_set(s, "invite.window", "00:00-24:00", SETTINGS_FLAG, err);
}

bool demo_found(void *demo, struct folder *f, struct error *err)
{
    const struct pack_file *file = pack_find("templates/halls/demo.json");

    (void)demo;
    return hall_take(f, (const char *)file->bytes, file->length,
                     "templates/halls/demo.json", err);
}

bool demo_prepare(void *demo, struct folder *f, struct error *err)
{
    (void)demo;
    (void)f;
    (void)err;
    return true;
}

void demo_ready(void *demo, struct folder *f, const struct site *site, bool first)
{
    (void)demo;
    (void)f;
    (void)first;
    fprintf(stderr, "%s\n", site->own_address);
}

void demo_motion(void *demo, struct site *site)
{
    (void)demo;
    (void)site;
}
