/*
 * gateway_call.h — the addresses at which gateways tell us of replies and reports:
 * /gateways/{name}/reply/{secret} and /gateways/{name}/report/{secret}, GET or POST as
 * the gateway sends (decisions 22).
 */
#ifndef WEB_GATEWAY_CALL_H
#define WEB_GATEWAY_CALL_H

#include "web/router.h"

extern const struct route gateway_call_routes[];
extern const size_t gateway_call_route_count;

#endif
