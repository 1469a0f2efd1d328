/*
 * message.c — see message.h.
 */
#include "domain/message.h"

#include <string.h>

#include "base/compiler.h"

#define BIT(state) (1u << MESSAGE_##state)
/* What a report, or a late answer, proves. */
#define PROOF (BIT(ACCEPTED) | BIT(DELIVERED) | BIT(UNDELIVERED) | BIT(EXPIRED))

enum { BACK_OFF_FIRST_MS = 5000, BACK_OFF_MOST_MS = 600000 };

static const struct {
    const char *name;
    unsigned next; /* the states that may follow */
} states[MESSAGE_STATES] = {
    [MESSAGE_NEW] = {"NEW", BIT(CLAIMED) | BIT(WITHDRAWN) | PROOF},
    [MESSAGE_CLAIMED] = {"CLAIMED", BIT(SUBMITTING) | BIT(NEW) | BIT(WITHDRAWN) | PROOF},
    [MESSAGE_SUBMITTING] = {"SUBMITTING", BIT(ACCEPTED) | BIT(REFUSED) | BIT(RETRY) |
                                              BIT(UNKNOWN) | BIT(DELIVERED) |
                                              BIT(UNDELIVERED) | BIT(EXPIRED)},
    [MESSAGE_ACCEPTED] = {"ACCEPTED", BIT(DELIVERED) | BIT(UNDELIVERED) | BIT(EXPIRED) |
                                          BIT(NO_REPORT)},
    [MESSAGE_REFUSED] = {"REFUSED", BIT(DELIVERED)},
    [MESSAGE_RETRY] = {"RETRY", BIT(CLAIMED) | BIT(WITHDRAWN) | PROOF},
    [MESSAGE_UNKNOWN] = {"UNKNOWN", BIT(REFUSED) | BIT(RETRY) | PROOF},
    [MESSAGE_DELIVERED] = {"DELIVERED", 0},
    [MESSAGE_UNDELIVERED] = {"UNDELIVERED", 0},
    [MESSAGE_EXPIRED] = {"EXPIRED", 0},
    [MESSAGE_NO_REPORT] = {"NO_REPORT", BIT(DELIVERED) | BIT(UNDELIVERED) | BIT(EXPIRED)},
    [MESSAGE_WITHDRAWN] = {"WITHDRAWN", 0},
};

const char *message_state_name(enum message_state state)
{
    return states[state].name;
}

bool message_state_read(const char *name, enum message_state *out)
{
    for (int i = 0; i < MESSAGE_STATES; i++) {
        if (strcmp(states[i].name, name) == 0) {
            *out = (enum message_state)i;
            return true;
        }
    }
    return false;
}

bool message_may_follow(enum message_state from, enum message_state to)
{
    return (states[from].next & (1u << to)) != 0;
}

bool message_is_waiting(enum message_state state)
{
    return state == MESSAGE_NEW || state == MESSAGE_RETRY;
}

int64_t message_ask_ms(int asks, int64_t settle_ms)
{
    static const int64_t after_ms[] = {30000,   120000,  600000,  1200000,
                                       1800000, 2400000, 3000000, 3600000};

    if (asks < 0 || asks >= (int)LENGTH(after_ms))
        return -1;
    return after_ms[asks] / 1000 * settle_ms / (MESSAGE_SETTLE_MS / 1000);
}

int64_t message_back_off_ms(int attempt, uint64_t lot)
{
    int64_t wait_ms = BACK_OFF_FIRST_MS;

    for (int i = 1; i < attempt && wait_ms < BACK_OFF_MOST_MS; i++)
        wait_ms *= 2;
    if (wait_ms > BACK_OFF_MOST_MS)
        wait_ms = BACK_OFF_MOST_MS;
    return wait_ms - wait_ms / 5 + (int64_t)(lot % (uint64_t)(wait_ms * 2 / 5 + 1));
}
