/*
 * gateway.h — the contract of every kind of SMS gateway.
 *
 * A driver is pure: it composes a request, judges the answer and parses what the gateway
 * tells us. It carries nothing, opens nothing, asks no clock and keeps no state that
 * changes after `open`; the courier owns sockets, files and time. So a driver is tested
 * with bytes beside bytes.
 *
 *   name, traits   MUST be there
 *   open           MUST check the whole configuration and MAY make private state in `own`
 *   compose        MUST turn a message into one request that names our reference,
 * "ID.ATTEMPT", where the gateway gives it back; called on the courier thread, never
 * blocks judge          MUST say UNKNOWN whenever the message may have gone out parse
 * MUST take any bytes; called on the writer thread, after the raw bytes are stored close
 * MUST accept an instance that never opened
 *
 * A kind that keeps a session open (CMPP, SMPP) adds an ops table of its own for feed,
 * drain and timer beside this one; none does so far.
 */
#ifndef GATEWAYS_GATEWAY_H
#define GATEWAYS_GATEWAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

enum gateway_trait {
    GATEWAY_REPORTS = 1, /* tells later what became of a message (DLR) */
    GATEWAY_REPLIES = 2, /* brings replies (MO) */
    GATEWAY_SLOTS = 4,   /* our number may be extended, and replies come back to it */
    GATEWAY_LOCAL = 8,   /* nothing leaves this process: a phone on a page */
};

enum { GATEWAY_TEXT_MOST = 4096, GATEWAY_BODY_MOST = 65536, GATEWAY_REF = 80 };

/* A message to a phone (MT). All texts are borrowed. */
struct sms_mt {
    int64_t id;
    int attempt;
    const char *to;   /* E.164 */
    const char *from; /* access number and slot, or a sender name */
    const char *text; /* UTF-8 */
};

/* Our reference for one attempt, "ID.ATTEMPT". */
void gateway_reference(int64_t id, int attempt, char out[GATEWAY_REF]);

/* Reads one back; false for what is none. */
bool gateway_reference_read(const char *text, int64_t *id, int *attempt);

enum request_kind { REQUEST_LOCAL };

/* What is to be carried, or what a gateway sent us. The buffer is the holder's. */
struct request {
    enum request_kind kind;
    bool report; /* a callback: it came for a report, not for a reply */
    struct buf body;
};

enum carried {
    CARRIED_ANSWERED, /* `body` is the whole answer */
    CARRIED_NOT_SENT, /* not one byte of the message left */
    CARRIED_CUT,      /* some bytes left and no whole answer came */
};

struct answer {
    enum carried carried;
    struct buf body;
};

enum outcome {
    OUTCOME_ACCEPTED,
    OUTCOME_REFUSED, /* for good */
    OUTCOME_RETRY,   /* certainly not sent */
    OUTCOME_UNKNOWN, /* may have been sent: never again by itself */
};

struct submitted {
    char ref[GATEWAY_REF]; /* the gateway's own id, OUTCOME_ACCEPTED */
    char reason[120];      /* the gateway's word, else */
};

enum news_kind { NEWS_REPLY, NEWS_REPORT };

enum report_state {
    REPORT_BUFFERED, /* on its way, nothing final */
    REPORT_DELIVERED,
    REPORT_UNDELIVERED,
    REPORT_EXPIRED,
};

/* What a gateway told us. `text` is the holder's to free. */
struct news {
    enum news_kind kind;
    char once[GATEWAY_REF];      /* the gateway's id of this news; "" where it has none */
    char from[32];               /* a reply: the phone, as the gateway writes it */
    char to[32];                 /* a reply: our number that it was sent to */
    struct buf text;             /* a reply: UTF-8, whatever came */
    char reference[GATEWAY_REF]; /* a report: ours, "" where it did not come back */
    char ref[GATEWAY_REF];       /* a report: the gateway's id of the message */
    enum report_state state;
    int64_t at_ms; /* the gateway's own time, 0 where it names none */
};

struct gateway_ops;

/* One configured gateway. Made once at start, then never changed; any thread. */
struct gateway {
    const struct gateway_ops *ops;
    char name[40];          /* as in the settings */
    char access_number[25]; /* "" where the gateway chooses the sender */
    unsigned traits;
    int in_flight;     /* messages on their way at once */
    char trouble[240]; /* of a stand-in: why the real one could not open; "" else */
    void *own;
};

/* Where a driver finds its settings: NULL for what is not set. */
struct gateway_setup {
    const char *name, *kind;
    const char *(*value)(const struct gateway_setup *setup, const char *key);
    const void *self;
};

struct gateway_ops {
    const char *name; /* gateway kind in the settings */
    unsigned traits;
    bool (*open)(struct gateway *g, const struct gateway_setup *setup, struct error *err);
    bool (*compose)(const struct gateway *g, const struct sms_mt *mt, struct request *out,
                    struct error *err);
    enum outcome (*judge)(const struct gateway *g, const struct answer *answer,
                          struct submitted *out);
    bool (*parse)(const struct gateway *g, const struct request *callback,
                  struct news *out, struct error *err);
    void (*close)(struct gateway *g);
};

extern const struct gateway_ops virtual_gateway;

#endif
