/*
 * platform.c — see platform.h.
 *
 * Promise: records hold phones, so they never travel over plain http beyond this machine
 * unless the settings say that the network between is closed.
 */
#include "work/platform.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "store/platform_store.h"
#include "work/mapping.h"

struct platform *platform_read(const struct settings *s)
{
    struct platform *p;
    struct error err = {0};

    if (settings_text(s, "platform.url")[0] == '\0')
        return NULL;
    p = memory_new(sizeof(*p));
    *p = (struct platform){
        .name = settings_text(s, "platform.name"),
        .url = settings_text(s, "platform.url"),
        .query_url = settings_text(s, "platform.query_url"),
        .key_header = settings_text(s, "platform.key_header"),
        .key = settings_text(s, "platform.key"),
        .batch = (int)settings_int(s, "platform.batch"),
        .rate = (int)settings_int(s, "platform.rate"),
        .total_ms = (int)settings_ms(s, "platform.timeout"),
    };
    if (mapping_read(settings_text(s, "platform.mapping"), &p->map, &err))
        return p;
    free(p); /* the file went since it was judged */
    return NULL;
}

void platform_free(struct platform *p)
{
    if (p != NULL)
        record_map_free(p->map);
    free(p);
}

/* Over plain http, to another machine? */
static bool is_open_to_all(const char *url)
{
    static const char *const here[] = {"127.0.0.1", "localhost", "[::1]"};

    if (strncmp(url, "http://", 7) != 0)
        return false;
    for (size_t i = 0; i < LENGTH(here); i++) {
        size_t length = strlen(here[i]);

        if (strncmp(url + 7, here[i], length) == 0 &&
            strchr(":/?#", url[7 + length]) != NULL)
            return false;
    }
    return true;
}

static void check_address(struct settings *s, const char *name)
{
    if (is_open_to_all(settings_text(s, name)) && !settings_bool(s, "platform.insecure"))
        settings_blame(s, name,
                       "Records hold phones and would travel in plain http; use https, "
                       "or write insecure = yes where the network between is closed.");
}

void platform_settings_check(struct settings *s)
{
    struct record_map *map = NULL;
    struct error err = {0};

    if (settings_text(s, "platform.url")[0] == '\0')
        return;
    check_address(s, "platform.url");
    check_address(s, "platform.query_url");
    if (strlen(settings_text(s, "platform.name")) >= PLATFORM_NAME)
        settings_blame(s, "platform.name", "The name is too long; allowed are %d bytes.",
                       PLATFORM_NAME - 1);
    if (!mapping_read(settings_text(s, "platform.mapping"), &map, &err) ||
        !platform_check(map, &err))
        settings_blame(s, "platform.mapping", "%s", err.text);
    else if (settings_text(s, "platform.query_url")[0] != '\0' && !platform_can_ask(map))
        settings_blame(s, "platform.query_url",
                       "The mapping does not say how the platform is asked (push.query "
                       "and push.record).");
    record_map_free(map);
}
