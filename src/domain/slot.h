/*
 * slot.h — which extension a survey's sender number carries, so that a reply finds it.
 *
 * A slot is two digits behind the access number, 10 to 99, and needs to be unique for one
 * phone only. It goes round: the next after the newest, skipping what was used not long
 * ago, so that a late answer never lands on another case. Pure; any thread.
 */
#ifndef DOMAIN_SLOT_H
#define DOMAIN_SLOT_H

#include <stddef.h>
#include <stdint.h>

enum { SLOT_NONE = 0, SLOT_LOWEST = 10, SLOT_HIGHEST = 99, SENDER_SIZE = 32 };

struct slot_use {
    int slot;
    int64_t used_ms; /* when a survey last went out with it */
};

/*
 * The slot for this phone's next survey. `used` are its earlier ones in any order;
 * anything that is no slot is passed over. One used at `now_ms` - `rest_ms` or later is
 * still resting. SLOT_NONE where all rest: the survey then goes out without a slot.
 */
int slot_choose(const struct slot_use *used, size_t count, int64_t now_ms,
                int64_t rest_ms);

/* "1069012345" and 12 make "106901234512"; SLOT_NONE adds nothing. */
void slot_sender(const char *access_number, int slot, char out[SENDER_SIZE]);

#endif
