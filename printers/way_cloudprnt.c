/*
 * way_cloudprnt.c — the way of printers that come and fetch: Star CloudPRNT, and our own
 * agent (`yiping print-agent`) on a queue machine that we cannot call.
 *
 * Promise: nothing is ever called from here. Not here: what is spoken when they come
 * (web/printer_call.c) and what becomes of their jobs (work/polled.c).
 */
#include "printers/printer.h"

static bool polled_read(struct way *way, const char *rest, struct error *err)
{
    (void)way;
    if (*rest != '\0')
        return error_set(err, ERROR_SETUP,
                         "A printer that comes and fetches takes no address; write "
                         "\"cloudprnt\" alone.");
    return true;
}

static bool polled_open(struct way_call *call, struct error *err)
{
    (void)call;
    return error_set(err, ERROR_LATER,
                     "This printer calls the server; it cannot be called from here.");
}

static bool polled_send(struct way_call *call, const struct buf *job, struct error *err)
{
    (void)job;
    return polled_open(call, err);
}

const struct way_ops way_cloudprnt = {
    .name = "cloudprnt",
    .traits = WAY_POLLED,
    .read = polled_read,
    .open = polled_open,
    .send = polled_send,
};
