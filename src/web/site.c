/*
 * site.c — see site.h.
 */
#include "web/site.h"

#include <string.h>

#include "gateways/gateways.h"

const char *site_base_url(const struct site *site)
{
    const struct hall_frame *frame = atomic_load(&site->frame->now);
    const char *set = settings_text(site->settings, "server.base_url");

    if (frame != NULL && frame->base_url[0] != '\0')
        return frame->base_url;
    return set[0] != '\0' ? set : site->own_address;
}

const char *site_own_number(const struct site *site)
{
    const struct roster *roster = site->roster;

    for (int i = 0; roster != NULL && i < roster->count; i++) {
        const struct gateway *g = &roster->gateways[i];

        if ((g->traits & GATEWAY_REPLIES) != 0 && g->access_number[0] != '\0' &&
            !gateway_is_broken(g))
            return g->access_number;
    }
    return NULL;
}

/*
 * Where no address is set, phones cannot open ours: it is this machine's, or one of the
 * hall's network. The virtual phone reads pages on this very machine and takes no real
 * texts, so a first try has pages.
 */
void site_ticket_way(const struct site *site, struct token_way *out)
{
    const struct hall_frame *frame = atomic_load(&site->frame->now);
    const char *wish = settings_text(site->settings, "ticket.qr");
    bool address = (frame != NULL && frame->base_url[0] != '\0') ||
                   settings_text(site->settings, "server.base_url")[0] != '\0';
    bool by_sms = strcmp(wish, "sms") == 0 ||
                  (strcmp(wish, "auto") == 0 && !address && !site->virtual_gateway);

    *out = (struct token_way){site_base_url(site), by_sms ? site_own_number(site) : NULL};
}
