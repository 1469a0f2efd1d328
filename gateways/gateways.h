/*
 * gateways.h — the kinds of gateway there are, and how one of them is opened.
 */
#ifndef GATEWAYS_GATEWAYS_H
#define GATEWAYS_GATEWAYS_H

#include "gateways/gateway.h"

/*
 * Opens the gateway that the settings name into `out`. One that cannot open becomes a
 * stand-in which answers every message with the reason, so that the house stays up; the
 * sentence is in `out->trouble` too. Never fails. ERROR_SETUP is left in `err` for the
 * journal then.
 */
void gateway_open(const struct gateway_setup *setup, struct gateway *out,
                  struct error *err);

/* The virtual gateway with nothing set, for a house whose settings name none. */
void gateway_open_virtual(const char *access_number, struct gateway *out);

void gateway_close(struct gateway *g);

/* The names of the kinds, for error sentences; NULL after the last. */
const char *gateway_kind(size_t i);

#endif
