/*
 * demo_cast.h — who and what the demo's stories are played with: the hall's windows with
 * a clerk each, its matters, its first kiosk.
 *
 * Read once from the store, then never changed. Owner: the demo. Any thread.
 */
#ifndef CLI_DEMO_CAST_H
#define CLI_DEMO_CAST_H

#include "store/hall_store.h"
#include "store/rules.h"

struct cast {
    struct window *windows;
    char (*clerks)[CODE_SIZE]; /* of the window of the same place in the list */
    int window_count, clerk_count;
    struct matter *matters;
    int matter_count;
    char kiosk[CODE_SIZE]; /* "" where the hall has none */
};

NODISCARD bool cast_read(struct store *st, struct cast *out, struct error *err);
void cast_free(struct cast *cast);

/* The matter of this id; NULL for one that has ended. */
const struct matter *cast_matter(const struct cast *cast, int64_t id);

bool cast_serves(const struct cast *cast, int window, const struct matter *m);

/* The settings' defaults: the rules by which the past was played. */
extern const struct rules demo_rules;

#endif
