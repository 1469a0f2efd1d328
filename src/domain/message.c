/*
 * message.c — see message.h.
 */
#include "domain/message.h"

#include <string.h>

#define BIT(state) (1u << MESSAGE_##state)

enum { BACK_OFF_FIRST_MS = 5000, BACK_OFF_MOST_MS = 600000 };

static const struct {
    const char *name;
    unsigned next; /* the states that may follow */
} states[MESSAGE_STATES] = {
    [MESSAGE_NEW] = {"NEW", BIT(CLAIMED) | BIT(WITHDRAWN)},
    [MESSAGE_CLAIMED] = {"CLAIMED", BIT(SUBMITTING) | BIT(NEW) | BIT(WITHDRAWN)},
    [MESSAGE_SUBMITTING] = {"SUBMITTING", BIT(ACCEPTED) | BIT(REFUSED) | BIT(RETRY) |
                                              BIT(UNKNOWN) | BIT(DELIVERED) |
                                              BIT(UNDELIVERED) | BIT(EXPIRED)},
    [MESSAGE_ACCEPTED] = {"ACCEPTED", BIT(DELIVERED) | BIT(UNDELIVERED) | BIT(EXPIRED) |
                                          BIT(NO_REPORT)},
    [MESSAGE_REFUSED] = {"REFUSED", 0},
    [MESSAGE_RETRY] = {"RETRY", BIT(CLAIMED) | BIT(WITHDRAWN)},
    [MESSAGE_UNKNOWN] = {"UNKNOWN", BIT(ACCEPTED) | BIT(DELIVERED) | BIT(UNDELIVERED) |
                                        BIT(EXPIRED)},
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

int64_t message_back_off_ms(int attempt, uint64_t lot)
{
    int64_t wait_ms = BACK_OFF_FIRST_MS;

    for (int i = 1; i < attempt && wait_ms < BACK_OFF_MOST_MS; i++)
        wait_ms *= 2;
    if (wait_ms > BACK_OFF_MOST_MS)
        wait_ms = BACK_OFF_MOST_MS;
    return wait_ms - wait_ms / 5 + (int64_t)(lot % (uint64_t)(wait_ms * 2 / 5 + 1));
}
