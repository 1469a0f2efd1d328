/*
 * way_no_cups.c — stands in for way_cups.c in a program that was built without CUPS: says
 * so where the settings ask for it.
 */
#include "printers/printer.h"

#include <assert.h>

static bool no_cups_read(struct way *way, const char *rest, struct error *err)
{
    (void)way;
    (void)rest;
    return error_set(
        err, ERROR_SETUP,
        "This program was built without CUPS. Build it with \"make CUPS=1\", "
        "or use the printer without CUPS (way = tcp, device or serial).");
}

/* Never called: nothing with this way can be read. */
static bool no_cups_open(struct way_call *call, struct error *err)
{
    (void)call;
    assert(false);
    return error_set(err, ERROR_SETUP, "This program was built without CUPS.");
}

static bool no_cups_send(struct way_call *call, const struct buf *job, struct error *err)
{
    (void)job;
    return no_cups_open(call, err);
}

const struct way_ops way_cups = {
    .name = "cups",
    .read = no_cups_read,
    .open = no_cups_open,
    .send = no_cups_send,
};
