/*
 * message.h — the states of a message to a citizen (MT), and which may follow which.
 *
 *     NEW ─▶ CLAIMED ─▶ SUBMITTING ─▶ ACCEPTED ─▶ DELIVERED | UNDELIVERED | EXPIRED |
 * NO_REPORT ▲        │           ├───────▶ REFUSED │        │           ├───────▶ RETRY
 * ──▶ CLAIMED …   certainly not sent └────────┘           └───────▶ UNKNOWN ─▶ (report)
 * may have been sent: never again NEW, RETRY, CLAIMED ─▶ WITHDRAWN
 *
 * 1. SUBMITTING is on the disk before the first byte leaves, so whatever a crash leaves
 * there may have been sent and becomes UNKNOWN.
 * 2. A report may come before the gateway's answer and in any order; a final state is
 * never overwritten by an earlier one. Pure; any thread.
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

/*
 * How long to wait before attempt `attempt` + 1: 5 s doubled each time, 10 minutes at the
 * most, a fifth of it more or less by lot (`lot` is any random number).
 */
int64_t message_back_off_ms(int attempt, uint64_t lot);

#endif
