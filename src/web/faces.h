/*
 * faces.h — the pages that people open: citizens, kiosks, desks, the start, and what
 * they are dressed in.
 */
#ifndef WEB_FACES_H
#define WEB_FACES_H

#include "web/router.h"

extern const struct route faces_routes[];
extern const size_t faces_route_count;

#endif
