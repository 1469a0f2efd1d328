/*
 * routes.c — see routes.h.
 */
#include "web/routes.h"

#include <string.h>

#include "base/memory.h"
#include "web/api_dev.h"
#include "web/api_health.h"
#include "web/api_queue.h"
#include "web/api_slip.h"
#include "web/assets.h"
#include "web/page_code.h"
#include "web/page_phone.h"
#include "web/page_ticket.h"

/* What citizens open. */
static const struct route citizen_routes[] = {
    {METHOD_GET, "/t/{token}", page_ticket, 0, 0},
    {METHOD_GET, "/t/{token}/state", page_ticket_state, 0, 0},
    {METHOD_GET, "/t/{token}/detail", page_ticket_detail, 0, 0},
    {METHOD_POST, "/t/{token}/rate", page_rate_post, 0, 0},
    {METHOD_POST, "/t/{token}/detail", page_detail_post, 0, 0},
    {METHOD_GET, "/c", page_code, 0, 0},
    {METHOD_POST, "/c", page_code_post, 0, 0},
    {METHOD_GET, "/privacy", page_privacy, 0, 0},
    {METHOD_GET, "/assets/{name}", asset_get, 0, 0},
};

const struct route *routes_all(const struct site *site, size_t *count)
{
    const struct {
        const struct route *routes;
        size_t count;
    } parts[] = {
        {api_health_routes, api_health_route_count},
        {api_ticket_routes, api_ticket_route_count},
        {api_window_routes, api_window_route_count},
        {api_case_routes, api_case_route_count},
        {api_slip_routes, api_slip_route_count},
        {api_dev_routes, api_dev_route_count},
        {page_phone_routes, page_phone_route_count},
        {citizen_routes, LENGTH(citizen_routes)},
    };
    struct route *all;

    (void)site;
    *count = 0;
    for (size_t i = 0; i < LENGTH(parts); i++)
        *count += parts[i].count;
    all = memory_new(*count * sizeof(*all));
    *count = 0;
    for (size_t i = 0; i < LENGTH(parts); i++) {
        memcpy(all + *count, parts[i].routes, parts[i].count * sizeof(*all));
        *count += parts[i].count;
    }
    return all;
}
