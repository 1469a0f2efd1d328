/*
 * act.c — see act.h.
 */
#include "web/act.h"

#include <stdio.h>
#include <string.h>

void act_newest_keep(struct act_newest *n, const char *act, const char *actor)
{
    snprintf(n->act, sizeof(n->act), "%s", act);
    snprintf(n->actor, sizeof(n->actor), "%s", actor);
}

bool act_is_repeat(const struct act_newest *n, const char *act, const char *actor)
{
    return strcmp(n->act, act) == 0 && strcmp(n->actor, actor) == 0;
}

bool act_tell(struct error *trouble, bool done, struct error *err)
{
    if (done || (err->kind != ERROR_CONFLICT && err->kind != ERROR_INPUT &&
                 err->kind != ERROR_DENIED))
        return done;
    *trouble = *err;
    error_clear(err);
    return true;
}
