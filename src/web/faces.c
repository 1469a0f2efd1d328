/*
 * faces.c — see faces.h.
 */
#include "web/faces.h"

#include "web/assets.h"
#include "web/page_code.h"
#include "web/page_desk.h"
#include "web/page_home.h"
#include "web/page_kiosk.h"
#include "web/page_screen.h"
#include "web/page_thanks.h"
#include "web/page_ticket.h"

enum {
    FORM_MOST = 16 << 10
}; /* bytes of a form; a comment may be longer, so that it is kept */

const struct route faces_routes[] = {
    {.method = METHOD_GET, .pattern = "/", .handle = page_home},
    {.method = METHOD_GET, .pattern = "/assets/{name}", .handle = asset_get},
    {.method = METHOD_GET, .pattern = "/t/{token}", .handle = page_ticket},
    {.method = METHOD_GET, .pattern = "/t/{token}/state", .handle = page_ticket_state},
    {.method = METHOD_GET, .pattern = "/t/{token}/detail", .handle = page_ticket_detail},
    {.method = METHOD_POST,
     .pattern = "/t/{token}/rate",
     .handle = page_rate_post,
     .max_body = FORM_MOST},
    {.method = METHOD_POST, .pattern = "/t/{token}/detail", .handle = page_detail_post},
    {.method = METHOD_GET, .pattern = "/t/{token}/praise", .handle = page_thanks},
    {.method = METHOD_POST, .pattern = "/t/{token}/praise", .handle = page_thanks_post},
    {.method = METHOD_POST,
     .pattern = "/t/{token}/verdict",
     .handle = page_verdict_post,
     .max_body = FORM_MOST},
    {.method = METHOD_GET, .pattern = "/c", .handle = page_code},
    {.method = METHOD_POST,
     .pattern = "/c",
     .handle = page_code_post,
     .max_body = FORM_MOST},
    {.method = METHOD_GET, .pattern = "/c/{receipt}", .handle = page_receipt},
    {.method = METHOD_GET, .pattern = "/privacy", .handle = page_privacy},
    {.method = METHOD_GET, .pattern = "/k/{kiosk}", .handle = page_kiosk},
    {.method = METHOD_POST,
     .pattern = "/k/{kiosk}/tickets",
     .handle = page_kiosk_take,
     .max_body = FORM_MOST},
    {.method = METHOD_GET, .pattern = "/screen/{hall}", .handle = page_screen},
    {.method = METHOD_GET,
     .pattern = "/screen/{hall}/events",
     .handle = page_screen_events},
    {.method = METHOD_GET,
     .pattern = "/screen/{hall}/voice/{call}",
     .handle = page_screen_voice},
    {.method = METHOD_POST,
     .pattern = "/k/{kiosk}/phone",
     .handle = page_kiosk_key,
     .max_body = FORM_MOST},
    {.method = METHOD_POST,
     .pattern = "/k/{kiosk}/help",
     .handle = page_kiosk_help,
     .max_body = FORM_MOST},
    {.method = METHOD_GET, .pattern = "/w/{window}", .handle = page_desk},
    {.method = METHOD_POST,
     .pattern = "/w/{window}/{act}",
     .handle = page_desk_act,
     .max_body = FORM_MOST},
};
const size_t faces_route_count = sizeof(faces_routes) / sizeof(faces_routes[0]);
