/*
 * api_queue.h — the API of queue machines, desks and other systems: tickets, windows,
 * cases.
 */
#ifndef WEB_API_QUEUE_H
#define WEB_API_QUEUE_H

#include "web/router.h"

extern const struct route api_ticket_routes[];
extern const size_t api_ticket_route_count;
extern const struct route api_window_routes[];
extern const size_t api_window_route_count;
extern const struct route api_case_routes[];
extern const size_t api_case_route_count;

#endif
