/*
 * platform.h — the regional platform that the settings name, if any.
 *
 * Starting thread; what comes of it is read by any.
 */
#ifndef WORK_PLATFORM_H
#define WORK_PLATFORM_H

#include "base/settings.h"
#include "domain/platform.h"

struct platform { /* texts are the settings' */
    const char *name, *url;
    const char *query_url; /* "" where it cannot be asked what it has */
    const char *key_header, *key;
    int batch; /* on their way at once, at most */
    int rate;  /* a second, at most */
    int total_ms;
    struct record_map *map;
};

/* What [platform] says, which options_check has found right; NULL where it names none.
 * Given. */
struct platform *platform_read(const struct settings *s);
void platform_free(struct platform *p); /* accepts NULL */

/* Books what is amiss with it. */
void platform_settings_check(struct settings *s);

#endif
