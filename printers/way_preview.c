/*
 * way_preview.c — the printer of a house that has none: the ticket's page shows the slip.
 *
 * Promise: a job is done at once and nothing is kept; the picture is rendered again for
 * whoever looks (GET …/slip). In force where the settings name no printer.
 */
#include "printers/printer.h"

static bool preview_read(struct way *way, const char *rest, struct error *err)
{
    (void)way;
    if (*rest != '\0')
        return error_set(err, ERROR_SETUP,
                         "The preview printer takes no address; write "
                         "\"preview\" alone.");
    return true;
}

static bool preview_open(struct way_call *call, struct error *err)
{
    (void)call;
    (void)err;
    return true;
}

static bool preview_send(struct way_call *call, const struct buf *job, struct error *err)
{
    (void)err;
    call->sent = job->length;
    return true;
}

const struct way_ops way_preview = {
    .name = "preview",
    .traits = WAY_SHOWS,
    .read = preview_read,
    .open = preview_open,
    .send = preview_send,
};
