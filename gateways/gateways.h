/*
 * gateways.h — the kinds of gateway there are, how they are opened, and all that a house
 * has of them.
 */
#ifndef GATEWAYS_GATEWAYS_H
#define GATEWAYS_GATEWAYS_H

#include "domain/routing.h"
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

/* The ops of a kind; NULL where there is none. */
const struct gateway_ops *gateway_kind_find(const char *name);

/* All gateways of the house, and the table by which messages find theirs. */
struct roster {
    struct gateway gateways[ROUTES_MOST];
    int count;
    struct routing routing; /* routes[i] is of gateways[i] */
};

/* Adds one; ERROR_SETUP where the house is full. What cannot open becomes a stand-in. */
NODISCARD bool roster_open(struct roster *r, const struct gateway_setup *setup,
                           struct error *err);
void roster_open_virtual(struct roster *r, const char *access_number);
void roster_close(struct roster *r);

/* A stand-in, because the real one could not open. */
bool gateway_is_broken(const struct gateway *g);

/* NULL where there is none of that name (any more). */
const struct gateway *roster_find(const struct roster *r, const char *name);

#endif
