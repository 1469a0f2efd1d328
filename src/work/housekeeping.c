/*
 * housekeeping.c — see housekeeping.h.
 *
 * Promise: each piece is bounded, so that citizens' commands never wait long behind it.
 */
#include "work/housekeeping.h"

#include "store/erase_store.h"
#include "store/idempotency_store.h"
#include "store/order_store.h"
#include "store/ticket_store.h"
#include "store/trigger_store.h"

enum { CANCEL_AT_ONCE = 500, LOOK_AT_ONCE = 64, MONTHS_AT_ONCE = 3, ERASE_AT_ONCE = 200 };

bool housekeeping_run(struct store *st, const struct rules *rules, int64_t now_ms,
                      struct error *err)
{
    int cancelled, taken, months, erased;

    return tickets_cancel_old(st, hall_local_date(st->frame, now_ms), CANCEL_AT_ONCE,
                              now_ms, &cancelled, err) &&
           orders_look(st, &rules->rating.order, LOOK_AT_ONCE, now_ms, &taken, err) &&
           triggers_look(st, &rules->watch, MONTHS_AT_ONCE, now_ms, &months, err) &&
           erase_look(st, rules, ERASE_AT_ONCE, now_ms, &erased, err) &&
           idempotency_forget(st, now_ms, err);
}
