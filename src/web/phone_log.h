/*
 * phone_log.h — what the phones behind the virtual gateway show: both directions, oldest
 * first.
 *
 * The only place where whole numbers are shown, and only while no real gateway is in
 * force.
 */
#ifndef WEB_PHONE_LOG_H
#define WEB_PHONE_LOG_H

#include <jansson.h>

#include "web/exchange.h"
#include "web/site.h"

enum { PHONE_LOG_MOST = 500 }; /* messages of each direction, the newest ones */

/*
 * An array of objects as GET /api/v1/dev/messages gives them, with what the page adds:
 * `reason`, `attempt`, `act`, `outcome`, `proof`, `at_ms`. `phone` is as people write it,
 * NULL or "" for all. Reader thread. ERROR_INPUT for what is no number. `*out` is given.
 */
NODISCARD bool phone_log(struct store *st, const struct roster *roster, const char *phone,
                         json_t **out, struct error *err);

/*
 * May this request use the virtual phone? Only while the virtual gateway is in force, on
 * a loopback listener, without a proxy in between (decisions 21), and not from another
 * site's page. Answers ERROR_ABSENT where not. Loop.
 */
bool phone_log_allowed(struct exchange *x);

#endif
