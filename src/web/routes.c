/*
 * routes.c — see routes.h.
 */
#include "web/routes.h"

#include <string.h>

#include "base/memory.h"
#include "web/api_approval.h"
#include "web/api_dev.h"
#include "web/api_health.h"
#include "web/api_openapi.h"
#include "web/api_optout.h"
#include "web/api_queue.h"
#include "web/api_rates.h"
#include "web/api_review.h"
#include "web/api_slip.h"
#include "web/faces.h"
#include "web/gateway_call.h"
#include "web/page_phone.h"
#include "web/page_public.h"
#include "web/page_staff.h"
#include "web/printer_call.h"

const struct route *routes_all(const struct site *site, size_t *count)
{
    const struct {
        const struct route *routes;
        size_t count;
    } parts[] = {
        {api_health_routes, api_health_route_count},
        {api_openapi_routes, api_openapi_route_count},
        {api_ticket_routes, api_ticket_route_count},
        {api_window_routes, api_window_route_count},
        {api_case_routes, api_case_route_count},
        {api_approval_routes, api_approval_route_count},
        {api_slip_routes, api_slip_route_count},
        {api_dev_routes, api_dev_route_count},
        {gateway_call_routes, gateway_call_route_count},
        {printer_call_routes, printer_call_route_count},
        {page_phone_routes, page_phone_route_count},
        {faces_routes, faces_route_count},
        {page_staff_routes, page_staff_route_count},
        {api_review_routes, api_review_route_count},
        {api_optout_routes, api_optout_route_count},
        {api_rates_routes, api_rates_route_count},
        {page_public_routes, page_public_route_count},
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
