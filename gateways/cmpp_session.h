/*
 * cmpp_session.h — one CMPP connection's conversation, and what both halves of the driver
 * know of the settings.
 *
 * See struct session_ops in gateway.h for who calls what; the courier's thread only.
 */
#ifndef GATEWAYS_CMPP_SESSION_H
#define GATEWAYS_CMPP_SESSION_H

#include "gateways/cmpp_pdu.h"
#include "gateways/gateway.h"

enum {
    CMPP_TESTS = 3,       /* N: tests without an answer before the line is given up */
    CMPP_LEAVE_MS = 5000, /* how long we wait for the answer to TERMINATE */
};

/* What the settings say; hangs on gateway.own and never changes. */
struct cmpp {
    char host[256];
    int port;
    char source[7];      /* the SP's number: Source_Addr and Msg_src */
    char service_id[11]; /* "" where the carrier wants none */
    char secret[65];
    enum cmpp_version version;
    int64_t active_test_ms;
};

extern const struct session_ops cmpp_session;

/* "3.0" or "2.0". */
const char *cmpp_version_text(enum cmpp_version version);

#endif
