/*
 * refusal.h — notes in the audit that somebody known tried what his role may not do.
 *
 * On its own, after the answer: no request waits for it, and where the writer is busy it
 * is left out. Any thread.
 */
#ifndef WEB_REFUSAL_H
#define WEB_REFUSAL_H

#include "store/caller.h"
#include "web/site.h"

void refusal_note(const struct exchange *x, const struct caller *who);

#endif
