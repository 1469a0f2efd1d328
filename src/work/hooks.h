/*
 * hooks.h — which other systems the settings name, and whether they may be told.
 *
 * Starting thread; what comes of it is read by any.
 */
#ifndef WORK_HOOKS_H
#define WORK_HOOKS_H

#include "base/settings.h"
#include "domain/hook.h"

/* What [webhook NAME] sections say, which options_check has found right; NULL where there
 * are none. Given; its texts are the settings'. */
struct hooks *hooks_read(const struct settings *s);

/* Books what is amiss with them. */
void hooks_check(struct settings *s);

#endif
