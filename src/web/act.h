/*
 * act.h — an act on something that several people work at, as a work order or a second
 * assessment: done once whatever the browser sends twice, and what keeps it from being
 * done told on its own page.
 *
 * Pure; any thread.
 */
#ifndef WEB_ACT_H
#define WEB_ACT_H

#include "base/error.h"

/* The newest step: what a second press of the same button would do again. */
struct act_newest {
    char act[16], actor[48];
};
void act_newest_keep(struct act_newest *n, const char *act, const char *actor);

/* Has this person done just this? */
bool act_is_repeat(const struct act_newest *n, const char *act, const char *actor);

/* What a person can put right becomes `trouble`, for the page, and is true; the rest
 * fails. Nothing has been written then. */
bool act_tell(struct error *trouble, bool done, struct error *err);

#endif
