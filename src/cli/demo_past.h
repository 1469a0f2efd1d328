/*
 * demo_past.h — three weeks of history for the demo's hall.
 */
#ifndef CLI_DEMO_PAST_H
#define CLI_DEMO_PAST_H

#include "cli/demo_cast.h"

/* When the story begins, so that the hall is made before. */
int64_t past_begins_ms(int64_t until_ms);

/*
 * Plays the three weeks before `until_ms` and the day itself up to that instant, inside
 * the caller's transaction. What is under way then stays under way.
 */
NODISCARD bool past_play(struct store *st, struct world *world, const struct cast *cast,
                         int64_t until_ms, struct error *err);

#endif
