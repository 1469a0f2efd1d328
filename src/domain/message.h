/*
 * message.h — the states of a message to a citizen (MT), and which may follow which.
 *
 *     NEW, RETRY ─▶ CLAIMED ─▶ SUBMITTING ─┬▶ ACCEPTED ─▶ DELIVERED | UNDELIVERED |
 *          ▲           │                   │              EXPIRED | NO_REPORT
 *          │           ▼                   ├▶ REFUSED
 *          │          NEW                  ├▶ RETRY       certainly not sent
 *          │                               └▶ UNKNOWN     may have been sent
 *          └── once, by the gateway's word ──────┘ └▶ what a report or the gateway says
 *     NEW, RETRY, CLAIMED ─▶ WITHDRAWN
 *
 * 1. SUBMITTING is on the disk before the first byte leaves, so whatever a crash leaves
 *    there may have been sent and becomes UNKNOWN.
 * 2. A report may come before the gateway's answer and in any order; a final state is
 *    never overwritten by an earlier one.
 * 3. UNKNOWN is tried again only where the gateway, asked after it has settled, is sure
 *    that it has no such message, and only once; or where that attempt's own late answer
 *    says that it certainly was not taken.
 * 4. A report is proof: a message that waits to be tried again and is reported was sent,
 *    and goes no more; one that was refused and is reported delivered was delivered.
 *
 * Pure; any thread.
 */
#ifndef DOMAIN_MESSAGE_H
#define DOMAIN_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

enum message_state {
    MESSAGE_NEW,
    MESSAGE_CLAIMED,
    MESSAGE_SUBMITTING,
    MESSAGE_ACCEPTED,
    MESSAGE_REFUSED,
    MESSAGE_RETRY,
    MESSAGE_UNKNOWN,
    MESSAGE_DELIVERED,
    MESSAGE_UNDELIVERED,
    MESSAGE_EXPIRED,
    MESSAGE_NO_REPORT,
    MESSAGE_WITHDRAWN,
    MESSAGE_STATES
};

const char *message_state_name(enum message_state state); /* "NEW" … as stored */

/* False for a name that is none. */
bool message_state_read(const char *name, enum message_state *out);

bool message_may_follow(enum message_state from, enum message_state to);

/* NEW or RETRY: it waits to be handed over. */
bool message_is_waiting(enum message_state state);

enum {
    MESSAGE_SETTLE_MS = 600000, /* the gateway's "I have none" counts after so long */
};

/*
 * How long after it became UNKNOWN the gateway is asked for the `asks` + 1st time: 30 s,
 * 2 min, 10 min; then every 10 min up to an hour, for a gateway that did not answer.
 * -1: not any more.
 */
int64_t message_ask_ms(int asks, int64_t settle_ms);

/*
 * How long to wait before attempt `attempt` + 1: 5 s doubled each time, 10 minutes at the
 * most, a fifth of it more or less by lot (`lot` is any random number).
 */
int64_t message_back_off_ms(int attempt, uint64_t lot);

#endif
