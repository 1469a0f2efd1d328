/*
 * site.c — see site.h.
 */
#include "web/site.h"

const char *site_base_url(const struct site *site)
{
    const struct hall_frame *frame = atomic_load(&site->frame->now);
    const char *set = settings_text(site->settings, "server.base_url");

    if (frame != NULL && frame->base_url[0] != '\0')
        return frame->base_url;
    return set[0] != '\0' ? set : site->own_address;
}
