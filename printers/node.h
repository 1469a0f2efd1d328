/*
 * node.h — device files as printers: what /dev/usb/lp* and serial lines have in common.
 *
 * They come and go with plugs and switches, serve one caller, and their paths are
 * settings that may name anything. Spool threads.
 */
#ifndef PRINTERS_NODE_H
#define PRINTERS_NODE_H

#include "printers/printer.h"

/* Takes the path behind the ':'. ERROR_SETUP, with `sample` as what is right, where it is
 * none or leads to something else than a device; one that is not there may still come. */
NODISCARD bool node_read(struct way *way, const char *rest, const char *sample,
                         struct error *err);

/*
 * Opens the device into call->fd, not to block, alone: waits within terms.connect_ms for
 * another caller to be done. One that may only be written to leaves call->mute.
 * ERROR_LATER says what a person has to do.
 */
NODISCARD bool node_open(struct way_call *call, struct error *err);

#endif
