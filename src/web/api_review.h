/*
 * api_review.h — GET /api/v1/cases/{id} and GET /api/v1/ratings: cases and ratings for
 * other systems and auditors. A desk's key sees a case without its ratings, replies and
 * phone.
 */
#ifndef WEB_API_REVIEW_H
#define WEB_API_REVIEW_H

#include "web/router.h"

extern const struct route api_review_routes[];
extern const size_t api_review_route_count;

#endif
