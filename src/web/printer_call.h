/*
 * printer_call.h — the address at which printers poll, fetch tickets and tell what became
 * of them: /cloudprnt/{name}/{secret}, POST, GET and DELETE (Star CloudPRNT, HTTP). Our
 * own agent calls /cloudprnt/{name} with a machine's key, or the printer's secret, as its
 * bearer token.
 */
#ifndef WEB_PRINTER_CALL_H
#define WEB_PRINTER_CALL_H

#include "web/router.h"

extern const struct route printer_call_routes[];
extern const size_t printer_call_route_count;

#endif
